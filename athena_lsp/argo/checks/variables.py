"""Checks of plain tags: everything read must be there (rules V)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from athena_lsp.argo.checks.catalogue import Catalogue, Document, Template, hooks_of, is_leaf
from athena_lsp.argo.checks.conditions import check_when
from athena_lsp.argo.checks.graph import Order
from athena_lsp.argo.checks.places import At, Refused, texts
from athena_lsp.argo.checks.reads import check_expression, check_field, check_output
from athena_lsp.argo.checks.scopes import (
    Scope,
    Verdict,
    World,
    inline_scope,
    input_verdict,
    item_verdict,
    near_parameter,
    result_verdict,
    task_scope,
    template_scope,
    workflow_verdict,
    world_of,
)
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.tags import CLOSE, OPEN, Tag, Unclosed, tags

CHECKED = ("item.", "steps.", "inputs.", "outputs.", "pod.", "workflow.", "tasks.")
"""Tags that begin so must resolve; others are not Argo's."""
OF_TEMPLATES = ("inputs.", "outputs.", "tasks.", "steps.", "item.")
PARAMETERS = "workflow.parameters."
OWN_NAMES = ("tasks.name", "steps.name")
CODES: Mapping[Verdict, str] = {"result": "V6", "ip": "V6", "label": "V7", "early": "V4"}
REASONS: Mapping[Verdict, str] = {
    "result": ": what it calls has no result",
    "ip": ": only a daemon has an address",
    "label": ": nothing declares it in metadata or workflowMetadata",
    "early": ": it need not have ended by then",
}
OWN_FIELDS = frozenset({"inline", "hooks", "when"})
"""Fields of a task that are looked at in ways of their own."""
MADE = frozenset({"dag", "steps", "inputs", "outputs"})
"""Fields of a template that no option fills."""
ABOUT_SPEC = ("templates", "templateDefaults", "hooks")


def check_variables(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    world = world_of(catalogue, document)
    yield from _spec(document, world)
    scopes: dict[tuple[str | int, ...], Scope] = {}
    for template in document.everywhere:
        scope = template_scope(catalogue, document, world, template)
        if template.is_inline:
            scope = inline_scope(scope, scopes[template.at.path[:-1]])
        yield from _template(template, scope)
        for task in template.tasks:
            inner = task_scope(scope, task)
            scopes[task.path] = inner
            yield from _task(task, inner, template.where_of(task))


def check_options(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """The same of all but tasks, inputs and outputs, where athena itself has made those."""
    world = world_of(catalogue, document)
    yield from _spec(document, world)
    for template in document.everywhere:
        inputs = (template.at.get("inputs"),)
        scope = Scope(world, inputs, "", {}, {}, Order({}, {}, frozenset()), is_leaf=is_leaf(template.at))
        for key, at in template.at.entries():
            if key not in MADE:
                yield from _texts(at, scope, template.where)


def _spec(document: Document, world: World) -> Iterator[Refused]:
    """Variables of the run are filled in everywhere in a spec. Argo looks at templates alone."""
    scope, spec = Scope(world, (), "", {}, {}, Order({}, {}, frozenset())), document.spec
    for key, at in spec.entries():
        for place in texts(at) if key not in ABOUT_SPEC else ():
            for tag in tags(place.text):
                if not isinstance(tag, Tag):
                    continue
                if tag.is_expression:
                    yield from _expression(place, tag, scope, f"spec.{key}", "metrics" if key == "metrics" else "")
                elif tag.content.startswith(OF_TEMPLATES) and key not in ("metrics", "arguments"):
                    message = (
                        f"spec.{key} failed to resolve {{{{{tag.content}}}}}: only variables of the run are filled in"
                    )
                    yield place.trap("V1", message, tag.span)
                elif tag.content.startswith("workflow.") and not (key == "arguments" and PARAMETERS in tag.content):
                    verdict = workflow_verdict(tuple(tag.content.split(".")[1:]), world)
                    if verdict not in ("", "label"):
                        yield place.trap("V1", f"spec.{key} failed to resolve {{{{{tag.content}}}}}", tag.span)
    for name, hook in spec.get("hooks").entries():
        yield from check_field(hook.get("expression"), scope, f"hooks.{name}", "hook")
        yield from _texts(hook.get("arguments"), scope, f"hooks.{name}", "hook")
    for metric in spec.get("metrics", "prometheus").items():
        yield from check_when(metric.get("when"), "spec.metrics")
    yield from check_field(spec.get("retryStrategy", "expression"), scope, "spec", "retry")
    for label, source in spec.get("workflowMetadata", "labelsFrom").entries():
        yield from check_field(source.get("expression"), scope, f"spec.workflowMetadata.labelsFrom.{label}")


def _template(template: Template, scope: Scope) -> Iterator[Refused]:
    """All of a template but its tasks."""
    for key, at in template.at.entries():
        if key == "dag":
            yield from _texts(at.get("target"), scope, template.where)
        elif key == "outputs":
            yield from _outputs(at, scope, template.where)
        elif key == "metrics":
            for metric in at.get("prometheus").items():
                yield from check_when(metric.get("when"), f"{template.where}.metrics")
            yield from _texts(at, scope, template.where, "metrics")
        elif key != "steps":
            yield from _texts(at, scope, template.where)
    yield from check_field(template.at.get("retryStrategy", "expression"), scope, template.where, "retry")
    yield from check_field(template.at.get("http", "successCondition"), scope, template.where, "http")
    for step in template.at.get("data", "transformation").items():
        yield from check_field(step.get("expression"), scope, template.where, "data")


def _outputs(outputs: At, scope: Scope, where: str) -> Iterator[Refused]:
    yield from _texts(outputs, scope, where)
    for parameter in outputs.get("parameters").items():
        yield from check_output(parameter.get("valueFrom", "expression"), scope, f"{where}.outputs")
    for artifact in outputs.get("artifacts").items():
        yield from check_field(artifact.get("fromExpression"), scope, f"{where}.outputs")


def _task(task: At, scope: Scope, where: str) -> Iterator[Refused]:
    for key, at in task.entries():
        if key not in OWN_FIELDS:
            yield from _texts(at, scope, where)
    yield from _texts(task.get("when"), scope, where)
    yield from check_when(task.get("when"), where)
    for artifact in task.get("arguments", "artifacts").items():
        yield from check_field(artifact.get("fromExpression"), scope, where)
    for name, hook in hooks_of(task):
        yield from check_field(hook.get("expression"), scope, f"{where}.hooks.{name}", "hook")
        yield from _texts(hook.get("arguments"), scope, f"{where}.hooks.{name}", "hook")


def _texts(at: At, scope: Scope, where: str, place: str = "") -> Iterator[Refused]:
    for text in texts(at):
        if text.has_tag:
            yield from _tags(text, scope, where, place)


def _tags(at: At, scope: Scope, where: str, place: str) -> Iterator[Refused]:
    for tag in tags(at.text):
        if isinstance(tag, Unclosed):
            yield at.refuse("V3", f'{where}: Cannot find end tag="}}}}" in the template', tag.span)
        elif tag.is_expression:
            yield from _expression(at, tag, scope, where, place)
        elif tag.outer is not None and tag.outer.startswith(CHECKED):
            yield at.refuse("V1", f"{where} failed to resolve {{{{{tag.outer}{{{{{tag.content}}}}}", tag.span)
        elif tag.content.startswith("="):
            message = f"`{{{{ {tag.content}}}}}` is no expression: nothing may stand before its `=`"
            yield at.trap("X1", f"{where} {message}", tag.span)
        else:
            yield from _plain(at, tag, scope, where, place)


def _expression(at: At, tag: Tag, scope: Scope, where: str, place: str) -> Iterator[Refused]:
    """An expression in a tag, which may have ended too early."""
    if parse(tag.content).problem is not None:
        end = tag.span.end
        while (end := at.text.find(CLOSE, end - 1)) >= 0:
            if parse(at.text[tag.start : end]).expression is not None and OPEN not in at.text[tag.start : end]:
                message = "the tag ends at the first `}}`, inside the expression: put a blank between the braces"
                yield at.trap("X4", f"{where} expression `{tag.content}`: {message}", tag.span)
                return
            end += len(CLOSE)
    yield from check_expression(at, tag.content, tag.start, scope, where, place)


def _plain(at: At, tag: Tag, scope: Scope, where: str, place: str) -> Iterator[Refused]:
    name = tag.content
    if name == "item":
        if scope.task and item_verdict(name, scope):
            yield at.trap("V4", f"{where} failed to resolve {{{{item}}}}: nothing is looped over", tag.span)
    elif name.startswith(CHECKED) and not name.startswith(OWN_NAMES):
        verdict = _verdict(name, scope, place)
        if name.startswith(PARAMETERS) and (near := near_parameter(name.removeprefix(PARAMETERS), scope.world)):
            yield at.advise("V1", f"{where} reads {{{{{name}}}}}, which is not declared here{near}", tag.span)
        if verdict:
            message = f"{where} failed to resolve {{{{{name}}}}}{REASONS.get(verdict, '')}"
            yield at.refuse(CODES.get(verdict, "V1"), message, tag.span)


def _verdict(name: str, scope: Scope, place: str) -> Verdict:
    head, *names = name.split(".")
    match head:
        case "item":
            return item_verdict(name, scope)
        case "workflow":
            return workflow_verdict(tuple(names), scope.world)
        case "outputs":
            return ""
        case "pod":
            return "" if scope.is_pod and names == ["name"] else "absent"
        case "inputs":
            return input_verdict(tuple(names), scope)
        case _ if head == scope.mode:
            verdict = result_verdict(tuple(names), scope, is_tag=True)
            return "" if verdict == "early" and place == "hook" else verdict
        case _:
            return "absent"
