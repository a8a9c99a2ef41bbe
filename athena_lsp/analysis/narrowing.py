"""Narrowing: what a condition that holds, or does not, says of the types of the values in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from athena_lsp.analysis.algebra import literal, union
from athena_lsp.analysis.attempts import attempted
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.joining import simplified
from athena_lsp.analysis.kinds import KEYS, kind_of
from athena_lsp.analysis.lowering import Lowering, ValueKey, value_key
from athena_lsp.analysis.types import item_type, may_lack
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Computed, Constant, Expr, StepRef
from athena_lsp.ir.types import BOOL, NONE, ClassOf, EnumOf, LiteralOf, Type, UnionOf
from athena_lsp.ir.values import Text
from athena_lsp.records import replace

Narrowed: TypeAlias = dict[ValueKey, Type]


def assume(low: Lowering, condition: Expr, *, truth: bool) -> Narrowed:
    """The types that values have when the condition is so."""
    if isinstance(condition, StepRef):
        meaning = low.meanings.get((condition.task, condition.output))
        return assume(low, meaning, truth=truth) if meaning is not None else {}
    if not isinstance(condition, Computed):
        return {}
    operands = condition.operands
    match condition.operation:
        case "not":
            return assume(low, operands[0], truth=not truth)
        case "and" | "or" as word:
            return _all(low, operands, truth=truth) if (word == "and") == truth else _any(low, operands, truth=truth)
        case "is-none" | "is-not-none" as word:
            is_none = (word == "is-none") == truth
            return _kept(low, operands[0], lambda member: (member == NONE) == is_none)
        case "has-kind":
            kinds = condition.keys
            return _kept(low, operands[0], lambda member: (kind_of(low.view, member) in kinds) == truth)
        case "in-keys":
            return _attempt(low, *operands, truth=truth) or _has_key(low, *operands, truth=truth)
        case "equal" | "unequal" as word:
            return _compared(low, operands[0], operands[1], same=(word == "equal") == truth)
        case _:
            return {}


def hold(low: Lowering, holding: tuple[Expr, ...], failing: tuple[Expr, ...]) -> None:
    """Note what follows from conditions that hold, and from others that do not."""
    for condition in failing:
        low.narrowed |= assume(low, condition, truth=False)
    for condition in holding:
        low.narrowed |= assume(low, condition, truth=True)


@contextmanager
def assuming(low: Lowering, holding: tuple[Expr, ...], failing: tuple[Expr, ...]) -> Iterator[None]:
    """Lower under conditions, and forget them afterwards."""
    before = dict(low.narrowed)
    hold(low, holding, failing)
    yield
    low.narrowed = before


def members(view: View, type_: Type) -> tuple[Type, ...]:
    """The type as alternatives: a union's members, the cases of an enum, the values of a `bool` or a `Literal`."""
    match type_:
        case UnionOf(members=inside):
            return tuple(part for member in inside for part in members(view, member))
        case LiteralOf(values=values):
            return tuple(literal(value) for value in values)
        case EnumOf(case=""):
            info = class_info(view, type_.declaration)
            if info is None or info.is_flag or not info.cases:
                return (type_,)
            seen: dict[object, str] = {}
            for case, value in info.cases:
                seen.setdefault(case if value is None else (type(value), value), case)
            return tuple(replace(type_, case=case) for case in seen.values())
        case _ if type_ == BOOL:
            return literal(True), literal(False)
        case _:
            return (type_,)


def without_cases(view: View, type_: Type) -> Type:
    """The cases of an enum as the enum, when all are there; `True` and `False` as `bool`."""
    if not isinstance(type_, UnionOf | LiteralOf):
        return type_
    parts = members(view, type_)
    kept: dict[Type, None] = {}
    for part in parts:
        whole = replace(part, case="") if isinstance(part, EnumOf) else BOOL if _is_bool(part) else part
        kept[whole if whole is part or set(members(view, whole)) <= set(parts) else part] = None
    return simplified(view, union(kept))


def _is_bool(part: Type) -> bool:
    return isinstance(part, LiteralOf) and part.kinds == ("bool",)


def _all(low: Lowering, conditions: tuple[Expr, ...], *, truth: bool) -> Narrowed:
    found: Narrowed = {}
    before = dict(low.narrowed)
    for condition in conditions:
        now = assume(low, condition, truth=truth)
        found |= now
        low.narrowed |= now
    low.narrowed = before
    return found


def _any(low: Lowering, conditions: tuple[Expr, ...], *, truth: bool) -> Narrowed:
    """What is known in any case is what each of them says."""
    each = [assume(low, condition, truth=truth) for condition in conditions]
    shared = set(each[0]).intersection(*each[1:])
    return {key: without_cases(low.view, union(one[key] for one in each)) for key in shared}


def _compared(low: Lowering, left: Expr, right: Expr, *, same: bool) -> Narrowed:
    """A value compared with one of a single possible value: a literal, a case of an enum, `None`."""
    if isinstance(left, Constant):
        left, right = right, left
    other = right.type
    if not isinstance(right, Constant) or not _is_single(other):
        return {}
    if not same:
        return _kept(low, left, lambda member: member != other)
    kept = _kept(low, left, lambda member: member == other)
    key = value_key(left)
    return kept or ({key: other} if key is not None and isinstance(other, LiteralOf) else {})


def _attempt(low: Lowering, key: Expr, value: Expr, *, truth: bool) -> Narrowed:
    """An attempt's result is told from the other by a key."""
    text = key.value.value if isinstance(key, Constant) and isinstance(key.value, Text) else ""
    meant = [declaration for declaration, name in KEYS.items() if name == text]
    if not meant or attempted(value.type) is None:
        return {}
    return _kept(low, value, lambda member: (isinstance(member, ClassOf) and member.declaration in meant) == truth)


def _has_key(low: Lowering, key: Expr, value: Expr, *, truth: bool) -> Narrowed:
    """A TypedDict has the key that a condition found in it."""
    place = value_key(value)
    name = key.value.value if isinstance(key, Constant) and isinstance(key.value, Text) else ""
    if not truth or place is None or not may_lack(low.view, value.type, name):
        return {}
    found = item_type(low.view, value.type, name)
    return {(*place, name): found} if found is not None else {}


def _is_single(type_: Type) -> bool:
    """Whether a value of the type can be only one."""
    match type_:
        case LiteralOf(values=values):
            return len(values) == 1
        case EnumOf(case=case):
            return bool(case)
        case _:
            return type_ == NONE


def _kept(low: Lowering, value: Expr, keep: Callable[[Type], bool]) -> Narrowed:
    key = value_key(value)
    if key is None:
        return {}
    type_ = low.narrowed.get(key, value.type)
    before = members(low.view, type_)
    after = [member for member in before if keep(member)]
    if not after or len(after) == len(before):
        return {}
    return {key: without_cases(low.view, union(after))}
