"""Edges: how a value gets from where it is made to the parameter of a step, or to the result of the workflow."""

from __future__ import annotations

from typing import assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.jsonform import NoJsonFormError
from athena_lsp.argo.expressions import (
    Wires,
    input_artifact_tag,
    input_expression,
    input_tag,
    quoted,
    result_artifact_tag,
    result_tag,
    tag,
)
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.manifest import Artifact, Parameter, RawArtifact, ValueFrom
from athena_lsp.argo.printer import json_expression
from athena_lsp.argo.projections import constant_part
from athena_lsp.argo.tree import Origin
from athena_lsp.argo.values import value_text
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Bound, Computed, Constant, Expr, Hole, ParameterRef, Projection, StepRef
from athena_lsp.ir.names import Declaration
from athena_runtime.contract import RETURN_NAME

ITEM_TAG = "{{item}}"
"""The element of a fan-out, whose text is JSON."""
NO_VALUE = "null"
"""Stands for a value that lowering could not understand; a program with such a value is not emitted."""


def argument(facts: Facts, owner: Declaration, bound: Bound, wires: Wires) -> Parameter | Artifact:
    """An argument of a step (Argo `arguments.parameters`, `arguments.artifacts`)."""
    name, origin = bound.parameter.name, Origin(owner, bound.value.span)
    if not is_artifact(bound.parameter.type):
        return Parameter(name=name, value=value_tag(facts, bound.value, wires), origin=origin)
    match bound.value:
        case StepRef(task=task, type=type_) if is_artifact(type_):
            return Artifact(name=name, from_=result_artifact_tag(wires, task), origin=origin)
        case ParameterRef(name=source, type=type_) if is_artifact(type_):
            return Artifact(name=name, from_=input_artifact_tag(source), origin=origin)
        case _:
            # A value of type `Any`: its JSON text is what the artifact's file holds.
            return Artifact(name=name, raw=RawArtifact(data=value_tag(facts, bound.value, wires)), origin=origin)


def result(facts: Facts, owner: Declaration, value: Expr, wires: Wires) -> Parameter | Artifact:
    """The result of a workflow (Argo `outputs`). Every expression gives JSON text, or Argo would spell the value."""
    origin = Origin(owner, value.span)
    match value:
        case StepRef(task=task, type=type_) if is_artifact(type_):
            return Artifact(name=RETURN_NAME, from_=result_artifact_tag(wires, task), origin=origin)
        case ParameterRef(name=name, type=type_) if is_artifact(type_):
            return Artifact(name=RETURN_NAME, from_=input_artifact_tag(name), origin=origin)
        case StepRef(task=task):
            source = ValueFrom(parameter=result_tag(wires, task))
        case ParameterRef(name=name):
            source = ValueFrom(expression=input_expression(name))
        case Projection() | Computed() | ItemRef():
            source = ValueFrom(expression=_part(facts, value, wires))
        case Constant() | Hole():
            source = ValueFrom(expression=quoted(_constant(value)))
        case _:
            assert_never(value)
    return Parameter(name=RETURN_NAME, value_from=source, origin=origin)


def value_tag(facts: Facts, value: Expr, wires: Wires) -> str:
    """The text of an argument: JSON, a plain tag for a whole value, an expression tag for a part of one."""
    match value:
        case StepRef(task=task):
            return result_tag(wires, task)
        case ParameterRef(name=name):
            return input_tag(name)
        case ItemRef():
            return ITEM_TAG
        case Projection(base=Constant()):
            return _constant(value)
        case Projection() | Computed():
            return tag(_part(facts, value, wires))
        case Constant() | Hole():
            return _constant(value)
        case _:
            assert_never(value)


def _part(facts: Facts, value: Projection | Computed | ItemRef, wires: Wires) -> str:
    """A part of a value, or a value computed from others, as an expression that gives JSON text."""
    if isinstance(value, Projection) and isinstance(value.base, Constant):
        return quoted(_constant(value))
    return json_expression(facts, value, wires)


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
