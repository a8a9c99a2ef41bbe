"""Lowering `match`: each case is a condition on the subject, which is worked out once."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from athena_lsp.analysis.attempts import FAILED_TYPE, ok_type
from athena_lsp.analysis.branches import Plan, lower_arms, lower_condition
from athena_lsp.analysis.calling import has_calls
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.joining import choose, truth
from athena_lsp.analysis.kinds import type_test
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.narrowing import assuming, hold, members
from athena_lsp.analysis.paths import is_irrefutable
from athena_lsp.analysis.scope import Builtin, Declared, Runtime, dotted, resolve_node
from athena_lsp.analysis.types import attribute_type, show
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import (
    Access,
    Bare,
    Computed,
    Constant,
    Expr,
    Hole,
    ParameterRef,
    Projection,
    StepRef,
    Unhandled,
)
from athena_lsp.ir.types import ANY, BOOL, NONE, UNRESOLVED, ClassOf, EnumOf, LiteralOf, Type
from athena_lsp.records import dataclass, field, replace
from athena_lsp.text import Span

SUBJECT = "athena-subject"
"""The name under which a case reads what is matched."""
NESTED = "a pattern inside a pattern cannot be lowered"


@dataclass(slots=True)
class Case:
    """What a pattern means for the subject."""

    condition: Expr
    binds: dict[str, Expr] = field(default_factory=dict)
    covers: tuple[Type, ...] = ()
    """The cases of the subject's type that it surely takes."""


def lower_match(low: Lowering, node: ast.Match, rest: Sequence[ast.stmt]) -> None:
    """`match` with its cases, and the statements after it."""
    subject = lower_expression(low, node.subject)
    if isinstance(subject, Hole):
        low.statements.append(Bare(span=low.span(node.subject), value=subject))
    plans: list[Plan] = []
    failed: tuple[Expr, ...] = ()
    covered: set[Type] = set()
    all_members = members(low.view, subject.type)
    for number, written in enumerate(node.cases, 1):
        with assuming(low, (), failed), _named(low, SUBJECT, subject):
            case = _case(low, subject, written.pattern)
            if case.covers and covered.issuperset(part for each in case.covers for part in members(low.view, each)):
                _never(low, written.pattern)
            if isinstance(case.condition, Hole):
                named = (inner for inner in ast.walk(written.pattern) if isinstance(inner, ast.MatchAs) and inner.name)
                case.binds |= {inner.name: case.condition for inner in named if inner.name}
            condition = _guarded(low, case, written)
        begin = partial(_begin, low, (condition,), failed, case.binds)
        last = is_irrefutable(written)
        span = low.span(written.pattern)
        plans.append(Plan(f"case-{number}", span, None if last else condition, written.body, begin, case.covers))
        if last:
            break
        if written.guard is None:
            failed = (*failed, condition)
            covered |= {part for member in case.covers for part in members(low.view, member)}
    missing = [member for member in all_members if member not in covered]
    if not is_irrefutable(node.cases[len(plans) - 1]) and missing:
        plans.append(Plan("else", low.span(node.subject), None, (), partial(hold, low, (), failed)))
    unhandled = _unhandled(low, node, covered, missing)
    lower_arms(low, "match", low.span(node.subject), plans, rest, subject, unhandled, form="match")


def _begin(low: Lowering, holding: tuple[Expr, ...], failing: tuple[Expr, ...], binds: dict[str, Expr]) -> None:
    hold(low, holding, failing)
    for name, value in binds.items():
        low.names[name] = low.known(value) if not isinstance(value, Hole) else value
        low.partly.pop(name, None)


def _guarded(low: Lowering, case: Case, written: ast.match_case) -> Expr:
    """The condition of a case with its guard, which reads what the pattern binds."""
    guard = written.guard
    if guard is None:
        return case.condition
    if has_calls(low, guard):
        message = "a guard cannot call a step: cases after it would have to wait for it"
        hint = "call the step before the `match`"
        return hole(low, guard, "unsupported-expression", message, hint, read=guard)
    outside = dict(low.names)
    with assuming(low, (case.condition,), ()):
        _begin(low, (), (), case.binds)
        condition = lower_condition(low, guard)
    low.names = outside
    if isinstance(condition, Hole):
        return condition
    return choose(case.condition, condition, truth(condition.span, value=False), BOOL)


def _case(low: Lowering, subject: Expr, pattern: ast.pattern) -> Case:
    span = low.span(pattern)
    match pattern:
        case ast.MatchAs(pattern=None, name=name):
            known = low.known(subject) if not isinstance(subject, Hole) else subject
            return Case(truth(span, value=True), {name: replace(known, span=span)} if name else {})
        case ast.MatchAs(pattern=inner, name=name) if inner is not None:
            case = _case(low, subject, inner)
            case.binds |= {name: replace(subject, span=span)} if name else {}
            return case
        case ast.MatchOr(patterns=patterns):
            return _or(low, subject, pattern, patterns)
        case ast.MatchValue(value=value):
            return _equal(low, subject, pattern, value, ast.Eq())
        case ast.MatchSingleton(value=None):
            return _equal(low, subject, pattern, ast.Constant(value=None), ast.Is())
        case ast.MatchSingleton(value=value):
            return _equal(low, subject, pattern, ast.Constant(value=value), ast.Eq())
        case ast.MatchClass(cls=class_, patterns=inner, kwd_attrs=names, kwd_patterns=named):
            parts = [("", each) for each in inner] + list(zip(names, named, strict=True))
            return _class(low, subject, pattern, class_, parts)
        case _:
            message = "this pattern cannot be lowered"
            return Case(_refused(low, pattern, message, "compare the parts with `if`"))


def _equal(low: Lowering, subject: Expr, pattern: ast.pattern, value: ast.expr, op: ast.cmpop) -> Case:
    ast.copy_location(value, pattern)
    if isinstance(value, ast.Constant):
        ast.fix_missing_locations(value)
    if isinstance(subject, Hole):
        return Case(subject)
    left = ast.copy_location(ast.Name(id=SUBJECT, ctx=ast.Load()), pattern)
    condition = lower_expression(low, ast.copy_location(ast.Compare(left=left, ops=[op], comparators=[value]), pattern))
    covers: tuple[Type, ...] = (NONE,) if isinstance(op, ast.Is) else ()
    if isinstance(condition, Computed) and condition.operation == "equal" and not covers:
        constant = condition.operands[1]
        covers = (constant.type,) if isinstance(constant, Constant) else ()
    return Case(condition, {}, covers)


def _or(low: Lowering, subject: Expr, pattern: ast.MatchOr, patterns: list[ast.pattern]) -> Case:
    cases = [_case(low, subject, inner) for inner in patterns]
    for case in cases:
        if isinstance(case.condition, Hole):
            return case
    if any(case.binds for case in cases):
        return Case(_refused(low, pattern, "a name inside `|` cannot be lowered", "name the whole pattern with `as`"))
    conditions = tuple(case.condition for case in cases)
    span = low.span(pattern)
    return Case(
        Computed(span=span, operation="or", operands=conditions, type=BOOL),
        {},
        tuple(covered for case in cases for covered in case.covers),
    )


def _class(
    low: Lowering, subject: Expr, pattern: ast.pattern, class_: ast.expr, inner: list[tuple[str, ast.pattern]]
) -> Case:
    """`case str():`, `case Ok(value):`. What stands inside binds a name, or nothing."""
    if isinstance(subject, Hole):
        return Case(subject)
    wanted = named_type(low, class_)
    found = type_test(low.view, subject, wanted) if wanted is not None else None
    if found is None or wanted is None:
        message = f"the JSON of `{show(subject.type)}` does not tell whether it is a `{ast.unparse(class_)}`"
        return Case(_refused(low, pattern, message, "decide in a `@container`"))
    condition, covers = found
    case = Case(condition, {}, covers)
    type_ = covers[0]
    fields = _positional(type_)
    for number, (name, part) in enumerate(inner):
        field_name = name or (fields[number] if number < len(fields) else "")
        if not isinstance(part, ast.MatchAs) or part.pattern is not None:
            return Case(_refused(low, part, NESTED, "bind a name, and use `if`"))
        part_type = type_ if not field_name and isinstance(wanted, str) else attribute_type(low.view, type_, field_name)
        if part_type is None:
            return Case(_refused(low, part, f"`{show(type_)}` has no field for this", "remove it"))
        if part.name:
            case.binds[part.name] = _part(low, replace(subject, type=type_), part, field_name, part_type)
    return case


def named_type(low: Lowering, node: ast.expr) -> Type | str | None:
    """The class that an expression names; for a built-in one its name."""
    entity = resolve_node(low.view, low.path, node)
    match entity:
        case Builtin():
            return dotted(node)
        case Runtime(name="Ok"):
            return ok_type(ANY)
        case Runtime(name="Failed"):
            return FAILED_TYPE
        case Declared() if entity.class_ is not None:
            return ClassOf(entity.declaration, entity.declaration.name)
        case _:
            return None


def _part(low: Lowering, subject: Expr, pattern: ast.MatchAs, name: str, type_: Type) -> Expr:
    span = low.span(pattern)
    if not name:
        return replace(subject, span=span)
    access = Access(span=span, key=name, attribute=True)
    if isinstance(subject, Projection):
        return replace(subject, span=span, path=(*subject.path, access), type=type_)
    assert isinstance(subject, ParameterRef | StepRef | ItemRef | Constant | Computed)
    return Projection(span=span, base=subject, path=(access,), type=type_)


def _positional(type_: Type) -> tuple[str, ...]:
    return ("value",) if isinstance(type_, ClassOf) and type_.name == "Ok" else ()


def _refused(low: Lowering, pattern: ast.pattern, message: str, hint: str) -> Hole:
    span = low.span(pattern)
    return Hole(span=span, rule="unsupported-expression", message=message, hints=(hint,), type=UNRESOLVED)


def _never(low: Lowering, pattern: ast.pattern) -> None:
    span = low.span(pattern)
    message = "this case is never reached: the ones above take all that it takes"
    value = Hole(span=span, rule="unreachable-step", message=message, hints=("remove it",), type=UNRESOLVED)
    low.statements.append(Bare(span=span, value=value))


def _is_closed(type_: Type) -> bool:
    """Whether the type is one case of a known few."""
    return type_ == NONE or isinstance(type_, LiteralOf) or (isinstance(type_, EnumOf) and bool(type_.case))


def _unhandled(low: Lowering, node: ast.Match, covered: set[Type], missing: list[Type]) -> Unhandled | None:
    """The cases that nobody takes, when all can be named and some are taken by name."""
    if any(map(is_irrefutable, node.cases)) or not covered or not missing or not all(map(_is_closed, missing)):
        return None
    spelled = []
    for member in missing:
        match member:
            case EnumOf(name=name, case=case):
                spelled.append(f"{_spelled_enum(node) or name}.{case}")
            case LiteralOf(values=(value,)):
                spelled.append(repr(value))
            case _:
                spelled.append("None")
    last, source = node.cases[-1], low.tree.source
    line = source.line_span(source.line_of(low.span(last.pattern).start)).of(source.text)
    indent = line[: len(line) - len(line.lstrip())]
    end = low.span(last.body[-1]).end
    return Unhandled(span=Span(end, end), cases=tuple(spelled), indent=indent)


def _spelled_enum(node: ast.Match) -> str:
    """How the program writes the enum in the cases that are there."""
    for written in node.cases:
        for inner in ast.walk(written.pattern):
            if isinstance(inner, ast.MatchValue) and isinstance(inner.value, ast.Attribute):
                return ast.unparse(inner.value.value)
    return ""


@contextmanager
def _named(low: Lowering, name: str, value: Expr) -> Iterator[None]:
    """Lower with a name bound, and only then."""
    before = low.names.get(name)
    low.names[name] = value
    yield
    if before is None:
        del low.names[name]
    else:
        low.names[name] = before
