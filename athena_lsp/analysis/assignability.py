"""What may be given where: the typing specification's assignability (PEP 484 and its successors), made for copies.

Values between steps are JSON text, so every receiver has a copy of its own. Three things follow. Containers, generic
classes and TypedDicts are covariant: nobody can change another's list. A type whose JSON form is another one does not
stand for its Python base: a `datetime` is no `date`, a text no list of its letters, a NamedTuple no tuple. And where a
type is not known (`Any`, a name that is not there), nothing is said: that is reported at its own place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from athena_lsp.analysis.algebra import argument_map, literal, show, widened
from athena_lsp.analysis.aliases import opened
from athena_lsp.analysis.classes import ancestor, class_info, fields_of
from athena_lsp.analysis.containers import (
    READABLE,
    UNORDERED,
    Items,
    aligned,
    is_dict,
    is_list,
    is_set,
    items_of,
    unlike,
)
from athena_lsp.analysis.enum_cases import case_of
from athena_lsp.analysis.heritage import opaque_ancestors
from athena_lsp.analysis.view import View
from athena_lsp.ir.types import (
    BOOL,
    LITERAL_STRING,
    OBJECT,
    STR,
    AliasOf,
    AnyType,
    ArtifactOf,
    ClassInfo,
    ClassKind,
    ClassOf,
    DictKind,
    DictOf,
    EnumOf,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Opaque,
    Scalar,
    ScalarKind,
    SecretType,
    SetOf,
    TupleOf,
    TupleRest,
    TupleSpread,
    Type,
    UnionOf,
    Unresolved,
    VariableOf,
)
from athena_lsp.records import dataclass, field, replace

PROMOTED = {
    ScalarKind.BOOL: frozenset({ScalarKind.INT, ScalarKind.FLOAT}),
    ScalarKind.INT: frozenset({ScalarKind.FLOAT}),
}
JSON_OBJECT = "its JSON form is an object, not a list"
JSON_TEXT = "its JSON form is a text, not a list"
OTHER_KEYS = "its other keys may hold anything"
MAX_DEPTH = 60
"""Deeper than this nothing is compared: only a class that holds a larger one of its own kind reaches so far."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a type does not fit: `path` is like `.items[].price`, empty for the whole."""

    path: str
    actual: Type
    expected: Type
    reason: str = ""
    """Why, as a clause for a message, where the two types do not say it: "the key `price` is missing"."""


def difference(view: View, actual: Type, expected: Type) -> Difference | None:
    """Where a value of one type does not fit where another is expected; None when it fits everywhere."""
    return _Comparison(view).compare(actual, expected, 0)


@dataclass(slots=True)
class _Comparison:
    """One question, with the pairs of types it has come through: types may contain themselves."""

    view: View
    assumed: dict[tuple[Type, Type], None] = field(default_factory=dict)
    """Pairs that fit, or are being compared: meeting one again on the way adds nothing. In the order of meeting."""
    refused: dict[tuple[Type, Type], Difference] = field(default_factory=dict)

    def compare(self, actual: Type, expected: Type, depth: int) -> Difference | None:
        """The difference seen from here: its path begins at these two types."""
        if actual == expected or depth > MAX_DEPTH or _is_silent(actual):
            return None
        here = Difference("", actual, expected)
        match actual, expected:
            case (AliasOf(), _) | (_, AliasOf()):
                return self._once(actual, expected, depth)
            case _, AnyType() | Unresolved() | VariableOf():
                return here if isinstance(actual, ArtifactOf) else None
            case UnionOf(members=members), _:
                return self._every(members, here, depth)
            case _, UnionOf(members=members):
                return self._any(members, here, depth)
            case ArtifactOf(item=left), ArtifactOf(item=right):
                return self.compare(left, right, depth + 1)
            case NewTypeOf(), _:
                return self._new_type(actual, here, depth)
            case LiteralOf(), _:
                return self._literal(actual, here, depth)
            case EnumOf(), _:
                return self._enum(actual, here, depth)
            case Scalar(), LiteralOf() if actual == BOOL:
                return self._all(_atoms(self.view, actual), here, depth)
            case ((Scalar() | SecretType()), _):
                return _scalar(actual, here)
            case ClassOf(), _:
                return self._class(actual, here, depth)
            case Opaque(ancestors=ancestors), Opaque(name=name):
                return None if name in ancestors else here
            case _:
                return self._container(here, depth)

    def _once(self, actual: Type, expected: Type, depth: int) -> Difference | None:
        """Aliases and TypedDicts may contain themselves: a pair met again inside itself fits if the rest does."""
        pair = actual, expected
        if pair in self.assumed or pair in self.refused:
            return self.refused.get(pair)
        mark = len(self.assumed)
        self.assumed[pair] = None
        match actual, expected:
            case ClassOf(), ClassOf():
                found = self._keys(actual, expected, depth)
            case _:
                found = self.compare(opened(self.view, actual), opened(self.view, expected), depth + 1)
        if found is not None:
            while len(self.assumed) > mark:  # what was concluded from the assumption falls with it
                self.assumed.popitem()
            self.refused[pair] = found
        return found

    def _every(self, members: Iterable[Type], here: Difference, depth: int) -> Difference | None:
        """Every member of a union must fit."""
        for member in members:
            inner = self.compare(member, here.expected, depth + 1)
            if inner is not None:
                return inner if inner.path else replace(here, reason=f"`{show(widened(member))}` is not accepted")
        return None

    def _any(self, members: tuple[Type, ...], here: Difference, depth: int) -> Difference | None:
        """One member of a union must take the value; or each of the cases it may be is taken by one."""
        found: list[Difference] = []
        for member in members:
            inner = self.compare(here.actual, member, depth + 1)
            if inner is None:
                return None
            found.append(inner)
        atoms = _atoms(self.view, here.actual)
        if len(atoms) > 1:
            return self._all(atoms, here, depth)
        deep = [inner for inner in found if inner.path]
        return deep[0] if len(deep) == 1 else here

    def _all(self, atoms: tuple[Type, ...], here: Difference, depth: int) -> Difference | None:
        """Every case of an enum, a Literal or a bool must fit."""
        bad = next((atom for atom in atoms if self.compare(atom, here.expected, depth + 1)), None)
        return replace(here, reason=f"`{show(bad)}` is not accepted") if bad is not None else None

    def _new_type(self, actual: NewTypeOf, here: Difference, depth: int) -> Difference | None:
        inner = self.compare(actual.base, here.expected, depth + 1)
        return inner if inner is None or inner.path else replace(here, reason=inner.reason)

    def _literal(self, actual: LiteralOf, here: Difference, depth: int) -> Difference | None:
        expected = here.expected
        if isinstance(expected, LiteralOf):
            wanted = set(zip(expected.values, expected.kinds, strict=True))
            return None if set(zip(actual.values, actual.kinds, strict=True)) <= wanted else here
        if expected == LITERAL_STRING:
            return None if set(actual.kinds) == {"str"} else here
        kinds = [Scalar(ScalarKind(kind)) for kind in dict.fromkeys(actual.kinds)]
        bad = next((inner for kind in kinds if (inner := self.compare(kind, expected, depth + 1))), None)
        return replace(here, reason=bad.reason) if bad is not None else None

    def _enum(self, actual: EnumOf, here: Difference, depth: int) -> Difference | None:
        info, expected = class_info(self.view, actual.declaration), here.expected
        if isinstance(expected, EnumOf):
            if actual.declaration == expected.declaration:
                cases = info.cases if info else ()
                if not expected.case or (actual.case and case_of(cases, actual.case) == case_of(cases, expected.case)):
                    return None
                atoms = _atoms(self.view, actual)
                return self._all(atoms, here, depth) if len(atoms) > 1 or atoms[0] != actual else here
            return None if info and expected.declaration in info.bases and not expected.case else here
        mixin = Scalar(info.mixin) if info and info.mixin else None
        inner = self.compare(mixin, expected, depth + 1) if mixin else here
        return replace(here, reason="" if mixin else _not_its_value(info, expected)) if inner else None

    def _class(self, actual: ClassOf, here: Difference, depth: int) -> Difference | None:
        info, expected = class_info(self.view, actual.declaration), here.expected
        is_typed_dict = info is not None and info.kind is ClassKind.TYPED_DICT
        match expected:
            case ClassOf():
                above = ancestor(self.view, actual, expected)
                other = class_info(self.view, expected.declaration)
                if above is not None:
                    spare = _forbidden(info, other) if above != actual else ""
                    reason = f"`{expected.name}` forbids other fields, such as `{spare}`"
                    return replace(here, reason=reason) if spare else self._arguments(above, expected, here, depth)
                if info is None or other is None or info.external_bases:
                    return None
                both = is_typed_dict and other.kind is ClassKind.TYPED_DICT
                return self._once(actual, expected, depth) if both else here
            case DictOf(key=key, value=value, kind=DictKind.MAPPING) if is_typed_dict:
                inner = self.compare(STR, key, depth + 1)
                if inner is not None:
                    return _at(".keys()", inner)
                for part in self._values(actual, info):
                    if (inner := self.compare(part, value, depth + 1)) is not None:
                        return _at("[...]", inner) if part != OBJECT else replace(here, reason=OTHER_KEYS)
                return None
            case Opaque(name=name):
                return None if name in opaque_ancestors(self.view, actual.declaration) else here
            case ListOf() | TupleOf() | TupleRest() | TupleSpread() | DictOf() | SetOf():
                return replace(here, reason=JSON_OBJECT if info and not isinstance(expected, DictOf) else "")
            case _:
                return here

    def _values(self, class_: ClassOf, info: ClassInfo | None) -> Iterator[Type]:
        """What the keys of a TypedDict may hold: those it does not declare, anything."""
        if info is not None and info.is_closed:
            yield from (each.type for each in fields_of(self.view, class_))
        else:
            yield OBJECT

    def _arguments(self, actual: ClassOf, expected: ClassOf, here: Difference, depth: int) -> Difference | None:
        """Two forms of one generic class: it is its arguments that must fit; the path goes through its fields."""
        info = class_info(self.view, expected.declaration)
        if info is None:
            return None
        left = argument_map(info.variables, info.defaults, actual.arguments)
        right = argument_map(info.variables, info.defaults, expected.arguments)
        found = next((i for n in info.variables if (i := self.compare(left[n], right[n], depth + 1))), None)
        if found is None or (actual, expected) in self.assumed:
            return None
        mark = len(self.assumed)
        self.assumed[actual, expected] = None
        wanted = {each.name: each.type for each in fields_of(self.view, expected)}
        pairs = ((each.name, each.type, wanted[each.name]) for each in fields_of(self.view, actual))
        inner = self._first(((f".{name}", one, other) for name, one, other in pairs), depth)
        while len(self.assumed) > mark:
            self.assumed.popitem()
        return inner or here

    def _keys(self, actual: ClassOf, expected: ClassOf, depth: int) -> Difference | None:
        """TypedDicts fit by their keys (PEP 589, 655, 705, 728)."""
        here = Difference("", actual, expected)
        given = {each.name: each for each in fields_of(self.view, actual)}
        for wanted in fields_of(self.view, expected):
            own = given.pop(wanted.name, None)
            if own is None:
                if not wanted.required and wanted.read_only and self.compare(OBJECT, wanted.type, depth + 1) is None:
                    continue
                return replace(here, reason=f"the key `{wanted.name}` is missing")
            if wanted.required and not own.required:
                return replace(here, reason=f"the key `{wanted.name}` may be missing")
            inner = self.compare(own.type, wanted.type, depth + 1)
            if inner is not None:
                return _at(f".{wanted.name}", inner)
        left, right = class_info(self.view, actual.declaration), class_info(self.view, expected.declaration)
        if right is not None and right.is_closed and (given or (left is not None and not left.is_closed)):
            extra = f"the key `{next(iter(given))}`" if given else "other keys"
            return replace(here, reason=f"`{expected.name}` is closed: it takes no {extra.removeprefix('the ')}")
        return None

    def _container(self, here: Difference, depth: int) -> Difference | None:
        match here.actual, here.expected:
            case ListOf(item=left, kind=kind), ListOf(item=right, kind=wanted) if is_list(kind, wanted):
                return self._first([("[]", left, right)], depth)
            case SetOf(item=left, kind=kind), SetOf(item=right, kind=wanted) if is_set(kind, wanted):
                return self._first([("[]", left, right)], depth)
            case SetOf(item=left), ListOf(item=right, kind=wanted) if wanted in UNORDERED:
                return self._first([("[]", left, right)], depth)
            case DictOf(kind=kind) as left, DictOf(kind=wanted) as right if is_dict(kind, wanted):
                return self._first([(".keys()", left.key, right.key), ("[...]", left.value, right.value)], depth)
            case (TupleOf() | TupleRest() | TupleSpread()) as left, ListOf(item=right, kind=wanted) if (
                wanted in READABLE
            ):
                return self._first(aligned(items_of(left), Items((), right, ())), depth)
            case (TupleOf() | TupleRest() | TupleSpread()) as left, (TupleOf() | TupleRest() | TupleSpread()) as right:
                one, other = items_of(left), items_of(right)
                reason = unlike(one, other)
                return replace(here, reason=reason) if reason else self._first(aligned(one, other), depth)
            case DictOf(), ListOf() | SetOf():
                return replace(here, reason=JSON_OBJECT)
            case DictOf(), ClassOf():
                return replace(here, reason="a `dict` may have any keys")
            case _:
                return here

    def _first(self, pairs: Iterable[tuple[str, Type, Type]], depth: int) -> Difference | None:
        """The first difference in parts of two types, each with the step of the path that leads to it."""
        for step, actual, expected in pairs:
            inner = self.compare(actual, expected, depth + 1)
            if inner is not None:
                return _at(step, inner)
        return None


def _at(step: str, inner: Difference) -> Difference:
    return replace(inner, path=step + inner.path)


def _is_silent(actual: Type) -> bool:
    """Whether nothing is known of a value: a type that is not there is reported at its own place."""
    return isinstance(actual, Unresolved | VariableOf) or (isinstance(actual, AnyType) and not actual.is_object)


def _atoms(view: View, type_: Type) -> tuple[Type, ...]:
    """The single values that a type has, where they can be counted: those of an enum, of a Literal, of bool."""
    match type_:
        case LiteralOf(values=values):
            return tuple(literal(value) for value in values)
        case EnumOf(declaration=declaration, name=name, case=""):
            info = class_info(view, declaration)
            names = [case for case, _ in info.cases if case_of(info.cases, case) == case] if info else []
            if info is None or info.is_flag or not names:
                return (type_,)
            return tuple(EnumOf(declaration, name, case) for case in names)
        case _:
            return (literal(True), literal(False)) if type_ == BOOL else (type_,)


def _scalar(actual: Scalar | SecretType, here: Difference) -> Difference | None:
    match actual, here.expected:
        case SecretType(), Scalar(kind=ScalarKind.STR):
            return None
        case Scalar(kind=kind), Scalar(kind=wanted) if wanted in PROMOTED.get(kind, ()):
            return None
        case Scalar(kind=ScalarKind.DATETIME), Scalar(kind=ScalarKind.DATE):
            return replace(here, reason="its text holds a time too")
        case Scalar(kind=ScalarKind.STR | ScalarKind.BYTES), ListOf():
            return replace(here, reason=JSON_TEXT)
        case _:
            return here


def _forbidden(actual: ClassInfo | None, expected: ClassInfo | None) -> str:
    """A field of a class that the decoder of another, which it inherits from, refuses; empty when there is none."""
    if actual is None or expected is None or not expected.is_closed:
        return ""
    known = {each.name for each in expected.fields}
    return next((each.name for each in actual.fields if each.name not in known), "")


def _not_its_value(info: ClassInfo | None, expected: Type) -> str:
    """Advice for an enum where its members' values would fit."""
    kinds = {type(value).__name__ for _, value in info.cases} if info else set()
    is_value = isinstance(expected, Scalar) and kinds == {expected.kind.value}
    return "a member is not its value: read `.value`" if is_value else ""
