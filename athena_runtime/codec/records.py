"""The JSON forms of classes with fields: dataclasses, attrs, NamedTuple, TypedDict; and of `Ok` and `Failed`."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError, Form, Json, got, mismatch
from athena_runtime.codec.scalars import INT, STR
from athena_runtime.outcomes import Failed, Ok

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["FAILED", "FieldForm", "OkForm", "RecordForm", "attrs_parts", "dataclass_parts", "named_tuple_parts"]


@dataclass(frozen=True, slots=True)
class FieldForm:
    """One field of a class."""

    name: str
    form: Form
    required: bool
    argument: str = ""
    """What the class takes it by; empty when it takes it not at all."""


@dataclass(frozen=True, slots=True)
class Parts:
    """How a class is taken apart and put together, before the types of its fields are known."""

    fields: Sequence[tuple[str, bool, str]]
    """Name, whether it must be given, and the argument of the class."""
    bare: bool = False
    """It is made without calling the class, which wants more than the fields (an `InitVar`)."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordForm:
    """A class with fields: an object. Keys that it does not know are left alone."""

    name: str
    kind: type[Any]
    load: Callable[[], Sequence[FieldForm]]
    of_subclass: Callable[[type[Any]], Form]
    bare: bool = False
    is_dict: bool = False
    """A TypedDict: its values are dicts."""
    loaded: list[FieldForm] = dataclasses.field(default_factory=list)
    is_record = True

    @property
    def fields(self) -> list[FieldForm]:
        """The fields; read when they are first wanted, since classes may hold themselves."""
        if not self.loaded:
            self.loaded.extend(self.load())
        return self.loaded

    def owns(self, value: object) -> bool:
        return isinstance(value, dict) if self.is_dict else type(value) is self.kind

    def encode(self, value: Any) -> Json:
        if self.is_dict:
            return self._encode_dict(value)
        if not isinstance(value, self.kind):
            raise got(self.name, value)
        if type(value) is not self.kind:
            return self.of_subclass(type(value)).encode(value)
        encoded: dict[str, Json] = {}
        for field in self.fields:
            try:
                encoded[field.name] = field.form.encode(getattr(value, field.name))
            except AttributeError:
                raise CodecError(f"`{self.name}` has no value for `{field.name}`") from None
            except CodecError as error:
                raise error.under(f".{field.name}") from None
        return encoded

    def _encode_dict(self, value: Any) -> Json:
        if not isinstance(value, dict):
            raise got(self.name, value)
        encoded: dict[str, Json] = {}
        for field in self.fields:
            if field.name in value:
                try:
                    encoded[field.name] = field.form.encode(value[field.name])
                except CodecError as error:
                    raise error.under(f".{field.name}") from None
            elif field.required:
                raise CodecError(f"`{self.name}` needs the key `{field.name}`")
        return encoded

    def decode(self, value: Json, strict: bool) -> Any:
        if not isinstance(value, dict):
            raise mismatch(self.name, value)
        if strict and (unknown := value.keys() - {field.name for field in self.fields}):
            raise CodecError(f"`{self.name}` has no field {', '.join(f'`{name}`' for name in sorted(unknown))}")
        values: dict[str, Any] = {}
        for field in self.fields:
            if field.name in value:
                try:
                    values[field.name] = field.form.decode(value[field.name], strict)
                except CodecError as error:
                    raise error.under(f".{field.name}") from None
        missing = [field.name for field in self.fields if field.required and field.name not in values]
        if missing:
            raise CodecError(f"`{self.name}` needs {', '.join(f'`{name}`' for name in missing)}, which {_are(missing)}")
        return values if self.is_dict else self._made(values)

    def _made(self, values: dict[str, Any]) -> Any:
        try:
            if self.bare:
                return self._restored(values)
            made = self.kind(**{f.argument: values[f.name] for f in self.fields if f.argument and f.name in values})
        except Exception as error:
            raise CodecError(f"`{self.name}` refuses it: {type(error).__name__}: {error}") from error
        for field in self.fields:
            if not field.argument and field.name in values:
                object.__setattr__(made, field.name, values[field.name])
        return made

    def _restored(self, values: dict[str, Any]) -> Any:
        """The object without a call of its class."""
        made = object.__new__(self.kind)
        for field in dataclasses.fields(self.kind):
            if field.name in values:
                object.__setattr__(made, field.name, values[field.name])
            elif field.default is not dataclasses.MISSING:
                object.__setattr__(made, field.name, field.default)
            elif field.default_factory is not dataclasses.MISSING:
                object.__setattr__(made, field.name, field.default_factory())
        return made


def dataclass_parts(kind: type[Any]) -> Parts:
    fields = dataclasses.fields(kind)
    missing = dataclasses.MISSING
    init_only = [f for f in kind.__dataclass_fields__.values() if f not in fields and _is_init_var(f)]
    return Parts(
        [(f.name, f.init and f.default is missing and f.default_factory is missing, f.init * f.name) for f in fields],
        bare=any(f.default is missing and f.default_factory is missing for f in init_only),
    )


def attrs_parts(kind: Any) -> Parts:
    nothing = sys.modules["attr"].NOTHING  # a class of attrs is there, so attrs is
    return Parts(
        [
            (f.name, f.init and f.default is nothing, f.init * (getattr(f, "alias", None) or f.name.lstrip("_")))
            for f in kind.__attrs_attrs__
        ]
    )


def named_tuple_parts(kind: Any) -> Parts:
    return Parts([(name, name not in kind._field_defaults, name) for name in kind._fields])


def _is_init_var(field: Any) -> bool:
    return getattr(field._field_type, "name", "") == "_FIELD_INITVAR"


def _are(names: Sequence[str]) -> str:
    return "is missing" if len(names) == 1 else "are missing"


@dataclass(frozen=True, slots=True)
class OkForm:
    """`Ok[T]`: an object with the one key `ok`."""

    name: str
    value: Form
    is_record = True

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


@dataclass(frozen=True, slots=True)
class _FailedForm:
    """`Failed`: an object with the one key `failed`."""

    name: str = "Failed"
    is_record = True

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
