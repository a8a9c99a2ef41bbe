"""What many rules ask of the same block, worked out once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")

FEW = 8
"""Blocks that are remembered: rules look at one after the other."""


class _Same(Generic[K]):
    """A value that equals itself only: to compare all of a block would cost more than is saved."""

    __slots__ = ("value",)

    def __init__(self, value: K) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def once(question: Callable[[K], Iterator[T]]) -> Callable[[K], tuple[T, ...]]:
    """The question, answered with a tuple that is remembered for the last few values."""

    @lru_cache(maxsize=FEW)
    def remembered(same: _Same[K]) -> tuple[T, ...]:
        return tuple(question(same.value))

    @wraps(question)
    def ask(value: K) -> tuple[T, ...]:
        return remembered(_Same(value))

    return ask
