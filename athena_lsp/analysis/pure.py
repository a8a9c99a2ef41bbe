"""Pure expressions over step results: those that Argo's expression language computes exactly as Python would.

Argo decodes JSON into Go's values: whole numbers are exact up to 2**53, texts are sequences of code points, and there
is no truth of anything but a bool. So whether an expression can be lowered depends on the types of its operands. What
cannot is refused with its reason, and belongs into a container.
"""

from __future__ import annotations

import ast

from athena_lsp.analysis.annotations import union
from athena_lsp.analysis.attempts import STEP_FAILED_TYPE
from athena_lsp.analysis.pure_base import (
    EXACT,
    NUMBERS,
    NotExactError,
    Reading,
    as_list,
    bare,
    deciding,
    present,
    truth,
)
from athena_lsp.analysis.pure_calls import as_dict, call
from athena_lsp.analysis.pure_texts import text_of_parts
from athena_lsp.analysis.types import is_typed_dict, show
from athena_lsp.analysis.values import widened
from athena_lsp.ir.model import Constant, Expr
from athena_lsp.ir.operations import Operation
from athena_lsp.ir.types import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    UNRESOLVED,
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    Scalar,
    ScalarKind,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
    Unresolved,
)
from athena_lsp.ir.values import Number

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.MatMult: "@",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.Not: "not",
    ast.And: "and",
    ast.Or: "or",
}
ARITHMETIC: dict[type[ast.AST], Operation] = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply"}
ORDERINGS: dict[type[ast.AST], Operation] = {
    ast.Lt: "less",
    ast.LtE: "less-equal",
    ast.Gt: "greater",
    ast.GtE: "greater-equal",
}


def compute(reading: Reading, node: ast.expr) -> Expr:
    """An operation over values. Raises NotExactError for what cannot be lowered."""
    match node:
        case ast.BinOp(op=op, left=left, right=right):
            return _arithmetic(reading, node, op, reading.lower(left), reading.lower(right))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return reading.made(node, "not", BOOL, _bool(reading, operand))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _of(reading, operand, NUMBERS, "-")
            return reading.made(node, "negate", bare(reading.view, value.type), value)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _of(reading, operand, NUMBERS, "+")
        case ast.BoolOp(op=op, values=values):
            return _either(reading, node, op, _in_turn(reading, op, values))
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _comparison(reading, node, left, ops, comparators)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            condition = _bool(reading, test)
            arms = reading.lower_when(body, (condition,), True), reading.lower_when(orelse, (condition,), False)
            type_ = union([widened(arm.type) for arm in deciding(arms)])
            return reading.made(node, "choose", type_, condition, *arms)
        case ast.JoinedStr(values=values):
            return text_of_parts(reading, node, values)
        case ast.List(elts=items):
            return _display(reading, node, items, "list")
        case ast.Tuple(elts=items):
            return _display(reading, node, items, "tuple")
        case ast.Dict(keys=keys, values=values):
            return _dict(reading, node, keys, values)
        case ast.DictComp():
            return _dict_of_turns(reading, node)
        case ast.Call():
            return call(reading, node)
        case ast.Subscript(value=base, slice=ast.Slice() as part):
            return _slice(reading, node, reading.lower(base), part)
        case ast.Subscript(value=base, slice=index):
            return _index(reading, node, reading.lower(base), index)
        case _:
            raise NotExactError(node, "this expression cannot be lowered")


def _arithmetic(reading: Reading, node: ast.expr, op: ast.operator, left: Expr, right: Expr) -> Expr:
    kinds = reading.bare(left), reading.bare(right)
    symbol = SYMBOLS[type(op)]
    if any(isinstance(kind, Unresolved) for kind in kinds):
        return reading.made(node, "add", UNRESOLVED, left, right)
    if isinstance(op, ast.Add) and kinds == (STR, STR):
        return reading.made(node, "concatenate", STR, left, right)
    items = as_list(kinds[0]), as_list(kinds[1])
    if isinstance(op, ast.BitOr) and all(isinstance(kind, DictOf) for kind in kinds):
        return _merged(reading, node, left, right)
    if isinstance(op, ast.Add) and all(isinstance(kind, ListOf) and not kind.abstract for kind in kinds):
        return reading.made(node, "chain", ListOf(union([item for item in items if item is not None])), left, right)
    if type(op) in ARITHMETIC and all(kind in NUMBERS for kind in kinds):
        return reading.made(node, ARITHMETIC[type(op)], FLOAT if FLOAT in kinds else INT, left, right)
    if isinstance(op, ast.FloorDiv | ast.Mod) and kinds == (INT, INT):
        return reading.made(node, "remainder" if isinstance(op, ast.Mod) else "quotient", INT, left, right)
    if isinstance(op, ast.Div) and all(kind in NUMBERS for kind in kinds):
        if isinstance(right, Constant) and isinstance(right.value, Number) and right.value.value:
            return reading.made(node, "divide", FLOAT, left, right)
        raise NotExactError(node, "`/` by what may be zero gives infinity in Argo, where Python fails")
    if all(kind in NUMBERS for kind in kinds):
        raise NotExactError(node, f"`{symbol}` of these numbers is not what Python gives in Argo's expression language")
    raise NotExactError(node, f"`{symbol}` of `{show(left.type)}` and `{show(right.type)}` cannot be lowered")


def _comparison(
    reading: Reading, node: ast.Compare, left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr]
) -> Expr:
    """`a < b < c` compares each pair; the values have no effects, so that reading one twice changes nothing."""
    found: list[Expr] = []
    for op, other in zip(ops, others, strict=True):
        found.append(_pair(reading, node, op, left, other))
        left = other
    return found[0] if len(found) == 1 else reading.made(node, "and", BOOL, *found)


def _pair(reading: Reading, node: ast.expr, op: ast.cmpop, left: ast.expr, right: ast.expr) -> Expr:
    if isinstance(op, ast.Is | ast.IsNot):
        return _identity(reading, node, left, right, same=isinstance(op, ast.Is))
    values = reading.lower(left), reading.lower(right)
    kinds = bare(reading.view, values[0].type), bare(reading.view, values[1].type)
    if any(isinstance(kind, Unresolved) for kind in kinds):
        return reading.made(node, "equal", UNRESOLVED, *values)
    shown = f"`{show(values[0].type)}` and `{show(values[1].type)}`"
    if isinstance(op, ast.In | ast.NotIn):
        inside = _membership(reading, node, values, kinds, shown)
        return inside if isinstance(op, ast.In) else reading.made(node, "not", BOOL, inside)
    if type(op) in ORDERINGS:
        if kinds == (STR, STR) or all(kind in NUMBERS for kind in kinds):
            return reading.made(node, ORDERINGS[type(op)], BOOL, *values)
        raise NotExactError(node, f"`{SYMBOLS[type(op)]}` of {shown} cannot be lowered")
    if any(isinstance(kind, EnumOf) for kind in kinds) and any(kind in EXACT for kind in kinds):
        hint = "compare with a member of the enum, or compare its `.value`"
        raise NotExactError(node, f"{shown} are never equal", hint)
    if not _comparable(kinds[0], kinds[1]):
        raise NotExactError(
            node, f"`{SYMBOLS[type(op)]}` of {shown} is not what Python gives in Argo's expression language"
        )
    return reading.made(node, "equal" if isinstance(op, ast.Eq) else "unequal", BOOL, *values)


def _identity(reading: Reading, node: ast.expr, left: ast.expr, right: ast.expr, *, same: bool) -> Expr:
    """`is` with `None`, or with a member of an enum, which is one object in every process."""
    if isinstance(right, ast.Constant) and right.value is None:
        return reading.made(node, "is-none" if same else "is-not-none", BOOL, reading.lower(left))
    values = reading.lower(left), reading.lower(right)
    enums = {each.declaration if isinstance(each, EnumOf) else None for each in (widened(v.type) for v in values)}
    if len(enums) != 1 or None in enums:
        message = "only `None` and a member of an enum can be asked for with `is`: values are copied between steps"
        raise NotExactError(node, message)
    return reading.made(node, "equal" if same else "unequal", BOOL, *values)


def _comparable(left: Type, right: Type) -> bool:
    """Whether `==` of the JSON forms is `==` of the values."""
    lefts = left.members if isinstance(left, UnionOf) else (left,)
    rights = right.members if isinstance(right, UnionOf) else (right,)
    plain = all(kind in (*EXACT, NONE) for kind in (*lefts, *rights))
    numbers_and_bools = any(kind == BOOL for kind in (*lefts, *rights)) and any(k in NUMBERS for k in (*lefts, *rights))
    same_enum = isinstance(left, EnumOf) and isinstance(right, EnumOf) and left.declaration == right.declaration
    return same_enum or (plain and not numbers_and_bools)


def _membership(
    reading: Reading, node: ast.expr, values: tuple[Expr, Expr], kinds: tuple[Type, Type], shown: str
) -> Expr:
    item, where = kinds
    match where:
        case Scalar(kind=ScalarKind.STR) if item == STR:
            return reading.made(node, "in-text", BOOL, *values)
        case ListOf(item=inner) | TupleRest(item=inner) | SetOf(item=inner) if _comparable(
            item, bare(reading.view, inner)
        ):
            return reading.made(node, "in-list", BOOL, *values)
        case TupleOf(items=items) if all(_comparable(item, bare(reading.view, inner)) for inner in items):
            return reading.made(node, "in-list", BOOL, *values)
        case DictOf(key=key) if item == STR and bare(reading.view, key) == STR:
            return reading.made(node, "in-keys", BOOL, *values)
        case ClassOf() if item == STR and is_typed_dict(reading.view, where):
            return reading.made(node, "in-keys", BOOL, *values)
        case _:
            raise NotExactError(node, f"`in` of {shown} cannot be lowered")


def _display(reading: Reading, node: ast.expr, items: list[ast.expr], operation: Operation) -> Expr:
    if any(isinstance(item, ast.Starred) for item in items):
        return _spread(reading, node, items, operation)
    values = [_data(item, reading.lower(item)) for item in items]
    types = [widened(value.type) for value in values]
    return reading.made(
        node, operation, ListOf(union(types)) if operation == "list" else TupleOf(tuple(types)), *values
    )


def _data(node: ast.expr, value: Expr) -> Expr:
    """The value, unless it is an exception."""
    if value.type == STEP_FAILED_TYPE:
        raise NotExactError(node, "an exception is no data", f"write `str({ast.unparse(node)})`, or a field of it")
    return value


def _spread(reading: Reading, node: ast.expr, items: list[ast.expr], operation: Operation) -> Expr:
    """`[*first, x, *others]`: lists behind each other."""
    found: Expr | None = None
    for item in items:
        if isinstance(item, ast.Starred):
            part = reading.lower_items(item.value)
            if isinstance(reading.bare(part), Unresolved):
                return reading.made(node, "copy", UNRESOLVED, part)
            if operation != "list" or as_list(reading.bare(part)) is None:
                raise NotExactError(item, f"`*` of a `{show(part.type)}` cannot be lowered here")
        else:
            value = reading.lower(item)
            part = reading.made(node, "list", ListOf(widened(value.type)), value)
        before = as_list(found.type) if found is not None else None
        item_type = as_list(reading.bare(part)) or UNRESOLVED
        joined = ListOf(union([before, item_type]) if before is not None else item_type)
        found = reading.made(
            node, "copy" if found is None else "chain", joined, *(each for each in (found, part) if each)
        )
    assert found is not None  # there is a star
    return found


def _merged(reading: Reading, node: ast.expr, left: Expr, right: Expr) -> Expr:
    """`a | b`, `{**a, **b}`: of what both have, the second counts."""
    kinds = reading.bare(left), reading.bare(right)
    for value, kind in zip((left, right), kinds, strict=True):
        if isinstance(kind, Unresolved):
            return reading.made(node, "copy", UNRESOLVED, value)
        if not isinstance(kind, DictOf) or bare(reading.view, kind.key) != STR:
            raise NotExactError(node, f"a `{show(value.type)}` cannot be merged: only dicts whose keys are texts can")
    types = [kind.value for kind in kinds if isinstance(kind, DictOf)]
    return reading.made(node, "merge", DictOf(STR, union(types)), left, right)


def _dict(reading: Reading, node: ast.Dict, keys: list[ast.expr | None], values: list[ast.expr]) -> Expr:
    names: list[str] = []
    if None in keys:
        parts = [(key, value) for key, value in zip(keys, values, strict=True)]
        found: Expr | None = None
        for key, value in parts:
            part = reading.lower(value) if key is None else _dict(reading, node, [key], [value])
            found = part if found is None else _merged(reading, node, found, part)
        assert found is not None  # there is one at least
        return found if len(parts) > 1 else reading.made(node, "copy", found.type, found)
    for key in keys:
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            raise NotExactError(key or node, "a key of a dict must be a literal text")
        names.append(key.value)
    if len(set(names)) != len(names):
        raise NotExactError(node, "a key of this dict is given twice", "remove one of them")
    lowered = [_data(value, reading.lower(value)) for value in values]
    item = union([widened(value.type) for value in lowered])
    return reading.made(node, "dict", DictOf(STR, item), *lowered, keys=tuple(names))


def _dict_of_turns(reading: Reading, node: ast.DictComp) -> Expr:
    """`{k: v for ...}` as the dict of a list of pairs."""
    pair = ast.copy_location(ast.Tuple(elts=[node.key, node.value], ctx=ast.Load()), node.key)
    pairs = ast.copy_location(ast.ListComp(elt=pair, generators=node.generators), node)
    return as_dict(reading, node, reading.lower_items(pairs))


def _bool(reading: Reading, node: ast.expr) -> Expr:
    return truth(reading, node, reading.lower(node))


def _in_turn(reading: Reading, op: ast.boolop, nodes: list[ast.expr]) -> list[Expr]:
    """The operands of `and` or `or`, of which each is looked at only when those before it do not decide."""
    found: list[Expr] = []
    for node in nodes:
        found.append(reading.lower_when(node, tuple(found), isinstance(op, ast.And)))
    return found


def _either(reading: Reading, node: ast.expr, op: ast.boolop, values: list[Expr]) -> Expr:
    """`a and b`, `a or b`: of bools a bool; of others the first value that decides."""
    word: Operation = "and" if isinstance(op, ast.And) else "or"
    if all(reading.bare(value) == BOOL or isinstance(value.type, Unresolved) for value in values):
        return reading.made(node, word, BOOL, *values)
    found = values[-1]
    for value in reversed(values[:-1]):
        arms = (value, found) if word == "or" else (found, value)
        left = present(value.type) if word == "or" else value.type
        type_ = union([widened(left), widened(found.type)])
        found = reading.made(node, "choose", type_, truth(reading, node, value), *arms)
    return found


def _slice(reading: Reading, node: ast.expr, value: Expr, part: ast.Slice) -> Expr:
    """`rows[1:3]` of a list, with bounds that are written down; both languages cut them to the list's length."""
    item = as_list(reading.bare(value))
    bounds = [_bound(bound) for bound in (part.lower, part.upper)]
    if isinstance(value.type, Unresolved):
        return reading.made(node, "copy", UNRESOLVED, value)
    if item is not None and bounds == ["", ""] and _bound(part.step) == "-1":
        return reading.made(node, "reversed", ListOf(item), value)
    if item is None or part.step is not None or any(bound is None for bound in bounds):
        raise NotExactError(node, "only a slice of a list with known bounds can be lowered")
    return reading.made(node, "slice", ListOf(item), value, keys=tuple(bound or "" for bound in bounds))


def _bound(node: ast.expr | None) -> str | None:
    """A bound of a slice as it is written; empty for none, None for one that is not known."""
    match node:
        case None:
            return ""
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return str(number)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))) if not isinstance(number, bool):
            return str(-number)
        case _:
            return None


def _index(reading: Reading, node: ast.expr, value: Expr, index: ast.expr) -> Expr:
    """`rows[i]`: the number of an element; one that is not there fails in both languages."""
    item, number = as_list(reading.bare(value)), reading.lower(index)
    if isinstance(value.type, Unresolved) or isinstance(number.type, Unresolved):
        return reading.made(node, "copy", UNRESOLVED, value)
    if item is None or reading.bare(number) != INT:
        raise NotExactError(
            index, "only an index of a list, or a constant key, can be lowered", "pick the item in a `@container`"
        )
    return reading.made(node, "item", item, value, number)


def _of(reading: Reading, node: ast.expr, kinds: tuple[Scalar, ...], symbol: str) -> Expr:
    value = reading.lower(node)
    kind = bare(reading.view, value.type)
    if not isinstance(kind, Unresolved) and kind not in kinds:
        raise NotExactError(node, f"`{symbol}` of a `{show(value.type)}` cannot be lowered")
    return value
