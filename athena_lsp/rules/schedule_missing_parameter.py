"""schedule-missing-parameter: a workflow that the cluster submits by itself, with a parameter that nobody gives."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as TypeMapping

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, Parameter, Unit
from athena_lsp.ir.types import BOOL, FLOAT, INT, STR, ArtifactOf, Type
from athena_lsp.ir.values import Argument, Construct, Mapping, Sequence, Text, Value
from athena_lsp.rules._edits import added
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

EMPTY: TypeMapping[Type, str] = {STR: '""', INT: "0", FLOAT: "0.0", BOOL: "False"}
"""What a fix writes for a value that somebody has to think of."""
SUBMITTERS = {"schedule": ("Cron", "its schedule"), "on": ("Event", "an event")}


@rule("a scheduled workflow whose parameter has no default", fixable=True, required=True)
def schedule_missing_parameter(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for option in definition.options:
            if option.name in SUBMITTERS:
                yield from _parameters(unit, definition, option)


def _parameters(unit: Unit, definition: Definition, option: Argument) -> Iterator[Finding]:
    """A parameter must have a default, or a value in every timetable and every event."""
    kind, who = SUBMITTERS[option.name]
    items = option.value.items if isinstance(option.value, Sequence) else (option.value,)
    submitters = [item for item in items if isinstance(item, Construct) and item.name == kind]
    for parameter in definition.parameters:
        if parameter.default is not None or parameter.inject is not None or parameter.form in ("star", "double-star"):
            continue
        without = next((item for item in submitters if parameter.name not in _given(item)), None)
        if without is None:
            continue
        is_artifact = isinstance(parameter.type, ArtifactOf)
        hint = f"give `{parameter.name}` a default, or a value in `{kind}(arguments={{...}})`"
        yield Finding(
            span=parameter.span,
            message=f"`{definition.name}` is submitted by {who}, which gives no `{parameter.name}`",
            related=(Related("the schedule" if kind == "Cron" else "the event", span=without.span),),
            hints=("take the value in a step of the workflow" if is_artifact else hint,),
            fixes=_mends(unit, parameter, without) if kind == "Cron" else (),
        )


def _mends(unit: Unit, parameter: Parameter, timetable: Construct) -> tuple[Mend, ...]:
    """A value in the timetable, to be filled in."""
    value, given = EMPTY.get(parameter.type), timetable.argument("arguments")
    if value is None:
        return ()
    if given is None:
        return added(unit, timetable, f'arguments={{"{parameter.name}": {value}}}')
    if not isinstance(given, Mapping) or not given.entries:
        return ()
    at, text = given.entries[-1].value.span.end, f', "{parameter.name}": {value}'
    return (Mend(f"Add `{text.removeprefix(', ')}`", (TextEdit(Span(at, at), text),)),)


def _given(item: Construct) -> frozenset[str]:
    given: Value | None = item.argument("arguments")
    entries = given.entries if isinstance(given, Mapping) else ()
    return frozenset(entry.key.value for entry in entries if isinstance(entry.key, Text))
