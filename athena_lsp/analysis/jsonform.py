"""The JSON form of static values: what travels between steps when the value is known beforehand."""

from __future__ import annotations

import base64
import json
import math
from typing import TypeAlias, assert_never

from athena_lsp.ir.values import (
    Bytes,
    Concatenated,
    Construct,
    Duration,
    EnumCase,
    Flag,
    Made,
    Mapping,
    NotStatic,
    Null,
    Number,
    Reference,
    Sequence,
    Spelled,
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
            return bytes_text(data)
        case Spelled(text=text):
            return text
        case Duration(seconds=seconds):
            return duration_text(seconds)
        case EnumCase(value=case, case=name):
            if case is None:
                raise NoJsonFormError(f"the value of `{name}` is not a literal")
            return case
        case Sequence(kind="set", items=items):
            return sorted((json_value(item) for item in items), key=_compact)
        case Sequence(items=items):
            return [json_value(item) for item in items]
        case Mapping(entries=entries):
            return {key_text(json_value(entry.key)): json_value(entry.value) for entry in entries}
        case Made(parts=parts):
            return {part.key: json_value(part.value) for part in parts}
        case Construct() | Reference() | Concatenated() | NotStatic():
            raise NoJsonFormError(f"a {type(value).__name__.lower()} has no JSON form")
        case _:
            assert_never(value)


def key_text(value: Json) -> str:
    """A value as the key of a JSON object."""
    return value if isinstance(value, str) else _compact(value)


def bytes_text(data: bytes) -> str:
    """Bytes in base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def duration_text(seconds: float) -> str:
    """A time span in ISO 8601, to the microsecond: 5400.5 is `PT5400.5S`."""
    total = round(seconds * 1_000_000)
    whole, fraction = divmod(abs(total), 1_000_000)
    part = f".{fraction:06}".rstrip("0") if fraction else ""
    return f"{'-' if total < 0 else ''}PT{whole}{part}S"


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
