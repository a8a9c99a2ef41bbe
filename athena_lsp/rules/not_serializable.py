"""not-serializable: a type that no JSON text can carry from step to step."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from athena_lsp.analysis.algebra import ATOMS, parts
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import unfolded
from athena_lsp.ir.model import Definition, Kind, Parameter, Problem, Unit
from athena_lsp.ir.types import (
    AliasOf,
    ClassOf,
    Field,
    NewTypeOf,
    Type,
    Unresolved,
)
from athena_lsp.ir.values import EnumCase, Number
from athena_lsp.rules._options import values_in
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span

MAX_CLASSES = 100
"""So many classes are looked at: a generic one may hold itself with ever larger arguments."""

DATA = "give the field a type of data: text, numbers, lists, dicts, dataclasses of these"
AS_OBJECT = "let it be written as an object, or pass a class that is"


@rule("a parameter or a result that has no JSON form", required=True)
def not_serializable(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT:
            for title, type_, problems, span in _annotations(definition):
                yield from (_problem(title, problem) for problem in problems)
                if not problems and span is not None:
                    yield from _fields(facts, title, type_, span)
            for parameter in definition.parameters:
                yield from _infinite(parameter)


def _annotations(definition: Definition) -> Iterator[tuple[str, Type, tuple[Problem, ...], Span | None]]:
    for parameter in definition.parameters:
        yield f"`{parameter.name}`", parameter.type, parameter.problems, parameter.annotation_span
    yield f"the result of `{definition.name}`", definition.returns, definition.returns_problems, definition.returns_span


def _problem(title: str, problem: Problem) -> Finding:
    return Finding(
        span=problem.span,
        message=f"{title} cannot go from step to step: {problem.what}",
        hints=(problem.hint,) if problem.hint else (),
    )


def _infinite(parameter: Parameter) -> Iterator[Finding]:
    """Python writes an infinite default as `Infinity`, which is no JSON."""
    for part in values_in(parameter.default) if parameter.default is not None else ():
        number = part.value if isinstance(part, Number | EnumCase) else 0
        if isinstance(number, float) and not isfinite(number):
            yield Finding(
                span=part.span,
                message=f"the default of `{parameter.name}` is infinite, and JSON has no such number",
                hints=("write `None` for it, or the largest number that is meant",),
            )


def _fields(facts: Facts, title: str, type_: Type, span: Span) -> Iterator[Finding]:
    """Classes in a type, however deep, that have no JSON form, and fields of classes whose types have none."""
    if type_.__class__ in ATOMS:
        return
    nothing: tuple[tuple[ClassOf, Field | None], ...] = ()
    bad = facts.ask(("bad-fields", type_), lambda: tuple(_bad_fields(facts, type_, set())), nothing)
    for class_, field in bad:
        name = f"{class_.name}.{field.name}" if field is not None else class_.name
        info = facts.class_info(class_.declaration)
        refusal = info.refusal if info is not None and field is None else ""
        yield Finding(
            span=span,
            message=f"{title} cannot go from step to step: {refusal or f'the type of `{name}` has no JSON form'}",
            related=(Related(f"`{name}` is declared here", field.declaration if field else class_.declaration),),
            hints=(DATA if field else AS_OBJECT,),
        )


def _is_lost(type_: Type) -> bool:
    """Whether a part of a type has no JSON form where it is written."""
    return isinstance(type_, Unresolved) or any(_is_lost(part) for part in parts(type_))


def _bad_fields(facts: Facts, type_: Type, seen: set[ClassOf | AliasOf]) -> Iterator[tuple[ClassOf, Field | None]]:
    """Fields that have no JSON form, with their classes; None for a class that as a whole has none."""
    match type_:
        case ClassOf():
            if type_ in seen or len(seen) >= MAX_CLASSES:
                return
            seen.add(type_)
            info = facts.class_info(type_.declaration)
            if info is not None and info.refusal:
                yield type_, None
                return
            for field in facts.fields_of(type_):
                if _is_lost(field.type):
                    yield type_, field
                else:
                    yield from _bad_fields(facts, field.type, seen)
        case AliasOf():
            if type_ not in seen:
                seen.add(type_)
                yield from _bad_fields(facts, unfolded(facts, type_), seen)
        case NewTypeOf(base=base):
            yield from _bad_fields(facts, base, seen)
        case _:
            for part in parts(type_):
                yield from _bad_fields(facts, part, seen)
