"""incomparable-types: a comparison of values that are never equal."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.kinds import kind_of
from athena_lsp.analysis.narrowing import members
from athena_lsp.analysis.types import show
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Computed, Constant, Unit
from athena_lsp.ir.types import EnumOf, LiteralOf, Type
from athena_lsp.ir.values import Text
from athena_lsp.rules._bodies import flows, holes, values_read
from athena_lsp.rules._edits import reworded
from athena_lsp.rules._nearest import nearest
from athena_lsp.rules.base import Finding, Mend, rule

NUMBERS = frozenset({"float", "bool"})
"""`True == 1` and `1 == 1.0`."""


@rule("a comparison that is always false", severity=Severity.WARNING, fixable=True)
def incomparable_types(unit: Unit, facts: Facts) -> Iterator[Finding]:
    seen = {hole.span for hole in holes(unit, "unreachable-step")}
    for flow in flows(unit):
        for value in values_read(flow.body):
            if not isinstance(value, Computed) or value.operation not in ("equal", "unequal") or value.span in seen:
                continue
            left, right = (operand.type for operand in value.operands)
            if not any(_may_be_equal(facts, a, b) for a in members(facts, left) for b in members(facts, right)):
                seen.add(value.span)
                always = "false" if value.operation == "equal" else "true"
                yield Finding(
                    span=value.span,
                    message=f"`{show(left)}` and `{show(right)}` are never equal, so this is always {always}",
                    hints=("compare values of one type",),
                    fixes=tuple(_words(value)),
                )


def _words(value: Computed) -> Iterator[Mend]:
    """The word of a `Literal` that a constant which is none of them was meant to be."""
    for constant, other in (value.operands, reversed(value.operands)):
        text = constant.value if isinstance(constant, Constant) else None
        words = (
            [each for each in other.type.values if isinstance(each, str)] if isinstance(other.type, LiteralOf) else []
        )
        if isinstance(text, Text):
            for near in nearest(text.value, words):
                yield from reworded(text, near)


def _may_be_equal(facts: Facts, left: Type, right: Type) -> bool:
    if isinstance(left, LiteralOf) and isinstance(right, LiteralOf):
        return left.values == right.values
    if isinstance(left, EnumOf) and isinstance(right, EnumOf):
        return left.declaration == right.declaration and (not left.case or not right.case or left.case == right.case)
    kinds = kind_of(facts, left), kind_of(facts, right)
    return "" in kinds or kinds[0] == kinds[1] or NUMBERS.issuperset(kinds)
