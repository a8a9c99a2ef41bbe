"""The JSON forms of unions, Literals and enums: one of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from athena_runtime.codec.collections import canonical
from athena_runtime.codec.form import CodecError, Json, expected, got, mismatch, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import Enum

    from athena_runtime.codec.form import Form

__all__ = ["EnumForm", "FlagForm", "LiteralForm", "UnionForm", "enum_form"]


class UnionForm:
    """`A | B`. Written by the member that the value is of, else by the first that takes it.

    Read by the first member, in the order written, that fits exactly: without keys that it does not know, without a
    number of another kind. If there is none, by the first that fits at all.
    """

    def __init__(self, name: str, members: tuple[Form, ...]) -> None:
        self.name = name
        self.members = members

    def owns(self, value: object) -> bool:
        return any(member.owns(value) for member in self.members)

    def encode(self, value: Any) -> Json:
        owners = [member for member in self.members if member.owns(value)]
        problems: list[CodecError] = []
        for member in (*owners, *(other for other in self.members if other not in owners)):
            try:
                encoded = member.encode(value)
            except CodecError as error:
                problems.append(error)
                continue
            self._tell_apart(member, encoded)
            return encoded
        raise problems[0] if len(owners) == 1 else got(self.name, value)

    def decode(self, value: Json, strict: bool) -> Any:
        problems: list[CodecError] = []
        for exact in (True,) if strict else (True, False):
            problems.clear()
            for member in self.members:
                try:
                    return member.decode(value, exact)
                except CodecError as error:
                    problems.append(error)
        deep = [problem for problem in problems if problem.path]
        raise deep[0] if len(deep) == 1 else mismatch(self.name, value)

    def _tell_apart(self, member: Form, encoded: Json) -> None:
        """Refuses an object that would be read as something else: losing what it is would be silent."""
        if not getattr(member, "is_record", False) or getattr(member, "is_dict", False):
            return
        for other in self.members:
            if other is member:
                return
            if other.name != "Any" and _fits(other, encoded):
                advice = "put it first, or give each a field that differs, such as `kind: Literal[...]`"
                raise CodecError(f"a `{member.name}` would be read as a `{other.name}`; {advice}")


def _fits(form: Form, value: Json) -> bool:
    try:
        form.decode(value, strict=True)
    except CodecError:
        return False
    return True


class LiteralForm:
    """`Literal["a", 3]`: one of these values; `True` is not `1`."""

    def __init__(self, name: str, by_key: Mapping[str, Any], keys: Mapping[tuple[type[Any], Any], Json]) -> None:
        self.name = name
        self.by_key = by_key
        """The Python values by the canonical text of their JSON values."""
        self.keys = keys
        """The JSON values by type and value."""

    def owns(self, value: object) -> bool:
        return _hashable((type(value), value)) in self.keys

    def encode(self, value: Any) -> Json:
        key = _hashable((type(value), value))
        if key not in self.keys:
            raise got(self.name, value)
        encoded = self.keys[key]
        back = self.by_key[_choice_key(encoded, strict=False)]
        if type(back) is not type(value):
            raise CodecError(f"{value!r} would be read as {back!r}: both are written {shown(encoded)}")
        return encoded

    def decode(self, value: Json, strict: bool) -> Any:
        key = _choice_key(value, strict)
        if key not in self.by_key:
            raise mismatch(self.name, value)
        return self.by_key[key]

    @staticmethod
    def of(name: str, pairs: Iterable[tuple[Any, Json]]) -> LiteralForm:
        """The form of Python values with their JSON values."""
        listed = list(pairs)
        return LiteralForm(
            name,
            {_choice_key(encoded, strict=False): value for value, encoded in reversed(listed)},
            {(type(value), value): encoded for value, encoded in listed},
        )


class EnumForm:
    """An enum: the JSON value of its members' values."""

    def __init__(
        self, name: str, kind: type[Enum], values: Mapping[str, Json], by_key: Mapping[str, Enum] | None = None
    ) -> None:
        self.name = name
        self.kind = kind
        self.values = values
        """The JSON value of each member, by name."""
        self.by_key = by_key or {}

    def owns(self, value: object) -> bool:
        return isinstance(value, self.kind)

    def encode(self, value: Any) -> Json:
        if not isinstance(value, self.kind):
            raise got(self.name, value)
        return self.values[value.name]

    def decode(self, value: Json, strict: bool) -> Any:
        member = self.by_key.get(_choice_key(value, strict))
        if member is None:
            raise expected(f"{self.name} ({', '.join(map(shown, self.values.values()))})", shown(value))
        return member


class FlagForm:
    """A flag: its bits as a whole number."""

    def __init__(self, name: str, kind: Any) -> None:
        self.name = name
        self.kind = kind

    def owns(self, value: object) -> bool:
        return isinstance(value, self.kind)

    def encode(self, value: Any) -> Json:
        if not isinstance(value, self.kind):
            raise got(self.name, value)
        return int(value.value)

    def decode(self, value: Json, strict: bool) -> Any:
        if type(value) is not int and not (isinstance(value, float) and value.is_integer() and not strict):
            raise mismatch(self.name, value)
        try:
            made = self.kind(int(value))
        except ValueError:
            raise mismatch(self.name, value) from None
        if made.value != int(value):
            raise mismatch(self.name, value)
        return made


def enum_form(kind: type[Enum], plain: Form) -> Form:
    """The form of an enum; `plain` writes the values of its members."""
    from enum import Flag  # noqa: PLC0415 (whoever gets here has it)

    name = kind.__qualname__
    if issubclass(kind, Flag):
        return FlagForm(name, kind)
    values: dict[str, Json] = {}
    by_key: dict[str, Enum] = {}
    for member in kind:
        try:
            values[member.name] = plain.encode(member.value)
        except CodecError as error:
            raise error.under(f".{member.name}") from None
        by_key.setdefault(_choice_key(values[member.name], strict=False), member)
        by_key.setdefault(_choice_key(values[member.name], strict=True), member)
    return EnumForm(name, kind, values, by_key)


def _choice_key(value: Json, strict: bool) -> str:
    """One text for each JSON value; a whole number is the same with a fraction of zero, unless `strict`."""
    if isinstance(value, float) and value.is_integer() and not strict:
        value = int(value)
    return canonical(value)


def _hashable(key: tuple[type[Any], Any]) -> Any:
    try:
        hash(key)
    except TypeError:
        return None
    return key
