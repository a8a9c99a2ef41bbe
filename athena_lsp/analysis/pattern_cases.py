"""What a pattern of a `match` means for a value: a condition, and the names that it binds to parts of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.attempts import FAILED_TYPE, ok_type
from athena_lsp.analysis.classes import class_info, fields_of
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.joining import choose, is_false, truth
from athena_lsp.analysis.kinds import type_test
from athena_lsp.analysis.lowering import Lowering
from athena_lsp.analysis.narrowing import assuming
from athena_lsp.analysis.pure_base import as_list
from athena_lsp.analysis.scope import Builtin, Declared, Runtime, dotted, resolve_node
from athena_lsp.analysis.types import attribute_type, field_of, item_type, show
from athena_lsp.ir.model import Access, Computed, Constant, Expr, Hole, Projection
from athena_lsp.ir.operations import Operation
from athena_lsp.ir.types import (
    ANY,
    BOOL,
    INT,
    NONE,
    STR,
    UNRESOLVED,
    ClassKind,
    ClassOf,
    DictOf,
    ListOf,
    TupleOf,
    Type,
    UnionOf,
)
from athena_lsp.ir.values import Number, Text
from athena_lsp.records import dataclass, field, replace

Parts: TypeAlias = list[tuple[ast.pattern, Expr]]
"""Patterns inside another one, each with the value that it is about."""
SUBJECT = "athena-subject"
"""The name under which a case reads what is matched."""
POSITIONAL = (ClassKind.DATACLASS, ClassKind.NAMED_TUPLE, ClassKind.ATTRS)
"""Classes whose fields a pattern may take by position."""


@dataclass(slots=True)
class Case:
    """What a pattern means for the subject."""

    condition: Expr
    binds: dict[str, Expr] = field(default_factory=dict)
    covers: tuple[Type, ...] = ()
    """The cases of the subject's type that it surely takes."""


def case_of(low: Lowering, subject: Expr, pattern: ast.pattern) -> Case:
    span = low.span(pattern)
    match pattern:
        case ast.MatchAs(pattern=None, name=name):
            known = low.known(subject) if not isinstance(subject, Hole) else subject
            return Case(truth(span, value=True), {name: replace(known, span=span)} if name else {})
        case ast.MatchAs(pattern=inner, name=name) if inner is not None:
            case = case_of(low, subject, inner)
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
        case ast.MatchSequence(patterns=patterns):
            return _sequence(low, subject, pattern, patterns)
        case ast.MatchMapping():
            return _mapping(low, subject, pattern)
        case _:
            return Case(_refused(low, pattern, "this pattern cannot be lowered", "compare the parts with `if`"))


def _equal(low: Lowering, subject: Expr, pattern: ast.pattern, value: ast.expr, op: ast.cmpop) -> Case:
    ast.copy_location(value, pattern)
    if isinstance(value, ast.Constant):
        ast.fix_missing_locations(value)
    if isinstance(subject, Hole):
        return Case(subject)
    left = ast.copy_location(ast.Name(id=SUBJECT, ctx=ast.Load()), pattern)
    compared = ast.copy_location(ast.Compare(left=left, ops=[op], comparators=[value]), pattern)
    with _named(low, SUBJECT, subject):
        condition = lower_expression(low, compared)
    covers: tuple[Type, ...] = (NONE,) if isinstance(op, ast.Is) else ()
    if isinstance(condition, Computed) and condition.operation == "equal" and not covers:
        constant = condition.operands[1]
        covers = (constant.type,) if isinstance(constant, Constant) else ()
    return Case(condition, {}, covers)


def _or(low: Lowering, subject: Expr, pattern: ast.MatchOr, patterns: list[ast.pattern]) -> Case:
    cases = [case_of(low, subject, inner) for inner in patterns]
    for case in cases:
        if isinstance(case.condition, Hole):
            return case
    conditions = tuple(case.condition for case in cases)
    span = low.span(pattern)
    binds = dict(cases[-1].binds)
    for case in reversed(cases[:-1]):  # the first alternative that fits gives its names
        for name, value in case.binds.items():
            type_ = union([value.type, binds[name].type]) if name in binds else value.type
            binds[name] = choose(case.condition, value, binds.get(name, value), type_)
    return Case(
        Computed(span=span, operation="or", operands=conditions, type=BOOL),
        binds,
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
    type_ = covers[0]
    fields = _positional(low, type_)
    parts: Parts = []
    for number, (name, part) in enumerate(inner):
        field_name = name or (fields[number] if number < len(fields) else "")
        is_whole = not field_name and isinstance(wanted, str)
        part_type = type_ if is_whole else attribute_type(low.view, type_, field_name)
        if part_type is None or (not name and not is_whole and number >= len(fields)):
            return Case(_refused(low, part, f"`{show(type_)}` has no field for this", "remove it"))
        typed = replace(subject, type=type_)
        value = replace(typed, span=low.span(part)) if is_whole else _attribute(low, typed, part, field_name, part_type)
        parts.append((part, value))
    return _with_parts(low, pattern, condition, parts, covers)


def _with_parts(low: Lowering, pattern: ast.pattern, condition: Expr, parts: Parts, covers: tuple[Type, ...]) -> Case:
    """A pattern with others inside: all must fit, and each is looked at only when those before it do."""
    found = Case(condition, {}, covers)
    holding = [condition]
    for part, value in parts:
        with assuming(low, tuple(holding), ()):
            inner = case_of(low, low.known(value) if not isinstance(value, Hole) else value, part)
        if isinstance(inner.condition, Hole):
            return inner
        found.binds |= inner.binds
        if not _is_sure(part):
            found.covers = ()
            holding.append(inner.condition)
            no = truth(low.span(pattern), value=False)
            found.condition = choose(found.condition, inner.condition, no, BOOL)
    return found


def _is_sure(pattern: ast.pattern) -> bool:
    """Whether a pattern takes everything: a name, or `_`."""
    return isinstance(pattern, ast.MatchAs | ast.MatchStar) and getattr(pattern, "pattern", None) is None


def _sequence(low: Lowering, subject: Expr, pattern: ast.pattern, patterns: Sequence[ast.pattern]) -> Case:
    """`case [first, *rest]:`, `case (1, name):`: the length first, then the parts."""
    span = low.span(pattern)
    if isinstance(subject, Hole):
        return Case(subject)
    if low.known(subject).type == STR:
        return Case(truth(span, value=False))  # Python takes no text apart
    found = _of_kind(low, subject, "list") or _of_kind(low, subject, "tuple")
    if found is None:
        message = f"a `{show(subject.type)}` cannot be taken apart as a list"
        return Case(_refused(low, pattern, message, "compare the parts with `if`"))
    condition, value = found
    star = next((n for n, each in enumerate(patterns) if isinstance(each, ast.MatchStar)), None)
    count = len(patterns) - (star is not None)
    if isinstance(value.type, TupleOf):
        length = len(value.type.items)
        fits: Expr = truth(span, value=length == count or (star is not None and length > count))
    else:
        size = Computed(span=span, operation="length", operands=(value,), type=INT)
        wanted = Constant(span=span, value=Number(span=span, value=count), type=INT)
        operation: Operation = "equal" if star is None else "greater-equal"
        fits = Computed(span=span, operation=operation, operands=(size, wanted), type=BOOL)
    if is_false(fits):
        return Case(fits)
    parts: Parts = []
    for number, part in enumerate(patterns):
        if isinstance(part, ast.MatchStar):
            rest = _rest(low, value, part, number, len(patterns) - number - 1)
            if part.name:
                parts.append((ast.copy_location(ast.MatchAs(name=part.name), part), rest))
        else:
            behind = star is not None and number > star
            parts.append((part, _item(low, value, part, number - len(patterns) if behind else number)))
    both = choose(condition, fits, truth(span, value=False), BOOL)
    is_whole = isinstance(subject.type, TupleOf) and all(map(_is_sure, patterns))
    return _with_parts(low, pattern, both, parts, (subject.type,) if is_whole else ())


def _rest(low: Lowering, value: Expr, part: ast.pattern, first: int, behind: int) -> Expr:
    """`*rest`: a list, also of a tuple's items."""
    span = low.span(part)
    if isinstance(value.type, TupleOf):
        items = range(first, len(value.type.items) - behind)
        parts = tuple(_item(low, value, part, number) for number in items)
        type_ = ListOf(union([each.type for each in parts]) if parts else ANY)
        return Computed(span=span, operation="list", operands=parts, type=type_)
    item = as_list(value.type) or ANY
    bounds = (str(first), str(-behind) if behind else "")
    return Computed(span=span, operation="slice", operands=(value,), keys=bounds, type=ListOf(item))


def _mapping(low: Lowering, subject: Expr, pattern: ast.MatchMapping) -> Case:
    """`case {"kind": "a", "size": size}:`: the keys are there, and their values fit."""
    if isinstance(subject, Hole):
        return Case(subject)
    is_typed = _is_typed_dict(low, subject.type)
    found = (truth(low.span(pattern), value=True), subject) if is_typed else _of_kind(low, subject, "dict")
    if found is None:
        message = f"a `{show(subject.type)}` cannot be taken apart as a dict"
        return Case(_refused(low, pattern, message, "compare the parts with `if`"))
    if pattern.rest is not None:
        return Case(_refused(low, pattern, "the rest of a dict cannot be lowered", "name the keys that are wanted"))
    condition, value = found
    parts: Parts = []
    for key, part in zip(pattern.keys, pattern.patterns, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            return Case(_refused(low, part, "a key of a pattern must be a literal text", "compare with `if`"))
        span = low.span(part)
        name = Constant(span=span, value=Text(span=span, value=key.value), type=STR)
        known = field_of(low.view, value.type, key.value) if isinstance(value.type, ClassOf) else None
        if is_typed and known is None:
            return Case(_refused(low, part, f"`{show(value.type)}` has no key `{key.value}`", "remove it"))
        if known is None or not known.required:
            there = Computed(span=span, operation="in-keys", operands=(name, value), type=BOOL)
            condition = choose(condition, there, truth(span, value=False), BOOL)
        parts.append((part, _item(low, value, part, key.value)))
    return _with_parts(low, pattern, condition, parts, ())


def _is_typed_dict(low: Lowering, type_: Type) -> bool:
    info = class_info(low.view, type_.declaration) if isinstance(type_, ClassOf) else None
    return info is not None and info.kind is ClassKind.TYPED_DICT


def _of_kind(low: Lowering, subject: Expr, wanted: str) -> tuple[Expr, Expr] | None:
    """Whether a value is a list or a dict, and the value as one; None where its JSON does not tell."""
    known = low.known(subject) if not isinstance(subject, Hole) else subject
    found = type_test(low.view, known, wanted)
    if found is None or len(found[1]) != 1 or isinstance(known, Hole):
        return None
    (type_,) = found[1]
    if not isinstance(type_, DictOf) and as_list(type_) is None and not isinstance(type_, TupleOf):
        return None
    condition = found[0] if isinstance(known.type, UnionOf) else truth(known.span, value=True)
    return condition, replace(known, type=type_)


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


def _attribute(low: Lowering, subject: Expr, pattern: ast.pattern, name: str, type_: Type) -> Expr:
    return _projected(subject, Access(span=low.span(pattern), key=name, attribute=True), type_)


def _item(low: Lowering, subject: Expr, pattern: ast.pattern, key: int | str) -> Expr:
    """An item of a list or a dict; of a display the very value that stands in it."""
    if isinstance(subject, Computed) and subject.operation in ("tuple", "list") and isinstance(key, int):
        return subject.operands[key]
    type_ = item_type(low.view, subject.type, key) or UNRESOLVED
    return _projected(subject, Access(span=low.span(pattern), key=key, attribute=False), type_)


def _projected(subject: Expr, access: Access, type_: Type) -> Expr:
    if isinstance(subject, Hole):
        return subject
    if isinstance(subject, Projection):
        return replace(subject, span=access.span, path=(*subject.path, access), type=type_)
    return Projection(span=access.span, base=subject, path=(access,), type=type_)


def _positional(low: Lowering, type_: Type) -> tuple[str, ...]:
    """The fields that a pattern may take by position."""
    if not isinstance(type_, ClassOf):
        return ()
    if type_.name == "Ok" and not type_.declaration.path:
        return ("value",)
    info = class_info(low.view, type_.declaration)
    if info is None or info.kind not in POSITIONAL:
        return ()
    return tuple(each.name for each in fields_of(low.view, type_) if each.in_init and not each.keyword_only)


def _refused(low: Lowering, pattern: ast.pattern, message: str, hint: str) -> Hole:
    span = low.span(pattern)
    return Hole(span=span, rule="unsupported-expression", message=message, hints=(hint,), type=UNRESOLVED)


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
