"""Displays that are worked out in a run, such as `[a, b]` and `{"key": a}`: each part is looked at."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import Difference, difference, fields_of, unfolded
from athena_lsp.analysis.values import value_difference
from athena_lsp.ir.model import Computed, Constant, Expr
from athena_lsp.ir.types import STR, ClassKind, ClassOf, DictOf, ListKind, ListOf, TupleOf, TupleRest, Type, UnionOf
from athena_lsp.records import replace
from athena_lsp.rules._nearest import listed

WRITTEN = frozenset({ListKind.LIST, ListKind.MUTABLE_SEQUENCE, ListKind.SEQUENCE, ListKind.REVERSIBLE,
                     ListKind.COLLECTION, ListKind.ITERABLE})  # fmt: skip
"""The kinds that a list display may be given for."""

Part = tuple[Expr, Type, str]
"""A part of a display, the type that it must have, and the path to it."""


def expr_difference(facts: Facts, value: Expr, expected: Type) -> Difference | None:
    """How a value differs from a type. What is written out may have more than one type, and takes the one expected."""
    wanted = unfolded(facts, expected)
    if isinstance(value, Constant):
        return value_difference(facts, value.value, expected)
    if isinstance(value, Computed) and value.operation == "make" and (own := _in_fields(facts, value)) is not None:
        return own
    whole = difference(facts, value.type, expected)
    if whole is None or not isinstance(value, Computed):
        return whole
    if isinstance(wanted, UnionOf):
        return None if any(expr_difference(facts, value, each) is None for each in wanted.members) else whole
    if value.operation == "choose":
        fits = all(expr_difference(facts, arm, expected) is None for arm in value.operands[1:])
        return None if fits else whole
    if value.operation == "dict" and (reason := _wrong_keys(facts, value, wanted)):
        return Difference("", value.type, expected, reason=reason)
    parts = _parts(facts, value, wanted)
    if parts is None:
        return whole
    for part, type_, path in parts:
        if (found := expr_difference(facts, part, type_)) is not None:
            return replace(found, path=path + found.path)
    return None


def _parts(facts: Facts, value: Computed, expected: Type) -> list[Part] | None:
    """The parts of a display, when it is of the kind that is expected; None for anything else."""
    operands = value.operands
    match value.operation, expected:
        case "list", ListOf(item=item, kind=kind) if kind in WRITTEN:
            return [(operand, item, f"[{index}]") for index, operand in enumerate(operands)]
        case "tuple", TupleOf(items=items) if len(items) == len(operands):
            pairs = enumerate(zip(operands, items, strict=True))
            return [(operand, item, f"[{index}]") for index, (operand, item) in pairs]
        case "tuple", TupleRest(item=item):
            return [(operand, item, f"[{index}]") for index, operand in enumerate(operands)]
        case "dict", DictOf(key=key, value=item) if difference(facts, STR, key) is None:
            return [(operand, item, "[...]") for operand in operands]
        case "dict", ClassOf():
            fields = {field.name: field.type for field in fields_of(facts, expected)}
            given = zip(value.keys, operands, strict=True)
            return [(operand, fields[name], f".{name}") for name, operand in given] if fields else None
        case _:
            return None


def _in_fields(facts: Facts, value: Computed) -> Difference | None:
    """The first argument of a made value that does not fit its own field."""
    types = (
        {field.name: field.type for field in fields_of(facts, value.type)} if isinstance(value.type, ClassOf) else {}
    )
    for name, operand in zip(value.keys, value.operands, strict=True):
        if name in types and (found := expr_difference(facts, operand, types[name])) is not None:
            return replace(found, path=f".{name}{found.path}")
    return None


def _wrong_keys(facts: Facts, value: Computed, expected: Type) -> str:
    """Why a dict display is no TypedDict, or no value of another class, by its keys alone; empty when it may be."""
    info = facts.class_info(expected.declaration) if isinstance(expected, ClassOf) else None
    if info is None or not isinstance(expected, ClassOf):
        return ""
    if info.kind is not ClassKind.TYPED_DICT:
        return f"a `dict` is no `{expected.name}`"
    fields = {field.name: field.required for field in fields_of(facts, expected)}
    missing = [name for name, required in fields.items() if required and name not in value.keys]
    spare = [key for key in value.keys if key not in fields]
    if spare:
        return f"{listed(spare, 'and')} {'is no key' if len(spare) == 1 else 'are no keys'} of `{expected.name}`"
    return f"missing {listed(missing, 'and')}" if missing else ""
