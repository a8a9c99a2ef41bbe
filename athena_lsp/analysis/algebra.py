"""Types by themselves, without a look at any class: joined, filled in, shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from athena_lsp.ir.types import (
    ANY,
    AliasOf,
    AnyType,
    ArtifactOf,
    ClassOf,
    DictKind,
    DictOf,
    EnumOf,
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
    TupleSpread,
    Type,
    UnionOf,
    Unresolved,
    VariableOf,
)


def show(type_: Type) -> str:
    """A type as users write it."""
    match type_:
        case AnyType(is_object=is_object):
            return "object" if is_object else "Any"
        case Unresolved():
            return "unknown"
        case Scalar(kind=kind):
            return kind.value
        case ListOf(item=item, kind=kind):
            return f"{kind.value}[{show(item)}]"
        case SetOf(item=item, kind=kind):
            return f"{kind.value}[{show(item)}]"
        case DictOf(key=key, value=value, kind=kind):
            return f"{kind.value}[{_shown((key,) if kind is DictKind.COUNTER else (key, value))}]"
        case TupleOf(items=items):
            return f"tuple[{_shown(items) or '()'}]"
        case TupleRest(item=item):
            return f"tuple[{show(item)}, ...]"
        case TupleSpread(before=before, item=item, after=after):
            return f"tuple[{', '.join([*map(show, before), f'*tuple[{show(item)}, ...]', *map(show, after)])}]"
        case UnionOf(members=members):
            return " | ".join(show(member) for member in members)
        case LiteralOf(values=values):
            return f"Literal[{', '.join(repr(value) for value in values)}]"
        case EnumOf(name=name, case=case):
            return f"Literal[{name}.{case}]" if case else name
        case ClassOf(name=name, arguments=arguments) | AliasOf(name=name, arguments=arguments):
            return f"{name}[{_shown(arguments)}]" if arguments else name
        case NewTypeOf(name=name) | VariableOf(name=name):
            return name
        case Opaque(name=name, written=written):
            return written or name.rpartition(":")[2]
        case ArtifactOf(item=item):
            return f"Artifact[{show(item)}]"
        case SecretType():
            return "Secret"
        case _:
            assert_never(type_)


def union(members: Iterable[Type]) -> Type:
    """The union of at least one type: flattened, none twice; one type alone is itself."""
    flat: dict[Type, None] = {}
    for member in members:
        flat.update(dict.fromkeys(member.members if isinstance(member, UnionOf) else (member,)))
    return next(iter(flat)) if len(flat) == 1 else UnionOf(tuple(flat))


def literal(*values: str | int | bool | bytes) -> LiteralOf:
    """`Literal[...]` of the values."""
    return LiteralOf(values, tuple(type(value).__name__ for value in values))


def widened(type_: Type) -> Type:
    """A literal's own type: `Literal[3]` is an `int`."""
    match type_:
        case LiteralOf(kinds=kinds):
            return union(Scalar(ScalarKind(kind)) for kind in kinds)
        case EnumOf(declaration=declaration, name=name):
            return EnumOf(declaration, name)
        case TupleOf(items=items):
            return TupleOf(tuple(widened(item) for item in items))
        case UnionOf(members=members):
            return union(widened(member) for member in members)
        case _:
            return type_


def substituted(type_: Type, arguments: Mapping[str, Type]) -> Type:
    """The type with its type variables replaced; those without an argument can be anything."""
    if isinstance(type_, VariableOf):
        return arguments.get(type_.name, ANY)
    return rebuilt(type_, lambda part: substituted(part, arguments))


def argument_map(
    variables: tuple[str, ...], defaults: tuple[Type, ...], arguments: tuple[Type, ...]
) -> dict[str, Type]:
    """What each type variable stands for: its argument, or its default, which may speak of the variables before it."""
    found: dict[str, Type] = {}
    for index, name in enumerate(variables):
        given = index < len(arguments)
        found[name] = arguments[index] if given else substituted(defaults[index], found) if defaults else ANY
    return found


ATOMS = frozenset({AnyType, Unresolved, Scalar, LiteralOf, EnumOf, VariableOf, Opaque, SecretType})
"""Types that have no others inside."""


def rebuilt(type_: Type, change: Callable[[Type], Type]) -> Type:
    """The type with each type directly inside it changed; a new type's base is not inside it."""
    if type_.__class__ in ATOMS:  # nearly always
        return type_
    match type_:
        case ListOf(item=item, kind=kind):
            return ListOf(change(item), kind)
        case SetOf(item=item, kind=kind):
            return SetOf(change(item), kind)
        case DictOf(key=key, value=value, kind=kind):
            return DictOf(change(key), change(value), kind)
        case TupleOf(items=items):
            return TupleOf(tuple(map(change, items)))
        case TupleRest(item=item):
            return TupleRest(change(item))
        case TupleSpread(before=before, item=item, after=after):
            return TupleSpread(tuple(map(change, before)), change(item), tuple(map(change, after)))
        case UnionOf(members=members):
            return union(map(change, members))
        case ClassOf(declaration=declaration, name=name, arguments=arguments):
            return ClassOf(declaration, name, tuple(map(change, arguments))) if arguments else type_
        case AliasOf(declaration=declaration, name=name, arguments=arguments):
            return AliasOf(declaration, name, tuple(map(change, arguments))) if arguments else type_
        case ArtifactOf(item=item):
            return ArtifactOf(change(item))
        case (
            AnyType() | Unresolved() | Scalar() | LiteralOf() | EnumOf() | NewTypeOf() | VariableOf() | Opaque()
            | SecretType()
        ):  # fmt: skip
            return type_
        case _:
            assert_never(type_)


def parts(type_: Type) -> tuple[Type, ...]:
    """The types directly inside a type; a new type's base is not inside it, nor a class's fields."""
    if type_.__class__ in ATOMS:
        return ()
    if isinstance(type_, UnionOf):
        return type_.members
    found: list[Type] = []

    def note(part: Type) -> Type:
        found.append(part)
        return part

    rebuilt(type_, note)
    return tuple(found)


def _shown(types: tuple[Type, ...]) -> str:
    return ", ".join(map(show, types))
