"""Values of the standard library that a program writes down, and whose JSON form is a text: dates, paths, decimals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from uuid import UUID

from athena_lsp.ir.types import ScalarKind

Given: TypeAlias = str | int


def path_text(*segments: Given) -> str:
    """`str(PurePosixPath(*segments))`; this package knows of no file systems. Raises TypeError for what is no text."""
    text = ""
    for segment in segments:
        if not isinstance(segment, str):
            raise TypeError("a path is made of texts")
        between = "" if not text or text.endswith("/") else "/"
        text = segment if segment.startswith("/") else f"{text}{between}{segment}"
    slashes = len(text) - len(text.lstrip("/"))
    parts = (part for part in text.split("/") if part not in ("", "."))
    return ("//" if slashes == 2 else "/" if slashes else "") + "/".join(parts) or "."


_moment: Callable[..., dt.datetime] = dt.datetime

MAKERS: Mapping[str, tuple[ScalarKind, Callable[..., object]]] = {
    "datetime.date": (ScalarKind.DATE, lambda *given, **named: dt.date(*given, **named).isoformat()),
    "datetime.datetime": (ScalarKind.DATETIME, lambda *given, **named: _moment(*given, **named).isoformat()),
    "datetime.time": (ScalarKind.TIME, lambda *given, **named: dt.time(*given, **named).isoformat()),
    "pathlib.Path": (ScalarKind.PATH, path_text),
    "uuid.UUID": (ScalarKind.UUID, UUID),
    "decimal.Decimal": (ScalarKind.DECIMAL, Decimal),
}


def spelled(name: str, given: tuple[Given, ...], named: Mapping[str, Given]) -> tuple[ScalarKind, str]:
    """The kind and the JSON text of what a call makes. Raises ValueError when Python would refuse the call."""
    kind, make = MAKERS[name]
    try:
        return kind, str(make(*given, **named))
    except (TypeError, InvalidOperation, OverflowError) as error:
        raise ValueError(str(error) or "no such value") from None
