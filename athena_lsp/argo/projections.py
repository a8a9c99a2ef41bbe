"""Parts of values: `clean.id`, `rows[0]["name"]`, `colour.value`, as an expression; of a constant, the part itself."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.json_names import json_name
from athena_lsp.analysis.jsonform import Json, NoJsonFormError, json_value
from athena_lsp.analysis.types import attribute_type, item_type
from athena_lsp.analysis.values import widened
from athena_lsp.argo.expressions import decoded, quoted
from athena_lsp.argo.values import json_text
from athena_lsp.ir.model import Access, Projection
from athena_lsp.ir.types import DictOf, EnumOf, NewTypeOf, Type, UnionOf
from athena_lsp.ir.values import EnumCase, Made, Sequence, Value


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
    key = str(access.key)
    name = json_name(facts, type_, key) if type_ is not None else key
    return expression if name == "" else f"{expression}[{quoted(key if name is None else name)}]"


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
