"""What a class statement says of its data: fields of its own and inherited ones, type parameters, an enum's members."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from athena_lsp.analysis.algebra import argument_map, parts, substituted
from athena_lsp.analysis.aliases import bracket_defaults, variable_default
from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.attempts import CLASSES
from athena_lsp.analysis.class_settings import forbids_others, key_maker, settings_of
from athena_lsp.analysis.enum_cases import class_cases, functional_cases
from athena_lsp.analysis.fields import Body, functional_fields, own_fields, unreadable
from athena_lsp.analysis.heritage import ROOT_MODELS, Heritage, callee, class_node, functional_call, heritage
from athena_lsp.analysis.known_types import known_name
from athena_lsp.analysis.reading import Inside
from athena_lsp.analysis.scope import Declared, follow_node, unaliased
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ANY, SELF, ClassInfo, ClassKind, ClassOf, Field, Type, VariableOf
from athena_lsp.records import replace


def class_info(view: View, declaration: Declaration) -> ClassInfo | None:
    """What the class at a declaration holds; None when no class is there, or one without data (a Protocol)."""
    if not declaration.path:
        return CLASSES.get(declaration)
    return view.ask(("class", declaration), lambda: _class_info(view, declaration), None)


def fields_of(view: View, type_: ClassOf) -> tuple[Field, ...]:
    """The fields of a class, with its type arguments put in."""
    info = class_info(view, type_.declaration)
    if info is None or not (info.variables or info.says_self):
        return info.fields if info else ()
    return view.ask(("fields", type_), lambda: _filled(view, type_), ())


def ancestor(view: View, class_: ClassOf, above: ClassOf) -> ClassOf | None:
    """A class seen as one of those it inherits from, with the arguments it gives to it; None when it does not."""
    if class_.declaration == above.declaration:
        return class_
    info = class_info(view, class_.declaration)
    parent = next((each for each in info.parents if each.declaration == above.declaration), None) if info else None
    return _with(parent, argument_map(info.variables, info.defaults, class_.arguments)) if info and parent else None


def _filled(view: View, type_: ClassOf) -> tuple[Field, ...]:
    info = class_info(view, type_.declaration)
    mapping = {SELF: type_, **(argument_map(info.variables, info.defaults, type_.arguments) if info else {})}
    return tuple(replace(field, type=substituted(field.type, mapping)) for field in info.fields) if info else ()


def _class_info(view: View, declaration: Declaration) -> ClassInfo | None:
    above = heritage(view, declaration)
    if above is None or (above.no_data and above.kind is None):
        return None
    node, call = class_node(view, declaration), functional_call(view, declaration)
    if above.kind is ClassKind.ENUM:
        cases = functional_cases(call, above) if call and node is None else ()
        if node is not None:
            cases = class_cases(view, declaration, node, above)
        parents = tuple(ClassOf(base, base.name) for base in above.bases)
        return ClassInfo(ClassKind.ENUM, (), parents=parents, cases=cases, is_flag=above.is_flag, mixin=above.mixin)
    if node is None:
        fields = tuple(functional_fields(view, declaration, call)) if call is not None else ()
        return ClassInfo(above.kind or ClassKind.PLAIN, fields, is_closed=_is_closed(call))
    return _of_statement(view, declaration, node, above)


def _of_statement(view: View, declaration: Declaration, node: ast.ClassDef, above: Heritage) -> ClassInfo:
    kind = above.kind or ClassKind.PLAIN
    parents = _parents(view, declaration, node, above)
    own_type = ClassOf(declaration, declaration.name, tuple(VariableOf(name) for name in above.variables))
    nested = frozenset(each.name for each in node.body if isinstance(each, ast.ClassDef))
    inside = Inside(frozenset(above.variables), own=own_type, nested=nested)
    settings = settings_of(view, (declaration, *above.bases))
    key_of = key_maker(view, settings, kind)
    fields: dict[str, Field] = {}
    for parent in reversed(parents):
        fields.update((field.name, field) for field in _declared_by(view, parent))
    if kind is ClassKind.PYDANTIC and key_of is not None:
        renamed = [field for field in fields.values() if field.json_name != "" and not field.has_own_key]
        fields.update((field.name, replace(field, json_name=key_of(field.name))) for field in renamed)
    for base in node.bases:
        if isinstance(base, ast.Call) and callee(view, declaration.path, base):
            fields.update((field.name, field) for field in functional_fields(view, declaration, base))
        elif (root := _root(view, declaration, base, inside)) is not None:
            fields["root"] = Field("root", root, True, declaration.of("root"), json_name="")
    body = Body(view, declaration, node, kind, inside, key_of)
    if kind is not ClassKind.PLAIN and above.has_own_fields:
        for field in own_fields(body):
            is_root = field.name in fields and fields[field.name].json_name == ""
            fields[field.name] = replace(field, json_name="") if is_root else field
    return ClassInfo(
        kind,
        tuple(fields.values()),
        above.variables,
        _defaults(view, declaration, node, above.variables),
        parents,
        external_bases=above.externals,
        is_closed=_is_closed(node) if kind is ClassKind.TYPED_DICT else forbids_others(settings, kind),
        refusal=_refusal(view, body, parents),
        says_self=any(_says_self(field.type) for field in fields.values()),
    )


def _says_self(type_: Type) -> bool:
    return type_ == VariableOf(SELF) or any(map(_says_self, parts(type_)))


def _parents(view: View, declaration: Declaration, node: ast.ClassDef, above: Heritage) -> tuple[ClassOf, ...]:
    """Every class above, in the order of look-up, each with its arguments in the variables of this one."""
    found: dict[Declaration, ClassOf] = {}
    inside = Inside(frozenset(above.variables))
    for base in node.bases:
        target = base.value if isinstance(base, ast.Subscript) else base
        entity = unaliased(view, follow_node(view, declaration.path, target))
        info = class_info(view, entity.declaration) if isinstance(entity, Declared) else None
        if info is None or not isinstance(entity, Declared):
            continue
        given = base.slice if isinstance(base, ast.Subscript) else None
        listed = given.elts if isinstance(given, ast.Tuple) else [given] if given is not None else []
        arguments = tuple(read_type(view, declaration.path, argument, inside)[0] for argument in listed)
        direct = ClassOf(entity.declaration, entity.declaration.name, arguments)
        found.setdefault(direct.declaration, direct)
        mapping = argument_map(info.variables, info.defaults, arguments)
        for parent in info.parents:
            found.setdefault(parent.declaration, _with(parent, mapping))
    return tuple(found.get(base, ClassOf(base, base.name)) for base in above.bases)


def _declared_by(view: View, parent: ClassOf) -> Iterator[Field]:
    """The fields that stand in a class itself, with its arguments put in."""
    info = class_info(view, parent.declaration)
    mapping = {SELF: VariableOf(SELF)} | (argument_map(info.variables, info.defaults, parent.arguments) if info else {})
    for field in info.fields if info else ():
        owner = field.declaration
        if (owner.path, owner.name) == (parent.declaration.path, parent.declaration.name):
            yield replace(field, type=substituted(field.type, mapping))


def _with(parent: ClassOf, mapping: dict[str, Type]) -> ClassOf:
    arguments = tuple(substituted(argument, mapping) for argument in parent.arguments)
    return ClassOf(parent.declaration, parent.name, arguments)


def _root(view: View, declaration: Declaration, base: ast.expr, inside: Inside) -> Type | None:
    """What a pydantic RootModel holds: `class Users(RootModel[list[User]])`."""
    target = base.value if isinstance(base, ast.Subscript) else base
    entity = follow_node(view, declaration.path, target)
    if entity is None or known_name(entity) not in ROOT_MODELS:
        return None
    return read_type(view, declaration.path, base.slice, inside)[0] if isinstance(base, ast.Subscript) else ANY


def _defaults(view: View, declaration: Declaration, node: ast.ClassDef, variables: tuple[str, ...]) -> tuple[Type, ...]:
    brackets = getattr(node, "type_params", ())
    if brackets:
        return bracket_defaults(view, declaration.path, brackets)
    return tuple(variable_default(view, declaration.path, name) for name in variables)


def _is_closed(node: ast.ClassDef | ast.Call | None) -> bool:
    return any(
        keyword.arg == "closed" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        for keyword in (node.keywords if node is not None else ())
    )


def _refusal(view: View, body: Body, parents: tuple[ClassOf, ...]) -> str:
    """Why values of a class with fields have no JSON form, as a clause; empty when they have one."""
    if field := unreadable(body):
        return f"`{body.declaration.name}.{field}` is read from a path (`AliasPath`), and not written there"
    above = (class_info(view, parent.declaration) for parent in parents)
    return next((info.refusal for info in above if info is not None and info.refusal), "")
