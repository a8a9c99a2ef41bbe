"""What the expression engine knows of types before it evaluates: a mismatch fails there, also in an arm not taken.

What comes from a variable is of any type below the first name, and of any type everything is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from athena_lsp.argo.exprs.cursor import COMPARISONS, Problem
from athena_lsp.argo.exprs.functions import BUILTINS, call_problems
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
from athena_lsp.engine.operators import pattern
from athena_lsp.engine.typing import (
    ANY,
    ARRAY,
    BOOL,
    BY_NAME,
    DURATION,
    FAMILIES,
    FLOAT,
    FUNC,
    INT,
    MAP,
    NIL,
    NUMBERS,
    PREDICATED,
    TEXT,
    TIME,
    TIMES,
    Type,
    coalesced,
    may_hold,
    signatures,
)
from athena_lsp.engine.values import Duration, Time, Value, ValueProblem
from athena_lsp.records import dataclass

Names: TypeAlias = Mapping[str, Type]

OF_ARGO = {"toJson": TEXT}
TEXT_ONLY = frozenset({"jsonpath"})


class _TypeProblem(Exception):  # noqa: N818  # it never leaves this module
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Scope:
    variables: Mapping[str, Value]
    declared: Names
    element: Type = ANY


def first_problem(expression: Expression, variables: Mapping[str, Value]) -> Problem | None:
    """The first thing that the engine would refuse of an expression before it evaluates it."""
    try:
        _type(expression, _Scope(variables, {}))
    except _TypeProblem as refused:
        return refused.problem
    except RecursionError:
        return Problem(expression.span, "the expression nests too deep")
    return next((problem for problem in call_problems(expression) if "there is no function" not in problem.what), None)


def of_value(value: Value) -> Type:
    """The type of a variable's value."""
    match value:
        case None:
            return NIL
        case bool():
            return BOOL
        case int():
            return INT
        case float():
            return FLOAT
        case str():
            return TEXT
        case list() | bytes():
            return ARRAY
        case dict():
            return MAP
        case Time():
            return TIME
        case Duration():
            return DURATION
        case _:
            return FUNC


def _type(node: Expression, scope: _Scope) -> Type:  # long: one arm for each kind of node
    match node:
        case Nil():
            return NIL
        case Boolean():
            return BOOL
        case Integer():
            return INT
        case Float():
            return FLOAT
        case Text():
            return TEXT
        case Bytes():
            return ARRAY
        case Name(name=name):
            return _name(node, name, scope)
        case Pointer(name=name):
            return {"": scope.element, "index": INT}.get(name, ANY)
        case Member():
            return _member(node, scope)
        case Chain(body=body):
            _type(body, scope)
            return ANY
        case Slice(base=base, start=start, stop=stop):
            found = _type(base, scope)
            if found.name not in ("any", "array", "string"):
                _refuse(node, f"cannot slice {found.name}")
            for end in (start, stop):
                if end is not None and _type(end, scope).name not in ("any", "int"):
                    _refuse(end, "non-integer slice index")
            return found
        case Call():
            return _call(node, scope)
        case Predicate(body=body):
            return _type(body, scope)
        case Items(items=items):
            return _array(tuple(_type(item, scope) for item in items))
        case Entries(entries=entries):
            for key, value in entries:
                if _type(key, scope).name not in ("any", "string"):
                    _refuse(key, "a key of a map is a string")
                _type(value, scope)
            return MAP
        case Unary():
            return _unary(node, scope)
        case Binary():
            return _binary(node, scope)
        case Condition(test=test, then=then, otherwise=otherwise):
            if _type(test, scope).name not in ("any", "bool"):
                _refuse(test, f"non-bool expression (type {_type(test, scope).name}) used as condition")
            return _either(_type(then, scope), _type(otherwise, scope))
        case Let(name=name, value=value, body=body):
            declared = {**scope.declared, name: _type(value, scope)}
            return _type(body, _Scope(scope.variables, declared, scope.element))
        case Sequence(items=items):
            return [_type(item, scope) for item in items][-1]
        case _:
            assert_never(node)


def _name(node: Name, name: str, scope: _Scope) -> Type:
    if name in scope.declared:
        return scope.declared[name]
    if name in scope.variables:
        return of_value(scope.variables[name])
    if name == "$env":
        return MAP
    _refuse(node, f"unknown name {name}")
    raise AssertionError


def _member(node: Member, scope: _Scope) -> Type:
    base, key = _type(node.base, scope), _type(node.key, scope)
    name = node.key.value if isinstance(node.key, Text) else key.name
    match base.name:
        case "any":
            return ANY
        case "map":
            if key.name not in ("any", "string"):
                _refuse(node.key, f"cannot use {key.name} to get an element from a map")
            if isinstance(node.base, Name) and node.base.name == "$env" and isinstance(node.key, Text):
                return _name(Name(name, node.key.span), name, scope)
            return ANY
        case "array":
            if key.name not in ("any", "int"):
                _refuse(node.key, f"array elements can only be selected using an integer (got {key.name})")
            return base.element or ANY
        case _:
            _refuse(node.key, f"type {base.name} has no field {name}")
            raise AssertionError


def _array(types: tuple[Type, ...]) -> Type:
    same = types and all(type_.name == types[0].name and type_ != NIL for type_ in types)
    return Type("array", types[0] if same else None)


def _either(first: Type, second: Type) -> Type:
    if first.name == second.name:
        return first
    if first is NIL or second is NIL:
        return second if first is NIL else first
    return ANY


def _unary(node: Unary, scope: _Scope) -> Type:
    found = _type(node.operand, scope)
    taken = ("any", "bool") if node.operator in ("!", "not") else ("any", "int", "float", "time.Duration")
    if found.name not in taken:
        _refuse(node, f"invalid operation: {node.operator} (mismatched type {found.name})")
    return BOOL if node.operator in ("!", "not") else found


# --- operators ----------------------------------------------------------------------------------------------------


def _binary(node: Binary, scope: _Scope) -> Type:
    """A row of operators, however long: its left spine is followed without recursion."""
    spine: list[Binary] = []
    here: Expression = node
    while isinstance(here, Binary):
        spine.append(here)
        here = here.left
    found = _type(here, scope)
    for part in reversed(spine):
        found = _operated(part, found, _type(part.right, scope))
    return found


def _operated(node: Binary, left: Type, right: Type) -> Type:
    operator = node.operator
    names = {left.name, right.name}
    if operator == "??":
        return coalesced(left, right)
    if operator in ("==", "!="):
        fits = names & {"any", "nil"} or names <= {"int", "float"} or len(names) == 1
    elif operator == "in":
        fits = may_hold(left, right)
    elif operator == "matches":
        fits = names <= {"any", "string"}
        if isinstance(node.right, Text):
            _check_pattern(node.right)
    else:
        fits = any(names - {"any"} <= family for family in FAMILIES[operator]) and (
            "any" not in names or any(names - {"any"} <= family for family in FAMILIES[operator])
        )
        if not fits:
            fits = (left.name, right.name) in TIMES.get(operator, {})
    if not fits:
        _refuse(node, f"invalid operation: {operator} (mismatched types {left.name} and {right.name})")
    return _result(operator, left, right)


def _result(operator: str, left: Type, right: Type) -> Type:
    names = (left.name, right.name)
    if operator in TIMES and names in TIMES[operator]:
        return TIMES[operator][names]
    if operator in ("==", "!=", "in", "matches", "contains", "startsWith", "endsWith") or operator in COMPARISONS:
        return BOOL
    if operator in ("&&", "||", "and", "or"):
        return BOOL
    if operator in ("/", "**", "^"):
        return FLOAT
    if operator == "..":
        return Type("array", INT)
    if "any" in names:
        return ANY
    if operator == "%":
        return INT
    if operator == "-" and names == ("time.Time", "time.Time"):
        return DURATION
    if set(names) <= NUMBERS:
        return FLOAT if "float" in names else INT
    return TIME if "time.Time" in names else DURATION if "time.Duration" in names else left


def _check_pattern(node: Text) -> None:
    try:
        pattern(node.value)
    except ValueProblem as problem:
        _refuse(node, str(problem))


# --- calls --------------------------------------------------------------------------------------------------------


def _call(node: Call, scope: _Scope) -> Type:
    if not isinstance(node.function, Name):
        _type(node.function, scope)
        for argument in node.arguments:
            _type(argument, scope)
        return ANY
    name = node.function.name
    given = scope.declared.get(name) or (of_value(scope.variables[name]) if name in scope.variables else None)
    if given is not None and not node.builtin:
        types = [_type(argument, scope) for argument in node.arguments]
        if given.name not in ("func", "any"):
            _refuse(node, f"{name} is not callable")
        if name in TEXT_ONLY and any(type_.name not in ("any", "string") for type_ in types):
            _refuse(node, f"`{name}` takes strings")
        return OF_ARGO.get(name, ANY)
    if name in PREDICATED:
        return _predicated(node, name, scope)
    if name not in BUILTINS:
        _refuse(node, f"unknown name {name}")
    return _builtin(node, name, [_type(argument, scope) for argument in node.arguments])


def _builtin(node: Call, name: str, types: list[Type]) -> Type:
    wanted, result = signatures()[name]
    for place, found in enumerate(types):
        expected = wanted[min(place, len(wanted) - 1)] if wanted else "any"
        if expected == "*":
            expected = wanted[0]
        if not _is_taken(found, expected):
            _refuse(node.arguments[place], f"cannot use {found.name} as argument (type {expected}) to call {name}")
    if result == "first":
        return types[0] if len(types) == 1 and types[0].name != "array" else ANY
    return types[0] if result == "same" and types else BY_NAME.get(result, ANY)


def _is_taken(found: Type, expected: str) -> bool:
    if expected == "any" or found.name == "any":
        return True
    kinds = {kind for word in expected.split("|") for kind in (("int", "float") if word == "number" else (word,))}
    return found.name in kinds


def _predicated(node: Call, name: str, scope: _Scope) -> Type:
    source = _type(node.arguments[0], scope)
    if source.name not in ("any", "array"):
        _refuse(node.arguments[0], f"builtin {name} takes only array (got {source.name})")
    wants_bool, answer = PREDICATED[name]
    element = source.element or ANY
    more = ANY
    for argument in node.arguments[2:]:
        more = _type(argument, scope)
    body = element if name != "count" else BOOL
    if len(node.arguments) > 1:
        body = _type(node.arguments[1], _Scope(scope.variables, scope.declared, element))
        if wants_bool and body.name not in ("any", "bool"):
            _refuse(node.arguments[1], f"predicate should return boolean (got {body.name})")
    elif name == "sum":
        body = ANY
    return answer(element, body, more)


def _refuse(node: Expression, what: str) -> None:
    raise _TypeProblem(Problem(node.span, what))
