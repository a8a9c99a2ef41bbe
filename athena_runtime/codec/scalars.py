"""The JSON forms of single values: numbers, texts, bytes, `Decimal`, `UUID`, `Path`, and anything."""

from __future__ import annotations

import base64
import binascii
import math
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError, Json, expected, got, mismatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_runtime.codec.form import Form

__all__ = ["BOOL", "BYTES", "FLOAT", "INT", "NONE", "STR", "Text", "check_text", "decimal_form", "path_form"]

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def check_text(text: str) -> str:
    """The text, if it can be written as UTF-8."""
    if not text.isascii() and (found := _SURROGATE.search(text)):
        raise CodecError(f"the text holds half of a character (a surrogate, U+{ord(found[0]):04X}) at {found.start()}")
    return text


@dataclass(frozen=True, slots=True)
class _None:
    name: str = "None"

    def owns(self, value: object) -> bool:
        return value is None

    def encode(self, value: object) -> Json:
        if value is not None:
            raise got(self.name, value)

    def decode(self, value: Json, strict: bool) -> None:  # noqa: ARG002
        if value is not None:
            raise mismatch(self.name, value)


@dataclass(frozen=True, slots=True)
class _Bool:
    name: str = "bool"

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


@dataclass(frozen=True, slots=True)
class _Int:
    """Whole numbers of any size; JSON writers may give one a fraction of zero."""

    name: str = "int"

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


@dataclass(frozen=True, slots=True)
class _Float:
    """Finite numbers; a whole number becomes a float as `float()` makes it one."""

    name: str = "float"

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


@dataclass(frozen=True, slots=True)
class Text:
    """A type whose values are written as texts."""

    name: str
    kinds: tuple[type[Any], ...]
    """The classes of its values."""
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    """Raises ValueError with what is wrong."""
    not_kinds: tuple[type[Any], ...] = ()
    """Subclasses of `kinds` that are not meant."""

    def owns(self, value: object) -> bool:
        return isinstance(value, self.kinds) and not isinstance(value, self.not_kinds)

    def encode(self, value: object) -> Json:
        if not self.owns(value):
            raise got(self.name, value)
        return check_text(self.write(value))

    def decode(self, value: Json, strict: bool) -> Any:  # noqa: ARG002
        if not isinstance(value, str):
            raise mismatch(self.name, value)
        try:
            return self.read(check_text(value))
        except CodecError as error:
            reason = f" ({error.problem})" if error.problem else ""
            raise expected(f"{self.name}{reason}", _quoted(value)) from None
        except (ValueError, OverflowError, ArithmeticError):
            raise mismatch(self.name, value) from None


@dataclass(frozen=True, slots=True)
class _Str:
    """Texts. A `Secret` is one that must not leave its pod."""

    name: str = "str"

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


def _quoted(value: str) -> str:
    return mismatch("", value).problem.partition("got ")[2]


def _read_base64(text: str) -> bytes:
    if not _BASE64.fullmatch(text):
        raise CodecError("base64")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise CodecError("base64") from None


NONE, BOOL, INT, FLOAT, STR = _None(), _Bool(), _Int(), _Float(), _Str()
BYTES = Text("bytes", (bytes,), lambda data: base64.b64encode(data).decode("ascii"), _read_base64)


def decimal_form(kind: type[Any]) -> Form:
    """`Decimal`, which is imported by whoever uses it."""

    def write(value: Any) -> str:
        if not value.is_finite():
            raise CodecError(f"JSON has no {value}")
        return str(value)

    def read(text: str) -> Any:
        if not _DECIMAL.fullmatch(text):
            raise CodecError("")
        return kind(text)

    return Text("Decimal", (kind,), write, read)


def path_form(kind: type[Any], family: type[Any]) -> Form:
    """`Path` and its kin; `family` is `PurePath`, the base of all."""

    def read(text: str) -> Any:
        if "\0" in text:
            raise CodecError("")
        return kind(text)

    return Text(kind.__name__, (family,), str, read)
