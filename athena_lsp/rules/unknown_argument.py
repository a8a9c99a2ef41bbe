"""unknown-argument: an argument that a decorator or an option type does not have."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import CONSTRUCTS, options_of
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.ir.model import Definition, Kind, Unit
from athena_lsp.ir.values import Argument, Text
from athena_lsp.records import replace
from athena_lsp.rules._edits import removed
from athena_lsp.rules._elsewhere import Elsewhere, belongs
from athena_lsp.rules._nearest import listed, nearest, replacements
from athena_lsp.rules._options import Call, calls
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit


@rule("an argument that the decorator or the option type does not have", fixable=True, required=True)
def unknown_argument(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        yield from _decorator(unit, definition)
    for call in calls(unit):
        yield from _construct(unit, call)


def _decorator(unit: Unit, definition: Definition) -> Iterator[Finding]:
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
                fixes=_named(definition, argument),
            )
        elif definition.kind is Kind.FRAGMENT:
            yield Finding(
                span=_keyword(argument),
                message="`@fragment` takes no arguments: a fragment runs in the containers that call it",
                hints=(f"give `{argument.name}` to these containers",),
                fixes=removed(unit, definition.options, argument),
            )
        else:
            elsewhere = belongs(definition.kind.value, argument.name)
            free = tuple(name for name in known if definition.option(name) is None)
            found = _unknown(owner, argument, elsewhere, free, spelled=True)
            fixes = found.fixes or (
                *_in_resources(unit, definition, argument),
                *removed(unit, definition.options, argument),
            )
            yield replace(found, fixes=fixes)


def _construct(unit: Unit, call: Call) -> Iterator[Finding]:
    name = call.construct.name
    known = tuple(field.name for field in CONSTRUCTS[name])
    given: set[str] = set()
    for index, argument in enumerate(call.construct.arguments):
        if not argument.name and index < len(known):
            continue  # `*arguments`, which another rule reports
        if not argument.name:
            yield Finding(
                span=argument.span,
                message=f"`{name}` takes {len(known)} argument{'s' * (len(known) > 1)} at most",
                fixes=removed(unit, call.construct.arguments, argument),
            )
        elif argument.name in given:
            yield Finding(
                span=argument.span,
                message=f"`{argument.name}` of `{name}` is given twice",
                fixes=removed(unit, call.construct.arguments, argument),
            )
        elif argument.name not in known and argument.name != "**":
            free = tuple(each for each in known if call.construct.argument(each) is None)
            found = _unknown(name, argument, belongs(name, argument.name), free, spelled=call.spelled)
            gone = removed(unit, call.construct.arguments, argument) if call.spelled else ()
            yield replace(found, fixes=found.fixes or gone)
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


def _named(definition: Definition, argument: Argument) -> tuple[Mend, ...]:
    """The keyword that a value of a container most probably is meant for: a text names an image."""
    is_image = definition.kind is Kind.CONTAINER and isinstance(argument.value, Text) and not definition.option("image")
    at = argument.value.span.start
    return (Mend("Write `image=`", (TextEdit(Span(at, at), "image="),)),) if is_image else ()


def _in_resources(unit: Unit, definition: Definition, argument: Argument) -> tuple[Mend, ...]:
    """`cpu="1"` as `resources=Resources(cpu="1")`."""
    is_field = any(field.name == argument.name for field in CONSTRUCTS["Resources"])
    if not is_field or definition.kind is not Kind.CONTAINER or definition.option("resources") is not None:
        return ()
    value = argument.value.span.of(unit.text)
    text = f"resources=Resources({argument.name}={value})"
    edit = TextEdit(Span(argument.name_span_start, argument.value.span.end), text)
    return (Mend(f"Write `{text}`", (edit,), imports=(NewImport("athena_runtime", "Resources"),)),)


def _keyword(argument: Argument) -> Span:
    return Span(argument.name_span_start, argument.name_span_start + len(argument.name))
