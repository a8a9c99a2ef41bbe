"""Remembering what was worked out for a text, for as long as the text is in use.

An edit makes new texts of the blocks that it touches, and most are never seen again. `functools.lru_cache` keeps them
until it is full, so a small file with a long history would take the room of a large one; and one that is too small for
a file works everything out anew at each keystroke. Here an answer goes when it was not asked for while many others were
worked out, however many are in use. When those that went come back, more are kept from then on, until a quiet moment.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
REMEMBERED = 8
"""Of how many times the limit it is known that they were forgotten."""
AT_LEAST = 4
"""The part of its first limit that one goes down to in a quiet moment: a large file is read again and again when it is
opened, and not while somebody types in it."""


class Recent(dict[K, V], Generic[K, V]):
    """Answers by what they were worked out from: `recent[key]` works one out when it is not remembered.

    It is a dict since nearly all keys are found, and nothing finds a key faster.
    """

    __slots__ = ("back", "first", "gone", "large", "limit", "made", "older", "settled", "work_out")

    def __init__(self, work_out: Callable[[K], V], limit: int, *, large: bool = False) -> None:
        super().__init__()
        self.work_out = work_out
        self.first = self.limit = limit
        """Once so many answers were worked out, those that were not asked for since the time before are forgotten."""
        self.large = large
        """Answers take much room: since the first quiet moment, the limit does not grow any more."""
        self.settled = False
        self.made = 0
        self.older: dict[K, V] = {}
        self.gone: set[int] = set()
        """The hashes of keys whose answers were forgotten lately."""
        self.back = 0
        """How many of those that were worked out had been forgotten."""

    def __missing__(self, key: K) -> V:
        if key in (older := self.older):
            answer = self[key] = older[key]
            return answer
        answer = self.work_out(key)
        if self.made >= self.limit:
            self._forget()
        self.made += 1
        self.back += hash(key) in self.gone
        self[key] = answer
        return answer

    def settle(self) -> None:
        """Lets go of what was not asked for since the time before, and keeps little from now on."""
        self.limit = max(self.first // AT_LEAST, 1)
        self._forget()
        self.settled = True

    def _forget(self) -> None:
        if self.back * 2 > self.made and not (self.large and self.settled):
            self.limit *= 2
        if len(self.gone) > REMEMBERED * max(self.limit, self.first):
            self.gone.clear()
        self.gone.update(hash(key) for key in self.older if key not in self)
        self.older = dict(self)
        self.clear()
        self.made = self.back = 0


ALL: list[Recent[Any, Any]] = []
"""Every memory that `recent` has made."""


def settle() -> None:
    """Lets go of what was worked out once and never asked for again, such as the trees of a file that was just opened.
    What is in use stays."""
    for each in ALL:
        each.settle()


def recent(limit: int, *, large: bool = False) -> Callable[[Callable[[K], V]], Callable[[K], V]]:
    """A pure function of one argument that remembers its answers as `Recent` does."""

    def remembering(work_out: Callable[[K], V]) -> Callable[[K], V]:
        answers = Recent(work_out, limit, large=large)
        ALL.append(answers)

        def remembered(key: K) -> V:
            return answers[key]

        remembered.__doc__ = work_out.__doc__
        remembered.__name__ = work_out.__name__
        return remembered

    return remembering
