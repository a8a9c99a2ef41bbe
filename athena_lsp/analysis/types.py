"""The algebra of types: how they are shown, what may be given where, and what a value of a type has."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.algebra import ATOMS, parts, show, union
from athena_lsp.analysis.aliases import opened
from athena_lsp.analysis.assignability import Difference, difference
from athena_lsp.analysis.classes import class_info, fields_of
from athena_lsp.analysis.view import View
from athena_lsp.ir.types import (
    ANY,
    INT,
    NONE,
    STR,
    AliasOf,
    AnyType,
    ClassInfo,
    ClassKind,
    ClassOf,
    DictOf,
    EnumOf,
    Field,
    ListKind,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Opaque,
    Scalar,
    ScalarKind,
    TupleOf,
    TupleRest,
    TupleSpread,
    Type,
    UnionOf,
    Unresolved,
)

__all__ = [
    "Difference",
    "attribute_type",
    "difference",
    "field_of",
    "fields_of",
    "inner_types",
    "is_injectable",
    "is_none",
    "is_typed_dict",
    "item_type",
    "may_lack",
    "part_type",
    "show",
    "unfolded",
]

INJECTABLE = frozenset({ScalarKind.STR, ScalarKind.INT, ScalarKind.FLOAT})
MAX_CLASSES = 300
"""So many classes are looked into: a generic one may hold itself with ever larger arguments."""
INDEXED = frozenset({ListKind.LIST, ListKind.DEQUE, ListKind.MUTABLE_SEQUENCE, ListKind.SEQUENCE})


def unfolded(view: View, type_: Type) -> Type:
    """The type with a recursive alias at its top replaced by what it stands for, one round."""
    return opened(view, type_) if isinstance(type_, AliasOf | UnionOf) else type_


def field_of(view: View, type_: Type, name: str) -> Field | None:
    """The field of that name; None when the type has none, or is no class."""
    match type_:
        case ClassOf():
            return next((field for field in fields_of(view, type_) if field.name == name), None)
        case NewTypeOf(base=base):
            return field_of(view, base, name)
        case _:
            return None


def may_lack(view: View, type_: Type, key: str | int) -> bool:
    """Whether a value of a TypedDict, or of a union with one, need not have a key that its type has."""
    match unfolded(view, type_):
        case UnionOf(members=members):
            return any(may_lack(view, member, key) for member in members)
        case NewTypeOf(base=base):
            return may_lack(view, base, key)
        case ClassOf() as class_ if isinstance(key, str) and is_typed_dict(view, class_):
            field = field_of(view, class_, key)
            return field is not None and not field.required
        case _:
            return False


def is_typed_dict(view: View, type_: Type) -> bool:
    """Whether it is a TypedDict."""
    info = class_info(view, type_.declaration) if isinstance(type_, ClassOf) else None
    return info is not None and info.kind is ClassKind.TYPED_DICT


def attribute_type(view: View, type_: Type, name: str) -> Type | None:
    """The type of `value.name`; None when there is no such field. Of a union, every member must have it."""
    found = _attribute(view, unfolded(view, type_), name)
    return unfolded(view, found) if found is not None else None


def item_type(view: View, type_: Type, key: str | int) -> Type | None:
    """The type of `value[key]`; None when that cannot be."""
    found = _item(view, unfolded(view, type_), key)
    return unfolded(view, found) if found is not None else None


def part_type(view: View, type_: Type, name: str) -> Type | None:
    """The type of a field, also of one that is read as a key; None when there is none."""
    return attribute_type(view, type_, name) or item_type(view, type_, name)


def inner_types(view: View, type_: Type) -> tuple[Type, ...]:
    """Every type that is part of a type, itself first: items, arguments, the fields of classes; each once."""
    if type_.__class__ in ATOMS:
        return (type_,)
    alone: tuple[Type, ...] = (type_,)
    return view.ask(("inner-types", type_), lambda: tuple(_inner_types(view, type_)), alone)


def _inner_types(view: View, type_: Type) -> Iterator[Type]:
    seen = {type_}
    pending, classes = [type_], 0
    while pending:
        part = pending.pop()
        yield part
        if isinstance(part, ClassOf):
            classes += 1
        for inside in _directly_inside(view, part) if classes <= MAX_CLASSES else ():
            if inside not in seen:
                seen.add(inside)
                pending.append(inside)


def is_injectable(view: View, type_: Type) -> bool:
    """Whether a value of the type may be spliced into a text: str, int, float, a Literal or an enum of these."""
    match type_:
        case AnyType() | Unresolved():
            return True
        case Scalar(kind=kind):
            return kind in INJECTABLE
        case LiteralOf(kinds=kinds):
            return all(kind in ("str", "int") for kind in kinds)
        case EnumOf(declaration=declaration):
            info = class_info(view, declaration)
            return info is not None and all(
                isinstance(v, str | int | float) and v is not True and v is not False for _, v in info.cases
            )
        case NewTypeOf(base=base):
            return is_injectable(view, base)
        case UnionOf(members=members):
            return all(is_injectable(view, member) for member in members)
        case _:
            return False


def is_none(type_: Type) -> bool:
    """Whether nothing but None has the type: what a step without a result gives."""
    return type_ == NONE


def _directly_inside(view: View, type_: Type) -> tuple[Type, ...]:
    match type_:
        case ClassOf():
            return tuple(each.type for each in fields_of(view, type_))
        case AliasOf():
            return (unfolded(view, type_),)
        case NewTypeOf(base=base):
            return (base,)
        case _:
            return parts(type_)


def _attribute(view: View, type_: Type, name: str) -> Type | None:
    match type_:
        case AnyType() | Opaque():
            return ANY
        case Unresolved():
            return type_
        case UnionOf(members=members):
            found = [attribute_type(view, member, name) for member in members]
            known = [each for each in found if each is not None]
            return union(known) if len(known) == len(found) else None
        case EnumOf():
            return _enum_attribute(view, type_, name)
        case ClassOf(declaration=declaration):
            info = class_info(view, declaration)
            if info is not None and info.kind is ClassKind.TYPED_DICT:
                return None
            field = field_of(view, type_, name)
            return field.type if field else _outside(info)
        case NewTypeOf(base=base):
            return attribute_type(view, base, name)
        case _:
            return None


def _item(view: View, type_: Type, key: str | int) -> Type | None:
    match type_:
        case AnyType() | Opaque():
            return ANY
        case Unresolved():
            return type_
        case ListOf(item=item, kind=kind):
            return item if isinstance(key, int) and kind in INDEXED else None
        case TupleRest(item=item):
            return item if isinstance(key, int) else None
        case TupleOf(items=items):
            return items[key] if isinstance(key, int) and -len(items) <= key < len(items) else None
        case TupleSpread():
            return _spread_item(type_, key) if isinstance(key, int) else None
        case DictOf(key=key_type, value=value):
            return value if difference(view, INT if isinstance(key, int) else STR, key_type) is None else None
        case ClassOf(declaration=declaration):
            info = class_info(view, declaration)
            field = field_of(view, type_, key) if isinstance(key, str) else None
            if info is None or info.kind is not ClassKind.TYPED_DICT:
                return None
            return field.type if field else _outside(info)
        case NewTypeOf(base=base):
            return item_type(view, base, key)
        case UnionOf(members=members):
            found = [item_type(view, member, key) for member in members]
            known = [each for each in found if each is not None]
            return union(known) if len(known) == len(found) else None
        case _:
            return None


def _spread_item(tuple_: TupleSpread, key: int) -> Type:
    """Beyond the fixed items of its end, an item may be one of the middle or one of the other end."""
    near, far = (tuple_.before, tuple_.after) if key >= 0 else (tuple_.after[::-1], tuple_.before[::-1])
    index = key if key >= 0 else -key - 1
    return near[index] if index < len(near) else union([tuple_.item, *far[: index - len(near) + 1]])


def _outside(info: ClassInfo | None) -> Type | None:
    """A class with a base that cannot be looked into may have more fields than can be seen."""
    return ANY if info is not None and info.external_base else None


def _enum_attribute(view: View, type_: EnumOf, name: str) -> Type | None:
    info = class_info(view, type_.declaration)
    if info is None or name not in ("value", "name"):
        return None
    if name == "name":
        return STR
    values = [value for case, value in info.cases if not type_.case or case == type_.case]
    if not values or any(value is None or isinstance(value, float) for value in values):
        return ANY
    texts = tuple(value for value in values if isinstance(value, str | int))
    return LiteralOf(texts, tuple(type(value).__name__ for value in texts))
