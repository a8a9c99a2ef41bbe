"""The members of enums with their values, as far as the class statement or the call tells them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

from athena_lsp.analysis.heritage import Automatic, Heritage
from athena_lsp.analysis.known_types import known_name
from athena_lsp.analysis.scope import follow_node
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ScalarKind
from athena_lsp.syntax.skim import MAKES_VALUES

CaseValue: TypeAlias = str | int | float | bool | None
Cases: TypeAlias = tuple[tuple[str, CaseValue], ...]


def class_cases(view: View, declaration: Declaration, node: ast.ClassDef, above: Heritage) -> Cases:
    """The members of an enum's class statement."""
    methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    ignored = {name for each in node.body for name in _ignored(each)}
    found: dict[str, CaseValue] = {}
    numbers: list[CaseValue] = []
    for name, value in _assignments(node):
        if name in ignored or name.startswith("__") or (name.startswith("_") and name.endswith("_")):
            continue
        called = _called(view, declaration.path, value)
        if called == "enum.nonmember" or isinstance(value, ast.Lambda):
            continue
        inner = value.args[0] if called == "enum.member" and isinstance(value, ast.Call) and value.args else value
        if isinstance(inner, ast.Name):
            found[name] = found.get(inner.id)  # a second name for a member above
            continue
        given = _automatic(name, numbers, above.automatic) if called == "enum.auto" else _constant(inner)
        numbers.append(given)
        found[name] = None if methods & MAKES_VALUES else _as(above.mixin, given)
    return tuple(found.items())


def functional_cases(call: ast.Call, above: Heritage) -> Cases:
    """The members of `Enum("Colour", "RED GREEN")`, from any of the ways to write them."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    given = call.args[1] if len(call.args) > 1 else keywords.get("names")
    start = keywords.get("start")
    first = start.value if isinstance(start, ast.Constant) and isinstance(start.value, int) else 1
    match given:
        case ast.Constant(value=str(text)):
            names = text.replace(",", " ").split()
        case ast.List(elts=items) | ast.Tuple(elts=items) if all(isinstance(each, ast.Constant) for each in items):
            names = [str(each.value) for each in items if isinstance(each, ast.Constant)]
        case _:
            return tuple((name, _as(above.mixin, _constant(value))) for name, value in _written(given))
    values: list[CaseValue] = []
    for name in names:
        values.append(_automatic(name, values, above.automatic) if values or first == 1 else first)
    return tuple((name, _as(above.mixin, value)) for name, value in zip(names, values, strict=True))


def case_of(cases: Cases, name: str) -> str:
    """The member that a name means: a second name for one value means the first."""
    values = dict(cases)
    value = values.get(name)
    if value is None:
        return name
    return next(first for first, other in cases if type(other) is type(value) and other == value)


def _assignments(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in node.body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield target.id, value
                    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                        pairs = zip(target.elts, value.elts, strict=False)
                        yield from ((name.id, each) for name, each in pairs if isinstance(name, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def _ignored(statement: ast.stmt) -> list[str]:
    """The names in `_ignore_ = ["a", "b"]`."""
    match statement:
        case ast.Assign(targets=[ast.Name(id="_ignore_")], value=ast.Constant(value=str(text))):
            return text.replace(",", " ").split()
        case ast.Assign(targets=[ast.Name(id="_ignore_")], value=ast.List(elts=items) | ast.Tuple(elts=items)):
            return [str(each.value) for each in items if isinstance(each, ast.Constant)]
        case _:
            return []


def _called(view: View, path: str, value: ast.expr) -> str:
    entity = follow_node(view, path, value.func) if isinstance(value, ast.Call) else None
    return known_name(entity) if entity is not None else ""


def _as(mixin: ScalarKind | None, value: CaseValue) -> CaseValue:
    """The value that a member has: the type it also is makes one of what is written."""
    if mixin is ScalarKind.STR and value is not None:
        return str(value)
    return float(value) if mixin is ScalarKind.FLOAT and isinstance(value, int) else value


def _automatic(name: str, before: list[CaseValue], automatic: Automatic) -> CaseValue:
    """What `auto()` gives after the values before it; None where one of them is not known."""
    if automatic is Automatic.NAMES:
        return name.lower()
    numbers = [value for value in before if isinstance(value, int)]
    if len(numbers) != len(before):
        return None
    highest = max(numbers, default=0)
    return 1 << highest.bit_length() if automatic is Automatic.BITS else highest + 1


def _constant(node: ast.expr) -> CaseValue:
    match node:
        case ast.Constant(value=str() | int() | float() as constant):
            return constant
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.BinOp(op=ast.LShift(), left=ast.Constant(value=int(left)), right=ast.Constant(value=int(right))) if (
            0 <= right < 64
        ):
            return left << right
        case _:
            return None


def _written(given: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    match given:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case ast.List(elts=items) | ast.Tuple(elts=items):
            for item in items:
                match item:
                    case ast.Tuple(elts=[ast.Constant(value=str(name)), value]):
                        yield name, value
