"""The resource calls of a block's containers and fragments, each argument with the field that it stands for."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.options import RESOURCES, Field
from athena_lsp.ir.model import Definition, Kind, ResourceCall, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import Argument
from athena_lsp.rules._bodies import pod_bodies


def resource_calls(unit: Unit) -> Iterator[ResourceCall]:
    """Every resource call, in the order of the source."""
    for _, body in pod_bodies(unit):
        yield from body.resources


def known_arguments(call: ResourceCall) -> Iterator[tuple[Argument, Field]]:
    """The arguments that name one of the call's parameters."""
    fields = {field.name: field for field in RESOURCES.get(call.name, ())}
    for argument in call.arguments:
        if argument.name in fields:
            yield argument, fields[argument.name]


def unpacked(call: ResourceCall) -> Iterator[Argument]:
    """`*arguments` and `**arguments`."""
    count = len(RESOURCES.get(call.name, ()))
    for index, argument in enumerate(call.arguments):
        if argument.name == "**" or (not argument.name and index < count):
            yield argument


def concerns(definition: Definition, first: Declaration, second: Declaration) -> bool:
    """Whether a conflict between the resource calls of two definitions is told of this one: of every container that
    makes both, and of a fragment that makes both itself."""
    return definition.kind is Kind.CONTAINER or definition.declaration == first == second
