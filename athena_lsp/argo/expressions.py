"""Printing references and expressions: what carries a value from one step to another, or into a text field.

A plain tag carries a whole value; an expression tag only projects, and ends in Argo's `toJson`, since `toJSON` indents.
Names and keys are read in brackets: task names have hyphens, and `return` is a word of the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, assert_never

from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import ParameterRef, StepRef
from athena_lsp.ir.names import plain_name
from athena_lsp.records import dataclass, field
from athena_runtime.contract import RETURN_NAME

Reference: TypeAlias = StepRef | ParameterRef | ItemRef
"""What carries a value from where it is made to where it is read."""
Mode: TypeAlias = Literal["tasks", "steps"]
"""How the steps of a template are called: in a dag or in steps."""

ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\r": "\\r", "{": "\\u007b", "}": "\\u007d"}


def input_tag(name: str) -> str:
    """The whole value of the template's own parameter."""
    return f"{{{{inputs.parameters.{name}}}}}"


def workflow_tag(name: str) -> str:
    """The whole value of the submitted workflow's parameter."""
    return f"{{{{workflow.parameters.{name}}}}}"


def input_artifact_tag(name: str) -> str:
    return f"{{{{inputs.artifacts.{name}}}}}"


@dataclass(frozen=True, slots=True)
class Wires:
    """Where one template reads what its calls are given: at the call itself, or at its own inputs."""

    mode: Mode = "tasks"
    inputs: frozenset[str] = frozenset()
    """The template's inputs that carry what it reads from outside, by `carried`."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Steps inside parts, with the task that is their part."""
    item: str = "fromJSON(item)"
    """The element of a fan-out, as an expression that gives its value."""
    bound: Mapping[str, str] = field(default_factory=dict)
    """The elements inside an expression, by their loops."""


def carried(reference: Reference) -> str:
    """The name under which a value enters or leaves a local template.

    A parameter of the workflow keeps its name. No name of Python has a hyphen, and no task has an underscore.
    """
    match reference:
        case ParameterRef(name=name):
            return name
        case StepRef(task=task, output=output):
            return f"step-{task}" if output == RETURN_NAME else f"step-{task}_{output}"
        case ItemRef(loop=loop, name=name):
            return f"item-{loop}_{plain_name(name)}"
        case _:
            assert_never(reference)


def result_tag(wires: Wires, reference: StepRef) -> str:
    """The whole result of a step."""
    owner, name = _place(wires, reference)
    return f"{{{{{owner}.parameters.{name}}}}}" if owner == "inputs" else f"{{{{{owner}.outputs.parameters.{name}}}}}"


def result_artifact_tag(wires: Wires, reference: StepRef) -> str:
    owner, name = _place(wires, reference)
    return f"{{{{{owner}.artifacts.{name}}}}}" if owner == "inputs" else f"{{{{{owner}.outputs.artifacts.{name}}}}}"


def result_expression(wires: Wires, reference: StepRef, kind: Literal["parameters", "artifacts"] = "parameters") -> str:
    """The JSON text of a step's result, in an expression; or the artifact."""
    owner, name = _place(wires, reference)
    if owner == "inputs":
        return f"inputs.{kind}[{quoted(name)}]"
    mode, _, owning_task = owner.partition(".")
    return f"{mode}[{quoted(owning_task)}].outputs.{kind}[{quoted(name)}]"


def _place(wires: Wires, reference: StepRef) -> tuple[str, str]:
    """Whose parameter a result is, and the parameter's name."""
    name, task = carried(reference), reference.task
    if name in wires.inputs:
        return "inputs", name
    if task in wires.parts:
        return f"tasks.{wires.parts[task]}", name
    return f"{wires.mode}.{task}", reference.output


def input_expression(name: str) -> str:
    """The JSON text of the template's own parameter, in an expression."""
    return f"inputs.parameters[{quoted(name)}]"


def workflow_expression(name: str) -> str:
    """The JSON text of the submitted workflow's parameter, in an expression."""
    return f"workflow.parameters[{quoted(name)}]"


def decoded(source: str, path: tuple[str | int, ...] = ()) -> str:
    """The value behind an expression that gives JSON text, or a part of it."""
    return f"fromJSON({source})" + "".join(f"[{quoted(key) if isinstance(key, str) else key}]" for key in path)


def tag(expression: str) -> str:
    """The expression in a tag. It holds no `}}`: texts in it are escaped, map displays end in a blank and a brace."""
    blank = " " if expression.endswith("}") else ""
    return f"{{{{={expression}{blank}}}}}"


def quoted(text: str) -> str:
    """A text literal of the expression language. Braces are escaped, for a tag ends at the first `}}`."""
    return "'" + "".join(_escaped(character) for character in text) + "'"


def _escaped(character: str) -> str:
    if (escape := ESCAPES.get(character)) is not None:
        return escape
    code = ord(character)
    if character.isprintable() and code < 0xFFFF:
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
