"""The JSON forms of lists, sets, tuples and dicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError, Json, got, mismatch, place, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from athena_runtime.codec.form import Form

__all__ = ["DictForm", "ListForm", "SetForm", "TupleForm", "canonical"]


def canonical(value: Json) -> str:
    """One text for each JSON value: what sets are sorted by."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


class ListForm:
    """`list[T]` and its kin: an array."""

    def __init__(self, name: str, item: Form, kind: type[Any], make: Callable[[list[Any]], Any]) -> None:
        self.name = name
        self.item = item
        self.kind = kind
        """What a value must be an instance of."""
        self.make = make

    def owns(self, value: object) -> bool:
        return isinstance(value, self.kind) and not isinstance(value, (str, bytes, Mapping))

    def encode(self, value: Any) -> Json:
        if not self.owns(value):
            raise got(self.name, value)
        return _each(self.item.encode, value)

    def decode(self, value: Json, strict: bool) -> Any:
        if not isinstance(value, list):
            raise mismatch(self.name, value)
        item = self.item.decode
        return self.make(_each(lambda each: item(each, strict), value))


class SetForm:
    """`set[T]` and its kin: an array, sorted by the JSON text of the items."""

    def __init__(self, name: str, item: Form, kind: type[Any], make: Callable[[list[Any]], Any]) -> None:
        self.name = name
        self.item = item
        self.kind = kind
        self.make = make

    def owns(self, value: object) -> bool:
        return isinstance(value, self.kind)

    def encode(self, value: Any) -> Json:
        if not isinstance(value, self.kind):
            raise got(self.name, value)
        return sorted(_each(self.item.encode, value, place="{...}"), key=canonical)

    def decode(self, value: Json, strict: bool) -> Any:
        if not isinstance(value, list):
            raise mismatch(self.name, value)
        items = _each(lambda each: self.item.decode(each, strict), value)
        try:
            made = self.make(items)
        except TypeError as error:
            raise CodecError(f"an item cannot stand in a set: {error}") from None
        if len(made) < len(items):
            raise CodecError(f"{_twice(items, value)} stands twice in a set")
        return made


class TupleForm:
    """`tuple[A, *tuple[T, ...], B]`: an array; `rest` is None for a fixed length."""

    def __init__(
        self, name: str, before: tuple[Form, ...], rest: Form | None = None, after: tuple[Form, ...] = ()
    ) -> None:
        self.name = name
        self.before = before
        self.rest = rest
        self.after = after

    def owns(self, value: object) -> bool:
        return type(value) is tuple

    def encode(self, value: Any) -> Json:
        # A named tuple has a form of its own.
        if not isinstance(value, tuple) or hasattr(value, "_fields"):
            raise got(self.name, value)
        return [_one(form.encode, index, each) for index, form, each in self._pairs(value)]

    def decode(self, value: Json, strict: bool) -> Any:
        if not isinstance(value, list):
            raise mismatch(self.name, value)

        def one(index: int, form: Form, each: Json) -> Any:
            return _one(lambda json_value: form.decode(json_value, strict), index, each)

        return tuple(one(index, form, each) for index, form, each in self._pairs(value))

    def _pairs(self, values: Sequence[Any]) -> Iterable[tuple[int, Form, Any]]:
        least = len(self.before) + len(self.after)
        if len(values) < least or (self.rest is None and len(values) > least):
            wanted = f"{least} items or more" if self.rest is not None else f"{least} item{'s' * (least != 1)}"
            raise CodecError(f"expected {self.name} with {wanted}, got {len(values)}")
        middle = (self.rest,) * (len(values) - least) if self.rest is not None else ()
        return zip(range(len(values)), (*self.before, *middle, *self.after), values, strict=True)


class DictForm:
    """`dict[K, V]` and its kin: an object. Keys that are no texts are written as the text of their JSON form."""

    def __init__(
        self, name: str, key: Form, value: Form, kind: type[Any], make: Callable[[dict[Any, Any]], Any]
    ) -> None:
        self.name = name
        self.key = key
        self.value = value
        self.kind = kind
        self.make = make

    def owns(self, value: object) -> bool:
        return isinstance(value, self.kind)

    def encode(self, value: Any) -> Json:
        if not isinstance(value, self.kind):
            raise got(self.name, value)
        encoded: dict[str, Json] = {}
        for key, each in value.items():
            text = self._key_text(key)
            if text in encoded:
                raise CodecError(f"two keys are both written {shown(text)}")
            encoded[text] = _one(self.value.encode, key, each)
        return encoded

    def decode(self, value: Json, strict: bool) -> Any:
        if not isinstance(value, dict):
            raise mismatch(self.name, value)
        item = self.value.decode
        return self.make(
            {
                _one(lambda text: self._key(text, strict), text, text): _one(lambda v: item(v, strict), text, each)
                for text, each in value.items()
            }
        )

    def _key_text(self, key: Any) -> str:
        try:
            encoded = self.key.encode(key)
        except CodecError as error:
            raise CodecError(f"the key {key!r:.60}: {error.problem}") from None
        text = encoded if isinstance(encoded, str) else canonical(encoded)
        if self.key.name == "Any":
            return text
        back = self._key(text, strict=True)
        if back != key or type(back) is not type(key):
            raise CodecError(f"the key {key!r:.60} would be read as {back!r:.60}")
        return text

    def _key(self, text: str, strict: bool) -> Any:
        """A key by its text: as JSON when that fits (`1` for an `int`), else as the text itself."""
        if self.key.name == "Any":
            return text
        try:
            number = json.loads(text) if text[:1] in "-0123456789tf" and text else text
            is_json = not isinstance(number, str) and canonical(number) == text
        except ValueError:  # no JSON, or an infinity
            is_json = False
        if is_json:
            try:
                return self.key.decode(number, strict)
            except CodecError:
                pass
        try:
            return self.key.decode(text, strict)
        except CodecError as error:
            raise CodecError(f"as a key: {error.problem}") from None


def _each(function: Callable[[Any], Any], values: Iterable[Any], place: str = "") -> list[Any]:
    """The function of each value, with the value's place in errors."""
    result: list[Any] = []
    try:
        for each in values:
            result.append(function(each))  # noqa: PERF401 (the error must know how far it got)
    except CodecError as error:
        raise error.under(place or f"[{len(result)}]") from None
    return result


def _one(function: Callable[[Any], Any], key: object, value: Any) -> Any:
    try:
        return function(value)
    except CodecError as error:
        raise error.under(place(key)) from None


def _twice(items: list[Any], values: list[Json]) -> str:
    """The first item that an earlier one equals."""
    return next(shown(values[index]) for index, item in enumerate(items) if item in items[:index])
