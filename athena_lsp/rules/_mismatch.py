"""What the rules about types of values share: whether a value fits, how a message says it, what would fit."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.pure_base import bare
from athena_lsp.analysis.types import Difference, attribute_type, difference, fields_of, is_typed_dict, show
from athena_lsp.analysis.values import value_difference, widened
from athena_lsp.ir.model import Computed, Constant, Expr
from athena_lsp.ir.returns import VisibleReturn
from athena_lsp.ir.types import (
    INT,
    STR,
    AnyType,
    ArtifactOf,
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Opaque,
    Scalar,
    ScalarKind,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
    Unresolved,
)
from athena_lsp.ir.values import Mapping, Text, Value
from athena_lsp.rules._bodies import Flow, spelled
from athena_lsp.rules._displays import expr_difference
from athena_lsp.rules._literals import culprit, keys_of, only_class
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._paths import access_text, bare_class
from athena_lsp.rules.base import Mend
from athena_lsp.text import Span, TextEdit


def mismatch(facts: Facts, flow: Flow, value: Expr, expected: Type) -> Difference | None:
    """How a value's type differs from the one it must have; None where it fits or another rule reports the value."""
    if flow.is_nothing(value):
        return None
    return expr_difference(facts, value, expected)


def visible_difference(facts: Facts, returned: VisibleReturn, expected: Type) -> Difference | None:
    """How a visible result differs for certain: what is not written out may be of a narrower type than can be told."""
    if returned.value is None:
        found = difference(facts, returned.type, expected)
        return None if found is None or _mentions(found.expected, (LiteralOf, NewTypeOf, Opaque)) else found
    class_ = only_class(expected)
    if isinstance(returned.type, DictOf) and class_ is not None and not is_typed_dict(facts, class_):
        return Difference("", returned.type, expected)
    return value_difference(facts, returned.value, expected)


def written_out(value: Expr) -> Value | None:
    """The value itself, where the workflow's text says it."""
    return value.value if isinstance(value, Constant) else None


def fits(facts: Facts, actual: Type, expected: Type) -> bool:
    """Whether a type is known to be assignable to another."""
    return not isinstance(actual, AnyType | Unresolved) and difference(facts, actual, expected) is None


def told(
    facts: Facts, verb: str, actual: Type, expected: Type, different: Difference, value: Value | None = None
) -> str:
    """The tail of a message that says how two types differ: "but gets `str`", with the first difference and its reason.

    `value` is what has the type, when it is written out.
    """
    whole = shown(actual, expected)
    why = _reason(facts, different, value, expected)
    if not different.path:
        return f"but {verb} `{whole}`{f': {why}' if why else ''}"
    inner = f"{different.path}: {shown(different.actual, different.expected)} is not {show(different.expected)}"
    return f"but {verb} `{whole}` (`{inner}`{f', {why}' if why else ''})"


def shown(actual: Type, expected: Type) -> str:
    """A type as a message about a difference names it: a literal by its value only where values are what differs."""
    parts = expected.members if isinstance(expected, UnionOf) else (expected,)
    exact = any(isinstance(part, LiteralOf | EnumOf) for part in parts)
    return show(actual if exact else widened(actual))


def advice(value: Expr, expected: Type, owner: str) -> str:
    """What to do about a value of another type; `owner` names what must be declared differently."""
    actual = value.type
    if isinstance(actual, ArtifactOf) and not isinstance(expected, ArtifactOf):
        return f"declare {owner} as `{show(ArtifactOf(expected))}`, or let the step return `{show(actual.item)}`"
    if isinstance(expected, ArtifactOf) and not isinstance(actual, ArtifactOf):
        return f"declare {owner} as `{show(expected.item)}`, or let the step return `{show(expected)}`"
    if isinstance(actual, UnionOf) and Scalar(ScalarKind.NONE) in actual.members:
        return f"declare {owner} as `{show(actual)}` and handle `None` there"
    if isinstance(value, Constant):
        return f"write a value of type `{show(expected)}`, or let a container make it"
    return f"declare {owner} as `{shown(actual, expected)}`, or convert the value in a container between the two"


def field_mends(facts: Facts, value: Expr, expected: Type, name: str = "") -> tuple[Mend, ...]:
    """The one field of the value that fits, or a field of a field; one with the parameter's `name` before others."""
    class_ = bare_class(value.type)
    if class_ is None or isinstance(value, Constant | Computed):
        return ()
    found = list(_paths_to(facts, class_, expected)) or [
        (f"{field}.{inner}", first + second)
        for field, first, part in _classes_in(facts, class_)
        for inner, second in _paths_to(facts, part, expected)
    ]
    named = [path for path in found if path[0].rpartition(".")[2] == name]
    if len(found) != 1 and len(named) != 1:
        return ()
    ((path, text),) = named if len(named) == 1 else found
    end = Span(value.span.end, value.span.end)
    return (Mend(f"Use the field `{path}`", (TextEdit(end, text),)),)


def text_mends(facts: Facts, flow: Flow, value: Expr, expected: Type) -> tuple[Mend, ...]:
    """The text of a whole number, or the value of an enum's member, where that fits and nothing of it is lost."""
    if isinstance(value, Constant):
        return ()
    start, end = Span(value.span.start, value.span.start), Span(value.span.end, value.span.end)
    what = spelled(value, flow)
    if isinstance(value.type, EnumOf):
        inner = attribute_type(facts, value.type, "value")
        if inner is None or isinstance(value, Computed) or not fits(facts, inner, expected):
            return ()
        return (Mend(f"Use the value `{what}.value`" if what else "Use its value", (TextEdit(end, ".value"),)),)
    if bare(facts, value.type) != INT or not fits(facts, STR, expected):
        return ()
    title = f"Write `str({what})`" if what else "Write it as `str(...)`"
    return (Mend(title, (TextEdit(start, "str("), TextEdit(end, ")"))),)


def _paths_to(facts: Facts, class_: ClassOf, expected: Type) -> Iterator[tuple[str, str]]:
    """The fields of a class that fit, each with the text that reads it."""
    for field in fields_of(facts, class_):
        if fits(facts, field.type, expected):
            yield field.name, access_text(facts, class_, field.name)


def _classes_in(facts: Facts, class_: ClassOf) -> Iterator[tuple[str, str, ClassOf]]:
    for field in fields_of(facts, class_):
        inner = bare_class(field.type)
        if inner is not None and inner != class_:
            yield field.name, access_text(facts, class_, field.name), inner


def _reason(facts: Facts, different: Difference, value: Value | None, expected: Type) -> str:
    """Why the one is not the other, where the names of the types do not say it."""
    actual, wanted = different.actual, only_class(different.expected)
    if value is not None and wanted is not None:
        found, part = culprit(facts, value, expected)
        if isinstance(found, Mapping) and (class_ := only_class(part)) is not None:
            return _keys(facts, class_, found)
    if isinstance(actual, ClassOf) and wanted is not None:
        return _classes(facts, actual, wanted)
    match actual, different.expected:
        case TupleOf(items=items), TupleOf(items=others) if len(items) != len(others):
            return f"{_counted(len(items))}, not {len(others)}"
        case DictOf(), ClassOf():
            return different.reason
        case _:
            return ""


def _keys(facts: Facts, class_: ClassOf, value: Mapping) -> str:
    """What a dict display lacks of a class, or has beyond it."""
    fields = {field.name: field for field in fields_of(facts, class_)}
    given = keys_of(value)
    unknown = [
        entry.key.value for entry in value.entries if isinstance(entry.key, Text) and entry.key.value not in fields
    ]
    missing = [name for name, field in fields.items() if field.required and name not in given]
    if unknown:
        return f"{listed(unknown, 'and')} {'is no key' if len(unknown) == 1 else 'are no keys'} of `{class_.name}`"
    return f"missing {listed(missing, 'and')}" if missing else ""


def _classes(facts: Facts, actual: ClassOf, expected: ClassOf) -> str:
    if is_typed_dict(facts, actual) and is_typed_dict(facts, expected):
        given = {field.name: field for field in fields_of(facts, actual)}
        wanted = [field.name for field in fields_of(facts, expected) if field.required]
        if missing := [name for name in wanted if name not in given]:
            return f"missing {listed(missing, 'and')}"
        loose = [name for name in wanted if not given[name].required]
        return f"{listed(loose, 'and')} may be missing" if loose else ""
    if actual.declaration != expected.declaration and actual.name == expected.name:
        return f"one is declared in {actual.declaration.path}, the other in {expected.declaration.path}"
    return ""


def _counted(count: int) -> str:
    return f"{count} item" if count == 1 else f"{count} items"


def _mentions(type_: Type, kinds: tuple[type, ...]) -> bool:
    if isinstance(type_, kinds):
        return True
    match type_:
        case ListOf(item=item) | SetOf(item=item) | TupleRest(item=item):
            return _mentions(item, kinds)
        case DictOf(key=key, value=value):
            return _mentions(key, kinds) or _mentions(value, kinds)
        case TupleOf(items=parts) | UnionOf(members=parts):
            return any(_mentions(part, kinds) for part in parts)
        case _:
            return False
