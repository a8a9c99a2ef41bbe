"""Evaluating expressions of Argo's language: a tree and the values of its variables give a value, or a problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, TypeAlias, assert_never

from athena_lsp.argo.exprs.cursor import Problem
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.tree import (
    Binary,
    Boolean,
    Bytes,
    Call,
    Chain,
    Condition,
    Entries,
    Expression,
    Float,
    Integer,
    Items,
    Let,
    Member,
    Name,
    Nil,
    Pointer,
    Predicate,
    Sequence,
    Slice,
    Text,
    Unary,
)
from athena_lsp.engine import operators
from athena_lsp.engine.builtins import BUILTINS
from athena_lsp.engine.predicates import PREDICATED
from athena_lsp.engine.statics import first_problem
from athena_lsp.engine.values import Function, Value, ValueProblem, kind
from athena_lsp.records import dataclass
from athena_lsp.text import Span

Variables: TypeAlias = Mapping[str, Value]


class EvaluationError(Exception):
    """An expression without a value: what is wrong, and where in its text."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class _NoChain(Exception):  # noqa: N818  # it never leaves the chain
    """An optional member of nil: the whole path is nil."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at a place of an expression."""

    variables: Variables
    declared: Mapping[str, Value]
    """By `let`."""
    element: Value = None
    """`#`."""
    pointers: Mapping[str, Value] | None = None
    """`#index` and `#acc`; None outside of predicates."""


NO_NAMES: Mapping[str, Value] = {}


def evaluate(text: str, variables: Variables) -> Value:
    """The value of an expression. Raises EvaluationError: for its text, for its types, and at run time."""
    parsed = parse(text)
    if parsed.expression is None:
        assert parsed.problem is not None
        raise EvaluationError(parsed.problem)
    problem = first_problem(parsed.expression, variables)
    if problem is not None:
        raise EvaluationError(problem)
    try:
        return value_of(parsed.expression, Scope(variables, NO_NAMES))
    except RecursionError:
        raise EvaluationError(Problem(parsed.expression.span, "the expression nests too deep")) from None


def value_of(node: Expression, scope: Scope) -> Value:
    """The value of a node. Raises EvaluationError."""
    try:
        return _value(node, scope)
    except ValueProblem as problem:
        raise EvaluationError(Problem(node.span, str(problem))) from None


def _value(node: Expression, scope: Scope) -> Value:  # long: one arm for each kind of node
    match node:
        case Text(value=value) | Integer(value=value) | Boolean(value=value) | Float(value=value) | Bytes(value=value):
            return value
        case Nil():
            return None
        case Name(name=name):
            return _name(node, name, scope)
        case Pointer(name=name):
            return _pointer(node, name, scope)
        case Member():
            return _member(node, scope)
        case Chain(body=body):
            try:
                return value_of(body, scope)
            except _NoChain:
                return None
        case Slice():
            return _slice(node, scope)
        case Call():
            return _call(node, scope)
        case Items(items=items):
            return [value_of(item, scope) for item in items]
        case Entries(entries=entries):
            return _entries(entries, scope)
        case Unary(operator=operator, operand=operand):
            value = value_of(operand, scope)
            if operator in ("!", "not"):
                return not operators.truth(value)
            return operators.negative(value) if operator == "-" else value
        case Binary():
            return _binary(node, scope)
        case Condition(test=test, then=then, otherwise=otherwise):
            return value_of(then if operators.truth(value_of(test, scope)) else otherwise, scope)
        case Let(name=name, value=value, body=body):
            declared = {**scope.declared, name: value_of(value, scope)}
            return value_of(body, Scope(scope.variables, declared, scope.element, scope.pointers))
        case Sequence(items=items):
            return [value_of(item, scope) for item in items][-1]
        case Predicate():
            raise ValueProblem("a predicate stands only in functions that take one")
        case _:
            assert_never(node)


def _name(node: Expression, name: str, scope: Scope) -> Value:
    if name in scope.declared:
        return scope.declared[name]
    if name in scope.variables:
        return scope.variables[name]
    if name == "$env":
        return dict(scope.variables)
    return _refuse(node.span, f"unknown name {name}")


def _pointer(node: Expression, name: str, scope: Scope) -> Value:
    if scope.pointers is None or (name and name not in scope.pointers):
        _refuse(node.span, f"`#{name}` is not known here")
    return scope.pointers[name] if name else scope.element


def _member(node: Member, scope: Scope) -> Value:
    base = value_of(node.base, scope)
    if node.optional and base is None:
        raise _NoChain
    return member(base, value_of(node.key, scope))


def member(base: Value, key: Value) -> Value:
    """`base[key]`. Raises ValueProblem."""
    match base:
        case dict():
            if not isinstance(key, str) and key is not None:
                raise ValueProblem(f"cannot fetch {key} from a map whose keys are strings")
            return base.get(key)
        case list() | str() | bytes():
            return _item(base, key)
        case _:
            raise ValueProblem(f"cannot fetch {key} from {kind(base)}")


def _item(base: list[Value] | str | bytes, key: Value) -> Value:
    if not operators.is_number(key):
        raise ValueProblem(f"cannot fetch {key} from {kind(base)}")
    items = base.encode(errors="surrogateescape") if isinstance(base, str) else base
    place = int(key)
    index = place + len(items) if place < 0 else place
    if not 0 <= index < len(items):
        raise ValueProblem(f"index out of range: {place} (array length is {len(items)})")
    return items[index]


def _slice(node: Slice, scope: Scope) -> Value:
    base = value_of(node.base, scope)
    if not isinstance(base, list | str | bytes):
        raise ValueProblem(f"cannot slice {kind(base)}")
    items = base.encode(errors="surrogateescape") if isinstance(base, str) else base
    length = len(items)
    start, stop = (
        _bound(value_of(end, scope), length) if end is not None else default
        for end, default in ((node.start, 0), (node.stop, length))
    )
    part = items[start:stop] if start <= stop else items[:0]
    return part.decode(errors="surrogateescape") if isinstance(base, str) else part  # type: ignore[union-attr]


def _bound(value: Value, length: int) -> int:
    if not operators.is_number(value):
        raise ValueProblem(f"a slice is bounded by integers, not by {kind(value)}")
    place = int(value)
    if place < 0:
        place = max(place + length, 0)
    return min(place, length)


def _entries(entries: tuple[tuple[Expression, Expression], ...], scope: Scope) -> Value:
    found: dict[Value, Value] = {}
    for key, value in entries:
        name = value_of(key, scope)
        if not isinstance(name, str):
            raise ValueProblem(f"a key of a map is a string, not {kind(name)}")
        found[name] = value_of(value, scope)
    return found


def _binary(node: Binary, scope: Scope) -> Value:
    """A row of operators, however long: its left spine is followed without recursion."""
    spine: list[Binary] = []
    here: Expression = node
    while isinstance(here, Binary):
        spine.append(here)
        if _is_settled(here):
            break
        here = here.left
    value = spine[-1].operator in ("||", "or") if _is_settled(spine[-1]) else value_of(here, scope)
    if _is_settled(spine[-1]):
        spine.pop()
    for part in reversed(spine):
        value = _operated(part, value, scope)
    return value


def _is_settled(node: Binary) -> bool:
    """`a && false` and `a || true`: the engine does not look at `a`."""
    wanted = {"&&": False, "and": False, "||": True, "or": True}.get(node.operator)
    return isinstance(node.right, Boolean) and node.right.value is wanted


def _operated(node: Binary, left: Value, scope: Scope) -> Value:
    try:
        match node.operator:
            case "&&" | "and":
                return value_of(node.right, scope) if operators.truth(left) else False
            case "||" | "or":
                return True if operators.truth(left) else value_of(node.right, scope)
            case "??":
                return left if left is not None else value_of(node.right, scope)
            case "in":
                return _in(node.right, left, scope)
            case operator:
                return operators.apply(operator, left, value_of(node.right, scope))
    except ValueProblem as problem:
        raise EvaluationError(Problem(node.span, str(problem))) from None


def _in(node: Expression, left: Value, scope: Scope) -> Value:
    """The engine makes a map of an array of texts alone, and looks up texts alone in it."""
    right = value_of(node, scope)
    if isinstance(node, Items) and node.items and all(isinstance(item, Text) for item in node.items):
        return operators.contains(left, dict.fromkeys(right))
    return operators.contains(left, right)


def _call(node: Call, scope: Scope) -> Value:
    if not isinstance(node.function, Name):
        function = value_of(node.function, scope)
        return _called(function, [value_of(argument, scope) for argument in node.arguments])
    name = node.function.name
    if not node.builtin and (name in scope.declared or name in scope.variables):
        function = scope.declared.get(name) or scope.variables[name]
        return _called(function, [value_of(argument, scope) for argument in node.arguments])
    if name in PREDICATED:
        return _predicated(name, node.arguments, scope)
    if name not in BUILTINS:
        _refuse(node.function.span, f"there is no function `{name}`")
    return BUILTINS[name](*[value_of(argument, scope) for argument in node.arguments])


def _called(function: Value, arguments: list[Value]) -> Value:
    if not isinstance(function, Function):
        raise ValueProblem(f"{kind(function)} cannot be called")
    try:
        return function.call(*arguments)
    except TypeError:
        raise ValueProblem(f"`{function.name}` does not take {len(arguments)} arguments") from None


def _predicated(name: str, arguments: tuple[Expression, ...], scope: Scope) -> Value:
    source = value_of(arguments[0], scope)
    predicate = arguments[1] if len(arguments) > 1 else None

    def ask(element: Value, pointers: Mapping[str, Value]) -> Value:
        assert isinstance(predicate, Predicate)
        return value_of(predicate.body, Scope(scope.variables, scope.declared, element, pointers))

    more = [value_of(argument, scope) for argument in arguments[2:]]
    return PREDICATED[name](source, ask if predicate is not None else None, *more)


def _refuse(span: Span, what: str) -> NoReturn:
    raise EvaluationError(Problem(span, what))
