"""What typing's own words are called, and how types are shown in messages."""

from __future__ import annotations

import sys
import typing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_runtime.codec.form import Form

__all__ = ["QUALIFIERS", "has_default", "in_brackets", "is_enum", "is_hashable", "literal_name", "unpacked", "word"]

QUALIFIERS = frozenset({"Required", "NotRequired", "ReadOnly", "Final", "ClassVar"})
_HOMES = ("typing", "typing_extensions", "types")


def word(thing: Any) -> str:
    """The name of a word of typing, from whichever module it comes; empty for anything else."""
    if getattr(thing, "__module__", "") not in _HOMES:
        return ""
    return str(getattr(thing, "_name", None) or getattr(thing, "__name__", ""))


def unpacked(argument: Any) -> Any:
    """The tuple in `*tuple[int, ...]` or `Unpack[tuple[int, ...]]`; None for any other argument."""
    if getattr(argument, "__unpacked__", False):
        return typing.get_origin(argument)[typing.get_args(argument)]
    if word(typing.get_origin(argument)) == "Unpack":
        return typing.get_args(argument)[0]
    return None


def has_default(variable: Any) -> bool:
    """Whether a type variable says what stands for it when nothing is given (PEP 696)."""
    default = getattr(variable, "__default__", None)
    return default is not None and "NoDefault" not in repr(default)


def is_enum(kind: Any) -> bool:
    """Whether a class is an enum; who has one has the module."""
    enum = sys.modules.get("enum")
    return enum is not None and issubclass(kind, enum.Enum)


def is_hashable(thing: Any) -> bool:
    try:
        hash(thing)
    except TypeError:
        return False
    return True


def in_brackets(forms: Sequence[Form]) -> str:
    """`[int, str]`; empty for no arguments."""
    return f"[{', '.join(form.name for form in forms)}]" if forms else ""


def literal_name(value: Any) -> str:
    """A value of a Literal, as it is written there."""
    return f"{type(value).__name__}.{value.name}" if is_enum(type(value)) else repr(value)
