"""schedule-argument-mismatch: an argument of a timetable or an event that the workflow does not take as it is."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.analysis.values import is_static, value_difference
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.ir.model import Definition, Parameter, Unit
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import ArtifactOf
from athena_lsp.ir.values import Construct, Entry, Mapping, Text
from athena_lsp.rules._nearest import replacements
from athena_lsp.rules.base import Finding, Related, rule


@rule("an argument of a timetable or an event that the workflow does not take", fixable=True, required=True)
def schedule_argument_mismatch(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for option in definition.options:
            for item in walk(option.value, Construct):
                if item.name in ("Cron", "Event"):
                    yield from _arguments(facts, definition, item)


def _arguments(facts: Facts, definition: Definition, item: Construct) -> Iterator[Finding]:
    selector, given = item.argument("selector"), item.argument("arguments")
    if isinstance(selector, Text):
        yield from _expression(selector)
    by_name = {parameter.name: parameter for parameter in definition.parameters if parameter.inject is None}
    for entry in given.entries if isinstance(given, Mapping) else ():
        if not isinstance(entry.key, Text):
            continue
        parameter = by_name.get(entry.key.value)
        if parameter is None:
            yield _unknown(definition, entry.key, [*by_name])
        elif item.name == "Event":
            yield from _event(entry)
        else:
            yield from _value(facts, entry, parameter)


def _unknown(definition: Definition, key: Text, known: list[str]) -> Finding:
    near = tuple(get_close_matches(key.value, known, n=3))
    names = ", ".join(f"`{name}`" for name in known)
    hint = f"write `{near[0]}`" if near else f"it takes {names}" if known else "it takes none"
    return Finding(
        span=key.span,
        message=f"`{definition.name}` has no parameter `{key.value}`",
        hints=(hint,),
        fixes=replacements(key.span, tuple(f'"{name}"' for name in near)),
    )


def _value(facts: Facts, entry: Entry, parameter: Parameter) -> Iterator[Finding]:
    if isinstance(parameter.type, ArtifactOf) or not is_static(entry.value):
        return
    difference = value_difference(facts, entry.value, parameter.type)
    if difference is not None:
        where = f"`{parameter.name}{difference.path}`"
        yield Finding(
            span=entry.value.span,
            message=f"{where} takes `{show(difference.expected)}`, but the timetable gives `{show(difference.actual)}`",
            related=(Related(f"`{parameter.name}` is declared as `{show(parameter.type)}`", span=parameter.span),),
        )


def _event(entry: Entry) -> Iterator[Finding]:
    if isinstance(entry.value, Text):
        yield from _expression(entry.value)
        return
    yield Finding(
        span=entry.value.span,
        message="an event's argument is an expression on the event, as a text",
        hints=('write `"payload.id"`, for example',),
    )


def _expression(text: Text) -> Iterator[Finding]:
    problem = parse(text.value).problem
    if problem is not None:
        yield Finding(span=text.span, message=f"Argo cannot read this expression: {problem.what}")
