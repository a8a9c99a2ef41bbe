"""The arguments that somebody gives to a template by hand: what they are, and what is wrong with a text for one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from athena_lsp.analysis.misfits import misfit
from athena_lsp.analysis.schema import ARTIFACT, given_parameters, inputs_schema
from athena_lsp.analysis.types import show
from athena_lsp.argo.inputs import choices, is_artifact
from athena_lsp.ir.model import Definition, Parameter
from athena_lsp.project import Project
from athena_lsp.records import dataclass

MOST_SHOWN = 80
"""So many letters of a wrong value are in a message."""


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter for which a value can be given."""

    name: str
    type: str
    """As Python writes it."""
    default: str | None
    """A text that gives the default; None when there is none, or when only the running program knows it."""
    is_required: bool
    is_artifact: bool
    """A file or a folder is given for it."""
    choices: tuple[str, ...]
    """The texts of all values that there are, when they can be counted."""


def inputs(project: Project, definition: Definition) -> tuple[Input, ...]:
    """What a template takes, in the order of the function."""
    schema = inputs_schema(project.facts, definition).document
    return tuple(_input(project, each, schema) for each in given_parameters(definition))


def wrong_text(project: Project, definition: Definition, name: str, text: str) -> str:
    """Why a text cannot be given for a parameter; empty when it can, or when there is no such parameter."""
    schema: Mapping[str, Any] = inputs_schema(project.facts, definition).document
    own = schema["properties"].get(name)
    return "" if own is None or ARTIFACT in own else wrong_value(schema, name, value_of(text, own, schema))


def wrong_value(schema: Mapping[str, Any], name: str, value: Any) -> str:
    """Why a JSON value is none for this argument; empty when it is one."""
    wrong = misfit({**schema["properties"][name], "$defs": schema.get("$defs", {})}, value)
    if wrong is None:
        return ""
    text = json.dumps(value, ensure_ascii=False)
    shown = f"in `{text:.{MOST_SHOWN}}`" if wrong.path else f"`{text:.{MOST_SHOWN}}`"
    return f"`{name}{wrong.path}` must be {wrong.expected}, and is {shown}"


def value_of(text: str, schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Any:
    """The JSON that a text is, if that fits; else the text itself, if that fits, or when it is no JSON."""
    own = {**schema, "$defs": whole.get("$defs", {})}
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text
    return text if misfit(own, value) is not None and misfit(own, text) is None else value


def _input(project: Project, parameter: Parameter, schema: Mapping[str, Any]) -> Input:
    own = schema["properties"][parameter.name]
    known = choices(project.facts, parameter.type)
    return Input(
        parameter.name,
        show(parameter.type),
        _shortest(own["default"], own, schema) if "default" in own else None,
        parameter.default is None,
        ARTIFACT in own and is_artifact(parameter.type),
        tuple(_shortest(json.loads(each), own, schema) for each in known),
    )


def _shortest(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    """A text without quotes where that means the same value."""
    if isinstance(value, str) and value and value_of(value, schema, whole) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _no_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")
