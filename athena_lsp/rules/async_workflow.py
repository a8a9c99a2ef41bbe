"""async-workflow: a workflow written as `async def`."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Kind, Unit
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit


@rule("a workflow that is `async`", fixable=True, required=True)
def async_workflow(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is Kind.WORKFLOW and definition.async_span is not None:
            start = definition.async_span.start
            edit = TextEdit(Span(start, definition.name_span.start), "def ")
            yield Finding(
                span=definition.async_span,
                message=f"`{definition.name}` is `async`, and a workflow's body is read and never run",
                hints=("calls that do not need each other's results run at the same time by themselves",),
                fixes=(Mend("Remove `async`", (edit,)),),
            )
