"""Static values and types together: what type a value has, and whether it fits one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from athena_lsp.analysis.algebra import literal, union, widened
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.containers import READABLE, UNORDERED, is_dict, is_list, is_set, items_of
from athena_lsp.analysis.types import Difference, difference, fields_of, unfolded
from athena_lsp.analysis.view import View
from athena_lsp.ir.types import (
    ANY,
    BYTES,
    FLOAT,
    NONE,
    STR,
    UNRESOLVED,
    ClassKind,
    ClassOf,
    DictKind,
    DictOf,
    EnumOf,
    ListKind,
    ListOf,
    NewTypeOf,
    Scalar,
    ScalarKind,
    SetKind,
    SetOf,
    TupleOf,
    TupleRest,
    TupleSpread,
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
    Made,
    Mapping,
    NotStatic,
    Null,
    Number,
    Part,
    Reference,
    Sequence,
    Spelled,
    Text,
    Value,
)
from athena_lsp.records import replace

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
        case Spelled(kind=kind):
            return Scalar(kind)
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
        case Construct(name="Scheduled", arguments=()):
            return Scalar(ScalarKind.DATETIME)
        case Made(type=type_):
            return type_
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
        case Made(parts=parts):
            return all(is_static(part.value) for part in parts)
        case Mapping(entries=entries):
            return all(is_static(entry.key) and is_static(entry.value) for entry in entries)
        case _:
            return True


def _difference(view: View, value: Value, type_: Type, path: str) -> Difference | None:
    expected = unfolded(view, type_)
    match value, expected:
        case (
            (Text() | Concatenated() | Number() | Flag() | Bytes() | Duration() | Sequence() | Mapping()),
            NewTypeOf(base=base),
        ):
            # Nobody can call `UserId(3)` in a workflow: what fits the base will do.
            return _difference(view, value, base, path)
        case ((Sequence() | Mapping()), UnionOf(members=members)):
            return _in_union(view, value, members, _whole(view, value, expected, path))
        case Sequence(items=items), _ if (wanted := _item_types(value, expected)) is not None:
            pairs = enumerate(zip(items, wanted, strict=True))
            place = "[]" if value.kind == "set" else "[{}]"
            return _first(view, ((entry, item, path + place.format(index)) for index, (entry, item) in pairs))
        case Mapping(entries=entries), DictOf(key=key, value=item, kind=kind) if is_dict(DictKind.DICT, kind):
            keys = ((entry.key, key, f"{path}.keys()") for entry in entries)
            return _first(view, (*keys, *((entry.value, item, f"{path}[...]") for entry in entries)))
        case Mapping(), ClassOf():
            return _keys_difference(view, value, expected, path)
        case Made(type=made, parts=parts), _ if (inner := _in_parts(view, made, parts, path)) is not None:
            return inner
        case _:
            found = difference(view, type_of_value(view, value), expected)
            return replace(_whole(view, value, expected, path), reason=found.reason) if found else None


def _item_types(value: Sequence, expected: Type) -> Iterable[Type] | None:
    """The type that each item of a display must have; None when the display is not of the expected kind at all."""
    count = len(value.items)
    match value.kind, expected:
        case "list", ListOf(item=item, kind=kind) if is_list(ListKind.LIST, kind):
            return (item,) * count
        case "set", SetOf(item=item, kind=set_kind) if is_set(SetKind.SET, set_kind):
            return (item,) * count
        case "set", ListOf(item=item, kind=kind) if kind in UNORDERED:
            return (item,) * count
        case "tuple", ListOf(item=item, kind=kind) if kind in READABLE:
            return (item,) * count
        case "tuple", TupleOf() | TupleRest() | TupleSpread():
            items = items_of(expected)
            free = count - items.fixed
            if free == 0 or (free > 0 and items.middle is not None):
                return (*items.before, *(items.middle for _ in range(free) if items.middle), *items.after)
            return None
        case _:
            return None


def _in_union(view: View, value: Value, members: Iterable[Type], whole: Difference) -> Difference | None:
    """One member must take the display; the difference inside it is told when it is the only one of its make."""
    found: list[Difference] = []
    for member in members:
        inner = _difference(view, value, member, whole.path)
        if inner is None:
            return None
        found.append(inner)
    deep = [inner for inner in found if inner.path != whole.path]
    return deep[0] if len(deep) == 1 else whole


def _keys_difference(view: View, value: Mapping, expected: ClassOf, path: str) -> Difference | None:
    """A dict display given for a TypedDict. No other class can be written down in a workflow."""
    whole, info = _whole(view, value, expected, path), class_info(view, expected.declaration)
    if info is None or info.kind is not ClassKind.TYPED_DICT:
        return replace(whole, reason=f"a `dict` is no `{expected.name}`")
    fields = {field.name: field for field in fields_of(view, expected)}
    given = {entry.key.value: entry.value for entry in value.entries if isinstance(entry.key, Text)}
    if len(given) != len(value.entries):
        return whole
    for name, field in fields.items():
        if field.required and name not in given:
            return replace(whole, reason=f"the key `{name}` is missing")
    if spare := next((name for name in given if name not in fields), ""):
        return replace(whole, reason=f"`{expected.name}` has no key `{spare}`")
    return _first(view, ((given[name], fields[name].type, f"{path}.{name}") for name in fields if name in given))


def _in_parts(view: View, made: ClassOf, parts: Iterable[Part], path: str) -> Difference | None:
    """The first part of a made value that does not fit its own field."""
    types = {field.name: field.type for field in fields_of(view, made)}
    return _first(view, ((part.value, types[part.name], f"{path}.{part.name}") for part in parts if part.name in types))


def _first(view: View, parts: Iterable[tuple[Value, Type, str]]) -> Difference | None:
    return next((found for value, type_, path in parts if (found := _difference(view, value, type_, path))), None)


def _whole(view: View, value: Value, expected: Type, path: str) -> Difference:
    return Difference(path, widened(type_of_value(view, value)), expected)
