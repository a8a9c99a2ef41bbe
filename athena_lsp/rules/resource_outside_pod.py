"""resource-outside-pod: `secret`, `host`, `pvc` and the like where no pod will hold what they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, PlainCall, PodBody, StrayResource, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.rules._chains import Chain, chain_to, fragments_of, lost_fragment, through
from athena_lsp.rules._nearest import listed
from athena_lsp.rules.base import Decorate, Finding, Mend, Related, rule

FOLLOWED = "a function decorated with `@container` or `@fragment`"


@rule("a resource call outside containers and fragments", fixable=True)
def resource_outside_pod(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for stray in unit.stray:
        yield _stray(facts, unit.path, stray)
    for definition in unit.definitions:
        if isinstance(definition.body, PodBody):
            yield from _lost(facts, definition, definition.body)


def _stray(facts: Facts, path: str, stray: StrayResource) -> Finding:
    function = Declaration(path, stray.function)
    is_helper = stray.place == "function" and stray.function_start >= 0
    chain = chain_to(facts, function) if is_helper else ()
    place, hint = _place(stray)
    if chain:
        place += f", and `{chain[0].name}` calls it{through(chain)}"
    decorates = (fragments_of(facts, chain) or (Decorate(function, "fragment"),)) if is_helper else ()
    return Finding(
        span=stray.call.callee_span,
        message=f"`{stray.call.name}` is called {place}",
        related=tuple(Related(f"`{caller.name}` calls `{called.name}`", caller) for caller, called in pairwise(chain)),
        hints=(hint,),
        fixes=_mends(decorates),
    )


def _lost(facts: Facts, definition: Definition, body: PodBody) -> Iterator[Finding]:
    """Plain functions and methods between a pod's code and a fragment: what it asks for does not get through them."""
    seen: set[Declaration] = set()
    for call in (*body.calls, *body.classes):
        if call.target in seen or facts.signature(call.target) is not None:
            continue
        seen.add(call.target)
        chain = lost_fragment(facts, call.target)
        if chain:
            yield _behind(facts, definition, call, chain)


def _behind(facts: Facts, definition: Definition, call: PlainCall, chain: Chain) -> Finding:
    helper, fragment = chain[0].name, chain[-1].name
    what = "a plain function that calls" if facts.is_function(chain[0]) else "a class whose methods call"
    decorates = fragments_of(facts, chain)
    hint = f"call `{fragment}` in `{definition.name}` itself, and hand over what it gives"
    if len(decorates) == len(chain) - 1:
        hint = f"decorate {listed((each.name for each in chain[:-1]), 'and')} with `@fragment`"
    else:
        decorates = ()  # methods cannot be decorated
    return Finding(
        span=call.span,
        message=f"`{helper}` is {what} the fragment `{fragment}`{through(chain)}, and what `{fragment}` asks for does "
        f"not get to the pod of `{definition.name}`",
        related=(Related(f"`{fragment}` is declared here", chain[-1]),),
        hints=(hint,),
        fixes=_mends(decorates),
    )


def _place(stray: StrayResource) -> tuple[str, str]:
    """Where the call stands, and what to do about it."""
    name = f"`{stray.function}`"
    match stray.place:
        case "workflow":
            return f"in the workflow {name}, which has no pod", "move the call into the container that needs it"
        case "function":
            return (
                f"in {name}, a plain function that no pod is prepared for",
                f"decorate {name} with `@fragment`, and call it from containers",
            )
        case "method":
            return "in a method, which no pod is prepared for", f"move the call into {FOLLOWED}"
        case "class":
            return "in a class body, which runs when the module is imported", f"move the call into {FOLLOWED}"
        case "module":
            return "at module level, which runs when the module is imported", f"move the call into {FOLLOWED}"


def _mends(decorates: tuple[Decorate, ...]) -> tuple[Mend, ...]:
    if not decorates:
        return ()
    names = listed((each.declaration.name for each in decorates), "and")
    return (Mend(f"Decorate {names} with `@fragment`", decorates=decorates),)
