"""invalid-option: an option of one call that Argo cannot honour."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Step, StepRef, Unit
from athena_lsp.ir.node import walk
from athena_lsp.rules._bodies import flows, holes
from athena_lsp.rules._nearest import replacements
from athena_lsp.rules.base import Finding, rule


@rule("an option of a call that Argo cannot honour", fixable=True, required=True)
def invalid_option(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "invalid-option"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=replacements(hole.span, hole.near))
    for flow in flows(unit):
        for step in flow.body.every_step:
            yield from _expressions(step)


def _expressions(step: Step) -> Iterator[Finding]:
    """Argo's own expressions can be read by Argo, and stand where they see what they name."""
    if step.options is None:
        return
    when = step.options.when
    if when is not None:
        problem = parse(when.value).problem
        if problem is not None:
            yield Finding(span=when.span, message=f"Argo cannot read this expression: {problem.what}")
        elif "tasks" in when.value or "steps" in when.value:
            message = "`when=` can read `inputs.parameters` and `workflow`, and no other step"
            yield Finding(span=when.span, message=message, hints=("use `if` around the call",))
    for hook in step.options.hooks:
        if hook.kind != "expression":
            continue
        problem = parse(hook.expression).problem
        if problem is not None:
            yield Finding(span=hook.span, message=f"Argo cannot read this expression: {problem.what}")
        elif step.attempted or step.item is not None or when is not None or reads_results(step):
            message = "a hook with an expression of its own belongs to a plain call, with arguments known at the start"
            yield Finding(span=hook.span, message=message, hints=("use `on_success=`, `on_failure=` or `on_exit=`",))


def reads_results(step: Step) -> bool:
    """Whether a hook of the step takes what another step has made."""
    values = (bound.value for call in step.hook_calls for bound in call.bound)
    return any(any(walk(value, StepRef)) or any(walk(value, ItemRef)) for value in values)
