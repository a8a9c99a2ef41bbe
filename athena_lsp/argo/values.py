"""Static values as JSON text, which is what every parameter of a manifest holds."""

from __future__ import annotations

import base64
import json
import math
from typing import TypeAlias, assert_never

from athena_lsp.argo.tree import Map, Tree
from athena_lsp.ir.values import (
    Bytes,
    Concatenated,
    Construct,
    Duration,
    EnumCase,
    Flag,
    Mapping,
    NotStatic,
    Null,
    Number,
    Reference,
    Sequence,
    Text,
    Value,
)

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


class NoJsonFormError(ValueError):
    """A value is not known without running the program, or JSON has no form for it (NaN, infinities)."""


def json_value(value: Value) -> Json:
    """The value in its JSON form, as `athena_runtime.codec` writes it. Raises NoJsonFormError."""
    match value:
        case Text(value=text):
            return text
        case Flag(value=flag):
            return flag
        case Number(value=float(number)) if not math.isfinite(number):
            raise NoJsonFormError(f"JSON has no {number}")
        case Number(value=number):
            return number
        case Null():
            return None
        case Bytes(value=data):
            return base64.b64encode(data).decode("ascii")
        case Duration(seconds=seconds):
            return duration_text(seconds)
        case EnumCase(value=case, case=name):
            if case is None:
                raise NoJsonFormError(f"the value of `{name}` is not a literal")
            if isinstance(case, float) and not math.isfinite(case):
                raise NoJsonFormError(f"JSON has no {case}")
            return case
        case Sequence(kind="set", items=items):
            return sorted((json_value(item) for item in items), key=json_text)
        case Sequence(items=items):
            return [json_value(item) for item in items]
        case Mapping(entries=entries):
            return {_key(json_value(entry.key)): json_value(entry.value) for entry in entries}
        case Construct() | Reference() | Concatenated() | NotStatic():
            raise NoJsonFormError(f"a {type(value).__name__.lower()} has no JSON form")
        case _:
            assert_never(value)


def value_text(value: Value) -> str:
    """The value as the JSON text of a parameter. Raises NoJsonFormError."""
    return json_text(json_value(value))


def json_text(value: Json) -> str:
    """Compact ASCII JSON in which nothing can begin one of Argo's tags.

    Two braces stand together in JSON only inside a text, where `\\u007b` means the same.
    """
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).replace("{{", r"\u007b\u007b")


def tree_of(value: Json) -> Tree:
    """A JSON value as a part of a manifest, to be passed through."""
    match value:
        case dict():
            return Map(entries=tuple((key, tree_of(item)) for key, item in value.items()))
        case list():
            return tuple(tree_of(item) for item in value)
        case _:
            return value


def duration_text(seconds: float) -> str:
    """A time span in ISO 8601: 5400.5 is `PT5400.5S`."""
    whole = int(seconds) if float(seconds).is_integer() else seconds
    return f"-PT{-whole}S" if whole < 0 else f"PT{whole}S"


def _key(value: Json) -> str:
    return value if isinstance(value, str) else json_text(value)
