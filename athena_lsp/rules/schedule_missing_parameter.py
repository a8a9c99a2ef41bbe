"""schedule-missing-parameter: a workflow that the cluster submits by itself, with a parameter that nobody gives."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.types import ArtifactOf
from athena_lsp.ir.values import Argument, Construct, Mapping, Sequence, Text, Value
from athena_lsp.rules.base import Finding, Related, rule

SUBMITTERS = {"schedule": ("Cron", "its schedule"), "on": ("Event", "an event")}


@rule("a scheduled workflow whose parameter has no default", required=True)
def schedule_missing_parameter(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for option in definition.options:
            if option.name in SUBMITTERS:
                yield from _parameters(definition, option)


def _parameters(definition: Definition, option: Argument) -> Iterator[Finding]:
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
        )


def _given(item: Construct) -> frozenset[str]:
    given: Value | None = item.argument("arguments")
    entries = given.entries if isinstance(given, Mapping) else ()
    return frozenset(entry.key.value for entry in entries if isinstance(entry.key, Text))
