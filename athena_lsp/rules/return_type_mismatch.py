"""return-type-mismatch: what a workflow or a container returns is not what it declares."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.annotating import RETURN
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import is_none, show
from athena_lsp.analysis.values import widened
from athena_lsp.analysis.written import declared_as
from athena_lsp.ir.model import Definition, Kind, PodBody, Unit
from athena_lsp.ir.returns import VisibleReturn
from athena_lsp.ir.types import (
    NONE,
    ArtifactOf,
    Type,
    UnionOf,
)
from athena_lsp.rules._bodies import Flow, flows, origin, pod_bodies
from athena_lsp.rules._literals import is_closed, literal_mends
from athena_lsp.rules._mismatch import field_mends, mismatch, shown, text_mends, told, visible_difference, written_out
from athena_lsp.rules._redeclared import annotated, at_the_source
from athena_lsp.rules.attempt_not_handled import is_unhandled
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span

DECLARE = "Declare `-> {}`"


@rule("a returned value that is not of the declared type", fixable=True)
def return_type_mismatch(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        if flow.definition.returns_span is not None:
            yield from _workflow(facts, flow, flow.definition.returns_span)
    for definition, pod in pod_bodies(unit):
        if definition.kind is Kind.CONTAINER and definition.returns_span is not None:
            yield from _container(facts, definition, pod, definition.returns_span)


def _workflow(facts: Facts, flow: Flow, annotation: Span) -> Iterator[Finding]:
    owner, expected = flow.definition.declaration, flow.definition.returns
    declared = declared_as(facts, owner.of(RETURN), expected)
    for returned in flow.body.every_return:
        value = returned.value
        if value is None or (different := mismatch(facts, flow, value, expected)) is None:
            continue
        if is_unhandled(facts, value.type, expected):
            continue  # an attempt that may have failed has a rule of its own
        written = written_out(value)
        returns = told(facts, "returns", value.type, expected, different, written)
        yield Finding(
            span=value.span,
            message=f"`{owner.name}` declares {declared}, {returns}",
            related=(
                Related(f"`{owner.name}` is declared to return `{show(expected)}`", span=annotation),
                *origin(facts, flow, value),
            ),
            hints=(f"declare `-> {shown(value.type, expected)}`, or return a value of type `{show(expected)}`",),
            fixes=(
                *(literal_mends(facts, owner, written, expected) if written is not None else ()),
                *field_mends(facts, value, expected),
                *text_mends(facts, flow, value, expected),
                *annotated(facts, owner, annotation, value.type, DECLARE),
                *at_the_source(facts, flow, value, expected),
            ),
        )


def _container(facts: Facts, definition: Definition, body: PodBody, annotation: Span) -> Iterator[Finding]:
    owner, whole = definition.declaration, definition.returns
    expected = whole.item if isinstance(whole, ArtifactOf) else whole
    declared = declared_as(facts, owner.of(RETURN), whole) if expected is whole else f"`{show(expected)}`"
    for returned in body.returns:
        different = visible_difference(facts, returned, expected)
        if different is None:
            continue
        returns = told(facts, "returns", returned.type, expected, different, returned.value)
        yield Finding(
            span=returned.span,
            message=f"`{owner.name}` declares {declared}, {returns}",
            related=(Related(f"`{definition.name}` is declared to return `{show(expected)}`", span=annotation),),
            hints=(f"declare `-> {shown(returned.type, expected)}`, or return a value of type `{show(expected)}`",),
            fixes=tuple(_mends(facts, definition, body, returned, expected, annotation)),
        )


def _mends(
    facts: Facts, definition: Definition, body: PodBody, returned: VisibleReturn, expected: Type, annotation: Span
) -> Iterator[Mend]:
    owner = definition.declaration
    if returned.value is not None:
        yield from literal_mends(facts, owner, returned.value, expected)
    if isinstance(definition.returns, ArtifactOf):
        return
    if is_none(returned.type):
        # What else the container returns may not be visible.
        members = expected.members if isinstance(expected, UnionOf) else (expected,)
        yield from annotated(facts, owner, annotation, UnionOf((*members, NONE)), DECLARE)
    elif body.all_returns_visible and not (returned.value is not None and is_closed(expected)):
        every = union(widened(each.type) for each in body.returns)
        yield from annotated(facts, owner, annotation, every, DECLARE)
