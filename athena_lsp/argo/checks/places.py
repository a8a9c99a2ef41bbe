"""Walking plain manifests of any shape: every value with its path, and what is refused at one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that Argo, or the cluster, would not take; the message has Argo's own words."""

    path: Path
    message: str
    limit: bool = False
    """A size or a length, not a mistake."""


class At(NamedTuple):
    """A value in a document and its path. What is not there, or of another kind, is empty."""

    value: object
    path: Path = ()

    def __bool__(self) -> bool:
        """Whether something stands here."""
        return self.value is not None

    def get(self, *keys: str) -> At:
        """What stands under a key, or a path of keys."""
        value = self.value
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return At(value, self.path + keys)

    def items(self) -> Iterator[At]:
        """The items of a list."""
        if isinstance(self.value, list):
            for number, item in enumerate(self.value):
                yield At(item, (*self.path, number))

    def entries(self) -> Iterator[tuple[str, At]]:
        """The entries of an object."""
        if isinstance(self.value, dict):
            for key, item in self.value.items():
                yield str(key), At(item, (*self.path, str(key)))

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    @property
    def number(self) -> int | None:
        """A whole number, also one written as text: Kubernetes' IntOrString."""
        if isinstance(self.value, bool):
            return None
        if isinstance(self.value, int):
            return self.value
        return int(self.text) if self.text.lstrip("-").isdigit() and self.text.isascii() else None

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.entries())

    def refuse(self, message: str, *, limit: bool = False) -> Refused:
        return Refused(self.path, message, limit)


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
