"""The JSON forms of classes with fields: dataclasses, attrs, NamedTuple, TypedDict."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError, Form, Json, got, mismatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "FieldForm",
    "FieldPart",
    "Parts",
    "RecordForm",
    "attrs_parts",
    "called",
    "dataclass_parts",
    "named_tuple_parts",
    "typed_dict_parts",
]


_NOTHING: Any = object()


class FieldPart:
    """One field of a class, before its type is looked at."""

    def __init__(self, name: str, required: bool, key: str, annotation: Any = None, is_computed: bool = False) -> None:
        self.name = name
        self.required = required
        self.key = key
        """Its key in the JSON object."""
        self.annotation = annotation
        """Its type, where the class's library knows it; else it stands among the class's annotations."""
        self.is_computed = is_computed
        """It is written, and not read."""


class Parts:
    """How a class is taken apart and put together."""

    def __init__(
        self,
        fields: Sequence[FieldPart],
        make: Callable[[dict[str, Any], Mapping[str, Json]], Any],
        takes_more: bool = False,
        tag: tuple[str, Json] | None = None,
        unset: object = _NOTHING,
    ) -> None:
        self.fields = fields
        self.make = make
        """The object, from its values by their names, and from what nobody knows. Raises CodecError."""
        self.takes_more = takes_more
        """Keys that it does not know are given to it, so that it may keep or refuse them."""
        self.tag = tag
        """A key that tells the class apart, with its value."""
        self.unset = unset
        """What stands for no value in a field."""


class FieldForm:
    """One field of a class, with the form of its type."""

    def __init__(self, part: FieldPart, form: Form) -> None:
        self.part = part
        self.form = form


class RecordForm:
    """A class with fields: an object. Keys that it does not know are left alone."""

    is_record = True

    def __init__(
        self,
        name: str,
        kind: type[Any],
        parts: Parts,
        load: Callable[[], Sequence[FieldForm]],
        of_subclass: Callable[[type[Any]], Form],
        is_dict: bool = False,
    ) -> None:
        self.name = name
        self.kind = kind
        self.parts = parts
        self.load = load
        self.of_subclass = of_subclass
        self.is_dict = is_dict
        """A TypedDict: its values are dicts."""
        self.loaded: list[FieldForm] = []

    @property
    def fields(self) -> list[FieldForm]:
        """The fields; read when they are first wanted, since classes may hold themselves."""
        if not self.loaded:
            self.loaded.extend(self.load())
        return self.loaded

    def owns(self, value: object) -> bool:
        if not self.is_dict:
            return type(value) is self.kind
        parts = [field.part for field in self.fields]
        return (
            isinstance(value, dict)
            and value.keys() <= {part.name for part in parts}
            and all(part.name in value for part in parts if part.required)
        )

    def encode(self, value: Any) -> Json:
        if not isinstance(value, dict if self.is_dict else self.kind):
            raise got(self.name, value)
        if not self.is_dict and type(value) is not self.kind:
            return self.of_subclass(type(value)).encode(value)
        encoded: dict[str, Json] = dict([self.parts.tag] if self.parts.tag is not None else ())
        for field in self.fields:
            part = field.part
            inner = value.get(part.name, _NOTHING) if self.is_dict else getattr(value, part.name, _NOTHING)
            if inner is not _NOTHING and inner is not self.parts.unset:
                try:
                    encoded[part.key] = field.form.encode(inner)
                except CodecError as error:
                    raise error.under(f".{part.name}") from None
            elif part.required:
                raise CodecError(f"`{self.name}` has no value for `{part.name}`")
        return encoded

    def decode(self, value: Json, strict: bool) -> Any:
        if not isinstance(value, dict):
            raise mismatch(self.name, value)
        more = self._more(value, strict)
        values: dict[str, Any] = {}
        missing: list[str] = []
        for field in self.fields:
            part = field.part
            if part.is_computed:
                continue
            if part.key in value:
                try:
                    values[part.name] = field.form.decode(value[part.key], strict)
                except CodecError as error:
                    raise error.under(f".{part.key}") from None
            elif part.required:
                missing.append(part.key)
        if missing:
            are = "which is missing" if len(missing) == 1 else "which are missing"
            raise CodecError(f"`{self.name}` needs {', '.join(f'`{name}`' for name in missing)}, {are}")
        return self.parts.make(values, more if self.parts.takes_more else {})

    def _more(self, value: dict[str, Json], strict: bool) -> dict[str, Json]:
        """The keys that the class does not know, with their values."""
        tag = self.parts.tag
        if tag is not None and value.get(tag[0], tag[1]) != tag[1]:
            raise CodecError(f"`{self.name}` has {tag[1]!r} for `{tag[0]}`, got {value[tag[0]]!r:.60}")
        known = {field.part.key for field in self.fields} | ({tag[0]} if tag is not None else set())
        more = {name: inner for name, inner in value.items() if name not in known}
        if strict and more:
            raise CodecError(f"`{self.name}` has no field {', '.join(f'`{name}`' for name in more)}")
        return more


def called(kind: Any, values: Mapping[str, Any]) -> Any:
    """The object that a class makes of values, by its own arguments. Raises CodecError."""
    try:
        return kind(**values)
    except Exception as error:
        raise CodecError(f"`{kind.__qualname__}` refuses it: {type(error).__name__}: {error}") from error


def typed_dict_parts(kind: Any) -> Parts:
    """Of a TypedDict, whose fields say themselves whether they must be there."""
    return Parts([FieldPart(name, name in kind.__required_keys__, name) for name in kind.__annotations__], _as_dict)


def _as_dict(values: dict[str, Any], more: Mapping[str, Json]) -> Any:  # noqa: ARG001
    return values


def dataclass_parts(kind: Any) -> Parts:
    """Of a dataclass. One that wants more than its fields (an `InitVar`) is made without a call."""
    fields: Sequence[Any] = sys.modules["dataclasses"].fields(kind)
    more = [each for each in kind.__dataclass_fields__.values() if each not in fields]
    bare = any(not _has_default(each) and each._field_type.name == "_FIELD_INITVAR" for each in more)

    def make(values: dict[str, Any], more: Mapping[str, Json]) -> Any:  # noqa: ARG001
        if bare:
            return _restored(kind, values)
        made = called(kind, {each.name: values[each.name] for each in fields if each.init and each.name in values})
        for each in fields:
            if not each.init and each.name in values:
                object.__setattr__(made, each.name, values[each.name])
        return made

    return Parts([FieldPart(each.name, each.init and not _has_default(each), each.name) for each in fields], make)


def _restored(kind: Any, values: Mapping[str, Any]) -> Any:
    library = sys.modules["dataclasses"]
    made = object.__new__(kind)
    for each in library.fields(kind):
        if each.name in values:
            object.__setattr__(made, each.name, values[each.name])
        elif _has_default(each):
            default = each.default if each.default_factory is library.MISSING else each.default_factory()
            object.__setattr__(made, each.name, default)
    return made


def _has_default(field: Any) -> bool:
    """Whether a field of a dataclass has one; whoever has such a class has imported the library."""
    missing = sys.modules["dataclasses"].MISSING
    return field.default is not missing or field.default_factory is not missing


def attrs_parts(kind: Any) -> Parts:
    """Of a class of attrs, whose arguments may have other names than its fields."""
    nothing = sys.modules["attr"].NOTHING  # a class of attrs is there, so attrs is
    arguments = {
        each.name: getattr(each, "alias", None) or each.name.lstrip("_") for each in kind.__attrs_attrs__ if each.init
    }

    def make(values: dict[str, Any], more: Mapping[str, Json]) -> Any:  # noqa: ARG001
        made = called(kind, {arguments[name]: value for name, value in values.items() if name in arguments})
        for name, value in values.items():
            if name not in arguments:
                object.__setattr__(made, name, value)
        return made

    fields = [
        FieldPart(each.name, each.init and each.default is nothing, each.name, each.type)
        for each in kind.__attrs_attrs__
    ]
    return Parts(fields, make)


def named_tuple_parts(kind: Any) -> Parts:
    def make(values: dict[str, Any], more: Mapping[str, Json]) -> Any:  # noqa: ARG001
        return called(kind, values)

    return Parts([FieldPart(name, name not in kind._field_defaults, name) for name in kind._fields], make)
