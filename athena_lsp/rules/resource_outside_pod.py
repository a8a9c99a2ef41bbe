"""resource-outside-pod: `secret`, `host`, `pvc` and the like where no pod will hold what they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import StrayResource, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.rules.base import Decorate, Finding, Mend, rule

FOLLOWED = "a function decorated with `@container` or `@fragment`"


@rule("a resource call outside containers and fragments", fixable=True)
def resource_outside_pod(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for stray in unit.stray:
        place, hint = _place(stray)
        yield Finding(
            span=stray.call.callee_span,
            message=f"`{stray.call.name}` is called {place}",
            hints=(hint,),
            fixes=_fragment(unit.path, stray),
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


def _fragment(path: str, stray: StrayResource) -> tuple[Mend, ...]:
    if stray.place != "function" or stray.function_start < 0:
        return ()
    decorate = Decorate(Declaration(path, stray.function), "fragment")
    return (Mend(f"Decorate `{stray.function}` with `@fragment`", decorates=(decorate,)),)
