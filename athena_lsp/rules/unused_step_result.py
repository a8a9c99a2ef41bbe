"""unused-step-result: a step's result is bound to a name that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Step, Unit
from athena_lsp.rules._bodies import flows, gives_nothing
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit

PLAIN_ASSIGNMENT = len(" = ")


@rule("a step's result that nobody reads", severity=Severity.WARNING, fixable=True, when_right=True)
def unused_step_result(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for step in flow.body.every_step:
            span = step.name_span
            if span is None or step.result_used or not step.name:
                continue
            if step.name.startswith("_") or gives_nothing(step):
                continue
            callee = step.callee.declaration.name
            yield Finding(
                span=span,
                message=f"`{step.name}` (`{show(step.callee.returns)}`, from `{callee}`) is never read",
                hints=(f"call `{callee}` without a name, or pass `{step.name}` to the step that needs it",),
                fixes=_mends(step, span),
                unnecessary=True,
            )


def _mends(step: Step, name: Span) -> tuple[Mend, ...]:
    renamed = Mend(f"Rename to `_{step.name}`", (TextEdit(name, f"_{step.name}"),), safe=True)
    if step.span.start - name.end > PLAIN_ASSIGNMENT:
        return (renamed,)
    removed = Mend(f"Remove `{step.name} = `", (TextEdit(Span(name.start, step.span.start), ""),), safe=True)
    return (removed, renamed)
