"""The JSON forms of what is written as text: bytes, `Decimal`, `UUID`, `Path`; times stand in `times`."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError, Json, expected, got, mismatch
from athena_runtime.codec.scalars import check_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_runtime.codec.form import Form

__all__ = ["BYTES", "Text", "decimal_form", "path_form"]

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")


class Text:
    """A type whose values are written as texts."""

    def __init__(
        self,
        name: str,
        kinds: tuple[type[Any], ...],
        write: Callable[[Any], str],
        read: Callable[[str], Any],
        not_kinds: tuple[type[Any], ...] = (),
    ) -> None:
        self.name = name
        self.kinds = kinds
        """The classes of its values."""
        self.write = write
        self.read = read
        """Raises ValueError with what is wrong."""
        self.not_kinds = not_kinds
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


def _quoted(value: str) -> str:
    return mismatch("", value).problem.partition("got ")[2]


def _read_base64(text: str) -> bytes:
    if not _BASE64.fullmatch(text):
        raise CodecError("base64")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise CodecError("base64") from None


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
