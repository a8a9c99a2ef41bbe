"""ambiguous-union: a member of a union whose JSON form is read as an earlier member."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.algebra import parts
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.pure_base import bare
from athena_lsp.analysis.types import difference, show, unfolded
from athena_lsp.analysis.values import widened
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Kind, Unit
from athena_lsp.ir.types import (
    INT,
    STR,
    ClassOf,
    EnumOf,
    ListOf,
    Scalar,
    ScalarKind,
    SetOf,
    TupleRest,
    Type,
    UnionOf,
)
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit

NO_TEXTS = (ScalarKind.NONE, ScalarKind.BOOL, ScalarKind.INT, ScalarKind.FLOAT)
"""Scalars whose JSON form is no text."""
EVERY_TEXT = (STR, Scalar(ScalarKind.PATH))
"""Types that read every text."""


@rule("a member of a union that is read as another one", severity=Severity.WARNING, fixable=True)
def ambiguous_union(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is Kind.FRAGMENT:
            continue
        annotated = [(f"`{each.name}`", each.type, each.annotation_span) for each in definition.parameters]
        annotated.append((f"the result of `{definition.name}`", definition.returns, definition.returns_span))
        for title, type_, span in annotated:
            found = next(_hidden(facts, type_), None) if span is not None else None
            if span is not None and found is not None:
                taker, lost = found
                yield Finding(
                    span=span,
                    message=f"{title}: a `{show(lost)}` is read as a `{show(taker)}`, which comes first in the union",
                    hints=(f"write `{show(lost)}` before `{show(taker)}`, or make it a field of a class",),
                    fixes=tuple(_mend(span.of(unit.text), span, taker, lost)),
                )


def _hidden(facts: Facts, type_: Type, around: tuple[Type, ...] = ()) -> Iterator[tuple[Type, Type]]:
    """Pairs of members of which the first reads all that the second writes; an alias may hold itself."""
    if type_ in around:
        return
    whole = unfolded(facts, type_)
    members = whole.members if isinstance(whole, UnionOf) else ()
    for number, lost in enumerate(members):
        for taker in members[:number]:
            if _reads(facts, unfolded(facts, taker), unfolded(facts, lost)):
                yield taker, lost
    if not isinstance(whole, ClassOf):
        for part in parts(whole):
            yield from _hidden(facts, part, (*around, type_))


def _reads(facts: Facts, taker: Type, lost: Type) -> bool:
    """Whether the JSON text of every value of `lost` is read as a `taker`, and so is another value."""
    if _is_text(facts, lost) and bare(facts, taker) in EVERY_TEXT and not isinstance(widened(taker), EnumOf):
        return bare(facts, lost) != bare(facts, taker) or isinstance(widened(lost), EnumOf)
    if isinstance(widened(lost), EnumOf) and bare(facts, lost) == INT:
        return taker == INT
    match taker, lost:
        case (
            (ListOf(item=wide) | TupleRest(item=wide) | SetOf(item=wide)),
            (ListOf(item=narrow) | TupleRest(item=narrow) | SetOf(item=narrow)),
        ):
            return type(taker) is not type(lost) and difference(facts, narrow, wide) is None
        case _:
            return False


def _is_text(facts: Facts, type_: Type) -> bool:
    """Whether values are written as texts, and are none: a Literal's words are."""
    whole = widened(type_)
    if isinstance(whole, EnumOf):
        info = facts.class_info(whole.declaration)
        return info is not None and bool(info.cases) and all(isinstance(value, str) for _, value in info.cases)
    return isinstance(type_, Scalar) and type_.kind not in NO_TEXTS


def _mend(written: str, span: Span, taker: Type, lost: Type) -> Iterator[Mend]:
    """The members in an order that keeps both apart, where they are written as plain names."""
    names = [part.strip() for part in written.split("|")]
    taken, hidden = ([n for n, name in enumerate(names) if name == show(each)] for each in (taker, lost))
    if not all(name.isidentifier() for name in names) or len(taken) != 1 or len(hidden) != 1 or taken > hidden:
        return
    first = names.pop(taken[0])
    names.insert(hidden[0], first)
    text = " | ".join(names)
    yield Mend(f"Write `{text}`", (TextEdit(span, text),))
