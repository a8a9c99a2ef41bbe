"""missing-return: a workflow that declares a result and does not give one on every path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import difference, show
from athena_lsp.ir.model import Definition, Hole, Step, Unit, WorkflowBody
from athena_lsp.ir.types import NONE, Scalar, ScalarKind
from athena_lsp.rules._bodies import flows, values_read
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

LINE = re.compile(r"[^\r\n]*")


@rule("a workflow that declares a result and does not return one", fixable=True, required=True)
def missing_return(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition, body in ((flow.definition, flow.body) for flow in flows(unit)):
        annotation = definition.returns_span
        if annotation is None or definition.returns == Scalar(ScalarKind.NONE) or definition.returns_problems:
            continue
        declared = Related(f"`{definition.name}` is declared to return `{show(definition.returns)}`", span=annotation)
        yield from _empty(definition, body, declared)
        if body.always_returns or _has_unknown_statement(body):
            continue
        if not body.every_return:
            yield Finding(
                span=definition.name_span,
                message=f"`{definition.name}` declares `{show(definition.returns)}` and never returns a value",
                related=(declared,),
                hints=("return the result of a step, or remove the return annotation",),
                fixes=_return_last(facts, definition, body) or _return_named(unit, facts, definition, body),
            )
        elif difference(facts, NONE, definition.returns) is not None:
            yield Finding(
                span=definition.name_span,
                message=f"`{definition.name}` declares `{show(definition.returns)}` and returns it on only some paths",
                related=(
                    declared,
                    *(Related("this path returns a value", span=each.span) for each in body.every_return[:1]),
                ),
                hints=("return a value at the end, too, or declare that the result may be `None`",),
            )


def _empty(definition: Definition, body: WorkflowBody, declared: Related) -> Iterator[Finding]:
    """`return` without a value."""
    for returned in body.every_return:
        if returned.value is None:
            yield Finding(
                span=returned.span,
                message=f"`return` without a value, where `{definition.name}` declares `{show(definition.returns)}`",
                related=(declared,),
                hints=("return the result of a step, or remove the return annotation",),
            )


def _has_unknown_statement(body: WorkflowBody) -> bool:
    """Whether a statement was not understood: it may hold the `return`."""
    return any(isinstance(value, Hole) and value.rule == "unsupported-statement" for value in values_read(body))


def _return_last(facts: Facts, definition: Definition, body: WorkflowBody) -> tuple[Mend, ...]:
    """The last step's result, when it is of the declared type."""
    last = body.statements[-1] if body.statements else None
    if not isinstance(last, Step) or difference(facts, last.callee.returns, definition.returns) is not None:
        return ()
    begin = last.name_span.start if last.name_span is not None else last.span.start
    title = f"Return the result of `{last.callee.declaration.name}`"
    return (Mend(title, (TextEdit(Span(begin, last.span.start), "return "),)),)


def _return_named(unit: Unit, facts: Facts, definition: Definition, body: WorkflowBody) -> tuple[Mend, ...]:
    """A `return` below all statements, of the latest result that is of the declared type."""
    steps = [each for each in body.statements if isinstance(each, Step) and each.name and each.item is None]
    fitting = [each for each in steps if difference(facts, each.callee.returns, definition.returns) is None]
    if not fitting or fitting[-1].attempted:
        return ()
    last = max(each.span.end for each in body.statements)
    start = unit.text.rfind("\n", 0, (fitting[-1].name_span or fitting[-1].span).start) + 1
    indent = unit.text[start : (fitting[-1].name_span or fitting[-1].span).start]
    line = LINE.match(unit.text, last)
    at = line.end() if line is not None else last
    if indent.strip() or not indent:
        return ()
    name = fitting[-1].name
    return (Mend(f"Return `{name}`", (TextEdit(Span(at, at), f"\n{indent}return {name}"),)),)
