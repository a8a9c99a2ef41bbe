"""What many rules ask of the same block, worked out once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")

FEW = 8
"""Values that are remembered: rules look at one block after the other."""


def once(question: Callable[[K], Iterator[T]]) -> Callable[[K], tuple[T, ...]]:
    """The question, answered with a tuple that is remembered for the last few values.

    Only the very same value counts as known: to compare all of a block would cost more than is saved.
    """
    recent: list[tuple[K, tuple[T, ...]]] = []

    @wraps(question)
    def ask(value: K) -> tuple[T, ...]:
        for known, answer in recent:
            if known is value:
                return answer
        answer = tuple(question(value))
        recent.insert(0, (value, answer))
        del recent[FEW:]
        return answer

    return ask
