"""Telling types apart by their JSON forms: what `isinstance` and class patterns can ask of a value on the cluster."""

from __future__ import annotations

from athena_lsp.analysis.attempts import FAILED, OK
from athena_lsp.analysis.classes import class_info, fields_of
from athena_lsp.analysis.pure_base import bare
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Computed, Constant, Expr
from athena_lsp.ir.types import (
    BOOL,
    STR,
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Scalar,
    ScalarKind,
    SetOf,
    TupleOf,
    TupleRest,
    TupleSpread,
    Type,
    UnionOf,
)
from athena_lsp.ir.values import Text

BUILT_IN: dict[str, tuple[ScalarKind, ...]] = {
    "str": (ScalarKind.STR,),
    "bool": (ScalarKind.BOOL,),
    "int": (ScalarKind.INT, ScalarKind.BOOL),
    "float": (ScalarKind.FLOAT,),
}
"""Built-in classes, and the scalars that are instances of them."""
KINDS = {
    ScalarKind.NONE: "nil",
    ScalarKind.BOOL: "bool",
    ScalarKind.INT: "float",
    ScalarKind.FLOAT: "float",
}
"""What the engine calls decoded values; all other scalars are texts."""
KEYS = {OK: "value", FAILED: "status"}
"""A key that tells an attempt's results apart."""


def type_test(view: View, value: Expr, wanted: Type | str) -> tuple[Expr, tuple[Type, ...]] | None:
    """Whether a value is an instance, as a condition, and the members of its type that are; None when no JSON tells.

    `wanted` is a class, or the name of a built-in one: `str`, `list`.
    """
    members = value.type.members if isinstance(value.type, UnionOf) else (value.type,)
    inside = tuple(member for member in members if _is_instance(view, member, wanted))
    if isinstance(wanted, ClassOf) and wanted.declaration in KEYS:
        others = [member for member in members if not (isinstance(member, ClassOf) and member.declaration in KEYS)]
        key = Constant(span=value.span, value=Text(span=value.span, value=KEYS[wanted.declaration]), type=STR)
        made = Computed(span=value.span, operation="in-keys", operands=(key, value), type=BOOL)
        return (made, inside) if not others and inside else None
    kinds = {kind_of(view, member) for member in inside}
    others_kinds = {kind_of(view, member) for member in members if member not in inside}
    if not inside or kinds & others_kinds or "" in kinds | others_kinds:
        return None
    made = Computed(span=value.span, operation="has-kind", operands=(value,), keys=tuple(sorted(kinds)), type=BOOL)
    return made, inside


def kind_of(view: View, type_: Type) -> str:
    """What the engine calls a decoded value of the type; empty when that cannot be told."""
    while isinstance(type_, NewTypeOf):
        type_ = type_.base
    match type_:
        case Scalar(kind=kind):
            return KINDS.get(kind, "string")
        case LiteralOf(kinds=kinds):
            found = {KINDS.get(ScalarKind(kind), "string") for kind in kinds}
            return found.pop() if len(found) == 1 else ""
        case ListOf() | SetOf() | TupleOf() | TupleRest() | TupleSpread():
            return "array"
        case DictOf():
            return "map"
        case ClassOf(declaration=declaration):
            root = next((each for each in fields_of(view, type_) if each.json_name == ""), None)
            if root is not None:
                return kind_of(view, root.type)
            return "map" if declaration in KEYS or class_info(view, declaration) is not None else ""
        case EnumOf(declaration=declaration):
            info = class_info(view, declaration)
            values = {type(value) for _, value in info.cases} if info is not None else set()
            return "string" if values == {str} else "float" if values and values <= {int, float} else ""
        case _:
            return ""


def _is_instance(view: View, member: Type, wanted: Type | str) -> bool:
    if not isinstance(wanted, str):
        return isinstance(member, ClassOf | EnumOf) and _declared(member) == _declared(wanted)
    found = bare(view, member)
    if wanted in BUILT_IN:
        return isinstance(found, Scalar) and found.kind in BUILT_IN[wanted]
    match wanted:
        case "list":
            return isinstance(found, ListOf) and not found.abstract
        case "dict":
            return isinstance(found, DictOf)
        case "tuple":
            return isinstance(found, TupleOf | TupleRest | TupleSpread)
        case _:
            return False


def _declared(type_: Type) -> object:
    return type_.declaration if isinstance(type_, ClassOf | EnumOf) else None
