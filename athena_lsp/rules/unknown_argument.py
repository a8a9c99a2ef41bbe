"""unknown-argument: an argument that a decorator or an option type does not have."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import CONSTRUCTS, options_of
from athena_lsp.ir.model import Definition, Kind, Unit
from athena_lsp.ir.values import Argument
from athena_lsp.rules._elsewhere import Elsewhere, belongs
from athena_lsp.rules._nearest import listed, nearest, replacements
from athena_lsp.rules._options import Call, calls
from athena_lsp.rules.base import Finding, rule
from athena_lsp.text import Span


@rule("an argument that the decorator or the option type does not have", fixable=True, required=True)
def unknown_argument(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        yield from _decorator(definition)
    for call in calls(unit):
        yield from _construct(call)


def _decorator(definition: Definition) -> Iterator[Finding]:
    owner = f"@{definition.kind.value}"
    known = options_of(definition.kind)
    for argument in definition.options:
        if argument.name in known or argument.name == "**":
            continue
        if argument.name_span_start < 0:
            yield Finding(
                span=argument.span,
                message=f"`{owner}` takes keyword arguments only",
                hints=("write the argument's name before its value",),
            )
        elif definition.kind is Kind.FRAGMENT:
            yield Finding(
                span=_keyword(argument),
                message="`@fragment` takes no arguments: a fragment runs in the containers that call it",
                hints=(f"give `{argument.name}` to these containers",),
            )
        else:
            elsewhere = belongs(definition.kind.value, argument.name)
            free = tuple(name for name in known if definition.option(name) is None)
            yield _unknown(owner, argument, elsewhere, free, spelled=True)


def _construct(call: Call) -> Iterator[Finding]:
    name = call.construct.name
    known = tuple(field.name for field in CONSTRUCTS[name])
    given: set[str] = set()
    for index, argument in enumerate(call.construct.arguments):
        if not argument.name and index < len(known):
            continue  # `*arguments`, which another rule reports
        if not argument.name:
            yield Finding(
                span=argument.span, message=f"`{name}` takes {len(known)} argument{'s' * (len(known) > 1)} at most"
            )
        elif argument.name in given:
            yield Finding(span=argument.span, message=f"`{argument.name}` of `{name}` is given twice")
        elif argument.name not in known and argument.name != "**":
            free = tuple(each for each in known if call.construct.argument(each) is None)
            yield _unknown(name, argument, belongs(name, argument.name), free, spelled=call.spelled)
        given.add(argument.name)


def _unknown(
    owner: str, argument: Argument, elsewhere: Elsewhere | None, free: tuple[str, ...], *, spelled: bool
) -> Finding:
    span = _keyword(argument) if spelled else argument.span
    message = f"`{owner}` has no argument `{argument.name}`"
    if elsewhere is not None:
        names = tuple(name for name in elsewhere.names if name in free)
        fixes = replacements(span, names) if spelled else ()
        return Finding(span=span, message=f"{message}: {elsewhere.why}", hints=(elsewhere.hint,), fixes=fixes)
    near = nearest(argument.name, free)
    if near:
        fixes = replacements(span, near) if spelled else ()
        return Finding(span=span, message=f"{message}; did you mean {listed(near[:1])}?", fixes=fixes)
    hint = f"it takes {listed(free, 'and')} too" if 0 < len(free) <= 10 else "remove it"
    return Finding(span=span, message=message, hints=(hint,))


def _keyword(argument: Argument) -> Span:
    return Span(argument.name_span_start, argument.name_span_start + len(argument.name))
