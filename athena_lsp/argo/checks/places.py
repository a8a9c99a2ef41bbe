"""Walking plain manifests of any shape: every value with its path, and what is refused at one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import partial
from typing import Literal, NamedTuple, TypeAlias

from athena_lsp.records import dataclass
from athena_lsp.text import Span

WHOLE = re.compile(r"-?[0-9]{1,18}")

Path: TypeAlias = tuple[str | int, ...]
Level: TypeAlias = Literal["refused", "limit", "trap", "advice"]
"""Argo or Kubernetes refuse it; more of it than they take; taken, and then the run fails or waits for ever; taken, and
hardly what was meant."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that Argo, or the cluster, would not take; the message has Argo's own words where there are any."""

    path: Path
    code: str
    """The rule: a letter for its family and a number (`docs/preflight`)."""
    message: str
    level: Level = "refused"
    part: Span | None = None
    """Where in the text at the path, in code points, when it is about a part of that."""
    is_key: bool = False
    """It is about the last key on the path, not about what stands there."""


class At(NamedTuple):
    """A value in a document and its path. What is not there, or of another kind, is empty."""

    value: object
    path: Path = ()
    is_key: bool = False

    def __bool__(self) -> bool:
        """Whether something stands here."""
        return self.value is not None

    def get(self, *keys: str) -> At:
        """What stands under a key, or a path of keys; what is not there has the path of this."""
        value = self.value
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return _make((value, self.path + keys if value is not None else self.path, False))

    def items(self) -> Iterator[At]:
        """The items of a list."""
        if isinstance(self.value, list):
            for number, item in enumerate(self.value):
                yield _make((item, (*self.path, number), False))

    def entries(self) -> Iterator[tuple[str, At]]:
        """The entries of an object."""
        if isinstance(self.value, dict):
            for key, item in self.value.items():
                yield str(key), _make((item, (*self.path, str(key)), False))

    def at_key(self) -> At:
        """The same, meant as the key that it stands under."""
        return At(self.value, self.path, True)

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    @property
    def is_other(self) -> bool:
        """Whether something that is no text stands here: an `n` without quotes, which Go reads as a flag."""
        return self.value is not None and not isinstance(self.value, str)

    @property
    def number(self) -> int | None:
        """A whole number, also one written as text: Kubernetes' IntOrString."""
        if isinstance(self.value, bool):
            return None
        if isinstance(self.value, int):
            return self.value
        return int(self.text) if WHOLE.fullmatch(self.text) else None

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.entries())

    @property
    def has_tag(self) -> bool:
        """Whether what stands here is only known when its tags are filled in."""
        return "{{" in self.text

    def refuse(self, code: str, message: str, part: Span | None = None) -> Refused:
        """Argo or Kubernetes would not take it."""
        return Refused(self.path, code, message, "refused", part, self.is_key)

    def trap(self, code: str, message: str, part: Span | None = None) -> Refused:
        """It would be taken, and the run would fail, or wait for ever."""
        return Refused(self.path, code, message, "trap", part, self.is_key)

    def advise(self, code: str, message: str, part: Span | None = None) -> Refused:
        """It would be taken and run, and is hardly what was meant."""
        return Refused(self.path, code, message, "advice", part, self.is_key)

    def exceeds(self, code: str, message: str) -> Refused:
        """It is beyond a size or a length."""
        return Refused(self.path, code, message, "limit", None, self.is_key)


_make = partial(tuple.__new__, At)
"""At, twice as fast: half of the time of preflight goes into making them."""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The end of a message about a name that there is not: the nearest one that there is."""
    near = get_close_matches(name, names, n=1)
    return f": did you mean `{near[0]}`?" if near else ""


def texts(at: At) -> Iterator[At]:
    """Every text at or below a place, keys of objects excepted."""
    if isinstance(at.value, str):
        yield at
    for item in at.items():
        yield from texts(item)
    for _, item in at.entries():
        yield from texts(item)


def duplicates(places: Iterator[At], key: str = "name") -> Iterator[tuple[At, str]]:
    """Every place whose `key` an earlier one has too, with that text."""
    seen: set[str] = set()
    for at in places:
        text = at.get(key).text
        if text in seen:
            yield at.get(key), text
        elif text:
            seen.add(text)
