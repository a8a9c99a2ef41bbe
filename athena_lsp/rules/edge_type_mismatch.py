"""edge-type-mismatch: an argument whose type is not assignable to the parameter's."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.analysis.written import declared_as
from athena_lsp.ir.model import Annotated, Bound, Step, Unit, Unpack
from athena_lsp.ir.types import (
    AnyType,
    NewTypeOf,
    TupleOf,
    TupleRest,
    TupleSpread,
    Unresolved,
)
from athena_lsp.rules._bodies import Flow, flows, origin
from athena_lsp.rules._literals import is_closed, literal_mends
from athena_lsp.rules._mismatch import advice, field_mends, mismatch, text_mends, told, written_out
from athena_lsp.rules._redeclared import annotated, at_both_ends, at_the_source
from athena_lsp.rules.attempt_not_handled import is_unhandled
from athena_lsp.rules.base import Finding, Mend, Related, rule


@rule("an argument whose type does not fit the parameter", fixable=True)
def edge_type_mismatch(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for statement in flow.body.every_statement:
            if isinstance(statement, Step):
                yield from _arguments(facts, flow, statement)
            elif isinstance(statement, Annotated):
                yield from _annotated(facts, flow, statement)
            elif isinstance(statement, Unpack):
                yield from _unpacked(facts, flow, statement)


def _arguments(facts: Facts, flow: Flow, step: Step) -> Iterator[Finding]:
    for bound in step.bound:
        value, parameter = bound.value, bound.parameter
        different = mismatch(facts, flow, value, parameter.type)
        if different is None or is_unhandled(facts, value.type, parameter.type):
            continue  # an attempt that may have failed has a rule of its own
        callee, written = step.callee.declaration, written_out(value)
        place = f"`{parameter.name}` of `{callee.name}`"
        gets = told(facts, "gets", value.type, parameter.type, different, written)
        yield Finding(
            span=value.span,
            message=f"{place} takes {declared_as(facts, callee.of(parameter.name), parameter.type)}, {gets}",
            related=(
                Related(f"`{parameter.name}` is declared as `{show(parameter.type)}`", callee.of(parameter.name)),
                *origin(facts, flow, value),
            ),
            hints=(advice(value, parameter.type, place),),
            fixes=tuple(_mends(facts, flow, step, bound)),
        )


def _mends(facts: Facts, flow: Flow, step: Step, bound: Bound) -> Iterator[Mend]:
    """Another value first, then other annotations; none of these for a literal that has an evident right form."""
    value, parameter = bound.value, bound.parameter
    written = written_out(value)
    if written is not None:
        better = literal_mends(facts, flow.definition.declaration, written, parameter.type)
        yield from better
        if better or is_closed(parameter.type):
            return
    yield from field_mends(facts, value, parameter.type, parameter.name)
    yield from text_mends(facts, flow, value, parameter.type)
    yield from at_both_ends(facts, flow, step, bound)


def _annotated(facts: Facts, flow: Flow, statement: Annotated) -> Iterator[Finding]:
    value, expected = statement.value, statement.type
    different = mismatch(facts, flow, value, expected)
    if different is not None:
        written = written_out(value)
        gets = told(facts, "gets", value.type, expected, different, written)
        owner = flow.definition.declaration
        yield Finding(
            span=value.span,
            message=f"`{statement.name}` is annotated `{show(expected)}`, {gets}",
            related=(
                Related(f"`{statement.name}` is annotated here", span=statement.annotation_span),
                *origin(facts, flow, value),
            ),
            hints=(f"annotate `{statement.name}` with `{show(value.type)}`, or leave the annotation out",),
            fixes=(
                *(literal_mends(facts, owner, written, expected) if written is not None else ()),
                *field_mends(facts, value, expected, statement.name),
                *text_mends(facts, flow, value, expected),
                *annotated(facts, owner, statement.annotation_span, value.type, "Annotate it with `{}`"),
                *at_the_source(facts, flow, value, expected),
            ),
        )


def _unpacked(facts: Facts, flow: Flow, statement: Unpack) -> Iterator[Finding]:
    value, names = statement.value, _counted(statement.count, "name")
    actual = value.type
    while isinstance(actual, NewTypeOf):
        actual = actual.base
    if flow.is_nothing(value):
        return
    match actual:
        case AnyType() | Unresolved():
            return
        case TupleOf(items=items):
            if len(items) == statement.count:
                return
            message = f"`{show(value.type)}` has {_counted(len(items), 'item')}, but {names} stand here"
            hint = "write one name for each item"
        case TupleRest() | TupleSpread():
            message = f"`{show(value.type)}` has no known length, so it cannot be taken apart into {names}"
            hint = "declare a tuple of fixed length, such as `tuple[int, str]`"
        case _:
            message = f"`{show(value.type)}` is not a tuple, so it cannot be taken apart into {names}"
            hint = "bind the whole value to one name and read its parts where they are used"
    yield Finding(span=statement.span, message=message, related=origin(facts, flow, value), hints=(hint,))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
