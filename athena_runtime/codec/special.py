"""Forms that stand inside themselves, and those of classes that only programs which use them import."""

from __future__ import annotations

import collections
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import Form, Json, NoFormError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Later", "defaulting", "imported_scalar"]


class Later:
    """A form that stands inside itself."""

    def __init__(self, name: str, target: Form | None = None) -> None:
        self.name = name
        self.target = target

    @property
    def is_record(self) -> bool:
        return getattr(self.target, "is_record", False)

    def owns(self, value: object) -> bool:
        return self.target is not None and self.target.owns(value)

    def encode(self, value: Any) -> Json:
        return self._known().encode(value)

    def decode(self, value: Json, strict: bool) -> Any:
        return self._known().decode(value, strict)

    def _known(self) -> Form:
        if self.target is None:
            raise NoFormError(f"`{self.name}` is nothing but itself")
        return self.target


def imported_scalar(kind: Any) -> Form | None:
    """The forms of classes whose modules only programs that use them import, or that few use."""
    module, name = kind.__module__, kind.__name__
    pathlib = sys.modules.get("pathlib")
    found: Form | None = None
    if module == "datetime":
        found = import_module("athena_runtime.codec.times").TIMES.get(kind)
    elif kind is bytes:
        found = _written().BYTES
    elif module in ("decimal", "_decimal", "_pydecimal") and name == "Decimal":
        found = _written().decimal_form(kind)
    elif module == "uuid" and name == "UUID":
        found = _written().Text("UUID", (kind,), str, kind)
    elif pathlib is not None and issubclass(kind, pathlib.PurePath):
        found = _written().path_form(kind, pathlib.PurePath)
    return found


def _written() -> Any:
    return import_module("athena_runtime.codec.written")


_FACTORIES: dict[str, Callable[[], Any]] = {
    "int": int, "float": float, "str": str, "bool": bool, "list": list, "set": set, "dict": dict
}  # fmt: skip


def defaulting(value: Form) -> Callable[[dict[Any, Any]], Any]:
    """A `defaultdict` with the factory that the type of its values tells, as `defaultdict(list)`; else without one."""
    factory = _FACTORIES.get(value.name.partition("[")[0])
    return lambda items: collections.defaultdict(factory, items)
