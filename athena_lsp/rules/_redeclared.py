"""Other annotations that would make an edge true: at the parameter that takes a value, and at the place it comes from.

None is offered that would break another edge of the same workflow, or that something else in sight contradicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from athena_lsp.analysis.annotating import RETURN
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.spelling import Spelling, spell
from athena_lsp.analysis.values import is_static, value_difference, widened
from athena_lsp.ir.model import (
    Annotated,
    Bound,
    Computed,
    Each,
    Expr,
    Fold,
    Kind,
    ParameterRef,
    PodBody,
    Projection,
    Return,
    Statement,
    Step,
    StepRef,
    Unpack,
)
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import Type
from athena_lsp.records import replace
from athena_lsp.rules._bodies import Flow
from athena_lsp.rules._displays import expr_difference
from athena_lsp.rules._mismatch import visible_difference
from athena_lsp.rules.base import Annotate, Mend
from athena_lsp.text import Span, TextEdit

Use = tuple[Expr, Type]
"""A value, and the type that it must have where it is used."""


def at_both_ends(facts: Facts, flow: Flow, step: Step, bound: Bound) -> Iterator[Mend]:
    """The annotations of which one must change: the workflow's own first, which nobody else relies on."""
    yield from at_the_source(facts, flow, bound.value, bound.parameter.type)
    yield from _at_the_parameter(facts, flow, step, bound)


def at_the_source(facts: Facts, flow: Flow, value: Expr, expected: Type) -> Iterator[Mend]:
    """Another type for the workflow's parameter or the container's result that a value is."""
    match value:
        case ParameterRef(name=name):
            yield from _own_parameter(facts, flow, name, expected)
        case StepRef():
            yield from _result(facts, flow, value, expected)
        case _:
            return


def annotated(facts: Facts, owner: Declaration, span: Span, type_: Type, title: str) -> Iterator[Mend]:
    """Another annotation in the block of `owner`; `title` has a place for its text."""
    spelling = spell(facts, owner.path, owner.name, widened(type_))
    if spelling is not None:
        yield Mend(title.format(_bare(spelling)), (TextEdit(span, spelling.text),), imports=spelling.imports)


def _at_the_parameter(facts: Facts, flow: Flow, step: Step, bound: Bound) -> Iterator[Mend]:
    callee, parameter, type_ = step.callee.declaration, bound.parameter, widened(bound.value.type)
    definition = facts.definition(callee)
    spelling = spell(facts, callee.path, callee.name, type_)
    if spelling is None or definition is None:
        return
    default = next((each.default for each in definition.parameters if each.name == parameter.name), None)
    if default is not None and is_static(default) and value_difference(facts, default, type_) is not None:
        return
    others = ((other.value, parameter.type) for other in _bound(flow, callee, parameter.name) if other != bound)
    if not _breaks(facts, others, lambda use: (use[0], type_)):
        title = f"Declare `{parameter.name}` of `{callee.name}` as `{_bare(spelling)}`"
        yield Mend(title, annotates=(Annotate(callee.of(parameter.name), spelling),))


def _own_parameter(facts: Facts, flow: Flow, name: str, expected: Type) -> Iterator[Mend]:
    definition = flow.definition
    parameter = next((each for each in definition.parameters if each.name == name), None)
    spelling = spell(facts, definition.declaration.path, definition.name, expected)
    if parameter is None or parameter.annotation_span is None or spelling is None or parameter.inject is not None:
        return
    if parameter.type == expected:
        return  # a condition has narrowed it to something else
    default = parameter.default
    if default is not None and is_static(default) and value_difference(facts, default, expected) is not None:
        return
    if not _breaks(
        facts,
        _uses(flow, lambda value: _is_parameter(value, name)),
        lambda use: _retyped(use, parameter.type, expected),
    ):
        declaration = definition.declaration.of(name)
        yield Mend(f"Declare `{name}` as `{_bare(spelling)}`", annotates=(Annotate(declaration, spelling),))


def _result(facts: Facts, flow: Flow, value: StepRef, expected: Type) -> Iterator[Mend]:
    """The result of a container; what a workflow returns follows from its own steps."""
    producer = flow.producer(value)
    definition = facts.definition(producer.callee.declaration) if producer is not None else None
    if definition is None or definition.kind is not Kind.CONTAINER or definition.returns_span is None:
        return
    if value.type != definition.returns:
        return  # the results of a fan-out are a list of what the container returns
    declaration = definition.declaration
    spelling = spell(facts, declaration.path, declaration.name, expected)
    body = definition.body
    if spelling is None or (
        isinstance(body, PodBody)
        and not all(visible_difference(facts, returned, expected) is None for returned in body.returns)
    ):
        return
    uses = _uses(flow, lambda other: _is_result_of(flow, other, declaration))
    if not _breaks(facts, uses, lambda use: _retyped(use, value.type, expected)):
        title = f"Declare that `{declaration.name}` returns `{_bare(spelling)}`"
        yield Mend(title, annotates=(Annotate(declaration.of(RETURN), spelling),))


def _uses(flow: Flow, is_meant: Callable[[Expr], bool]) -> Iterator[Use]:
    """Where the workflow uses a value, or a part of it, and as what."""
    for statement in flow.body.every_statement:
        match statement:
            case Step(bound=bounds):
                yield from ((bound.value, bound.parameter.type) for bound in bounds if is_meant(bound.value))
            case Annotated(value=value, type=type_) if is_meant(value):
                yield value, type_
            case Return(value=value) if value is not None and is_meant(value):
                yield value, flow.definition.returns
            case Unpack(value=value) if is_meant(value):
                yield value, value.type
            case _:
                pass
        yield from ((value, value.type) for value in _parts(statement) if is_meant(value))


def _parts(statement: Statement) -> Iterator[Expr]:
    """What a statement computes with, and what it runs over: it relies on the type that the value has."""
    for computed in walk(statement, Computed):
        yield from computed.operands
    if isinstance(statement, Step | Each | Fold) and statement.source is not None:
        yield statement.source


def _bound(flow: Flow, callee: Declaration, parameter: str) -> Iterator[Bound]:
    for step in flow.body.every_step:
        if step.callee.declaration == callee:
            yield from (bound for bound in step.bound if bound.parameter.name == parameter)


def _breaks(facts: Facts, uses: Iterator[Use], changed: Callable[[Use], Use | None]) -> bool:
    """Whether a use that is right would be wrong then; None stands for one that nobody can foresee."""
    for use in uses:
        if _is_right(facts, use):
            then = changed(use)
            if then is None or not _is_right(facts, then):
                return True
    return False


def _is_right(facts: Facts, use: Use) -> bool:
    value, expected = use
    return expr_difference(facts, value, expected) is None


def _retyped(use: Use, before: Type, after: Type) -> Use | None:
    """The use of a value of another type; None for one of a part of it, or of many of it."""
    value, expected = use
    if not isinstance(value, ParameterRef | StepRef) or value.type != before:
        return None
    return replace(value, type=after), expected


def _is_parameter(value: Expr, name: str) -> bool:
    base = value.base if isinstance(value, Projection) else value
    return isinstance(base, ParameterRef) and base.name == name


def _is_result_of(flow: Flow, value: Expr, callee: Declaration) -> bool:
    producer = flow.producer(value)
    return producer is not None and producer.callee.declaration == callee


def _bare(spelling: Spelling) -> str:
    return spelling.text.strip('"') if spelling.text.startswith('"') else spelling.text
