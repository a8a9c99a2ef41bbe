"""Parts of values: `clean.id`, `rows[0]["name"]`, `colour.value`, as an expression; of a constant, the part itself."""

from __future__ import annotations

import json

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.json_names import json_name
from athena_lsp.analysis.jsonform import Json, NoJsonFormError, json_value
from athena_lsp.analysis.pure_base import bare
from athena_lsp.analysis.types import attribute_type, item_type
from athena_lsp.analysis.values import widened
from athena_lsp.argo.expressions import decoded, quoted
from athena_lsp.argo.values import json_text
from athena_lsp.ir.model import Access, Projection
from athena_lsp.ir.types import (
    NONE,
    AnyType,
    ClassKind,
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    NewTypeOf,
    Scalar,
    TupleOf,
    Type,
    UnionOf,
)
from athena_lsp.ir.values import EnumCase, Made, Sequence, Value

NEVER_NONE = (Scalar, ListOf, DictOf, TupleOf)
"""Types whose values are never null, but for `None` itself."""


def projected(facts: Facts, source: str, value: Projection) -> str:
    """The part, as an expression; `source` is the expression that gives the whole as JSON text."""
    return part_of(facts, decoded(source), value)


def part_of(facts: Facts, expression: str, value: Projection) -> str:
    """The part, as an expression; `expression` gives the whole as a value."""
    type_: Type | None = value.base.type
    for access in value.path:
        expression = _step(facts, expression, _bare(type_), access)
        type_ = _next_type(facts, type_, access)
    return expression


def constant_part(value: Value, path: tuple[Access, ...]) -> str:
    """The JSON text of a part of a static value. Raises NoJsonFormError."""
    if isinstance(value, EnumCase) and path:
        return json_text(value.case if path[0].key == "name" else json_value(value))
    if isinstance(value, Made) and path:
        part = next((part.value for part in value.parts if part.name == path[0].key), None)
        if part is not None:
            return constant_part(part, path[1:])
    if isinstance(value, Sequence) and value.kind != "set" and path:
        key = path[0].key
        if isinstance(key, int) and -len(value.items) <= key < len(value.items):
            return constant_part(value.items[key], path[1:])
    whole = json_value(value)
    for access in path:
        whole = _part(whole, access.key)
    return json_text(whole)


def _step(facts: Facts, expression: str, type_: Type | None, access: Access) -> str:
    """One access. An enum's JSON form is the value; the keys of objects are texts, also of `dict[int, T]`.

    A program that reads a field whose key nobody knows is not emitted.
    """
    if isinstance(type_, EnumOf):
        return f"{_names(facts, type_)}[string({expression})]" if access.key == "name" else expression
    if isinstance(access.key, int) and not isinstance(type_, DictOf):
        return f"{expression}[{access.key}]"
    name = json_name(facts, type_, str(access.key)) if type_ is not None else str(access.key)
    if name == "":
        return expression
    key = quoted(str(access.key) if name is None else name)
    if not _may_lack(facts, type_, access):
        return f"{expression}[{key}]"
    otherwise = f"fromJSON({quoted(f'KeyError: {json.dumps(access.key)}')})"
    if isinstance(type_, DictOf) and isinstance(bare(facts, type_.value), NEVER_NONE) and type_.value != NONE:
        return f"({expression}[{key}] ?? {otherwise})"
    return f"map([{expression}], {key} in # ? #[{key}] : {otherwise})[0]"


def _may_lack(facts: Facts, type_: Type | None, access: Access) -> bool:
    """Whether a value of the type may be without the key. Argo gives null then, where Python raises KeyError."""
    match type_ if type_ is None else bare(facts, type_):
        case UnionOf(members=members):
            return any(_may_lack(facts, member, access) for member in members)
        case DictOf():
            return True
        case ClassOf(declaration=declaration):
            info = facts.class_info(declaration)
            fields = info.fields if info is not None and info.kind is ClassKind.TYPED_DICT else ()
            return any(field.name == access.key and not field.required for field in fields)
        case AnyType():
            return not access.attribute
        case _:
            return False


def _names(facts: Facts, type_: EnumOf) -> str:
    """A display from an enum's values, as texts, to the names of its members."""
    info = facts.class_info(type_.declaration)
    cases = info.cases if info is not None else ()
    texts = ((value if isinstance(value, str) else json_text(value), name) for name, value in cases)
    return "{" + ", ".join(f"{quoted(text)}: {quoted(name)}" for text, name in texts) + "}"


def _next_type(facts: Facts, type_: Type | None, access: Access) -> Type | None:
    if type_ is None:
        return None
    if access.attribute and isinstance(access.key, str):
        return attribute_type(facts, type_, access.key)
    return item_type(facts, type_, access.key)


def _bare(type_: Type | None) -> Type | None:
    """The type under its names; some cases of one enum are that enum."""
    while isinstance(type_, NewTypeOf):
        type_ = type_.base
    whole = widened(type_) if isinstance(type_, UnionOf) else type_
    return whole if isinstance(whole, EnumOf) else type_


def _part(whole: Json, key: str | int) -> Json:
    if isinstance(whole, dict) and str(key) in whole:
        return whole[str(key)]
    if isinstance(whole, list) and isinstance(key, int) and -len(whole) <= key < len(whole):
        return whole[key]
    raise NoJsonFormError(f"there is no {key!r} in it")
