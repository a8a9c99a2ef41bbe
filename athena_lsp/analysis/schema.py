"""JSON Schema (draft 2020-12) of types, in the JSON form in which values travel between steps.

`format` annotates, as the draft has it by default: a date and time without a zone, and a time span with a fraction of a
second, are valid values here, although RFC 3339 does not know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import assert_never

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.field_defaults import class_doc, field_default
from athena_lsp.analysis.jsonform import Json, NoJsonFormError, bytes_text, json_value, key_text
from athena_lsp.analysis.types import fields_of, show, unfolded
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Definition, Parameter
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import (
    AliasOf,
    AnyType,
    ArtifactOf,
    ClassKind,
    ClassOf,
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
from athena_lsp.ir.values import Value
from athena_lsp.records import dataclass, field

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ARTIFACT = "x-athena-artifact"
"""Marks what travels through object storage: `bytes`, `text`, `file` (or a folder), or `json`, which the rest tells."""
BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
DECIMAL = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?$"
INTEGER_KEY = r"^(?:0|-?[1-9]\d*)$"
MAX_DEFINITIONS = 500
MAX_NESTING = 20
"""A generic class may hold itself with ever larger arguments; beyond these numbers anything goes."""

Object = dict[str, Json]

SCALARS: Mapping[ScalarKind, Object] = {
    ScalarKind.NONE: {"type": "null"},
    ScalarKind.BOOL: {"type": "boolean"},
    ScalarKind.INT: {"type": "integer"},
    ScalarKind.FLOAT: {"type": "number"},
    ScalarKind.STR: {"type": "string"},
    ScalarKind.BYTES: {"type": "string", "contentEncoding": "base64", "pattern": BASE64},
    ScalarKind.DATETIME: {"type": "string", "format": "date-time"},
    ScalarKind.DATE: {"type": "string", "format": "date"},
    ScalarKind.TIME: {"type": "string", "format": "time"},
    ScalarKind.TIMEDELTA: {"type": "string", "format": "duration"},
    ScalarKind.DECIMAL: {"type": "string", "pattern": DECIMAL},
    ScalarKind.UUID: {"type": "string", "format": "uuid"},
    ScalarKind.PATH: {"type": "string"},
}
STORED = {ScalarKind.BYTES: "bytes", ScalarKind.STR: "text", ScalarKind.PATH: "file"}
JSON_TYPES = {"str": "string", "int": "integer", "bool": "boolean", "bytes": "string", "float": "number"}


@dataclass(frozen=True, slots=True)
class Source:
    """A class, an enum, a new type or a recursive alias; `kind` says which, a class by what gives it its fields."""

    declaration: Declaration
    kind: str


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema document, and what it was made from, in the order met."""

    document: Object
    sources: tuple[Source, ...]


def type_schema(view: View, type_: Type) -> Schema:
    """The schema of one type's JSON form. Classes and enums stand below `$defs`."""
    making = _Making(view)
    return _finished(making, _of(making, type_))


def inputs_schema(view: View, definition: Definition) -> Schema:
    """The schema of an object with all arguments of a definition by name, as a submitter would give them.

    An `Artifact[T]` is never required: it is no part of such an object.
    """
    making = _Making(view)
    given = given_parameters(definition)
    properties: Object = {parameter.name: _parameter(making, parameter) for parameter in given}
    required: list[Json] = [
        parameter.name
        for parameter in given
        if parameter.default is None and not isinstance(parameter.type, ArtifactOf)
    ]
    whole: Object = {"type": "object", "properties": properties, "additionalProperties": False}
    return _finished(making, {**whole, "required": required} if required else whole)


def given_parameters(definition: Definition) -> tuple[Parameter, ...]:
    """The parameters that have a value of their own from a caller: not those that Argo fills in, not `*args`."""
    return tuple(p for p in definition.parameters if p.inject is None and p.form not in ("star", "double-star"))


def output_schema(view: View, definition: Definition) -> Schema:
    """The schema of what a definition returns."""
    return type_schema(view, definition.returns)


@dataclass(slots=True)
class _Making:
    """A schema on its way. `names` are the definitions that it refers to, so that a recursive type is met once."""

    view: View
    names: dict[EnumOf | ClassOf | AliasOf, str] = field(default_factory=dict)
    sources: dict[Source, None] = field(default_factory=dict)


def _finished(making: _Making, body: Object) -> Schema:
    """The document with all definitions; each may bring further ones."""
    definitions: Object = {}
    while len(definitions) < len(making.names):
        for type_, name in list(making.names.items())[len(definitions) :]:
            definitions[name] = _definition(making, type_)
    document: Object = {"$schema": DRAFT, **body}
    if definitions:
        document["$defs"] = dict(sorted(definitions.items()))
    return Schema(document, tuple(making.sources))


def _parameter(making: _Making, parameter: Parameter) -> Object:
    return _with_default(_of(making, parameter.type), parameter.default)


def _with_default(schema: Object, default: Value | None) -> Object:
    try:
        return schema if default is None else {**schema, "default": json_value(default)}
    except NoJsonFormError:
        return schema


def _of(making: _Making, type_: Type) -> Object:
    match type_:
        case AnyType() | Unresolved() | VariableOf():
            return {}
        case Opaque():
            return {"title": show(type_)}
        case Scalar(kind=kind):
            return dict(SCALARS[kind])
        case SecretType():
            return {"type": "string"}
        case ListOf(item=item) | TupleRest(item=item):
            return _array(_of(making, item))
        case SetOf(item=item):
            return {**_array(_of(making, item)), "uniqueItems": True}
        case TupleOf(items=items):
            return _tuple([_of(making, item) for item in items])
        case TupleSpread(before=before, item=item, after=after):
            return _spread(making, before, (item, *after), len(before) + len(after))
        case DictOf(key=key, value=value):
            return _dictionary(making, key, _of(making, value))
        case UnionOf(members=members):
            return {"anyOf": [_of(making, member) for member in members]}
        case LiteralOf(values=values, kinds=kinds):
            return _choice([bytes_text(v) if isinstance(v, bytes) else v for v in values], kinds)
        case NewTypeOf(declaration=declaration, name=name, base=base):
            making.sources.setdefault(Source(declaration, "NewType"))
            return {"title": name, **_of(making, base)}
        case EnumOf() | ClassOf() | AliasOf():
            return _named(making, type_)
        case ArtifactOf(item=item):
            stored = STORED.get(item.kind) if isinstance(item, Scalar) else None
            return {ARTIFACT: stored} if stored else {ARTIFACT: "json", **_of(making, item)}
        case _:
            assert_never(type_)


def _array(item: Object) -> Object:
    return {"type": "array", "items": item} if item else {"type": "array"}


def _tuple(items: list[Object]) -> Object:
    if not items:
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "prefixItems": list(items), "items": False, "minItems": len(items)}


def _spread(making: _Making, before: tuple[Type, ...], behind: tuple[Type, ...], least: int) -> Object:
    """A tuple of any length: a schema does not count from the end, so that the items behind may be any of these."""
    head: Object = {"type": "array", "minItems": least}
    if before:
        head["prefixItems"] = [_of(making, item) for item in before]
    return {**head, "items": _of(making, union(behind))}


def _dictionary(making: _Making, key: Type, value: Object) -> Object:
    schema: Object = {"type": "object"}
    if value:
        schema["additionalProperties"] = value
    names = _keys(making.view, key)
    return {**schema, "propertyNames": names} if names else schema


def _keys(view: View, key: Type) -> Object:
    """What the keys of an object must be like; keys are texts, so a whole number is one in digits."""
    match key:
        case Scalar(kind=ScalarKind.INT):
            return {"pattern": INTEGER_KEY}
        case LiteralOf(values=values):
            return {"enum": [key_text(v) for v in values if not isinstance(v, bytes)]}
        case EnumOf():
            info = class_info(view, key.declaration)
            if info is not None and info.is_flag:
                return {"pattern": INTEGER_KEY}
            cases = _cases(view, key)
            return {"enum": [key_text(case) for case in cases]} if cases else {}
        case NewTypeOf(base=base):
            return _keys(view, base)
        case UnionOf(members=members):
            parts = [_keys(view, member) for member in members]
            return {"anyOf": list(parts)} if all(parts) else {}
        case _:
            return {}


def _choice(values: Iterable[Json], kinds: Iterable[str]) -> Object:
    """One of these values; `kinds` are the names of their Python types."""
    listed = list(values)
    types = {JSON_TYPES[kind] for kind in kinds}
    typed: Object = {"type": types.pop()} if len(types) == 1 else {}
    return {**typed, "const": listed[0]} if len(listed) == 1 else {**typed, "enum": listed}


def _cases(view: View, type_: EnumOf) -> list[Json]:
    """The JSON values of an enum; none when one of them is not a literal."""
    info = class_info(view, type_.declaration)
    values: list[Json] = [value for name, value in (info.cases if info else ()) if type_.case in ("", name)]
    return [] if None in values else values


def _enum(making: _Making, type_: EnumOf) -> Object:
    info = class_info(making.view, type_.declaration)
    if info is not None and info.is_flag:
        return {"type": "integer"}
    values = _cases(making.view, type_)
    if not values:
        return {}
    return _choice(values, [type(value).__name__ for value in values])


def _named(making: _Making, type_: EnumOf | ClassOf | AliasOf) -> Object:
    """A reference to the definition of a class or an enum, which is made when it is met first."""
    info = None if isinstance(type_, AliasOf) else class_info(making.view, type_.declaration)
    making.sources.setdefault(Source(type_.declaration, info.kind.value if info is not None else "alias"))
    if isinstance(type_, EnumOf) and type_.case:
        return _enum(making, type_)
    if type_ not in making.names:
        if len(making.names) >= MAX_DEFINITIONS or _nesting(type_) > MAX_NESTING:
            return {}
        making.names[type_] = _free_name(type_, making.names.values())
    return {"$ref": f"#/$defs/{making.names[type_]}"}


def _definition(making: _Making, type_: EnumOf | ClassOf | AliasOf) -> Object:
    doc = class_doc(making.view, type_.declaration)
    head: Object = {"title": show(type_), "description": doc} if doc else {"title": show(type_)}
    match type_:
        case EnumOf():
            return {**head, **_enum(making, type_)}
        case ClassOf():
            return {**head, **_object(making, type_)}
        case AliasOf():
            return {**head, **_of(making, unfolded(making.view, type_))}


def _free_name(type_: Type, taken: Iterable[str]) -> str:
    """`Page[str]` is `Page_str`; a second class of one name gets a number."""
    base = re.sub(r"\W+", "_", show(type_), flags=re.ASCII).strip("_") or "type"
    known, name, number = set(taken), base, 2
    while name in known:
        name, number = f"{base}_{number}", number + 1
    return name


def _object(making: _Making, class_: ClassOf) -> Object:
    """A class with fields. Keys beyond them are let through, as decoding does: a subclass has more.

    Where only the running program knows the keys, nothing is said of them; a RootModel is what it holds.
    """
    info = class_info(making.view, class_.declaration)
    fields = fields_of(making.view, class_)
    if info is None or (info.kind is ClassKind.PLAIN and not fields):
        return {}
    if (root := next((each for each in fields if each.json_name == ""), None)) is not None:
        return _of(making, root.type)
    properties: Object = {}
    required: list[Json] = []
    for each in fields:
        if each.json_name is not None:
            default = None if each.required else field_default(making.view, each.declaration)
            properties[each.json_name] = _with_default(_of(making, each.type), default)
            required += [each.json_name] if each.required and each.in_init else []
    schema: Object = {"type": "object", "properties": properties}
    if info.is_closed:
        schema["additionalProperties"] = False
    return {**schema, "required": required} if required else schema


def _nesting(type_: Type) -> int:
    """How deep the type arguments of a class are nested."""
    match type_:
        case ClassOf(arguments=parts) | TupleOf(items=parts) | UnionOf(members=parts):
            return 1 + max(map(_nesting, parts), default=0)
        case ListOf(item=item) | SetOf(item=item) | TupleRest(item=item) | ArtifactOf(item=item) | DictOf(value=item):
            return 1 + _nesting(item)
        case _:
            return 0
