"""return-type-mismatch: what a workflow or a container returns is not what it declares."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import Difference, difference, is_none, show
from athena_lsp.analysis.values import widened
from athena_lsp.ir.model import Definition, Kind, PodBody, Unit
from athena_lsp.ir.types import (
    NONE,
    ArtifactOf,
    ClassOf,
    DictOf,
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
from athena_lsp.rules._bodies import Flow, flows, origin, pod_bodies
from athena_lsp.rules._mismatch import mends, mismatch, shown, told
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

BUILT_IN = frozenset(
    {ScalarKind.NONE, ScalarKind.BOOL, ScalarKind.INT, ScalarKind.FLOAT, ScalarKind.STR, ScalarKind.BYTES}
)


@rule("a returned value that is not of the declared type", fixable=True)
def return_type_mismatch(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        if flow.definition.returns_span is not None:
            yield from _workflow(facts, flow, flow.definition.returns_span)
    for definition, pod in pod_bodies(unit):
        if definition.kind is Kind.CONTAINER and definition.returns_span is not None:
            yield from _container(facts, definition, pod, definition.returns_span)


def _workflow(facts: Facts, flow: Flow, annotation: Span) -> Iterator[Finding]:
    name, expected = flow.definition.name, flow.definition.returns
    for returned in flow.body.returns:
        value = returned.value
        if value is None or (different := mismatch(facts, flow, value, expected)) is None:
            continue
        yield Finding(
            span=value.span,
            message=f"`{name}` declares `{show(expected)}`, {told('returns', value.type, expected, different)}",
            related=(
                Related(f"`{name}` is declared to return `{show(expected)}`", span=annotation),
                *origin(facts, flow, value),
            ),
            hints=(f"declare `-> {shown(value.type, expected)}`, or return a value of type `{show(expected)}`",),
            fixes=(*mends(facts, value, expected), *_redeclare(value.type, annotation)),
        )


def _container(facts: Facts, definition: Definition, body: PodBody, annotation: Span) -> Iterator[Finding]:
    expected = definition.returns.item if isinstance(definition.returns, ArtifactOf) else definition.returns
    for returned in body.returns:
        different = difference(facts, returned.type, expected)
        if different is None or not _certain(different):
            continue
        returns = told("returns", returned.type, expected, different)
        yield Finding(
            span=returned.span,
            message=f"`{definition.name}` declares `{show(expected)}`, {returns}",
            related=(Related(f"`{definition.name}` is declared to return `{show(expected)}`", span=annotation),),
            hints=(f"declare `-> {shown(returned.type, expected)}`, or return a value of type `{show(expected)}`",),
            fixes=_or_none(expected, annotation) if is_none(returned.type) else (),
        )


def _or_none(expected: Type, annotation: Span) -> tuple[Mend, ...]:
    """The annotation that lets `None` be returned, too; what else a container returns may not be visible."""
    members = expected.members if isinstance(expected, UnionOf) else (expected,)
    return _redeclare(UnionOf((*members, NONE)), annotation)


def _certain(different: Difference) -> bool:
    """Whether a type checker would say so too: the type of a display depends on what is expected of it."""
    expected = different.expected
    if isinstance(different.actual, ListOf | SetOf | DictOf | TupleOf):
        return not _mentions(expected, (ClassOf, LiteralOf, NewTypeOf))
    return not (isinstance(different.actual, LiteralOf) and _mentions(expected, (NewTypeOf,)))


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


def _redeclare(actual: Type, annotation: Span) -> tuple[Mend, ...]:
    """The annotation that would be true, when it can be written without an import."""
    actual = widened(actual)
    if not _is_built_in(actual):
        return ()
    text = show(actual)
    return (Mend(f"Declare `-> {text}`", (TextEdit(annotation, text),)),)


def _is_built_in(type_: Type) -> bool:
    match type_:
        case Scalar(kind=kind):
            return kind in BUILT_IN
        case ListOf(item=item) | SetOf(item=item) | TupleRest(item=item):
            return _is_built_in(item)
        case DictOf(key=key, value=value):
            return _is_built_in(key) and _is_built_in(value)
        case TupleOf(items=parts) | UnionOf(members=parts):
            return all(_is_built_in(part) for part in parts)
        case _:
            return False
