"""The algebra of types: how they are shown, what may be given where, and what a field has.

Assignability is that of the typing specification (PEP 484 and its successors), except that containers are covariant:
values between steps are copied, nobody can change another's list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from athena_lsp.analysis.annotations import union
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.view import View
from athena_lsp.ir.types import (
    ANY,
    INT,
    NONE,
    STR,
    AnyType,
    ArtifactOf,
    ClassInfo,
    ClassKind,
    ClassOf,
    DictOf,
    EnumOf,
    Field,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Opaque,
    Scalar,
    ScalarKind,
    SecretType,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
    Unresolved,
    VariableOf,
)

PROMOTED = {ScalarKind.BOOL: (ScalarKind.INT, ScalarKind.FLOAT), ScalarKind.INT: (ScalarKind.FLOAT,)}
INJECTABLE = frozenset({ScalarKind.STR, ScalarKind.INT, ScalarKind.FLOAT})
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a type does not fit: `path` is like `.items[].price`, empty for the whole."""

    path: str
    actual: Type
    expected: Type


def show(type_: Type) -> str:
    """A type as users write it."""
    match type_:
        case AnyType():
            return "Any"
        case Unresolved():
            return "unknown"
        case Scalar(kind=kind):
            return kind.value
        case ListOf(item=item, abstract=abstract):
            return f"{'Sequence' if abstract else 'list'}[{show(item)}]"
        case SetOf(item=item, frozen=frozen):
            return f"{'frozenset' if frozen else 'set'}[{show(item)}]"
        case DictOf(key=key, value=value):
            return f"dict[{show(key)}, {show(value)}]"
        case TupleOf(items=items):
            return f"tuple[{', '.join(show(item) for item in items) or '()'}]"
        case TupleRest(item=item):
            return f"tuple[{show(item)}, ...]"
        case UnionOf(members=members):
            return " | ".join(show(member) for member in members)
        case LiteralOf(values=values):
            return f"Literal[{', '.join(repr(value) for value in values)}]"
        case EnumOf(name=name, case=case):
            return f"Literal[{name}.{case}]" if case else name
        case ClassOf(name=name, arguments=arguments):
            return f"{name}[{', '.join(show(argument) for argument in arguments)}]" if arguments else name
        case NewTypeOf(name=name) | VariableOf(name=name):
            return name
        case Opaque(name=name):
            return name.rpartition(":")[2]
        case ArtifactOf(item=item):
            return f"Artifact[{show(item)}]"
        case SecretType():
            return "Secret"
        case _:
            assert_never(type_)


def difference(view: View, actual: Type, expected: Type) -> Difference | None:
    """Where a value of one type does not fit where another is expected; None when it fits everywhere."""
    return _difference(view, actual, expected, "", 0)


def fields_of(view: View, type_: ClassOf) -> tuple[Field, ...]:
    """The fields of a class, with its type arguments put in."""
    info = class_info(view, type_.declaration)
    if info is None:
        return ()
    return tuple(
        Field(field.name, _put_in(field.type, _arguments(info, type_)), field.required, field.declaration)
        for field in info.fields
    )


def field_of(view: View, type_: Type, name: str) -> Field | None:
    """The field of that name; None when the type has none, or is no class."""
    match type_:
        case ClassOf():
            return next((field for field in fields_of(view, type_) if field.name == name), None)
        case NewTypeOf(base=base):
            return field_of(view, base, name)
        case _:
            return None


def attribute_type(view: View, type_: Type, name: str) -> Type | None:
    """The type of `value.name`; None when there is no such field. Of a union, every member must have it."""
    match type_:
        case AnyType() | Opaque():
            return ANY
        case Unresolved():
            return Unresolved()
        case UnionOf(members=members):
            parts = [attribute_type(view, member, name) for member in members]
            known = [part for part in parts if part is not None]
            return union(known) if len(known) == len(parts) else None
        case EnumOf():
            return _enum_attribute(view, type_, name)
        case ClassOf(declaration=declaration):
            info = class_info(view, declaration)
            if info is not None and info.kind is ClassKind.TYPED_DICT:
                return None
            field = field_of(view, type_, name)
            return field.type if field else _outside(info)
        case _:
            field = field_of(view, type_, name)
            return field.type if field else None


def item_type(view: View, type_: Type, key: str | int) -> Type | None:
    """The type of `value[key]`; None when that cannot be."""
    match type_:
        case AnyType() | Opaque():
            return ANY
        case Unresolved():
            return Unresolved()
        case ListOf(item=item) | TupleRest(item=item):
            return item if isinstance(key, int) else None
        case TupleOf(items=items):
            return items[key] if isinstance(key, int) and -len(items) <= key < len(items) else None
        case DictOf(key=key_type, value=value):
            return value if _difference(view, INT if isinstance(key, int) else STR, key_type, "", 0) is None else None
        case ClassOf(declaration=declaration):
            info = class_info(view, declaration)
            field = field_of(view, type_, key) if isinstance(key, str) else None
            if info is None or info.kind is not ClassKind.TYPED_DICT:
                return None
            return field.type if field else _outside(info)
        case NewTypeOf(base=base):
            return item_type(view, base, key)
        case UnionOf(members=members):
            parts = [item_type(view, member, key) for member in members]
            known = [part for part in parts if part is not None]
            return union(known) if len(known) == len(parts) else None
        case _:
            return None


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


def _arguments(info: ClassInfo, type_: ClassOf) -> dict[str, Type]:
    given = (*type_.arguments, *(ANY for _ in info.variables))
    return dict(zip(info.variables, given, strict=False))


def _put_in(type_: Type, arguments: dict[str, Type]) -> Type:
    """The type with its type variables replaced; those without an argument can be anything."""
    match type_:
        case VariableOf(name=name):
            return arguments.get(name, ANY)
        case ListOf(item=item, abstract=abstract):
            return ListOf(_put_in(item, arguments), abstract)
        case SetOf(item=item, frozen=frozen):
            return SetOf(_put_in(item, arguments), frozen)
        case TupleRest(item=item):
            return TupleRest(_put_in(item, arguments))
        case DictOf(key=key, value=value):
            return DictOf(_put_in(key, arguments), _put_in(value, arguments))
        case TupleOf(items=items):
            return TupleOf(tuple(_put_in(item, arguments) for item in items))
        case UnionOf(members=members):
            return union([_put_in(member, arguments) for member in members])
        case ClassOf(declaration=declaration, name=name, arguments=inner):
            return ClassOf(declaration, name, tuple(_put_in(argument, arguments) for argument in inner))
        case ArtifactOf(item=item):
            return ArtifactOf(_put_in(item, arguments))
        case _:
            return type_


def _difference(view: View, actual: Type, expected: Type, path: str, depth: int) -> Difference | None:
    here = Difference(path, actual, expected)
    if actual == expected or depth > MAX_DEPTH or isinstance(actual, AnyType | Unresolved | VariableOf):
        return None
    match actual, expected:
        case _, AnyType() | Unresolved() | VariableOf():
            return None if not isinstance(actual, ArtifactOf) else here
        case UnionOf(members=members), _:
            return next((here for m in members if _difference(view, m, expected, path, depth + 1)), None)
        case _, UnionOf(members=members):
            found = [_difference(view, actual, member, path, depth + 1) for member in members]
            return here if all(found) else None
        case ArtifactOf(item=left), ArtifactOf(item=right):
            return _difference(view, left, right, path, depth + 1)
        case (ArtifactOf(), _) | (_, ArtifactOf()):
            return here
        case NewTypeOf(base=base), _ if not isinstance(expected, NewTypeOf):
            return here if _difference(view, base, expected, path, depth + 1) else None
        case LiteralOf(), _:
            return _literal_difference(view, actual, expected, here, depth)
        case EnumOf(), _:
            return _enum_difference(view, actual, expected, here)
        case SecretType(), Scalar(kind=ScalarKind.STR):
            return None
        case Scalar(kind=left_kind), Scalar(kind=right_kind):
            return None if right_kind in PROMOTED.get(left_kind, ()) else here
        case ClassOf(), ClassOf():
            return _class_difference(view, actual, expected, here, depth)
        case _:
            return _container_difference(view, actual, expected, here, depth)


def _literal_difference(
    view: View, actual: LiteralOf, expected: Type, here: Difference, depth: int
) -> Difference | None:
    if isinstance(expected, LiteralOf):
        wanted = set(zip(expected.values, expected.kinds, strict=True))
        return None if set(zip(actual.values, actual.kinds, strict=True)) <= wanted else here
    kinds = [Scalar(ScalarKind(kind)) for kind in dict.fromkeys(actual.kinds)]
    return next((here for kind in kinds if _difference(view, kind, expected, here.path, depth + 1)), None)


def _enum_difference(view: View, actual: EnumOf, expected: Type, here: Difference) -> Difference | None:
    if isinstance(expected, EnumOf):
        same = actual.declaration == expected.declaration and expected.case in ("", actual.case)
        return None if same else here
    info = class_info(view, actual.declaration)
    mixin = Scalar(info.mixin) if info and info.mixin else None
    return here if mixin is None or _difference(view, mixin, expected, here.path, 1) else None


def _class_difference(
    view: View, actual: ClassOf, expected: ClassOf, here: Difference, depth: int
) -> Difference | None:
    if actual.declaration == expected.declaration:
        wanted = {field.name: field.type for field in fields_of(view, expected)}
        for field in fields_of(view, actual):
            inner = _difference(view, field.type, wanted[field.name], f"{here.path}.{field.name}", depth + 10)
            if inner is not None:
                return inner
        return None
    left, right = class_info(view, actual.declaration), class_info(view, expected.declaration)
    if left is None or right is None or expected.declaration in left.bases or left.external_base:
        return None
    if left.kind is ClassKind.TYPED_DICT and right.kind is ClassKind.TYPED_DICT:
        return _structural_difference(view, actual, expected, here, depth)
    return here


def _structural_difference(
    view: View, actual: ClassOf, expected: ClassOf, here: Difference, depth: int
) -> Difference | None:
    """TypedDicts fit by their keys (PEP 589)."""
    given = {field.name: field for field in fields_of(view, actual)}
    for field in fields_of(view, expected):
        own = given.get(field.name)
        if own is None or (field.required and not own.required):
            return here
        inner = _difference(view, own.type, field.type, f"{here.path}.{field.name}", depth + 1)
        if inner is not None:
            return inner
    return None


def _container_difference(view: View, actual: Type, expected: Type, here: Difference, depth: int) -> Difference | None:
    path, deeper = here.path, depth + 1
    match actual, expected:
        case ListOf(item=left, abstract=abstract), ListOf(item=right, abstract=wide):
            return here if abstract and not wide else _difference(view, left, right, f"{path}[]", deeper)
        case ((TupleRest(item=left) | SetOf(item=left)), ListOf(item=right, abstract=True)):
            return _difference(view, left, right, f"{path}[]", deeper)
        case TupleOf(items=items), (TupleRest(item=right) | ListOf(item=right, abstract=True)):
            found = (_difference(view, item, right, f"{path}[{i}]", deeper) for i, item in enumerate(items))
            return next((inner for inner in found if inner), None)
        case TupleRest(item=left), TupleRest(item=right):
            return _difference(view, left, right, f"{path}[]", deeper)
        case SetOf(item=left, frozen=frozen), SetOf(item=right, frozen=wanted):
            return here if frozen != wanted else _difference(view, left, right, f"{path}[]", deeper)
        case DictOf(key=key, value=value), DictOf(key=wanted_key, value=wanted_value):
            inner = _difference(view, key, wanted_key, f"{path}.keys()", deeper)
            return inner or _difference(view, value, wanted_value, f"{path}[...]", deeper)
        case TupleOf(items=items), TupleOf(items=wanted_items) if len(items) == len(wanted_items):
            pairs = enumerate(zip(items, wanted_items, strict=True))
            found = (_difference(view, left, right, f"{path}[{i}]", deeper) for i, (left, right) in pairs)
            return next((inner for inner in found if inner), None)
        case _:
            return here


def is_none(type_: Type) -> bool:
    """Whether nothing but None has the type: what a step without a result gives."""
    return type_ == NONE
