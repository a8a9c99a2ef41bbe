"""schedule-missing-parameter: a workflow that the cluster submits by itself, with a parameter that nobody gives."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.types import ArtifactOf
from athena_lsp.ir.values import Null, Sequence, Value
from athena_lsp.rules.base import Finding, Related, rule


@rule("a scheduled workflow whose parameter has no default", required=True)
def schedule_missing_parameter(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        schedule = definition.option("schedule")
        if schedule is not None and _says_something(schedule):
            yield from _parameters(definition, schedule)


def _parameters(definition: Definition, schedule: Value) -> Iterator[Finding]:
    for parameter in definition.parameters:
        if parameter.default is not None or parameter.inject is not None or parameter.form in ("star", "double-star"):
            continue
        is_artifact = isinstance(parameter.type, ArtifactOf)
        hint = "take the value in a step of the workflow" if is_artifact else f"give `{parameter.name}` a default"
        yield Finding(
            span=parameter.span,
            message=f"`{definition.name}` is submitted by its schedule, which gives no `{parameter.name}`",
            related=(Related("the schedule", span=schedule.span),),
            hints=(hint,),
        )


def _says_something(schedule: Value) -> bool:
    return not isinstance(schedule, Null) and not (isinstance(schedule, Sequence) and not schedule.items)
