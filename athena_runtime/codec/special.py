"""Forms that stand inside themselves, and those of classes that only programs which use them import."""

from __future__ import annotations

import collections
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import Form, Json, NoFormError
from athena_runtime.codec.scalars import Text, decimal_form, path_form

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Later", "defaulting", "imported_scalar"]


@dataclass(slots=True, eq=False)
class Later:
    """A form that stands inside itself."""

    name: str
    target: Form | None = None

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
    """The forms of classes whose modules only programs that use them import."""
    module, name = kind.__module__, kind.__name__
    if module == "datetime":
        found: Form | None = import_module("athena_runtime.codec.times").TIMES.get(kind)
        return found
    if module in ("decimal", "_decimal", "_pydecimal") and name == "Decimal":
        return decimal_form(kind)
    if module == "uuid" and name == "UUID":
        return Text("UUID", (kind,), str, kind)
    pathlib = sys.modules.get("pathlib")
    return path_form(kind, pathlib.PurePath) if pathlib is not None and issubclass(kind, pathlib.PurePath) else None


_FACTORIES: dict[str, Callable[[], Any]] = {
    "int": int, "float": float, "str": str, "bool": bool, "list": list, "set": set, "dict": dict
}  # fmt: skip


def defaulting(value: Form) -> Callable[[dict[Any, Any]], Any]:
    """A `defaultdict` with the factory that the type of its values tells, as `defaultdict(list)`; else without one."""
    factory = _FACTORIES.get(value.name.partition("[")[0])
    return lambda items: collections.defaultdict(factory, items)
