"""no-value: the result of a step that returns nothing is used."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Bare, Expr, Return, Signature, Unit
from athena_lsp.ir.types import Scalar, ScalarKind
from athena_lsp.rules._bodies import flows, gives_nothing, returned_by, statement_values
from athena_lsp.rules.base import Finding, Related, rule

NOTHING = Scalar(ScalarKind.NONE)


@rule("the result of a step that returns nothing is used")
def no_value(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        passes_on = flow.definition.returns_span is None or flow.definition.returns == NOTHING
        for statement in flow.body.every_statement:
            if isinstance(statement, Bare) or (isinstance(statement, Return) and passes_on):
                continue
            for value in statement_values(statement):
                step = flow.producer(value)
                if step is not None and gives_nothing(step):
                    yield _finding(value, step.callee)


def _finding(value: Expr, callee: Signature) -> Finding:
    name = callee.declaration.name
    return Finding(
        span=value.span,
        message=f"`{name}` returns nothing, so there is no value to use here",
        related=(Related(f"`{name}` is declared to return `None`", returned_by(callee)),),
        hints=(f"let `{name}` return a value and annotate it",),
    )
