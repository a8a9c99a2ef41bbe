"""What the JSON form of a type is: how its values are written, read, and told apart."""

from __future__ import annotations

import json
from typing import Any, Protocol, TypeAlias

__all__ = ["CodecError", "Form", "Json", "NoFormError", "expected", "got", "mismatch", "place"]

Json: TypeAlias = Any
"""What `json.loads` gives."""

_LONGEST = 60
"""A value in a message is cut off behind so many characters."""


class Form(Protocol):
    """The JSON form of one type."""

    @property
    def name(self) -> str:
        """The type as it is written."""

    def owns(self, value: object) -> bool:
        """Whether a value is of exactly this type, so that no other member of a union comes before it."""

    def encode(self, value: Any) -> Json:
        """The JSON value of a Python value. Raises CodecError."""

    def decode(self, value: Json, strict: bool) -> Any:
        """The Python value of a JSON value. Raises CodecError.

        `strict`: only when nothing is left over and nothing is converted: no unknown keys, no `3` for a float.
        """


class CodecError(ValueError):
    """A value does not fit its type; the message begins with the path to it."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path: list[str] = []
        """The way to the value, the innermost part first: `.price`, `[3]`, `.lines`."""

    def under(self, part: str) -> CodecError:
        """The same problem, seen from the value around it."""
        self.path.append(part)
        return self

    def at(self, name: str) -> str:
        """The message, for a value called `name`."""
        return f"{name}{''.join(reversed(self.path))}: {self.problem}"

    def __str__(self) -> str:
        where = "".join(reversed(self.path)).removeprefix(".")
        return f"{where}: {self.problem}" if where else self.problem


class NoFormError(CodecError):
    """A type has no JSON form; the path leads from the type that was asked for to the part without one."""


def place(key: object) -> str:
    """The part of a path that leads to an item or a key."""
    return f"[{key!r}]"


def expected(name: str, found: str) -> CodecError:
    return CodecError(f"expected {name}, got {found}")


def mismatch(name: str, value: Json) -> CodecError:
    """A JSON value that is not of the type `name`."""
    return expected(name, shown(value))


def got(name: str, value: object) -> CodecError:
    """A Python value that is not of the type `name`."""
    kind = type(value)
    plain = value is None or kind in (bool, int, float, str)
    return expected(name, shown(value) if plain else f"a `{kind.__qualname__}`")


def shown(value: Json) -> str:
    """A JSON value as a message shows it: scalars themselves, the rest by what it is."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    try:
        text = json.dumps(value)
    except ValueError:  # more digits than Python writes
        return "a very large number"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
