"""invalid-volume: `pvc` of something that is no module-level volume."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import VOLUME_TYPES, VolumeShape
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Concatenated, Construct, NotStatic, Reference, Value
from athena_lsp.rules._resources import known_arguments, resource_calls
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

DECLARE = 'bind it to a module-level name, as in `CACHE = EphemeralPvc(size="1Gi", access_modes=["ReadWriteMany"])`'


@rule("a volume that is not a module-level name", fixable=True, required=True)
def invalid_volume(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for call in resource_calls(unit):
        for argument, field in known_arguments(call):
            if isinstance(field.shape, VolumeShape) and (problem := _problem(facts, argument.value)):
                yield Finding(
                    span=argument.value.span,
                    message=problem,
                    related=_declared(argument.value),
                    hints=(DECLARE,),
                    fixes=_bound(unit, facts, argument.value),
                )


def _bound(unit: Unit, facts: Facts, value: Value) -> tuple[Mend, ...]:
    """The call of the volume's type as a module-level name above the function."""
    definition = next((each for each in unit.definitions if value.span.start in each.span), None)
    if not isinstance(value, Construct) or definition is None or definition.nested_in:
        return ()
    known = facts.names(unit.path)
    numbered = chain(("VOLUME",), (f"VOLUME_{number}" for number in count(2)))
    name = next(each for each in numbered if each not in known)
    at = definition.span.start
    above = TextEdit(Span(at, at), f"{name} = {value.span.of(unit.text)}\n\n\n")
    return (Mend(f"Bind it to `{name}`", (above, TextEdit(value.span, name))),)


def _problem(facts: Facts, value: Value) -> str:
    """What is wrong with the value; empty where nothing is, or another rule says it."""
    match value:
        case Reference(declaration=declaration):
            if facts.volume(declaration) is not None:
                return ""
            return f"`{declaration.name}` is not an `EphemeralPvc` or `ExternalPvc`"
        case Construct(name=name) if name in VOLUME_TYPES:
            return f"this `{name}` has no name that other containers could share it by"
        case NotStatic() | Concatenated():
            return ""
        case _:
            return "this is not an `EphemeralPvc` or `ExternalPvc`"


def _declared(value: Value) -> tuple[Related, ...]:
    if isinstance(value, Reference) and value.declaration.path:
        return (Related(f"`{value.declaration.name}` is declared here", value.declaration),)
    return ()
