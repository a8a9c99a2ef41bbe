"""Aliases of types: what a name stands for, with its arguments put in, and which aliases contain themselves."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from athena_lsp.analysis.algebra import argument_map, rebuilt, substituted
from athena_lsp.analysis.known_types import known_name
from athena_lsp.analysis.reading import Inside, Reading
from athena_lsp.analysis.scope import Declared, follow_node
from athena_lsp.analysis.summary import Assigned
from athena_lsp.analysis.type_expressions import read_expression
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ANY, UNRESOLVED, AliasOf, ClassOf, NewTypeOf, Type, UnionOf
from athena_lsp.records import dataclass

MAX_OPENED = 10
"""So deep aliases are opened inside one another."""


@dataclass(frozen=True, slots=True)
class Alias:
    """`Pair = tuple[T, T]`, `type Pair[T] = tuple[T, T]`. Aliases inside `type` are unopened."""

    type: Type
    variables: tuple[str, ...]
    defaults: tuple[Type, ...]
    problems: tuple[tuple[str, str], ...]
    """Why it has no JSON form, each with a hint."""
    mentions: tuple[Declaration, ...]
    """The aliases it is made of."""


def alias(view: View, declaration: Declaration) -> Alias | None:
    """The alias at a declaration; None when there is none."""
    return view.ask(("alias", declaration), lambda: _alias(view, declaration), None)


def opened(view: View, type_: Type) -> Type:
    """The type with every alias replaced by what it stands for; below the top, one that contains itself stays."""
    return _opened(view, type_, 0, outermost=True)


def problems(view: View, declaration: Declaration) -> tuple[tuple[str, str], ...]:
    """Why an alias, or one that it is made of, has no JSON form; nothing is said of those of installed packages."""
    parts = (declaration, *_below(view, declaration))
    found = (alias(view, each) for each in parts if each.path not in view.library)
    return tuple(dict.fromkeys(problem for each in found if each is not None for problem in each.problems))


def variable_default(view: View, path: str, name: str) -> Type:
    """The default of a type variable (PEP 696); Any when it has none."""
    on_cycle: Type = ANY
    return view.ask(("variable", path, name), lambda: _variable_default(view, path, name), on_cycle)


def bracket_defaults(view: View, path: str, parameters: Sequence[ast.AST]) -> tuple[Type, ...]:
    """The defaults of parameters in brackets (`class Page[T, N = list[T]]`)."""
    inside = Inside(frozenset(str(getattr(parameter, "name", "")) for parameter in parameters))
    found = (getattr(parameter, "default_value", None) for parameter in parameters)
    return tuple(
        opened(view, read_expression(Reading(view, path, inside), default)) if default is not None else ANY
        for default in found
    )


def _alias(view: View, declaration: Declaration) -> Alias | None:
    assigned = _assigned(view, declaration)
    if assigned is None or assigned.code is None:
        return None
    path, value = declaration.path, assigned.code.node
    variables: list[str] | None = None
    if isinstance(value, ast.Call) and _is_alias_type(view, path, value):
        variables = [name.id for name in _listed(value) if isinstance(name, ast.Name)]
        value = value.args[1]
    brackets = [parameter.node for parameter in assigned.parameters]
    names = frozenset(str(getattr(parameter, "name", "")) for parameter in brackets)
    reading = Reading(view, path, Inside(names, every_variable=not brackets))
    type_ = read_expression(reading, value) if isinstance(value, ast.expr) else UNRESOLVED
    if brackets:
        variables = [str(getattr(parameter, "name", "")) for parameter in brackets]
        defaults = bracket_defaults(view, path, brackets)
    else:
        variables = list(dict.fromkeys(reading.used)) if variables is None else variables
        defaults = tuple(variable_default(view, path, name) for name in variables)
    objections = tuple((objection.what, objection.hint) for objection in reading.objections)
    mentions = tuple(dict.fromkeys(mentioned for _, mentioned in reading.aliases))
    return Alias(type_, tuple(variables), defaults, objections, mentions)


def _assigned(view: View, declaration: Declaration) -> Assigned | None:
    return Declared(declaration, view.bindings(declaration.path, declaration.name)).assigned


def _is_alias_type(view: View, path: str, call: ast.Call) -> bool:
    called = follow_node(view, path, call.func)
    return called is not None and known_name(called) == "TypeAliasType" and len(call.args) == 2


def _listed(call: ast.Call) -> list[ast.expr]:
    """The type parameters of `TypeAliasType("X", value, type_params=(T,))`."""
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "type_params"), None)
    return given.elts if isinstance(given, ast.Tuple) else []


def _variable_default(view: View, path: str, name: str) -> Type:
    entity = follow_node(view, path, ast.Name(name))
    if not isinstance(entity, Declared):
        return ANY
    assigned = _assigned(view, entity.declaration)
    call = assigned.code.node if assigned and assigned.code else None
    for keyword in call.keywords if isinstance(call, ast.Call) else ():
        if keyword.arg == "default":
            reading = Reading(view, entity.declaration.path, Inside(every_variable=True))
            return opened(view, read_expression(reading, keyword.value))
    return ANY


def _opened(view: View, type_: Type, depth: int, *, outermost: bool) -> Type:
    match type_:
        case AliasOf(declaration=declaration, arguments=arguments):
            found = alias(view, declaration)
            if found is None or (outermost and depth > MAX_OPENED):
                return UNRESOLVED
            if depth > MAX_OPENED or (not outermost and declaration in _below(view, declaration)):
                return rebuilt(type_, lambda part: _opened(view, part, depth + 1, outermost=False))
            return _opened(view, _applied(found, arguments), depth + 1, outermost=outermost)
        case UnionOf():
            return rebuilt(type_, lambda part: _opened(view, part, depth, outermost=outermost))
        case NewTypeOf(declaration=declaration, name=name, base=base):
            return NewTypeOf(declaration, name, _opened(view, base, depth + 1, outermost=True))
        case _:
            return rebuilt(type_, lambda part: _opened(view, part, depth, outermost=False))


def _applied(found: Alias, arguments: tuple[Type, ...]) -> Type:
    """What the alias stands for with its arguments. Another name for a generic class takes the class's arguments."""
    if not found.variables:
        match found.type:
            case ClassOf(declaration=declaration, name=name, arguments=()) if arguments:
                return ClassOf(declaration, name, arguments)
            case AliasOf(declaration=declaration, name=name, arguments=()) if arguments:
                return AliasOf(declaration, name, arguments)
        return found.type
    return substituted(found.type, argument_map(found.variables, found.defaults, arguments))


def _below(view: View, declaration: Declaration) -> frozenset[Declaration]:
    """Every alias that one is made of, itself when it contains itself."""
    return view.ask(("aliases-below", declaration), lambda: _reached(view, declaration), frozenset())


def _reached(view: View, declaration: Declaration) -> frozenset[Declaration]:
    seen: set[Declaration] = set()
    pending = [declaration]
    while pending:
        found = alias(view, pending.pop())
        for mentioned in found.mentions if found else ():
            if mentioned not in seen:
                seen.add(mentioned)
                pending.append(mentioned)
    return frozenset(seen)
