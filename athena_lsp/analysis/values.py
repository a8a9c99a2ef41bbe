"""Static values and types together: what type a value has, and whether it fits one."""

from __future__ import annotations

from typing import assert_never

from athena_lsp.analysis.algebra import literal, union, widened
from athena_lsp.analysis.types import Difference, difference, fields_of
from athena_lsp.analysis.view import View
from athena_lsp.ir.types import (
    ANY,
    BYTES,
    FLOAT,
    NONE,
    STR,
    UNRESOLVED,
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    NewTypeOf,
    Scalar,
    ScalarKind,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
)
from athena_lsp.ir.values import (
    Bytes,
    Concatenated,
    Construct,
    Duration,
    EnumCase,
    Flag,
    Mapping,
    NotStatic,
    Null,
    Number,
    Reference,
    Sequence,
    Text,
    Value,
)

__all__ = ["is_static", "type_of_value", "value_difference", "widened"]


def type_of_value(view: View, value: Value) -> Type:
    """The narrowest type of a value; Unresolved for what is not static."""
    match value:
        case Text(value=text):
            return literal(text)
        case Flag(value=flag):
            return literal(flag)
        case Number(value=int(number)):
            return literal(number)
        case Number():
            return FLOAT
        case Bytes():
            return BYTES
        case Null():
            return NONE
        case Duration():
            return Scalar(ScalarKind.TIMEDELTA)
        case EnumCase(declaration=declaration, case=case):
            return EnumOf(declaration, declaration.name, case)
        case Sequence(kind="tuple", items=items):
            return TupleOf(tuple(type_of_value(view, item) for item in items))
        case Sequence(kind=kind, items=items):
            item = union([widened(type_of_value(view, item)) for item in items]) if items else ANY
            return SetOf(item) if kind == "set" else ListOf(item)
        case Mapping(entries=entries):
            keys = [widened(type_of_value(view, entry.key)) for entry in entries]
            values = [widened(type_of_value(view, entry.value)) for entry in entries]
            return DictOf(union(keys), union(values)) if entries else DictOf(ANY, ANY)
        case Concatenated():
            return STR
        case Construct() | Reference() | NotStatic():
            return UNRESOLVED
        case _:
            assert_never(value)


def value_difference(view: View, value: Value, expected: Type) -> Difference | None:
    """Where a value does not fit a type; displays are looked into, so that `[]` is a list of anything."""
    return _difference(view, value, expected, "")


def is_static(value: Value) -> bool:
    """Whether all of the value is known."""
    match value:
        case Concatenated() | NotStatic() | Reference() | Construct():
            return False
        case Sequence(items=items):
            return all(is_static(item) for item in items)
        case Mapping(entries=entries):
            return all(is_static(entry.key) and is_static(entry.value) for entry in entries)
        case _:
            return True


def _difference(view: View, value: Value, expected: Type, path: str) -> Difference | None:
    match value, expected:
        case _, NewTypeOf(base=base) if isinstance(value, Text | Number | Flag):
            return _difference(view, value, base, path)
        case ((Sequence() | Mapping()), UnionOf(members=members)):
            found = [_difference(view, value, member, path) for member in members]
            return Difference(path, widened(type_of_value(view, value)), expected) if all(found) else None
        case Sequence(kind="list", items=items), ListOf(item=item):
            return _first(view, [(entry, item, f"{path}[{index}]") for index, entry in enumerate(items)])
        case Sequence(kind="set", items=items), SetOf(item=item):
            return _first(view, [(entry, item, f"{path}[]") for entry in items])
        case Sequence(kind="tuple", items=items), (TupleRest(item=item) | ListOf(item=item, abstract=True)):
            return _first(view, [(entry, item, f"{path}[{index}]") for index, entry in enumerate(items)])
        case Sequence(kind="tuple", items=items), TupleOf(items=wanted) if len(items) == len(wanted):
            pairs = zip(items, wanted, strict=True)
            return _first(view, [(entry, item, f"{path}[{index}]") for index, (entry, item) in enumerate(pairs)])
        case Mapping(entries=entries), DictOf(key=key, value=item):
            keys = [(entry.key, key, f"{path}.keys()") for entry in entries]
            return _first(view, [*keys, *((entry.value, item, f"{path}[...]") for entry in entries)])
        case Mapping(entries=entries), ClassOf():
            return _keys_difference(view, value, expected, path)
        case _:
            found_here = difference(view, type_of_value(view, value), expected)
            return Difference(path, widened(type_of_value(view, value)), expected) if found_here else None


def _first(view: View, pairs: list[tuple[Value, Type, str]]) -> Difference | None:
    return next((found for value, type_, path in pairs if (found := _difference(view, value, type_, path))), None)


def _keys_difference(view: View, value: Mapping, expected: ClassOf, path: str) -> Difference | None:
    """A dict display given for a TypedDict (or, by its JSON form, for another class with fields)."""
    fields = {field.name: field for field in fields_of(view, expected)}
    given = {entry.key.value: entry.value for entry in value.entries if isinstance(entry.key, Text)}
    missing = any(field.required and name not in given for name, field in fields.items())
    if missing or len(given) != len(value.entries) or given.keys() - fields.keys():
        return Difference(path, widened(type_of_value(view, value)), expected)
    return _first(
        view, [(given[name], field.type, f"{path}.{name}") for name, field in fields.items() if name in given]
    )
