"""The JSON forms of `Ok` and `Failed`: how an attempt ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError, Json, got, mismatch
from athena_runtime.codec.scalars import INT, STR
from athena_runtime.outcomes import Failed, Ok

if TYPE_CHECKING:
    from athena_runtime.codec.form import Form

__all__ = ["attempt_form"]


def attempt_form(kind: type[Any], value: Form) -> Form:
    """The form of `Ok` with a value of this form, or of `Failed`."""
    return OkForm(f"Ok[{value.name}]", value) if kind is Ok else FAILED


class OkForm:
    """`Ok[T]`: an object with the one key `ok`."""

    is_record = True

    def __init__(self, name: str, value: Form) -> None:
        self.name = name
        self.value = value

    def owns(self, value: object) -> bool:
        return isinstance(value, Ok)

    def encode(self, value: Any) -> Json:
        if not isinstance(value, Ok):
            raise got(self.name, value)
        try:
            return {"ok": self.value.encode(value.value)}
        except CodecError as error:
            raise error.under(".value") from None

    def decode(self, value: Json, strict: bool) -> Any:
        if not isinstance(value, dict) or value.keys() != {"ok"}:
            raise mismatch(self.name, value)
        try:
            return Ok(self.value.decode(value["ok"], strict))
        except CodecError as error:
            raise error.under(".value") from None


class _FailedForm:
    """`Failed`: an object with the one key `failed`."""

    is_record = True

    def __init__(self, name: str = "Failed") -> None:
        self.name = name

    def owns(self, value: object) -> bool:
        return isinstance(value, Failed)

    def encode(self, value: Any) -> Json:
        if not isinstance(value, Failed):
            raise got(self.name, value)
        inner = {"status": value.status, "exit_code": value.exit_code, "message": value.message}
        return {"failed": {**inner, "step": value.step} if value.step else inner}

    def decode(self, value: Json, strict: bool) -> Any:
        if not isinstance(value, dict) or value.keys() != {"failed"} or not isinstance(value["failed"], dict):
            raise mismatch(self.name, value)
        inner = value["failed"]
        code = inner.get("exit_code")
        try:
            return Failed(
                STR.decode(inner.get("status"), strict),
                None if code is None else INT.decode(code, strict),
                STR.decode(inner.get("message", ""), strict),
                STR.decode(inner.get("step", ""), strict),
            )
        except CodecError as error:
            raise error.under(".failed") from None


FAILED = _FailedForm()
