"""Which collection is which other one, and which items of two tuples meet."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.ir.types import DictKind, ListKind, SetKind, TupleOf, TupleRest, TupleSpread, Type
from athena_lsp.records import dataclass

UNORDERED = frozenset({ListKind.COLLECTION, ListKind.ITERABLE})
"""What a set is too."""
READABLE = UNORDERED | {ListKind.SEQUENCE, ListKind.REVERSIBLE}
"""What a tuple is too."""

LISTS: dict[ListKind, frozenset[ListKind]] = {
    ListKind.LIST: READABLE | {ListKind.MUTABLE_SEQUENCE},
    ListKind.DEQUE: READABLE | {ListKind.MUTABLE_SEQUENCE},
    ListKind.MUTABLE_SEQUENCE: READABLE,
    ListKind.SEQUENCE: READABLE,
    ListKind.REVERSIBLE: frozenset({ListKind.ITERABLE}),
    ListKind.COLLECTION: frozenset({ListKind.ITERABLE}),
}
SETS: dict[SetKind, frozenset[SetKind]] = {
    SetKind.SET: frozenset({SetKind.MUTABLE_SET, SetKind.ABSTRACT_SET}),
    SetKind.FROZENSET: frozenset({SetKind.ABSTRACT_SET}),
    SetKind.MUTABLE_SET: frozenset({SetKind.ABSTRACT_SET}),
}
MAPPINGS = frozenset({DictKind.MUTABLE_MAPPING, DictKind.MAPPING})
DICTS: dict[DictKind, frozenset[DictKind]] = {
    DictKind.ORDERED_DICT: MAPPINGS | {DictKind.DICT},
    DictKind.DEFAULT_DICT: MAPPINGS | {DictKind.DICT},
    DictKind.COUNTER: MAPPINGS | {DictKind.DICT},
    DictKind.DICT: MAPPINGS,
    DictKind.MUTABLE_MAPPING: frozenset({DictKind.MAPPING}),
}


def is_list(kind: ListKind, wanted: ListKind) -> bool:
    return kind is wanted or wanted in LISTS.get(kind, ())


def is_set(kind: SetKind, wanted: SetKind) -> bool:
    return kind is wanted or wanted in SETS.get(kind, ())


def is_dict(kind: DictKind, wanted: DictKind) -> bool:
    return kind is wanted or wanted in DICTS.get(kind, ())


@dataclass(frozen=True, slots=True)
class Items:
    """Any tuple: fixed items, then any number of one type (or none), then fixed ones again."""

    before: tuple[Type, ...]
    middle: Type | None
    after: tuple[Type, ...]

    @property
    def fixed(self) -> int:
        """How many items there are at least."""
        return len(self.before) + len(self.after)


def items_of(tuple_: TupleOf | TupleRest | TupleSpread) -> Items:
    match tuple_:
        case TupleOf(items=items):
            return Items(items, None, ())
        case TupleRest(item=item):
            return Items((), item, ())
        case TupleSpread(before=before, item=item, after=after):
            return Items(before, item, after)


def unlike(actual: Items, expected: Items) -> str:
    """Why the lengths of two tuples do not fit, as a clause; empty when they do."""
    if expected.middle is None and actual.middle is not None:
        return "the number of its items is not known"
    if actual.fixed < expected.fixed or (expected.middle is None and actual.fixed != expected.fixed):
        has = f"{actual.fixed} item" if actual.fixed == 1 else f"{actual.fixed} items"
        least = "at least " if expected.middle is not None or actual.middle is not None else ""
        return f"it has {has}, not {least}{expected.fixed}"
    return ""


def aligned(actual: Items, expected: Items) -> Iterator[tuple[str, Type, Type]]:
    """Every pair of items that meet when lengths fit, each with its place: `[0]`, `[]` in the middle, `[-1]`."""
    if actual.middle is None:
        items = (*actual.before, *actual.after)
        end = len(items) - len(expected.after)
        for index, item in enumerate(items):
            wanted = expected.middle
            if index < len(expected.before):
                wanted = expected.before[index]
            elif index >= end:
                wanted = expected.after[index - end]
            assert wanted is not None  # only without a middle are all items of `expected` fixed
            yield f"[{index}]", item, wanted
        return
    assert expected.middle is not None  # a tuple of unknown length fits no fixed one
    yield from _met(actual.before, actual.middle, actual.after, expected.before, "[{}]", expected.middle)
    yield "[]", actual.middle, expected.middle
    behind = _met(
        actual.after[::-1], actual.middle, actual.before[::-1], expected.after[::-1], "[-{}]", expected.middle
    )
    yield from behind


def _met(
    near: tuple[Type, ...],
    middle: Type,
    far: tuple[Type, ...],
    wanted: tuple[Type, ...],
    place: str,
    wanted_middle: Type,
) -> Iterator[tuple[str, Type, Type]]:
    """The pairs at one end. Beyond its fixed items a tuple shows an item of its middle, or one of its other end."""
    first = 0 if place == "[{}]" else 1
    for index, item in enumerate(near):
        expected = wanted[index] if index < len(wanted) else wanted_middle
        yield place.format(index + first), item, expected
    for index in range(len(near), len(wanted)):
        for item in (middle, *far[: index - len(near) + 1]):
            yield place.format(index + first), item, wanted[index]
