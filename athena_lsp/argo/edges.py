"""Edges: how a value gets from where it is made to the parameter of a step, or to the result of the workflow."""

from __future__ import annotations

from typing import assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.jsonform import NoJsonFormError
from athena_lsp.analysis.pure_base import bare
from athena_lsp.argo.expressions import (
    Wires,
    carried,
    input_artifact_tag,
    input_tag,
    quoted,
    result_artifact_tag,
    result_expression,
    result_tag,
    tag,
)
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.manifest import Artifact, Parameter, RawArtifact, ValueFrom
from athena_lsp.argo.printer import json_expression, printed, whole_text, without_brackets
from athena_lsp.argo.projections import constant_part
from athena_lsp.argo.tree import Origin
from athena_lsp.argo.values import value_text
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Bound, Computed, Constant, Expr, Hole, ParameterRef, Projection, StepRef
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import STR
from athena_lsp.ir.values import Text

ITEM_TAG = "{{item}}"
"""The element of a fan-out, whose text is JSON."""
NO_VALUE = "null"
"""Stands for a value that lowering could not understand; a program with such a value is not emitted."""


def argument(
    facts: Facts, owner: Declaration, bound: Bound, wires: Wires, *, plain: bool = False
) -> Parameter | Artifact:
    """An argument of a step (Argo `arguments.parameters`, `arguments.artifacts`).

    `plain`: a text is given as it is and not as JSON, for a template that athena did not write.
    """
    name, origin = bound.parameter.name, Origin(owner, bound.value.span)
    if plain and bare(facts, bound.parameter.type) == STR:
        return Parameter(name=name, value=_plain_text(facts, bound.value, wires), origin=origin)
    if not is_artifact(bound.parameter.type):
        return Parameter(name=name, value=value_tag(facts, bound.value, wires), origin=origin)
    if (source := _artifact(bound.value, wires)) is not None:
        return Artifact(name=name, from_=source, origin=origin)
    # A value of type `Any`: its JSON text is what the artifact's file holds.
    return Artifact(name=name, raw=RawArtifact(data=value_tag(facts, bound.value, wires)), origin=origin)


def output(facts: Facts, owner: Declaration, name: str, value: Expr, wires: Wires) -> Parameter | Artifact:
    """A value that a template gives (Argo `outputs`). Expressions give JSON text, or Argo would spell the value."""
    origin = Origin(owner, value.span)
    if (source := _artifact(value, wires)) is not None:
        return Artifact(name=name, from_=source, origin=origin)
    match value:
        case StepRef() if carried(value) not in wires.inputs:
            given = ValueFrom(parameter=result_tag(wires, value))
        case StepRef() | ParameterRef():
            # Argo replaces tags of inputs before it asks what the parameter is.
            given = ValueFrom(expression=whole_text(value, wires))
        case Projection() | Computed() | ItemRef():
            given = ValueFrom(expression=_part(facts, value, wires))
        case Constant() | Hole():
            given = ValueFrom(expression=quoted(_constant(value)))
        case _:
            assert_never(value)
    return Parameter(name=name, value_from=given, origin=origin)


def value_tag(facts: Facts, value: Expr, wires: Wires) -> str:
    """The text of an argument: JSON, a plain tag for a whole value, an expression tag for a part of one."""
    match value:
        case StepRef():
            return result_tag(wires, value)
        case ParameterRef(name=name):
            return input_tag(name)
        case ItemRef():
            return input_tag(name) if (name := carried(value)) in wires.inputs else ITEM_TAG
        case Projection(base=Constant()):
            return _constant(value)
        case Projection() | Computed():
            return tag(_part(facts, value, wires))
        case Constant() | Hole():
            return _constant(value)
        case _:
            assert_never(value)


def given_text(facts: Facts, value: Expr, wires: Wires) -> str:
    """A value that a region gives, as an expression: its JSON text, or the artifact that it is."""
    if is_artifact(value.type):
        return _artifact_expression(value, wires)
    return whole_text(value, wires) or json_expression(facts, value, wires)


def _artifact_expression(value: Expr, wires: Wires) -> str:
    """The artifact that a value is, as an expression."""
    if isinstance(value, StepRef):
        return result_expression(wires, value, "artifacts")
    name = carried(value) if isinstance(value, ParameterRef | ItemRef) else ""
    return f"inputs.artifacts[{quoted(name)}]"


def _artifact(value: Expr, wires: Wires) -> str | None:
    """What the artifact that a value is comes from; None for what is none."""
    match value:
        case StepRef(type=type_) if is_artifact(type_):
            return result_artifact_tag(wires, value)
        case ParameterRef(type=type_) | ItemRef(type=type_) if is_artifact(type_):
            return input_artifact_tag(carried(value))
        case _:
            return None


def _part(facts: Facts, value: Projection | Computed | ItemRef, wires: Wires) -> str:
    """A part of a value, or a value computed from others, as an expression that gives JSON text."""
    if isinstance(value, Projection) and isinstance(value.base, Constant):
        return quoted(_constant(value))
    return without_brackets(value, json_expression(facts, value, wires))


def _constant(value: Constant | Hole | Projection) -> str:
    try:
        match value:
            case Constant(value=constant):
                return value_text(constant)
            case Projection(base=Constant(value=constant), path=path):
                return constant_part(constant, path)
            case _:
                return NO_VALUE
    except NoJsonFormError:
        return NO_VALUE


def _plain_text(facts: Facts, value: Expr, wires: Wires) -> str:
    """A text without the quotes of JSON."""
    if isinstance(value, Constant) and isinstance(value.value, Text) and not {"{", "}"} & set(value.value.value):
        return value.value.value
    return tag(printed(facts, value, wires))
