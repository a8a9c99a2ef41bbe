"""What a cursor can stand on: every part of a block that athena has something to say about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from athena_lsp.analysis.placeholders import Placeholder, parse_placeholders
from athena_lsp.ir.model import Definition, Given, Parameter, Projection, Step, Unit
from athena_lsp.ir.node import Node, walk
from athena_lsp.ir.values import Argument, Construct, Reference, Text
from athena_lsp.records import dataclass
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class OptionSpot:
    """A keyword of a decorator."""

    span: Span
    definition: Definition
    option: Argument


@dataclass(frozen=True, slots=True)
class FieldSpot:
    """A keyword of an option type's call."""

    span: Span
    construct: Construct
    field: Argument


@dataclass(frozen=True, slots=True)
class PlaceholderSpot:
    """A name in a placeholder: the parameter (`depth` 0) or one of its fields. The span covers the name."""

    span: Span
    definition: Definition
    option: Argument
    placeholder: Placeholder
    depth: int


@dataclass(frozen=True, slots=True)
class ReferenceSpot:
    """A template given by name, such as in `on_exit_if_root=`."""

    span: Span
    reference: Reference


@dataclass(frozen=True, slots=True)
class NameSpot:
    """The name of a definition, in its `def`."""

    span: Span
    definition: Definition


@dataclass(frozen=True, slots=True)
class ParameterSpot:
    """The name of a parameter, in its `def`."""

    span: Span
    definition: Definition
    parameter: Parameter


@dataclass(frozen=True, slots=True)
class CalleeSpot:
    """The name of a template, where a workflow calls it."""

    span: Span
    definition: Definition
    step: Step


@dataclass(frozen=True, slots=True)
class StepNameSpot:
    """The name that a step's result is bound to."""

    span: Span
    definition: Definition
    step: Step


@dataclass(frozen=True, slots=True)
class KeywordSpot:
    """A keyword argument of a step."""

    span: Span
    definition: Definition
    step: Step
    given: Given


@dataclass(frozen=True, slots=True)
class AccessSpot:
    """A field of a value in a workflow body: `id` in `report.id`. `depth` is its number in the path."""

    span: Span
    projection: Projection
    depth: int


@dataclass(frozen=True, slots=True)
class ScheduleSpot:
    """The schedule in `Cron(...)`."""

    span: Span
    text: Text
    zone: str


Spot: TypeAlias = (
    OptionSpot
    | FieldSpot
    | PlaceholderSpot
    | ReferenceSpot
    | NameSpot
    | ParameterSpot
    | CalleeSpot
    | StepNameSpot
    | KeywordSpot
    | AccessSpot
    | ScheduleSpot
)


def spot_at(unit: Unit, offset: int) -> Spot | None:
    """The smallest spot that a cursor touches; spans count from the block's start."""
    found = [spot for spot in spots(unit) if spot.span.touches(offset)]
    return min(found, key=lambda spot: (spot.span.end - spot.span.start, -spot.span.start), default=None)


def spots(unit: Unit) -> Iterator[Spot]:
    """All spots of a block."""
    for definition in unit.definitions:
        yield NameSpot(definition.name_span, definition)
        for parameter in definition.parameters:
            yield ParameterSpot(parameter.span, definition, parameter)
        for option in definition.options:
            yield from _of_option(option, definition)
        yield from _of_body(definition)
    for volume in unit.volumes:
        yield from _of_constructs(volume)


def _of_option(option: Argument, definition: Definition) -> Iterator[Spot]:
    if option.name_span_start >= 0:
        yield OptionSpot(_keyword(option), definition, option)
    yield from _of_constructs(option.value)
    for reference in walk(option.value, Reference):
        yield ReferenceSpot(reference.span, reference)
    for value in walk(option.value, Text):
        yield from _of_text(value, option, definition)


def _of_constructs(node: Node) -> Iterator[Spot]:
    for construct in walk(node, Construct):
        schedule, zone = construct.argument("schedule"), construct.argument("timezone")
        if construct.name == "Cron" and isinstance(schedule, Text):
            yield ScheduleSpot(schedule.span, schedule, zone.value if isinstance(zone, Text) else "")
        for argument in construct.arguments:
            if argument.name_span_start >= 0:
                yield FieldSpot(_keyword(argument), construct, argument)


def _of_text(text: Text, option: Argument, definition: Definition) -> Iterator[Spot]:
    """Placeholders, where the source spells the text letter by letter."""
    if text.content_start is None or "{" not in text.value:
        return
    for part in parse_placeholders(text.value):
        if isinstance(part, Placeholder):
            for depth, span in enumerate(part.spans):
                yield PlaceholderSpot(span.shift(text.content_start), definition, option, part, depth)


def _of_body(definition: Definition) -> Iterator[Spot]:
    for step in walk(definition.body, Step):
        yield from _of_step(step, definition)
    for projection in walk(definition.body, Projection):
        for depth, access in enumerate(projection.path):
            # The parts of a name that was unpacked stand where it was bound: those are no places to point at.
            if (
                access.attribute
                and projection.span.start < access.span.start
                and access.span.end <= projection.span.end
            ):
                yield AccessSpot(access.span, projection, depth)


def _of_step(step: Step, definition: Definition) -> Iterator[Spot]:
    yield CalleeSpot(step.callee_span, definition, step)
    if step.name_span:
        yield StepNameSpot(step.name_span, definition, step)
    for given in step.given:
        if given.keyword_span:
            yield KeywordSpot(given.keyword_span, definition, step, given)


def _keyword(argument: Argument) -> Span:
    return Span(argument.name_span_start, argument.name_span_start + len(argument.name))
