"""Printing pure expressions: values in Argo's expression language, decoded from the JSON text that steps exchange."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.jsonform import Json, json_value
from athena_lsp.argo.expressions import Wires, decoded, input_expression, quoted, result_expression
from athena_lsp.argo.projections import constant_part, part_of, projected
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Computed, Constant, Expr, Hole, ParameterRef, Projection, StepRef
from athena_lsp.ir.operations import Operation

BINARY: dict[Operation, str] = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "concatenate": "+",
    "equal": "==",
    "unequal": "!=",
    "less": "<",
    "less-equal": "<=",
    "greater": ">",
    "greater-equal": ">=",
    "and": "&&",
    "or": "||",
    "in-list": "in",
    "in-keys": "in",
}


def printed(facts: Facts, value: Expr, wires: Wires) -> str:
    """The value, as an expression. It never holds `}}`, which would end the tag around it."""
    match value:
        case StepRef(task=task):
            return decoded(result_expression(wires, task))
        case ParameterRef(name=name):
            return decoded(input_expression(name))
        case Projection(base=StepRef(task=task)):
            return projected(facts, result_expression(wires, task), value)
        case Projection(base=ParameterRef(name=name)):
            return projected(facts, input_expression(name), value)
        case ItemRef():
            return wires.item
        case Projection(base=ItemRef()):
            return part_of(facts, wires.item, value)
        case Projection(base=Constant(value=constant), path=path):
            return literal(json.loads(constant_part(constant, path)))
        case Constant(value=constant):
            return literal(json_value(constant))
        case Computed():
            return _computed(facts, value, wires)
        case Hole() | Projection():
            return "nil"  # a program with a hole is not emitted
        case _:
            assert_never(value)


def json_expression(facts: Facts, value: Expr, wires: Wires) -> str:
    """An expression that gives the value as compact JSON text."""
    text = printed(facts, value, wires)
    wrapped = isinstance(value, Computed) and text.startswith("(")
    return f"toJson({text[1:-1] if wrapped else text})"


def literal(value: Json) -> str:
    """A JSON value as a literal of the expression language."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"({value!r})" if value < 0 else repr(value)
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(literal(item) for item in value)}]"
        case dict():
            return _map((key, literal(item)) for key, item in value.items())
        case _:
            assert_never(value)


def _computed(facts: Facts, value: Computed, wires: Wires) -> str:
    operands = [printed(facts, operand, wires) for operand in value.operands]
    operation = value.operation
    if operation in BINARY:
        return f"({f' {BINARY[operation]} '.join(operands)})" if len(operands) > 1 else operands[0]
    match operation:
        case "negate":
            return f"(-{operands[0]})"
        case "not":
            return f"(not {operands[0]})"
        case "in-text":
            return f"({operands[1]} contains {operands[0]})"
        case "is-none":
            return f"({operands[0]} == nil)"
        case "is-not-none":
            return f"({operands[0]} != nil)"
        case "length":
            return f"len({operands[0]})"
        case "text":
            return f"string(int({operands[0]}))"  # a decoded number is a float, and floats have another spelling
        case "choose":
            return f"({operands[0]} ? {operands[1]} : {operands[2]})"
        case "dict":
            return _map(zip(value.keys, operands, strict=True))
        case _:
            return f"[{', '.join(operands)}]"


def _map(entries: Iterable[tuple[str, str]]) -> str:
    """A map display. The blank before the brace keeps two of them from ending the tag."""
    inside = ", ".join(f"{quoted(key)}: {text}" for key, text in entries)
    return f"{{{inside} }}" if inside else "{}"
