"""argument-not-static: a decorator's argument, or a default, that cannot be known without running the program."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import CONSTRUCTS, ExceptionsShape, JsonShape, MapShape, Shape
from athena_lsp.ir.model import Definition, Kind, Parameter, Unit
from athena_lsp.ir.values import Concatenated, Construct, Mapping, NotStatic, Reference, Value
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._options import Slot, describe, slots, values_in
from athena_lsp.rules.base import Finding, rule

READ = "athena reads it and never runs it"
CONSTANT = "write it out, or bind it once at module level to a literal"


@rule("an argument that cannot be known without running the program", required=True)
def argument_not_static(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for argument in definition.options:
            if argument.name == "**":
                yield _unpacked(argument.value, f"@{definition.kind.value}")
        if definition.kind is not Kind.FRAGMENT:
            for parameter in definition.parameters:
                yield from _default(definition, parameter)
    for slot in slots(unit):
        if slot.source != "resource":
            yield from _argument(slot)


def _argument(slot: Slot) -> Iterator[Finding]:
    value = slot.value
    if isinstance(value, Construct):
        for index, argument in enumerate(value.arguments):
            if argument.name == "**" or (not argument.name and index < len(CONSTRUCTS[value.name])):
                yield _unpacked(argument.value, value.name)
        return
    for unknown in _unknown_parts(slot):
        if not isinstance(unknown, Concatenated) or not _has_placeholders_of(slot, unknown):
            yield _finding(slot.title, unknown)


def _unknown_parts(slot: Slot) -> Iterator[Value]:
    """The parts of a value that are not static and are no slots of their own."""
    value = slot.value
    parts = values_in(value) if isinstance(slot.shape, JsonShape | ExceptionsShape) else (value,)
    yield from (part for part in parts if isinstance(part, NotStatic | Concatenated))
    if isinstance(slot.shape, MapShape) and isinstance(value, Mapping):
        yield from (entry.key for entry in value.entries if isinstance(entry.key, NotStatic | Concatenated))


def _has_placeholders_of(slot: Slot, value: Concatenated) -> bool:
    """Whether the text joins the function's own parameters, where a placeholder is the way to do that."""
    parameters = slot.definition.parameters if slot.definition else ()
    return _takes_placeholders(slot.shape) and any(parameter.name in value.names for parameter in parameters)


def _takes_placeholders(shape: Shape) -> bool:
    return bool(getattr(shape, "placeholders", False))


def _default(definition: Definition, parameter: Parameter) -> Iterator[Finding]:
    if parameter.default is None:
        return
    if isinstance(parameter.default, Construct) and parameter.default.name == "Scheduled":
        if definition.kind is not Kind.WORKFLOW:
            message = "`Scheduled()` is a default of workflows' parameters: a timetable submits workflows alone"
            hint = "read `run_info().scheduled_time` in the body"
            yield Finding(span=parameter.default.span, message=message, hints=(hint,))
        return
    title = f"the default of `{parameter.name}`"
    for part in values_in(parameter.default):
        if isinstance(part, NotStatic | Concatenated | Reference | Construct):
            yield Finding(
                span=part.span,
                message=f"{title} cannot be known without running the program: {_what(part)}",
                hints=("write a literal, or `None` and make the value in the body",),
            )


def _finding(title: str, value: Value) -> Finding:
    return Finding(
        span=value.span,
        message=f"{title} cannot be known without running the program: {_what(value)}",
        hints=(f"{CONSTANT}; {READ}",),
    )


def _unpacked(value: Value, owner: str) -> Finding:
    return Finding(
        span=value.span,
        message=f"the arguments of `{owner}` cannot be known without running the program: {describe(value)}",
        hints=("write each argument as a keyword",),
    )


def _what(value: Value) -> str:
    if isinstance(value, Concatenated):
        return f"a text made of {listed(dict.fromkeys(value.names), 'and')}" if value.names else "a text put together"
    return describe(value)
