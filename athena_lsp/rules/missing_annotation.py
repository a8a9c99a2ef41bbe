"""missing-annotation: a parameter, or a value that is returned, without a type."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.annotations import union
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.analysis.values import widened
from athena_lsp.ir.model import Definition, Kind, Parameter, PodBody, Unit
from athena_lsp.ir.types import (
    NONE,
    UNRESOLVED,
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    Scalar,
    ScalarKind,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
)
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit

BUILT_IN = frozenset(
    {ScalarKind.NONE, ScalarKind.BOOL, ScalarKind.INT, ScalarKind.FLOAT, ScalarKind.STR, ScalarKind.BYTES}
)


@rule("a parameter or a result without a type", fixable=True, required=True)
def missing_annotation(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT and not definition.nested_in:
            for parameter in definition.parameters:
                if parameter.annotation_span is None and parameter.form in ("normal", "keyword-only"):
                    yield _parameter(unit, definition, parameter)
            if definition.returns_span is None and definition.returns == UNRESOLVED:
                yield _result(unit, definition)


def _parameter(unit: Unit, definition: Definition, parameter: Parameter) -> Finding:
    return Finding(
        span=parameter.span,
        message=f"`{parameter.name}` of `{definition.name}` has no type",
        hints=(f"write its type, such as `{parameter.name}: str`",),
        fixes=_from_default(unit, parameter),
    )


def _from_default(unit: Unit, parameter: Parameter) -> tuple[Mend, ...]:
    type_, default = parameter.default_type, parameter.default
    if type_ is None or default is None or type_ == NONE or not _is_at_hand(type_, unit.path):
        return ()
    text = show(type_)
    between = Span(parameter.span.end, default.span.start)
    # One character is a bare `=`; more may hold a bracket or a line end.
    is_tight = between.end - between.start == 1
    edit = TextEdit(between, f": {text} = ") if is_tight else TextEdit(Span(between.start, between.start), f": {text}")
    return (Mend(f"Annotate it as `{text}`, as its default is", (edit,), safe=True),)


def _result(unit: Unit, definition: Definition) -> Finding:
    body = definition.body
    is_whole = not isinstance(body, PodBody) or body.all_returns_visible
    types = [widened(type_) for type_ in _returned(definition)] if is_whole else []
    type_ = union(types) if types else UNRESOLVED
    end = definition.signature_span.end
    fixes: tuple[Mend, ...] = ()
    if type_ != UNRESOLVED and _is_at_hand(type_, unit.path):
        edit = TextEdit(Span(end, end), f" -> {show(type_)}")
        fixes = (Mend(f"Annotate the result as `{show(type_)}`", (edit,)),)
    return Finding(
        span=definition.name_span,
        message=f"`{definition.name}` returns a value and does not say of what type",
        hints=("write its type behind `->`",),
        fixes=fixes,
    )


def _returned(definition: Definition) -> Iterator[Type]:
    """The types of the values that are visibly returned."""
    if isinstance(definition.body, PodBody):
        yield from (returned.type for returned in definition.body.returns)
    else:
        yield from (
            NONE if returned.value is None else returned.value.type for returned in definition.body.every_return
        )


def _is_at_hand(type_: Type, path: str) -> bool:
    """Whether a type can be written in the file without importing anything."""
    match type_:
        case Scalar(kind=kind):
            return kind in BUILT_IN
        case ListOf(item=item, abstract=False) | SetOf(item=item) | TupleRest(item=item):
            return _is_at_hand(item, path)
        case DictOf(key=key, value=value):
            return _is_at_hand(key, path) and _is_at_hand(value, path)
        case TupleOf(items=items) | UnionOf(members=items):
            return all(_is_at_hand(item, path) for item in items)
        case ClassOf(declaration=declaration, arguments=()) | EnumOf(declaration=declaration, case=""):
            return declaration.path == path
        case _:
            return False
