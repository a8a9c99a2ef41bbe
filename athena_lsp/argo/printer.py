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
from athena_lsp.ir.types import ListOf, Scalar, ScalarKind, SetOf, TupleOf, TupleRest, Type, UnionOf

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

SAFE = ((r"'\u007b\u007b'", r"'\\u007b\\u007b'"), ("'$'", r"'\\u0024'"))
"""What is replaced in JSON texts, and by what: literals of the expression language."""


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
    """An expression that gives the value as compact JSON text, out of which nobody takes anything."""
    text = printed(facts, value, wires)
    wrapped = isinstance(value, Computed) and text.startswith("(")
    return json_text(text[1:-1] if wrapped else text, value.type)


def json_text(expression: str, type_: Type) -> str:
    """The JSON text of what an expression gives. Texts in it are made safe, where a value of the type can hold any."""
    text = f"toJson({expression})"
    return safe(text) if may_hold_text(type_) else text


def safe(text: str) -> str:
    """The same JSON text, in which nothing stands that Argo (`{{`) or Kubernetes (`$`) would replace.

    Argo reads a value again after it has put it in, and `toJson` undoes the escapes of its source. A JSON text has
    these characters in texts alone, where an escape means the same.
    """
    for taken, kept in SAFE:
        text = f"replace({text}, {taken}, {kept})"
    return text


def may_hold_text(type_: Type) -> bool:
    """Whether a value of the type may hold a text, also as a key."""
    match type_:
        case Scalar(kind=kind):
            return kind not in (ScalarKind.INT, ScalarKind.FLOAT, ScalarKind.BOOL, ScalarKind.NONE)
        case ListOf(item=item) | TupleRest(item=item) | SetOf(item=item):
            return may_hold_text(item)
        case TupleOf(items=items) | UnionOf(members=items):
            return any(may_hold_text(item) for item in items)
        case _:
            return True


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
