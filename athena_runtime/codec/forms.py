"""From a type to its JSON form."""

from __future__ import annotations

import collections
import sys
import typing
from collections import abc
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.choices import LiteralForm, UnionForm, enum_form
from athena_runtime.codec.collections import DictForm, ListForm, SetForm, TupleForm
from athena_runtime.codec.form import CodecError, Form, Json, NoFormError
from athena_runtime.codec.hints import Scope, evaluate, own_annotations, scope_of_class
from athena_runtime.codec.records import (
    FieldForm,
    FieldPart,
    Parts,
    RecordForm,
    attrs_parts,
    dataclass_parts,
    named_tuple_parts,
    typed_dict_parts,
)
from athena_runtime.codec.scalars import BOOL, FLOAT, INT, NONE, STR, check_text
from athena_runtime.codec.special import Later, defaulting, imported_scalar
from athena_runtime.codec.words import (
    QUALIFIERS,
    has_default,
    in_brackets,
    is_enum,
    is_hashable,
    literal_name,
    unpacked,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Names = Mapping[Any, Form]

__all__ = ["ANY", "Forms", "form_of"]

_MOST_CLASSES = 500
"""A generic class may hold itself with ever larger arguments: beyond so many, forms are made when a value needs one."""

_SCALARS: dict[Any, Form] = {
    None: NONE,
    type(None): NONE,
    bool: BOOL,
    int: INT,
    float: FLOAT,
    str: STR,
}
_LISTS: dict[Any, Callable[[list[Any]], Any]] = {
    list: list,
    collections.deque: collections.deque,
    abc.MutableSequence: list,
    abc.Sequence: list,
    abc.Reversible: list,
    abc.Collection: list,
    abc.Iterable: list,
}
_SETS: dict[Any, Callable[[list[Any]], Any]] = {
    set: set,
    frozenset: frozenset,
    abc.MutableSet: set,
    abc.Set: set,
}
_DICTS: dict[Any, Callable[[dict[Any, Any]], Any]] = {
    dict: dict,
    collections.OrderedDict: collections.OrderedDict,
    collections.Counter: collections.Counter,
    abc.MutableMapping: dict,
    abc.Mapping: dict,
}
_SELF = "Self"
"""Among the forms of type variables: the class around the field."""
_LIBRARIES = {"pydantic", "msgspec"}
NOWHERE = Scope("", {})


def form_of(annotation: Any, scope: Scope | None = None) -> Form:
    """The form of a type, with the forms of all classes in it. Raises NoFormError."""
    return Forms().whole(annotation, scope or NOWHERE)


class Forms:
    """Forms on their way; a class is made once for each combination of type arguments."""

    def __init__(
        self,
    ) -> None:
        self.made: dict[tuple[Any, ...], Form] = {}
        self.kept: list[tuple[Form, ...]] = []
        """Arguments of what is in `made`, whose keys name them by their addresses."""
        self.waiting: list[RecordForm] = []
        """Classes whose fields nobody has looked at."""

    def whole(self, annotation: Any, scope: Scope) -> Form:
        form = self.form(annotation, scope, {})
        for _ in range(_MOST_CLASSES):
            if not self.waiting:
                break
            _ = self.waiting.pop().fields
        return form

    def form(self, annotation: Any, scope: Scope, names: Names) -> Form:
        """The form of an annotation; `names` are the forms of type variables."""
        if isinstance(annotation, (str, typing.ForwardRef)):
            text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
            return self._once((text, scope.owner), names.values(), text, lambda: self._text(annotation, scope, names))
        found = _SCALARS.get(annotation) if is_hashable(annotation) else None
        if found is not None:
            return found
        if annotation is Any or annotation is object:
            return ANY
        if annotation is tuple or annotation is typing.Tuple:  # noqa: UP006 (the word itself)
            return TupleForm("tuple", (), ANY)
        if hasattr(annotation, "__supertype__"):  # NewType
            return self.form(annotation.__supertype__, _scope_of(annotation, scope), {})
        if isinstance(annotation, typing.TypeVar) or type(annotation).__name__ == "TypeVar":
            return names[annotation] if annotation in names else self._unbound(annotation, scope)
        origin = typing.get_origin(annotation) or annotation
        arguments = typing.get_args(annotation)
        if hasattr(origin, "__value__"):  # `type X = ...`
            return self._alias(origin, arguments, scope, names)
        return self._special(origin, arguments, scope, names) or self._class(origin, arguments, scope, names)

    def _text(self, annotation: Any, scope: Scope, names: Names) -> Form:
        type_, inner = evaluate(annotation, scope)
        return self.form(type_, inner, names)

    def _special(self, origin: Any, arguments: tuple[Any, ...], scope: Scope, names: Names) -> Form | None:
        """Forms of typing's own words."""
        name = word(origin)
        if name == "Annotated" or (name in QUALIFIERS and arguments):
            return self.form(arguments[0], scope, names)
        if name in ("Union", "UnionType") and arguments:
            return self._union(arguments, scope, names)
        if name == "Literal":
            return self._literal(arguments)
        if name == "LiteralString":
            return STR
        if name == "Self" and _SELF in names:
            return names[_SELF]
        if origin is tuple:
            return self._tuple(arguments, scope, names) if arguments else TupleForm("tuple[()]", ())
        return None

    def _union(self, arguments: tuple[Any, ...], scope: Scope, names: Names) -> Form:
        members: list[Form] = []
        for argument in arguments:
            form = self.form(argument, scope, names)
            if not any(form is other for other in members):
                members.append(form)
        return UnionForm(" | ".join(member.name for member in members), tuple(members))

    def _literal(self, values: tuple[Any, ...]) -> Form:
        pairs = [(value, ANY.encode(value)) for value in values]
        return LiteralForm.of(f"Literal[{', '.join(map(literal_name, values))}]", pairs)

    def _tuple(self, arguments: tuple[Any, ...], scope: Scope, names: Names) -> Form:
        if arguments == ((),):  # `tuple[()]`, as Python 3.10 has it
            return TupleForm("tuple[()]", ())
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            item = self.form(arguments[0], scope, names)
            return TupleForm(f"tuple[{item.name}, ...]", (), item)
        before: list[Form] = []
        after: list[Form] = []
        rest: Form | None = None
        for argument in arguments:
            inner = unpacked(argument)
            if inner is None:
                (after if rest is not None else before).append(self.form(argument, scope, names))
                continue
            form = self.form(inner, scope, names)
            if not isinstance(form, TupleForm) or (rest is not None and form.rest is not None):
                raise NoFormError(f"`{argument}` cannot be unpacked in a tuple")
            (after if rest is not None else before).extend(form.before)
            rest = form.rest or rest
            after.extend(form.after)
        shown = [form.name for form in before]
        shown += [f"*tuple[{rest.name}, ...]"] if rest is not None else []
        return TupleForm(f"tuple[{', '.join([*shown, *(f.name for f in after)])}]", tuple(before), rest, tuple(after))

    def _class(self, origin: Any, arguments: tuple[Any, ...], scope: Scope, names: Names) -> Form:
        # A model of pydantic with arguments is a class of its own; type variables may be left in it.
        left = getattr(origin, "__pydantic_generic_metadata__", {}).get("parameters", ())
        forms = [self.form(argument, scope, names) for argument in arguments or left]
        if (found := self._collection(origin, forms)) is not None:
            return found
        if not isinstance(origin, type):
            raise NoFormError(f"`{_name(origin)}` has no JSON form")
        return self._once((origin,), forms, origin.__qualname__, lambda: self._instance(origin, forms))

    def _collection(self, origin: Any, items: list[Form]) -> Form | None:
        if not is_hashable(origin):
            return None
        name = f"{getattr(origin, '__name__', '')}{in_brackets(items)}"
        if origin in _LISTS:
            return ListForm(name, items[0] if items else ANY, origin, _LISTS[origin])
        if origin in _SETS:
            return SetForm(name, items[0] if items else ANY, origin, _SETS[origin])
        if origin is collections.Counter:
            return DictForm(name, items[0] if items else ANY, INT, origin, collections.Counter)
        key, value = (*items, ANY, ANY)[:2] if items else (ANY, ANY)
        if origin is collections.defaultdict:
            return DictForm(name, key, value, origin, defaulting(value))
        return DictForm(name, key, value, origin, _DICTS[origin]) if origin in _DICTS else None

    def _instance(self, kind: Any, arguments: list[Form]) -> Form:
        """The form of a class by what gives it its fields."""
        if (scalar := imported_scalar(kind)) is not None:
            return scalar
        if is_enum(kind):
            return enum_form(kind, ANY)
        if (found := self._of_library(kind)) is not None:
            return found
        if (parts_of := _parts_of(kind)) is None:
            raise NoFormError(f"`{_name(kind)}` has no JSON form")
        form = RecordForm(
            f"{kind.__qualname__}{in_brackets(arguments)}",
            kind,
            parts_of(kind),
            lambda: self._fields(form, arguments),
            lambda subclass: self._class(subclass, (), scope_of_class(subclass), {}),
            is_dict=parts_of is typed_dict_parts,
        )
        self.waiting.append(form)
        return form

    def _of_library(self, kind: Any) -> Form | None:
        """The forms of pydantic's and msgspec's own types."""
        if not _LIBRARIES & sys.modules.keys():
            return None
        foreign = import_module("athena_runtime.codec.foreign")
        if getattr(kind, "__pydantic_root_model__", False):
            root = self.form(kind.__pydantic_fields__["root"].annotation, scope_of_class(kind), {})
            model: Form = foreign.RootForm(kind.__qualname__, kind, root)
            return model
        found: Form | None = foreign.library_form(kind)
        return found

    def _fields(self, record: RecordForm, arguments: list[Form]) -> Sequence[FieldForm]:
        kind = record.kind
        environments = self._environments(kind, arguments)
        if record.is_dict:
            return self._typed_dict_fields(record, environments)
        declared: dict[str, tuple[Any, Scope, Names]] = {}
        for base in reversed(kind.__mro__):
            if base is not object:
                where = scope_of_class(base), environments.get(base, {})
                declared.update((name, (each, *where)) for name, each in own_annotations(base).items())
        fields: list[FieldForm] = []
        for part in record.parts.fields:
            known = (part.annotation, scope_of_class(kind), environments[kind])
            annotation, scope, names = (
                known if part.annotation is not None else declared.get(part.name, (Any, *known[1:]))
            )
            fields.append(self._field(part, annotation, scope, {**names, _SELF: record}))
        return fields

    def _typed_dict_fields(self, record: RecordForm, environments: dict[Any, dict[Any, Form]]) -> Sequence[FieldForm]:
        """Qualifiers count where the annotation is text, too, which Python's own `__required_keys__` does not read."""
        kind = record.kind
        names = {variable: form for each in environments.values() for variable, form in each.items()}
        annotations = own_annotations(kind)
        fields: list[FieldForm] = []
        for part in record.parts.fields:
            type_, inner = evaluate(annotations[part.name], scope_of_class(kind))
            required = part.required
            while (name_of := word(typing.get_origin(type_))) in QUALIFIERS or name_of == "Annotated":
                required = name_of == "Required" or (name_of != "NotRequired" and required)
                type_, inner = evaluate(typing.get_args(type_)[0], inner)
            fields.append(self._field(FieldPart(part.name, required, part.key), type_, inner, names))
        return fields

    def _field(self, part: FieldPart, annotation: Any, scope: Scope, names: Names) -> FieldForm:
        try:
            return FieldForm(part, self.form(annotation, scope, names))
        except CodecError as error:
            raise error.under(f".{part.name}") from None

    def _environments(self, kind: Any, arguments: Sequence[Form]) -> dict[Any, dict[Any, Form]]:
        """What the type variables of a class and of each of its bases stand for."""
        left = getattr(kind, "__pydantic_generic_metadata__", {}).get("parameters", ())
        parameters = left or getattr(kind, "__parameters__", ()) or getattr(kind, "__type_params__", ())
        scope = scope_of_class(kind)
        filled = [*arguments, *(self._unbound(p, scope) for p in parameters[len(arguments) :])]
        own: dict[Any, Form] = dict(zip(parameters, filled, strict=False))
        found: dict[Any, dict[Any, Form]] = {kind: own}
        for base in vars(kind).get("__orig_bases__", kind.__bases__):
            origin = typing.get_origin(base) or base
            if isinstance(origin, type) and word(origin) not in ("Generic", "Protocol"):
                inner = [self.form(argument, scope, own) for argument in typing.get_args(base)]
                found.update(self._environments(origin, inner) if origin.__module__ != "builtins" else {})
        return found

    def _alias(self, alias: Any, arguments: tuple[Any, ...], scope: Scope, names: Names) -> Form:
        forms = [self.form(argument, scope, names) for argument in arguments]
        inner = _scope_of(alias, scope)
        own = dict(zip(alias.__type_params__, forms, strict=False))
        return self._once((alias,), forms, alias.__name__, lambda: self.form(alias.__value__, inner, own))

    def _unbound(self, variable: Any, scope: Scope) -> Form:
        return self.form(variable.__default__, scope, {}) if has_default(variable) else ANY

    def _once(self, about: tuple[Any, ...], arguments: Iterable[Form], name: str, make: Callable[[], Form]) -> Form:
        """The form for a thing and its arguments; what asks for it while it is made gets one that waits."""
        given = tuple(arguments)
        key = (*about, *map(id, given))
        if key not in self.made:
            self.kept.append(given)
            waiting = Later(name)
            self.made[key] = waiting
            try:
                self.made[key] = waiting.target = make()
            except CodecError:
                del self.made[key]
                raise
        return self.made[key]


class _Any:
    """`Any` and `object`: a value is written by what it is, and read as plain JSON."""

    def __init__(self, name: str = "Any") -> None:
        self.name = name

    def owns(self, value: object) -> bool:  # noqa: ARG002
        return False

    def encode(self, value: Any) -> Json:
        kind: Any = type(value)
        found = _SCALARS.get(kind)
        if found is None and not is_enum(kind):
            found = next((_SCALARS[base] for base in (str, float, int) if isinstance(value, base)), None)
        if kind is object:
            raise NoFormError("`object` has no JSON form")
        return (found or _class_form(kind)).encode(value)

    def decode(self, value: Json, strict: bool) -> Any:  # noqa: ARG002
        _check_texts(value)
        return value


@lru_cache(maxsize=256)
def _class_form(kind: type[Any]) -> Form:
    """The form of a class by itself; a list of Any may hold thousands of one class."""
    return form_of(kind)


ANY = _Any()


def _check_texts(value: Json) -> None:
    match value:
        case str():
            check_text(value)
        case list():
            for each in value:
                _check_texts(each)
        case dict():
            for key, each in value.items():
                check_text(key)
                _check_texts(each)


def _parts_of(kind: Any) -> Callable[[Any], Parts] | None:
    """What takes a class apart, by what gives it its fields; None for a class without any."""
    if _LIBRARIES & sys.modules.keys():
        parts: Callable[[Any], Parts] | None = import_module("athena_runtime.codec.foreign").parts_of(kind)
        if parts is not None:
            return parts
    if issubclass(kind, dict) and hasattr(kind, "__required_keys__"):
        return typed_dict_parts
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return named_tuple_parts
    if "__attrs_attrs__" in vars(kind):
        return attrs_parts
    return dataclass_parts if hasattr(kind, "__dataclass_fields__") else None


def _scope_of(thing: Any, scope: Scope) -> Scope:
    """The scope of the module that a thing was made in."""
    module = sys.modules.get(getattr(thing, "__module__", None) or "")
    return Scope(module.__name__, vars(module), owner=module) if module is not None else scope


def _name(thing: Any) -> str:
    return getattr(thing, "__qualname__", None) or str(thing)
