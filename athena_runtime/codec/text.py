"""Typed values as JSON text, both ways: what travels between steps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError, Json
from athena_runtime.codec.forms import form_of
from athena_runtime.codec.scalars import check_text

if TYPE_CHECKING:
    from athena_runtime.codec.form import Form

__all__ = ["decode", "encode", "from_argument", "from_text", "to_text", "untaken"]

_TAKEN = (("{{", r"\u007b\u007b"), ("$$", r"\u0024\u0024"), ("$(", r"\u0024("))
"""What Argo and Kubernetes would replace wherever it stands. In JSON it stands inside of texts only."""


def encode(value: Any, annotation: Any) -> str:
    """The JSON text of a value of a type. Raises CodecError."""
    return to_text(form_of(annotation), value)


def decode(text: str, annotation: Any) -> Any:
    """The value of a type that a JSON text stands for. Raises CodecError."""
    return from_text(form_of(annotation), text)


def to_text(form: Form, value: Any) -> str:
    """Compact ASCII JSON from which neither Argo nor Kubernetes takes anything. Raises CodecError."""
    try:
        text = json.dumps(form.encode(value), ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    except RecursionError:
        raise CodecError("the value holds itself, or is nested too deep") from None
    except CodecError:
        raise
    except ValueError as error:  # NaN of a library's own form; more digits than Python writes
        raise CodecError(str(error)) from None
    return untaken(text)


def untaken(text: str) -> str:
    """A JSON text from which neither Argo nor Kubernetes takes anything, and that means the same."""
    for taken, kept in _TAKEN:
        text = text.replace(taken, kept)
    return text


def from_text(form: Form, text: str) -> Any:
    """The value that a JSON text stands for. Raises CodecError."""
    return _decoded(form, _parsed(text))


def from_argument(form: Form, text: str) -> Any:
    """The value of an argument: JSON, or where that does not fit, the text itself, as somebody types it.

    `hello` is a `str`, `2026-01-31` a `date`. But `null` is never a text: that is what Argo makes of a value that is
    not there. Raises CodecError.
    """
    check_text(text)
    try:
        return from_text(form, text)
    except CodecError as error:
        problem = error
    if text.strip() == "null":
        raise problem
    try:
        return _decoded(form, text)
    except CodecError as error:
        is_plain = problem.problem.startswith(_NOT_JSON) and text[:1] not in _OPENING
        raise (error if is_plain else problem) from None


_NOT_JSON = "this is no JSON"
_OPENING = ("{", "[", '"')


def _decoded(form: Form, value: Json) -> Any:
    try:
        return form.decode(value, strict=False)
    except RecursionError:
        raise CodecError("the value is nested too deep") from None


def _parsed(text: str) -> Json:
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_object)
    except RecursionError:
        raise CodecError("the value is nested too deep") from None
    except CodecError:
        raise
    except ValueError as error:
        raise CodecError(f"{_NOT_JSON}: {error}") from None


def _no_constant(name: str) -> Json:
    raise CodecError(f"JSON has no {name}")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise CodecError(f"the number {digits:.60} is too large for a float")
    return number


def _object(pairs: list[tuple[str, Json]]) -> Json:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise CodecError(f"the key {json.dumps(next(key for key in keys if keys.count(key) > 1))} stands twice")
    return made
