"""One walk over everything that decorators, volumes and resource calls are given: each value with what may stand there.

The rules about arguments are filters over these slots; none of them walks by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias, assert_never

from athena_lsp.analysis.options import (
    CONSTRUCTS,
    RESOURCES,
    AnythingShape,
    BoolShape,
    ChoiceShape,
    ConstructShape,
    DurationShape,
    ExceptionsShape,
    Field,
    IntShape,
    JsonShape,
    ListShape,
    MapShape,
    QuantityShape,
    Shape,
    TemplateShape,
    TextShape,
    VolumeShape,
    options_of,
)
from athena_lsp.ir.model import Definition, Kind, PodBody, Unit, WorkflowBody
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import ClassOf
from athena_lsp.ir.values import (
    Argument,
    Bytes,
    Concatenated,
    Construct,
    Duration,
    EnumCase,
    Flag,
    Made,
    Mapping,
    NotStatic,
    Null,
    Number,
    Reference,
    Sequence,
    Spelled,
    Text,
    Value,
)
from athena_lsp.records import dataclass, replace
from athena_lsp.rules._once import once
from athena_lsp.text import Span, TextEdit

Source: TypeAlias = Literal["option", "volume", "resource"]

MEASURES: dict[str, Literal["cores", "bytes", "units"]] = {
    "cpu": "cores",
    "memory": "bytes",
    "ephemeral-storage": "bytes",
}
"""What the quantities of `Resources(requests={...})` count, by resource name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place that takes a value, and the value that stands there."""

    key: str
    """Which place it is: `timeout`, `Retry.limit`; the same for all items of a list."""
    title: str
    """The same as messages say it: "`timeout`", "`limit` of `Retry`", "an item of `mutexes`"."""
    shape: Shape
    value: Value
    source: Source
    definition: Definition | None
    """Whose decorator or body it stands in; None for a volume."""
    required: bool = False
    """`None` may not stand there."""
    also: str = ""
    """An option type whose call may stand there too."""
    spelled: bool = True
    """The value stands in the source here, and not behind a name: it can be edited alone."""


@once
def slots(unit: Unit) -> Iterator[Slot]:
    """Every value, containers before what they hold, in the order of the source."""
    for definition in unit.definitions:
        yield from definition_slots(definition)
    for volume in unit.volumes:
        if isinstance(volume.value, Construct):
            start = Slot(
                key=volume.value.name,
                title=f"`{volume.name}`",
                shape=ConstructShape(volume.value.name),
                value=volume.value,
                source="volume",
                definition=None,
                required=True,
            )
            yield from _walk(start)


@once
def definition_slots(definition: Definition) -> Iterator[Slot]:
    """The values of one definition: its decorator's, then those of its resource calls."""
    options = options_of(definition.kind)
    for argument in definition.options:
        if option := options.get(argument.name):
            start = Slot(
                key=option.name,
                title=f"`{option.name}`",
                shape=option.shape,
                value=argument.value,
                source="option",
                definition=definition,
            )
            yield from _walk(start)
    for retry in _call_retries(definition):
        option = options_of(Kind.WORKFLOW)["retry"]
        yield from _walk(
            Slot(
                key=option.name,
                title=f"`{option.name}`",
                shape=option.shape,
                value=retry,
                source="option",
                definition=definition,
            )
        )
    if isinstance(definition.body, PodBody):
        for call in definition.body.resources:
            empty = Slot(
                key=call.name,
                title=f"`{call.name}`",
                shape=AnythingShape(),
                value=Null(span=call.span),
                source="resource",
                definition=definition,
            )
            yield from _fields(empty, call.name, RESOURCES[call.name], call.arguments)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an option type, wherever it stands."""

    construct: Construct
    definition: Definition | None
    """Whose decorator or body it stands in; None for a volume."""

    @property
    def spelled(self) -> bool:
        """Its arguments stand in the source here, and not behind a name: they can be edited."""
        return all(argument.span != self.construct.span for argument in self.construct.arguments)


@once
def calls(unit: Unit) -> Iterator[Call]:
    """Every call of an option type in a decorator or among a step's options, outer calls first, and every volume's."""
    for definition in unit.definitions:
        for value in (*(argument.value for argument in definition.options), *_call_retries(definition)):
            for construct in walk(value, Construct):
                yield Call(construct, definition)
    for volume in unit.volumes:
        for construct in walk(volume.value, Construct):
            yield Call(construct, None)


def _call_retries(definition: Definition) -> Iterator[Construct]:
    """`Retry(...)` in `step.options(retry=...)`; what else stands there is for the rule of those options."""
    if isinstance(definition.body, WorkflowBody):
        for step in definition.body.every_step:
            if step.options is not None and isinstance(step.options.retry, Construct):
                yield step.options.retry


def values_in(value: Value) -> Iterator[Value]:
    """The value, and everything in its displays; not what is given to option types, whose arguments are slots."""
    yield value
    if isinstance(value, Sequence):
        for item in value.items:
            yield from values_in(item)
    elif isinstance(value, Mapping):
        for entry in value.entries:
            yield from values_in(entry.key)
            yield from values_in(entry.value)


def describe(value: Value) -> str:
    """A value as messages speak of it."""
    match value:
        case Text(value=text):
            shown = text if len(text) <= 40 else f"{text[:37]}..."
            if not shown:
                return "an empty text"
            return f"the text `{shown}`" if shown.isprintable() and "`" not in shown else "a text"
        case Number(value=number):
            return f"the number {number}"
        case Flag(value=flag):
            return f"`{flag}`"
        case Null():
            return "`None`"
        case Bytes():
            return "bytes"
        case Sequence(kind=kind):
            return f"a {kind}"
        case Mapping():
            return "a dict"
        case Duration():
            return "a `timedelta`"
        case Spelled(kind=kind):
            return f"a `{kind.value}`"
        case EnumCase(declaration=declaration, case=case):
            return f"the enum member `{declaration.name}.{case}`"
        case Construct(name=name) | Made(type=ClassOf(name=name)):
            return f"`{name}(...)`"
        case Reference(declaration=declaration):
            return f"`{declaration.name}`"
        case Concatenated():
            return "a text put together"
        case NotStatic(what=what):
            return what
        case _:
            assert_never(value)


def replaced(slot: Slot, new: str) -> tuple[TextEdit, ...]:
    """The edit that writes another text in a slot; none when the value stands behind a name, out of reach."""
    if not slot.spelled:
        return ()
    if isinstance(slot.value, Text) and slot.value.content_start is not None and '"' not in new and "'" not in new:
        start = slot.value.content_start
        return (TextEdit(Span(start, start + len(slot.value.value)), new),)
    return (TextEdit(slot.value.span, f'"{new}"'),) if '"' not in new else ()


def rewritten(slot: Slot, source: str) -> tuple[TextEdit, ...]:
    """The edit that writes other Python in a slot; none when the value stands behind a name."""
    return (TextEdit(slot.value.span, source),) if slot.spelled else ()


def _walk(slot: Slot) -> Iterator[Slot]:
    """The slot, and the slots in its value."""
    value = slot.value
    match slot.shape:
        case ConstructShape(name=name, shorthand=shorthand):
            if isinstance(value, Construct) and value.name == name:
                yield slot
                yield from _fields(slot, name, CONSTRUCTS[name], value.arguments)
            elif shorthand is not None and not isinstance(value, Construct):
                yield replace(slot, shape=shorthand, also=name)
            else:
                yield slot
        case ListShape(item=item, single=single):
            if isinstance(value, Sequence):
                yield slot
                for each in value.items:
                    yield from _walk(_inner(slot, each, title=f"an item of {slot.title}", shape=item, required=True))
            elif single:
                yield from _walk(replace(slot, shape=item))
            else:
                yield slot
        case MapShape():
            yield slot
            if isinstance(value, Mapping):
                yield from _entries(slot, slot.shape, value)
        case (
            TextShape()
            | QuantityShape()
            | ChoiceShape()
            | IntShape()
            | BoolShape()
            | DurationShape()
            | TemplateShape()
            | ExceptionsShape()
            | JsonShape()
            | VolumeShape()
            | AnythingShape()
        ):
            yield slot
        case _:
            assert_never(slot.shape)


def _fields(slot: Slot, owner: str, fields: tuple[Field, ...], arguments: tuple[Argument, ...]) -> Iterator[Slot]:
    by_name = {field.name: field for field in fields}
    for argument in arguments:
        if field := by_name.get(argument.name):
            title = f"`{field.name}` of `{owner}`"
            inner = _inner(slot, argument.value, title=title, shape=field.shape, required=field.required)
            yield from _walk(replace(inner, key=f"{owner}.{field.name}"))


def _entries(slot: Slot, shape: MapShape, value: Mapping) -> Iterator[Slot]:
    for entry in value.entries:
        key = entry.key.value if isinstance(entry.key, Text) else ""
        item: Shape = TextShape(shape.placeholders)
        if shape.key == "resource":
            item = QuantityShape(MEASURES.get(key, "units"))
        title = f"`{key}` in {slot.title}" if key and "`" not in key else f"a value of {slot.title}"
        yield _inner(slot, entry.value, title=title, shape=item, required=True)


def _inner(slot: Slot, value: Value, *, title: str, shape: Shape, required: bool) -> Slot:
    spelled = slot.spelled and value.span != slot.value.span
    return replace(slot, value=value, title=title, shape=shape, required=required, spelled=spelled, also="")
