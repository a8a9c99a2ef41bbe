"""Classes of pydantic and msgspec: their own libraries read and write them, by their own rules."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.collections import canonical
from athena_runtime.codec.form import CodecError, Form, Json, got

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["foreign_form"]

_PLACE = re.compile(r" - at `\$(?P<path>.*)`$")


def foreign_form(kind: Any) -> Form | None:
    """The form of a type of pydantic or msgspec; None for any other. Neither library is imported here."""
    if not isinstance(kind, type):
        return None
    pydantic = sys.modules.get("pydantic")
    if pydantic is not None and (
        issubclass(kind, pydantic.BaseModel)
        or "__pydantic_validator__" in vars(kind)
        or kind.__module__.partition(".")[0] == "pydantic"
    ):
        return _Pydantic(kind.__qualname__, kind, pydantic.TypeAdapter(kind), pydantic.ValidationError)
    if hasattr(kind, "__struct_fields__") and (msgspec := sys.modules.get("msgspec")) is not None:
        return _Msgspec(kind.__qualname__, kind, msgspec)
    return None


@dataclass(frozen=True, slots=True)
class _Pydantic:
    """A model, a dataclass of pydantic, or one of its own types."""

    name: str
    kind: type[Any]
    adapter: Any
    error: type[Exception]
    is_record = True

    def owns(self, value: object) -> bool:
        return type(value) is self.kind

    def encode(self, value: Any) -> Json:
        # Types such as `HttpUrl` have values of other classes in some versions: pydantic knows.
        if hasattr(self.kind, "__pydantic_validator__") and not isinstance(value, self.kind):
            raise got(self.name, value)
        try:
            written = self.adapter.dump_python(value, mode="json", by_alias=True, warnings="error")
            plain = self.adapter.dump_python(value, mode="python", by_alias=True, warnings="none")
        except Exception as error:  # noqa: BLE001 (the class may hold code of the program)
            raise CodecError(f"pydantic cannot write the `{self.name}`: {_first_line(error)}") from None
        return _sorted_sets(plain, written)

    def decode(self, value: Json, strict: bool) -> Any:
        if strict and isinstance(value, dict) and (names := self._names()) and not value.keys() <= names:
            raise CodecError(f"`{self.name}` does not know all keys")
        try:
            return self.adapter.validate_json(json.dumps(value), strict=True if strict else None)
        except self.error as error:
            raise _pydantic_error(error) from None
        except Exception as error:  # noqa: BLE001 (the class may hold code of the program)
            raise CodecError(f"`{self.name}` refuses it: {_first_line(error)}") from None

    def _names(self) -> set[str]:
        fields: Mapping[str, Any] = getattr(self.kind, "model_fields", None) or getattr(
            self.kind, "__pydantic_fields__", {}
        )
        return {name for field, info in fields.items() for name in (field, info.alias) if name}


def _sorted_sets(plain: Any, written: Json) -> Json:
    """What was written, with the items of sets in an order that is the same in every process."""
    if isinstance(plain, (set, frozenset)) and isinstance(written, list):
        return sorted(written, key=canonical)
    if isinstance(plain, dict) and isinstance(written, dict) and len(plain) == len(written):
        return {key: _sorted_sets(inner, written[key]) for key, inner in zip(written, plain.values(), strict=True)}
    if isinstance(plain, (list, tuple)) and isinstance(written, list) and len(plain) == len(written):
        return [_sorted_sets(inner, each) for inner, each in zip(plain, written, strict=True)]
    return written


def _pydantic_error(error: Any) -> CodecError:
    """The first thing that pydantic says, and how many more there are."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    problem = CodecError(f"{found[0]['msg']}{more}")
    for part in reversed(found[0]["loc"]):
        problem.under(f"[{part}]" if isinstance(part, int) else f".{part}")
    return problem


@dataclass(frozen=True, slots=True)
class _Msgspec:
    """A `msgspec.Struct`."""

    name: str
    kind: Any
    msgspec: Any
    is_record = True

    def owns(self, value: object) -> bool:
        return type(value) is self.kind

    def encode(self, value: Any) -> Json:
        if not isinstance(value, self.kind):
            raise got(self.name, value)
        try:
            return self.msgspec.to_builtins(value, str_keys=True, order="deterministic")
        except Exception as error:  # noqa: BLE001 (the class may hold code of the program)
            raise CodecError(f"msgspec cannot write the `{self.name}`: {_first_line(error)}") from None

    def decode(self, value: Json, strict: bool) -> Any:
        names = {*self.kind.__struct_encode_fields__, self.kind.__struct_config__.tag_field}
        if strict and isinstance(value, dict) and not value.keys() <= names:
            raise CodecError(f"`{self.name}` does not know all keys")
        try:
            return self.msgspec.convert(value, self.kind, str_keys=True)
        except Exception as error:  # noqa: BLE001 (the class may hold code of the program)
            raise _msgspec_error(error) from None


def _msgspec_error(error: Exception) -> CodecError:
    text = _first_line(error)
    found = _PLACE.search(text)
    problem = CodecError(_PLACE.sub("", text).replace("Expected", "expected", 1))
    return problem.under(found["path"]) if found is not None else problem


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0] or type(error).__name__
