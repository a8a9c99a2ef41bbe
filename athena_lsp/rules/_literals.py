"""Values that are written out and do not fit: which part it is, and what would fit in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.spelling import NewImport, spell
from athena_lsp.analysis.types import fields_of
from athena_lsp.analysis.values import value_difference
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import (
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Scalar,
    ScalarKind,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
)
from athena_lsp.ir.values import Flag, Mapping, Number, Sequence, Text, Value
from athena_lsp.rules._nearest import nearest
from athena_lsp.rules.base import Mend
from athena_lsp.text import TextEdit

WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
Replacement = tuple[str, tuple[NewImport, ...]]


def literal_mends(facts: Facts, owner: Declaration, value: Value, expected: Type) -> tuple[Mend, ...]:
    """What to write instead of the part of a value that does not fit; `owner` is the definition that it stands in."""
    part, wanted = culprit(facts, value, expected)
    if part is not value and part.span == value.span:
        return ()  # it stands in the declaration of a name, elsewhere
    if isinstance(part, Mapping) and (class_ := only_class(wanted)) is not None:
        return tuple(_renamed_keys(facts, class_, part))
    return tuple(
        Mend(f"Write `{text}`", (TextEdit(part.span, text),), imports=imports)
        for text, imports in dict.fromkeys(_instead(facts, owner, part, wanted))
    )


def culprit(facts: Facts, value: Value, expected: Type) -> tuple[Value, Type]:
    """The innermost part of a value that does not fit, and what it would have to be."""
    for part, wanted in _parts(facts, value, expected):
        if value_difference(facts, part, wanted) is not None:
            return culprit(facts, part, wanted)
    return value, expected


def keys_of(value: Mapping) -> frozenset[str]:
    """The keys of a dict display that are texts."""
    return frozenset(entry.key.value for entry in value.entries if isinstance(entry.key, Text))


def is_closed(type_: Type) -> bool:
    """Whether somebody wrote down which values or which keys are right: a value that is not is wrong, not the type."""
    match type_:
        case LiteralOf() | EnumOf() | ClassOf() | NewTypeOf():
            return True
        case ListOf(item=item) | SetOf(item=item) | TupleRest(item=item) | DictOf(value=item):
            return is_closed(item)
        case TupleOf(items=parts) | UnionOf(members=parts):
            return any(map(is_closed, parts))
        case _:
            return False


def only_class(type_: Type) -> ClassOf | None:
    """The class that a type is, under any NewType; of a union with `None`, its other member."""
    match type_:
        case NewTypeOf(base=base):
            return only_class(base)
        case UnionOf(members=members):
            rest = [member for member in members if member != Scalar(ScalarKind.NONE)]
            return only_class(rest[0]) if len(rest) == 1 else None
        case ClassOf():
            return type_
        case _:
            return None


def _parts(facts: Facts, value: Value, expected: Type) -> Iterator[tuple[Value, Type]]:
    match value, expected:
        case _, NewTypeOf(base=base):
            yield from _parts(facts, value, base)
        case _, UnionOf(members=members):
            rest = [member for member in members if member != Scalar(ScalarKind.NONE)]
            yield from _parts(facts, value, rest[0]) if len(rest) == 1 else ()
        case Sequence(items=items), ListOf(item=item) | SetOf(item=item) | TupleRest(item=item):
            yield from ((entry, item) for entry in items)
        case Sequence(kind="tuple", items=items), TupleOf(items=wanted) if len(items) == len(wanted):
            yield from zip(items, wanted, strict=True)
        case Mapping(entries=entries), DictOf(key=key, value=item):
            yield from ((entry.key, key) for entry in entries)
            yield from ((entry.value, item) for entry in entries)
        case Mapping(entries=entries), ClassOf():
            fields = {field.name: field.type for field in fields_of(facts, expected)}
            for entry in entries:
                if isinstance(entry.key, Text) and entry.key.value in fields:
                    yield entry.value, fields[entry.key.value]
        case _:
            return


def _renamed_keys(facts: Facts, class_: ClassOf, value: Mapping) -> Iterator[Mend]:
    """The one key that is none of the class's, as the field that it was meant to be."""
    fields = [field.name for field in fields_of(facts, class_)]
    given = keys_of(value)
    unknown = [entry.key for entry in value.entries if isinstance(entry.key, Text) and entry.key.value not in fields]
    if len(unknown) == 1 and unknown[0].span != value.span:
        for name in nearest(unknown[0].value, [name for name in fields if name not in given]):
            yield Mend(f"Write `{_quoted(name)}`", (TextEdit(unknown[0].span, _quoted(name)),))


def _instead(facts: Facts, owner: Declaration, value: Value, expected: Type) -> Iterator[Replacement]:
    """The same value in the kind that is wanted, the nearest word of a closed set, or a list of it."""
    match value, expected:
        case _, NewTypeOf(base=base):
            yield from _instead(facts, owner, value, base)
        case _, UnionOf(members=members):
            for member in members:
                yield from _instead(facts, owner, value, member)
        case _, LiteralOf(values=values):
            yield from ((text, ()) for text in _word(value, values))
        case _, EnumOf():
            yield from _case(facts, owner, value, expected)
        case _, Scalar(kind=kind):
            yield from ((text, ()) for text in _scalar(value, kind))
        case Text() | Number() | Flag(), ListOf(item=item, abstract=False):
            if value_difference(facts, value, item) is None and (source := _source(value)):
                yield f"[{source}]", ()
        case _:
            return


def _scalar(value: Value, kind: ScalarKind) -> Iterator[str]:
    match value, kind:
        case Text(value=text), ScalarKind.INT if WHOLE.fullmatch(text):
            yield str(int(text))
        case Text(value=text), ScalarKind.FLOAT if DECIMAL.fullmatch(text):
            yield str(int(text)) if WHOLE.fullmatch(text) else repr(float(text))
        case Text(value=text), ScalarKind.BOOL if text.lower() in ("true", "false"):
            yield text.capitalize()
        case Number(value=0 | 1 as number), ScalarKind.BOOL:
            yield str(bool(number))
        case Number(value=float(number)), ScalarKind.INT if number.is_integer():
            yield str(int(number))
        case Number(value=number), ScalarKind.STR:
            yield _quoted(str(number))
        case Flag(value=flag), ScalarKind.STR:
            yield _quoted(str(flag).lower())
        case _:
            return


def _word(value: Value, values: tuple[str | int | bool | bytes, ...]) -> Iterator[str]:
    """The nearest of some literals, or the one that differs in its kind alone."""
    words = [word for word in values if isinstance(word, str)]
    match value:
        case Text(value=text):
            yield from (_quoted(word) for word in nearest(text, words))
            yield from (repr(each) for each in values if not isinstance(each, str | bytes) and str(each) == text)
        case Number(value=number):
            yield from (_quoted(word) for word in words if word == str(number))
        case _:
            return


def _case(facts: Facts, owner: Declaration, value: Value, expected: EnumOf) -> Iterator[Replacement]:
    """The member of an enum whose value or name was written."""
    info = facts.class_info(expected.declaration)
    spelling = spell(facts, owner.path, owner.name, EnumOf(expected.declaration, expected.name))
    if info is None or spelling is None or spelling.text.startswith('"'):
        return
    cases = [(name, given) for name, given in info.cases if expected.case in ("", name)]
    written = value.value if isinstance(value, Text | Number) else None
    exact = [name for name, given in cases if given is not None and given == written]
    near = nearest(written, [name for name, _ in cases]) if isinstance(written, str) else ()
    for name in exact or near:
        yield f"{spelling.text}.{name}", spelling.imports


def _source(value: Value) -> str:
    match value:
        case Text(value=text):
            return _quoted(text)
        case Number(value=number):
            return repr(number)
        case Flag(value=flag):
            return repr(flag)
        case _:
            return ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
