"""The fields that the body of a class declares, by the rules of the library that reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.class_settings import KeyMaker
from athena_lsp.analysis.field_specs import Qualified, Spec, qualified, spec_of
from athena_lsp.analysis.heritage import callee
from athena_lsp.analysis.known_types import known_name
from athena_lsp.analysis.reading import Inside
from athena_lsp.analysis.scope import follow_node
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ANY, ClassKind, Field, Scalar, ScalarKind, Type
from athena_lsp.records import dataclass, replace

COMPUTED = frozenset({"pydantic.computed_field", "pydantic.fields.computed_field"})
"""Decorators of methods whose result is a field that pydantic writes."""
KEYS = {ClassKind.PYDANTIC: ("serialization_alias", "alias"), ClassKind.MSGSPEC: ("name",)}
"""Options of a field that say its key in JSON."""
ALIAS_PATHS = frozenset({"pydantic.AliasPath", "pydantic.aliases.AliasPath"})
ALIAS_CHOICES = frozenset({"pydantic.AliasChoices", "pydantic.aliases.AliasChoices"})
ALIASES = ALIAS_PATHS | ALIAS_CHOICES
CLASSIC_ATTRS = frozenset({"attr.s", "attr.attrs"})
"""Decorators of attrs that take annotations for fields only when told so."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a class, and who reads it."""

    view: View
    declaration: Declaration
    node: ast.ClassDef
    kind: ClassKind
    inside: Inside
    key_of: KeyMaker | None
    """How the keys of its JSON form are made (pydantic's `alias_generator`, msgspec's `rename`)."""

    def name_of(self, node: ast.expr) -> str:
        """The known name that an expression means; empty for anything of the project."""
        entity = follow_node(self.view, self.declaration.path, node)
        return known_name(entity) if entity is not None else ""


def own_fields(body: Body) -> list[Field]:
    """The fields that the class itself declares, in order."""
    by_name = body.kind is not ClassKind.TYPED_DICT and _says(body, "kw_only", True)
    only_calls = body.kind is ClassKind.ATTRS and _only_calls(body)
    with_default = frozenset(_defaulted(body))
    found: list[Field] = []
    for statement in body.node.body:
        if isinstance(statement, ast.AnnAssign) and _is_keyword_only_mark(body, statement):
            by_name = True
            continue
        field = _declared(body, statement, only_calls)
        if field is not None:
            required = field.required and field.name not in with_default
            found.append(replace(field, required=required, keyword_only=field.keyword_only or by_name))
    return found


def unreadable(body: Body) -> str:
    """The first field that pydantic reads from somewhere inside the object, and writes elsewhere; empty for none."""
    for statement in body.node.body if body.kind is ClassKind.PYDANTIC else ():
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                parts = qualified(body.view, body.declaration.path, annotation)
                spec = spec_of(body.view, body.declaration.path, value, parts.metadata)
                if _is_path(body, spec.keywords.get("validation_alias")):
                    return name
            case _:
                pass
    return ""


def _is_path(body: Body, alias: ast.expr | None) -> bool:
    """Whether an alias, or the first of several, leads deeper than to a key: `AliasPath("names", 0)`."""
    if not isinstance(alias, ast.Call):
        return False
    if body.name_of(alias.func) in ALIAS_CHOICES:
        return bool(alias.args) and _is_path(body, alias.args[0])
    return body.name_of(alias.func) in ALIAS_PATHS and len(alias.args) > 1


def functional_fields(view: View, declaration: Declaration, call: ast.Call) -> list[Field]:
    """The fields of `TypedDict("Movie", {...})`, `NamedTuple("Point", [...])` and `namedtuple("Point", "x y")`."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    name = callee(view, declaration.path, call)
    given = call.args[1] if len(call.args) > 1 else keywords.get("fields") or keywords.get("field_names")
    total = not _is_constant(keywords.get("total"), False)
    defaults = keywords.get("defaults")
    found: list[Field] = []
    for field_name, annotation in _pairs(given):
        parts = qualified(view, declaration.path, annotation) if annotation is not None else NO_QUALIFIERS
        type_ = read_type(view, declaration.path, parts.inner)[0] if parts.inner is not None else ANY
        required = name != "TypedDict" or ("Required" in parts.names or (total and "NotRequired" not in parts.names))
        read_only = "ReadOnly" in parts.names
        at = declaration.of(field_name)
        found.append(Field(field_name, type_, required, at, json_name=field_name, read_only=read_only))
    count = len(defaults.elts) if isinstance(defaults, ast.Tuple | ast.List) else 0
    return [
        replace(field, required=False) if index >= len(found) - count else field for index, field in enumerate(found)
    ]


NO_QUALIFIERS = Qualified(None, frozenset(), ())


def _declared(body: Body, statement: ast.stmt, only_calls: bool) -> Field | None:
    """The field that a statement of a class's body declares."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
            parts = qualified(body.view, body.declaration.path, annotation)
            if _is_field(body, name, parts):
                spec = spec_of(body.view, body.declaration.path, value, parts.metadata)
                if spec.is_call or not only_calls:
                    return _field(body, name, _type(body, parts, value), parts, spec)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if body.kind is ClassKind.ATTRS:
            spec = spec_of(body.view, body.declaration.path, value, ())
            if spec.is_call:
                given = spec.keywords.get("type")
                return _field(body, name, _read(body, given) if given else ANY, NO_QUALIFIERS, spec)
        case ast.FunctionDef(name=name, returns=returns) if body.kind is ClassKind.PYDANTIC:
            if (said := _computed(body, statement)) is not None:
                field = _field(body, name, _read(body, returns) if returns else ANY, NO_QUALIFIERS, said)
                return replace(field, required=False, in_init=False)
        case _:
            pass
    return None


def _is_keyword_only_mark(body: Body, statement: ast.AnnAssign) -> bool:
    """`_: KW_ONLY`."""
    parts = qualified(body.view, body.declaration.path, statement.annotation)
    return parts.inner is not None and body.name_of(parts.inner) == "dataclasses.KW_ONLY"


def _is_field(body: Body, name: str, parts: Qualified) -> bool:
    if parts.names & {"ClassVar", "dataclasses.InitVar"}:
        return False
    # Private attributes of a model are no fields, nor is its configuration.
    return body.kind is not ClassKind.PYDANTIC or not (name.startswith("_") or name == "model_config")


def _field(body: Body, name: str, type_: Type, parts: Qualified, spec: Spec) -> Field:
    required = not spec.has_default
    if body.kind is ClassKind.TYPED_DICT:
        total = not _says(body, "total", False)
        required = "Required" in parts.names or (total and "NotRequired" not in parts.names)
    in_init = not _is_constant(spec.keywords.get("init"), False)
    key, has_own_key = _key(body, name, spec)
    return Field(
        name,
        type_,
        required and in_init,
        body.declaration.of(name),
        json_name=key,
        has_own_key=has_own_key,
        in_init=in_init,
        keyword_only=_is_constant(spec.keywords.get("kw_only"), True),
        read_only="ReadOnly" in parts.names,
    )


def _key(body: Body, name: str, spec: Spec) -> tuple[str | None, bool]:
    """The key of the JSON object, and whether the field itself says it: the alias that the library writes."""
    options = KEYS.get(body.kind, ())
    given = next((spec.keywords[option] for option in options if option in spec.keywords), None)
    is_weak = body.key_of is not None and _is_constant(spec.keywords.get("alias_priority"), 1)
    if given is None or _is_constant(given, None) or is_weak:
        return (body.key_of(name) if body.key_of is not None else name), False
    return (given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None), True


def _type(body: Body, parts: Qualified, value: ast.expr | None) -> Type:
    if parts.inner is not None:
        return _read(body, parts.inner)
    constant = value.value if isinstance(value, ast.Constant) else None  # `limit: Final = 3`
    kinds = [kind.value for kind in ScalarKind]
    kind = type(constant).__name__
    return Scalar(ScalarKind(kind)) if kind in kinds else ANY


def _read(body: Body, annotation: ast.expr) -> Type:
    return read_type(body.view, body.declaration.path, annotation, body.inside)[0]


def _says(body: Body, option: str, wanted: bool) -> bool:
    """Whether an option is set to a value in the class's own keywords or in those of its decorators."""
    calls = [decorator for decorator in body.node.decorator_list if isinstance(decorator, ast.Call)]
    keywords = [*body.node.keywords, *(keyword for call in calls for keyword in call.keywords)]
    return any(keyword.arg == option and _is_constant(keyword.value, wanted) for keyword in keywords)


def _is_constant(node: ast.expr | None, wanted: bool | int | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is wanted


def _only_calls(body: Body) -> bool:
    """Whether attrs takes for fields only what is assigned `attr.ib()` or `field()`, and no bare annotation."""
    if _says(body, "auto_attribs", True):
        return False
    called = [each.func if isinstance(each, ast.Call) else each for each in body.node.decorator_list]
    if any(body.name_of(decorator) in CLASSIC_ATTRS for decorator in called):
        return True
    return any(
        isinstance(statement, ast.Assign) and spec_of(body.view, body.declaration.path, statement.value, ()).is_call
        for statement in body.node.body
    )


def _computed(body: Body, method: ast.FunctionDef) -> Spec | None:
    """What `@computed_field` says of a method; None for a method without it."""
    for decorator in method.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if body.name_of(called) in COMPUTED:
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            return Spec(False, False, {keyword.arg: keyword.value for keyword in keywords if keyword.arg is not None})
    return None


def _defaulted(body: Body) -> Iterator[str]:
    """Fields of attrs whose default is a method: `@size.default`."""
    for statement in body.node.body if body.kind is ClassKind.ATTRS else ():
        for decorator in statement.decorator_list if isinstance(statement, ast.FunctionDef) else ():
            match decorator:
                case ast.Attribute(value=ast.Name(id=name), attr="default"):
                    yield name


def _pairs(given: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    """Names with their types, from any of the ways to write them."""
    match given:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case ast.Constant(value=str(text)):
            yield from ((name, None) for name in text.replace(",", " ").split())
        case ast.List(elts=items) | ast.Tuple(elts=items):
            for item in items:
                match item:
                    case ast.Tuple(elts=[ast.Constant(value=str(name)), annotation]):
                        yield name, annotation
                    case ast.Constant(value=str(name)):
                        yield name, None
