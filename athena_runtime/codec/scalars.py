"""The JSON forms of numbers, texts and None, which every pod may need."""

from __future__ import annotations

import math
import operator

from athena_runtime.codec.form import CodecError, Json, got, mismatch

__all__ = ["BOOL", "FLOAT", "INT", "NONE", "STR", "check_text"]


def check_text(text: str) -> str:
    """The text, if it can be written as UTF-8."""
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            half = ord(text[error.start])
            raise CodecError(
                f"the text holds half of a character (a surrogate, U+{half:04X}) at {error.start}"
            ) from None
    return text


class _None:
    def __init__(self, name: str = "None") -> None:
        self.name = name

    def owns(self, value: object) -> bool:
        return value is None

    def encode(self, value: object) -> Json:
        if value is not None:
            raise got(self.name, value)

    def decode(self, value: Json, strict: bool) -> None:  # noqa: ARG002
        if value is not None:
            raise mismatch(self.name, value)


class _Bool:
    def __init__(self, name: str = "bool") -> None:
        self.name = name

    def owns(self, value: object) -> bool:
        return isinstance(value, bool)

    def encode(self, value: object) -> Json:
        if isinstance(value, bool):
            return value
        raise got(self.name, value)

    def decode(self, value: Json, strict: bool) -> bool:  # noqa: ARG002
        if isinstance(value, bool):
            return value
        raise mismatch(self.name, value)


class _Int:
    """Whole numbers of any size; JSON writers may give one a fraction of zero."""

    def __init__(self, name: str = "int") -> None:
        self.name = name

    def owns(self, value: object) -> bool:
        return type(value) is int

    def encode(self, value: object) -> Json:
        try:
            return operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            raise got(self.name, value) from None

    def decode(self, value: Json, strict: bool) -> int:
        if type(value) is int:
            return value
        if isinstance(value, float) and value.is_integer() and not strict:
            return int(value)
        raise mismatch(self.name, value)


class _Float:
    """Finite numbers; a whole number becomes a float as `float()` makes it one."""

    def __init__(self, name: str = "float") -> None:
        self.name = name

    def owns(self, value: object) -> bool:
        return type(value) is float

    def encode(self, value: object) -> Json:
        if isinstance(value, float):
            if not math.isfinite(value):
                raise CodecError(f"JSON has no {float(value)}")
            return float(value)
        if isinstance(value, int):
            return int(value)
        raise got(self.name, value)

    def decode(self, value: Json, strict: bool) -> float:
        if isinstance(value, float):
            return value
        if type(value) is int and not strict:
            try:
                return float(value)
            except OverflowError:
                raise CodecError("the number is too large for a float") from None
        raise mismatch(self.name, value)


class _Str:
    """Texts. A `Secret` is one that must not leave its pod."""

    def __init__(self, name: str = "str") -> None:
        self.name = name

    def owns(self, value: object) -> bool:
        return type(value) is str

    def encode(self, value: object) -> Json:
        if not isinstance(value, str):
            raise got(self.name, value)
        if hasattr(type(value), "reveal"):
            raise CodecError("a `Secret` does not leave its pod; hand on the name of the secret, not its value")
        return check_text(str.__str__(value))

    def decode(self, value: Json, strict: bool) -> str:  # noqa: ARG002
        if isinstance(value, str):
            return check_text(value)
        raise mismatch(self.name, value)


NONE, BOOL, INT, FLOAT, STR = _None(), _Bool(), _Int(), _Float(), _Str()
