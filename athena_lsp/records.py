"""Data classes as `dataclasses` makes them, but made when they are first used: for quick starts and quick creation.

Type checkers see `dataclasses` itself. While athena runs, a class costs 0.05 ms at import instead of 0.7, of which the
commands have some three hundred, and an instance of a frozen one half of what it would: nothing is assigned through
`object.__setattr__`, since type checkers refuse other assignments and `make check` runs one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter, ge, gt, le, lt
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

MISSING: Any = object()
NOTHING: Mapping[str, Any] = MappingProxyType({})
OWN = "__records_fields__"
METHODS = ("__init__", "__repr__", "__eq__", "__hash__")
ORDER: dict[str, Callable[[Any, Any], Any]] = {"__lt__": lt, "__le__": le, "__gt__": gt, "__ge__": ge}


class Field:
    """A field of a class, with the attributes of `dataclasses.Field` that somebody reads."""

    __slots__ = ("compare", "default", "default_factory", "init", "kw_only", "metadata", "name", "repr", "type")

    def __init__(
        self,
        default: Any = MISSING,
        default_factory: Any = MISSING,
        init: bool = True,
        repr: bool = True,  # noqa: A002
        compare: bool = True,
        kw_only: Any = MISSING,
        metadata: Mapping[str, Any] = NOTHING,
    ) -> None:
        self.name = ""
        self.type: Any = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.kw_only = kw_only
        self.metadata = metadata


def define(
    class_: type[Any] | None = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    kw_only: bool = False,
    eq: bool = True,
    order: bool = False,
) -> Any:
    """`dataclasses.dataclass`."""

    def made(class_: type[Any]) -> type[Any]:
        return _made(class_, frozen=frozen, slots=slots, kw_only=kw_only, eq=eq, order=order)

    return made if class_ is None else made(class_)


def declare(**options: Any) -> Any:
    """`dataclasses.field`."""
    return Field(**options)


def declared(class_or_instance: Any) -> tuple[Field, ...]:
    """`dataclasses.fields`."""
    return tuple(getattr(class_or_instance, OWN).values())


def changed(instance: T, /, **changes: Any) -> T:
    """`dataclasses.replace`."""
    for name, each in getattr(instance, OWN).items():
        if each.init and name not in changes:
            changes[name] = getattr(instance, name)
    return instance.__class__(**changes)


def _made(class_: type[Any], *, frozen: bool, slots: bool, kw_only: bool, eq: bool, order: bool) -> type[Any]:
    namespace = dict(class_.__dict__)
    inherited: dict[str, Field] = {}
    for base in reversed(class_.__mro__[1:]):
        inherited.update(base.__dict__.get(OWN, {}))
    own: dict[str, Field] = {}
    annotations = {name: type_ for name, type_ in class_.__annotations__.items() if "ClassVar" not in str(type_)}
    for name, type_ in annotations.items():
        given = namespace.pop(name, MISSING)
        each = own[name] = given if isinstance(given, Field) else Field(given)
        each.name, each.type = name, type_
        if each.kw_only is MISSING:
            each.kw_only = kw_only
        if not slots and each.default is not MISSING:
            namespace[name] = each.default
    every = namespace[OWN] = {**inherited, **own}
    namespace["__dataclass_fields__"] = _Standard()
    namespace["__match_args__"] = tuple(name for name, each in every.items() if each.init and not each.kw_only)
    if slots:
        namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    written = [name for name in METHODS if namespace.get(name) is not None]
    methods = [name for name in METHODS if name not in written and (eq or name in ("__init__", "__repr__"))]
    if eq and not frozen and "__hash__" not in written:
        methods.remove("__hash__")
        namespace["__hash__"] = None
    metaclass: Any = type(class_)
    new: type[Any] = metaclass(class_.__name__, class_.__bases__, namespace)
    new.__qualname__ = class_.__qualname__
    for name in methods:
        setattr(new, name, _first_call(new, name, methods))
    if order:
        _complete_order(new)
    return new


def _first_call(class_: type[Any], name: str, methods: list[str]) -> Callable[..., Any]:
    """What stands for a method until one is called: then all are made."""

    def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
        _complete(class_, methods)
        return getattr(class_, name)(self, *arguments, **keywords)

    call.__name__ = name
    return call


def _complete(class_: type[Any], methods: list[str]) -> None:
    every: dict[str, Field] = getattr(class_, OWN)
    compared = _values([name for name, each in every.items() if each.compare])
    shown = [name for name, each in every.items() if each.repr]

    def represent(self: Any) -> str:
        return f"{class_.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def equals(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self is other or compared(self) == compared(other)

    def hashed(self: Any) -> int:
        return hash(compared(self))

    made = {"__repr__": represent, "__eq__": equals, "__hash__": hashed, "__init__": None}
    for name in methods:
        method = made[name] or _init(class_, every)
        method.__name__, method.__qualname__ = name, f"{class_.__qualname__}.{name}"
        setattr(class_, name, method)


def _complete_order(class_: type[Any]) -> None:
    compared = _values([name for name, each in getattr(class_, OWN).items() if each.compare])

    def comparing(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def compare(self: Any, other: Any) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return operation(compared(self), compared(other))

        return compare

    for name, operation in ORDER.items():
        setattr(class_, name, comparing(operation))


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """The values of these fields, as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple(getattr(instance, name) for name in names)


def _init(class_: type[Any], every: Mapping[str, Field]) -> Any:
    scope: dict[str, Any] = {"MISSING": MISSING}
    positional: list[str] = []
    by_keyword: list[str] = []
    lines: list[str] = []
    for name, each in every.items():
        value, default = name, ""
        if each.default_factory is not MISSING:
            scope[f"make_{name}"] = each.default_factory
            value, default = f"make_{name}() if {name} is MISSING else {name}", "=MISSING"
        elif each.default is not MISSING:
            scope[f"default_{name}"] = each.default
            default = f"=default_{name}"
        if each.init:
            (by_keyword if each.kw_only else positional).append(name + default)
            lines.append(f" self.{name} = {value}")
        elif each.default_factory is not MISSING:
            lines.append(f" self.{name} = make_{name}()")
        elif each.default is not MISSING:
            lines.append(f" self.{name} = default_{name}")
    if hasattr(class_, "__post_init__"):
        lines.append(" self.__post_init__()")
    star = ["*"] if by_keyword else []
    head = f"def __init__({', '.join(['self', *positional, *star, *by_keyword])}):"
    exec("\n".join([head, *lines, " pass"]), scope)  # as dataclasses does it
    return scope["__init__"]


class _Standard:
    """`__dataclass_fields__`, by which `dataclasses` and other libraries know a data class."""

    def __get__(self, instance: object, owner: type[Any]) -> dict[str, Any]:
        # Imported here because nothing else needs it at start, and it takes 20 ms.
        import dataclasses  # noqa: PLC0415

        standard: Any = dataclasses
        found: dict[str, Any] = {}
        for name, each in getattr(owner, OWN).items():
            made = found[name] = standard.field(
                default=standard.MISSING if each.default is MISSING else each.default,
                default_factory=standard.MISSING if each.default_factory is MISSING else each.default_factory,
                init=each.init,
                repr=each.repr,
                compare=each.compare,
                kw_only=each.kw_only,
                metadata=each.metadata,
            )
            made.name, made.type, made._field_type = name, each.type, standard._FIELD
        return found


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import fields as fields
    from dataclasses import replace as replace
else:
    dataclass, field, fields, replace = define, declare, declared, changed
