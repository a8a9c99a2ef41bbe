"""Calls that make a value of one of the program's classes: `Params(0.1, depth=3)`.

They are data where making the value runs no code: then it is its fields, and nothing else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from athena_lsp.analysis.algebra import union, widened
from athena_lsp.analysis.class_settings import items, named
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.default_nodes import Default, default_of
from athena_lsp.analysis.field_specs import DEFAULTS, qualified, spec_of
from athena_lsp.analysis.heritage import DECORATORS, class_node, heritage
from athena_lsp.analysis.scope import canonical, follow_node
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ANY, ClassInfo, ClassKind, ClassOf, Field, Type, VariableOf
from athena_lsp.ir.values import Made, Part, Value
from athena_lsp.records import dataclass
from athena_lsp.text import Span

CODE = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__", "__setattr__", "__getattribute__",
                  "__getattr__", "model_post_init"})  # fmt: skip
"""Methods that run when a value is made, or stand between a field and its reader."""
VALIDATORS = frozenset({"field_validator", "model_validator", "validator", "root_validator", "field_serializer",
                        "model_serializer", "validates"})  # fmt: skip
"""Decorators, by their last name, of methods that the library calls when it makes or writes a value."""
HARMLESS = frozenset({"frozen", "extra", "populate_by_name", "validate_by_name", "validate_by_alias",
                      "title", "kw_only", "total", "closed", "arbitrary_types_allowed",
                      "json_schema_extra", "forbid_unknown_fields", "extra_items", "omit_defaults", "eq",
                      "order", "gc", "weakref", "slots", "repr", "unsafe_hash", "match_args", "hash",
                      "rename", "use_attribute_docstrings", "protected_namespaces", "auto_attribs"})  # fmt: skip
"""Settings of a class that leave its values and their JSON form alone, but for what `ClassInfo` knows."""
FIELD_OPTIONS = frozenset({"kw_only", "repr", "compare", "hash", "eq", "order", "metadata", "doc", "type", "name",
                           "description", "title", "examples", "gt", "ge", "lt", "le", "multiple_of", "min_length",
                           "max_length", "pattern", "frozen", "deprecated", "json_schema_extra"})  # fmt: skip
"""Options of a field that leave its value alone, or only refuse some."""
QUIET = frozenset({*DECORATORS, "final", "functools.total_ordering"})
"""Decorators of classes that change nothing about how a value is made, but for what is known of them."""
METADATA = frozenset({"pydantic.Field", "pydantic.fields.Field", "msgspec.Meta"})
"""What may stand in an `Annotated` of a field and leaves its value alone, or only refuses some."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a class's values cannot be made from their fields: `reason` follows the name of the class."""

    reason: str


@dataclass(frozen=True, slots=True)
class Misused:
    """An argument that does not fit the class, or one that is missing (then `node` is the class's name)."""

    node: ast.expr
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Making:
    """What each field gets, in the order of the class; a key of a TypedDict that is left out is not here."""

    declaration: Declaration
    info: ClassInfo
    fields: tuple[tuple[Field, ast.expr | Default], ...]


def class_with_fields(view: View, declaration: Declaration) -> ClassInfo | None:
    """What the class at a declaration holds; None where no class with fields stands."""
    info = class_info(view, declaration)
    return info if info is not None and info.kind not in (ClassKind.PLAIN, ClassKind.ENUM) else None


def making(view: View, declaration: Declaration, info: ClassInfo, call: ast.Call) -> Making | Misused | Unfit:
    """What a call of a class with fields makes."""
    reason = next(_obstacles(view, declaration, info), "")
    return Unfit(reason) if reason else _matched(view, declaration, info, call)


def class_of(found: Making, types: Sequence[Type]) -> ClassOf:
    """The type of the value: what its fields are given, in their order, says what its type variables are."""
    variables: dict[str, list[Type]] = {name: [] for name in found.info.variables}
    for (field, _), type_ in zip(found.fields, types, strict=True):
        if isinstance(field.type, VariableOf) and field.type.name in variables:
            variables[field.type.name].append(widened(type_))
    arguments = tuple(union(given) if given else ANY for given in variables.values())
    return ClassOf(found.declaration, found.declaration.name, arguments)


def made(span: Span, type_: ClassOf, found: Making, values: Iterable[Value]) -> Made:
    """The value of its fields' values, in their order."""
    fields = (field for field, _ in found.fields)
    parts = (
        Part(span=value.span, name=field.name, key=field.json_name or field.name, value=value)
        for field, value in zip(fields, values, strict=True)
    )
    return Made(span=span, type=type_, parts=tuple(parts))


# --- classes whose values are their fields ----------------------------------------------------------------------------


def _obstacles(view: View, declaration: Declaration, info: ClassInfo) -> Iterator[str]:
    above = heritage(view, declaration)
    if info.external_bases:
        yield f"inherits from `{info.external_bases[0]}`, which cannot be looked into"
    for field in info.fields:
        if field.json_name == "":
            yield "is a `RootModel`, whose JSON is its root alone"
        if field.json_name is None:
            yield f"has the field `{field.name}`, whose name in the JSON only the running program knows"
        if not field.in_init:
            yield f"has the field `{field.name}`, which its own code fills"
        if info.kind is ClassKind.PYDANTIC and field.json_name != field.name:
            yield f"has the field `{field.name}` with an alias"
        if info.kind is ClassKind.ATTRS and field.name.startswith("_"):
            yield f"has the field `{field.name}`, which is given by another name"
    for each in (declaration, *(above.bases if above is not None else ())):
        node = class_node(view, each)
        if node is not None:
            yield from _in_statement(view, each, node, info.kind)


def _in_statement(view: View, declaration: Declaration, node: ast.ClassDef, kind: ClassKind) -> Iterator[str]:
    """What in a class statement runs code when a value is made."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if _name(view, declaration.path, called) not in QUIET:
            yield f"is decorated with `{ast.unparse(called)}`"
        if isinstance(decorator, ast.Call):
            yield from _settings(view, declaration.path, named(decorator.keywords))
    yield from _settings(view, declaration.path, named(node.keywords))
    for statement in node.body:
        match statement:
            case ast.FunctionDef(name=name) if name in CODE:
                yield f"has `{name}`, which is code"
            case ast.FunctionDef(name=name, decorator_list=decorators) if any(map(_is_validator, decorators)):
                yield f"has `{name}`, which is code"
            case (
                ast.Assign(targets=[ast.Name(id="model_config")], value=value)
                | ast.AnnAssign(target=ast.Name(id="model_config"), value=ast.expr() as value)
            ):
                yield from _settings(view, declaration.path, items(value))
            case ast.ClassDef(name="Config") if kind is ClassKind.PYDANTIC:
                yield "has a class `Config`"
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                yield from _field(view, declaration.path, name, annotation, value)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value) if kind is ClassKind.ATTRS:
                yield from _options(name, spec_of(view, declaration.path, value, ()).keywords)
            case _:
                pass


def _settings(view: View, path: str, given: Iterable[tuple[str, ast.expr]]) -> Iterator[str]:
    for name, value in given:
        is_abstract = name == "metaclass" and _name(view, path, value) == "abc.ABCMeta"
        if name not in HARMLESS and not is_abstract:
            yield f"sets `{name or '**'}`"


def _field(view: View, path: str, name: str, annotation: ast.expr, value: ast.expr | None) -> Iterator[str]:
    parts = qualified(view, path, annotation)
    if "dataclasses.InitVar" in parts.names:
        yield f"takes `{name}`, which is not one of its fields"
    if "ClassVar" in parts.names:
        return
    spec = spec_of(view, path, value, parts.metadata)
    if any(
        _name(view, path, each.func if isinstance(each, ast.Call) else each) not in METADATA for each in parts.metadata
    ):
        yield f"has the field `{name}`, which something in its annotation may change"
    yield from _options(name, spec.keywords)


def _options(name: str, keywords: Mapping[str, ast.expr]) -> Iterator[str]:
    given = keywords.keys() - FIELD_OPTIONS - DEFAULTS
    if given:
        yield f"has the field `{name}` with `{min(given)}`"


def _is_validator(decorator: ast.expr) -> bool:
    """`@field_validator("size")`, `@size.validator`, `@size.default`."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    match called:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in VALIDATORS or (name == "default" and isinstance(called, ast.Attribute))
        case _:
            return False


def _name(view: View, path: str, node: ast.expr) -> str:
    entity = follow_node(view, path, node)
    return canonical(entity) if entity is not None else ""


# --- arguments --------------------------------------------------------------------------------------------------------


def _matched(view: View, declaration: Declaration, info: ClassInfo, call: ast.Call) -> Making | Misused | Unfit:
    class_ = declaration.name
    by_name = info.kind in (ClassKind.PYDANTIC, ClassKind.TYPED_DICT)
    positional = [] if by_name else [field for field in info.fields if not field.keyword_only]
    given: dict[str, ast.expr] = {}
    for index, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            return Misused(argument, f"`{class_}` is made with `*`", "write the arguments one by one")
        if index >= len(positional):
            count = f"only {len(positional)}" if positional else "no"
            message = f"`{class_}` takes {count} {'argument' if len(positional) == 1 else 'arguments'} without a name"
            return Misused(argument, message, "name the field: `field=...`")
        given[positional[index].name] = argument
    known = {field.name for field in info.fields}
    for keyword in call.keywords:
        if keyword.arg is None:
            return Misused(keyword.value, f"`{class_}` is made with `**`", "write the arguments one by one")
        if keyword.arg not in known:
            fields = ", ".join(f"`{name}`" for name in sorted(known))
            return Misused(keyword.value, f"`{class_}` has no field `{keyword.arg}`", f"its fields are {fields}")
        if keyword.arg in given:
            return Misused(keyword.value, f"`{keyword.arg}` of `{class_}` is given twice", "remove one of the two")
        given[keyword.arg] = keyword.value
    missing = [field.name for field in info.fields if field.required and field.name not in given]
    if missing:
        names = " and ".join(f"`{name}`" for name in missing)
        return Misused(call.func, f"`{class_}` is made without {names}", f"give `{missing[0]}=...`")
    return _completed(view, declaration, info, given)


def _completed(view: View, declaration: Declaration, info: ClassInfo, given: Mapping[str, ast.expr]) -> Making | Unfit:
    found: list[tuple[Field, ast.expr | Default]] = []
    for field in info.fields:
        if field.name in given:
            found.append((field, given[field.name]))
        elif info.kind is not ClassKind.TYPED_DICT:
            default = default_of(view, field.declaration)
            if default is None:
                return Unfit(f"has a default for `{field.name}` that only the running program knows")
            found.append((field, default))
    return Making(declaration, info, tuple(found))
