"""Checks of tags and expressions: everything read must be there by then (rules V, and what Argo never looks at)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from athena_lsp.argo.checks.catalogue import POD_KINDS, Catalogue, Document, kinds_of, tasks_of
from athena_lsp.argo.checks.graph import LOOPS, Order, order_of
from athena_lsp.argo.checks.places import At, Refused, texts
from athena_lsp.argo.checks.tags import Chain, chains, expression_problem, tags

CHECKED = ("item", "steps.", "inputs.", "outputs.", "pod.", "workflow.", "tasks.")
"""Tags that begin so must resolve; others are not Argo's."""
WORKFLOW_WORDS = re.compile(
    r"workflow\.(?:name|namespace|mainEntrypoint|serviceAccountName|uid|duration|scheduledTime|status|failures|priority"
    r"|creationTimestamp(?:\..*)?|parameters(?:\..*)?|annotations(?:\..*)?|labels(?:\..*)?|outputs\..*)\Z"
)
TASK_WORDS = frozenset({"id", "name", "ip", "status", "startedAt", "finishedAt", "exitCode", "hostNodeName"})
OWN_NAME = frozenset({"tasks.name", "steps.name"})
EXPRESSION_FIELDS = (("retryStrategy", "expression"),)


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be read in one place of a template."""

    inputs: At
    mode: str
    tasks: dict[str, At | None]
    """The tasks of the template, with what they call where that can be seen."""
    order: Order
    task: str = ""
    """The task that reads; empty for the template as a whole, which is done when all tasks are."""
    has_item: bool = False
    is_pod: bool = False

    def has_ended(self, task: str) -> bool:
        return not self.task or self.order.is_before(task, self.task)


def check_variables(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    for template in document.templates:
        where = f"templates.{template.get('name').text}"
        called = {task.get("name").text: catalogue.called(document, task) for task in tasks_of(template)}
        mode = "tasks" if template.get("dag") else "steps"
        is_pod = bool(set(POD_KINDS).intersection(kinds_of(template)))
        order = order_of(template)
        whole = Scope(template.get("inputs"), mode, called, order, is_pod=is_pod)
        yield from _template(template, whole, where)
        for task in tasks_of(template):
            name = task.get("name").text
            has_item = any(task.get(loop) for loop in LOOPS)
            scope = Scope(template.get("inputs"), mode, called, order, name, has_item)
            yield from _task(task, scope, f"{where}.tasks.{name}")


def _template(template: At, scope: Scope, where: str) -> Iterator[Refused]:
    """All of a template but its tasks."""
    for key, at in template.entries():
        if key == "dag":
            for inner, value in at.entries():
                if inner != "tasks":
                    yield from _texts(value, scope, where)
        elif key != "steps":
            yield from _texts(at, scope, where)
    for path in EXPRESSION_FIELDS:
        yield from _expression(template.get(*path), template.get(*path).text, scope, where)
    for parameter in template.get("outputs", "parameters").items():
        expression = parameter.get("valueFrom", "expression")
        yield from _expression(expression, expression.text, scope, where)


def _task(task: At, scope: Scope, where: str) -> Iterator[Refused]:
    for key, at in task.entries():
        if key == "hooks":
            for _, hook in at.entries():
                expression = hook.get("expression")
                yield from _expression(expression, expression.text, scope, where, late=True)
        elif key not in ("name", "template", "templateRef", "depends", "inline"):
            yield from _texts(at, scope, where)


def _texts(at: At, scope: Scope, where: str) -> Iterator[Refused]:
    for place in texts(at):
        if "{{" in place.text:
            yield from _tags(place, scope, where)


def _tags(place: At, scope: Scope, where: str) -> Iterator[Refused]:
    for tag in tags(place.text):
        if tag is None:
            yield place.refuse(f'{where}: Cannot find end tag="}}}}" in the template')
        elif tag.is_expression:
            yield from _expression(place, tag.content, scope, where)
        elif tag.content.startswith(CHECKED) and not _resolves(tag.content, scope):
            yield place.refuse(f"{where} failed to resolve {{{{{tag.content}}}}}")


def _resolves(name: str, scope: Scope) -> bool:
    head, _, rest = name.partition(".")
    match head:
        case "item":
            return scope.has_item
        case "workflow":
            return bool(WORKFLOW_WORDS.match(name))
        case "outputs":
            return True
        case "pod":
            return scope.is_pod and rest == "name"
        case "inputs":
            return _is_input(rest.split("."), scope)
        case "tasks" | "steps":
            return name in OWN_NAME or (head == scope.mode and _is_result(rest.split("."), scope))
        case _:
            return not name.startswith(CHECKED)


def _is_input(names: list[str], scope: Scope) -> bool:
    kind, *rest = names
    if kind == "parameters" and not rest:
        return True
    declared = {at.get("name").text for at in scope.inputs.get(kind).items()}
    return kind in ("parameters", "artifacts") and bool(rest) and rest[0] in declared and rest[1:] in ([], ["path"])


def _is_result(names: list[str], scope: Scope) -> bool:
    """`X.outputs.parameters.Y` of any task; its status only of one that has ended."""
    task, *rest = names
    if task not in scope.tasks or not rest:
        return False
    called = scope.tasks[task]
    match rest:
        case ["status"]:
            return scope.has_ended(task)
        case [word]:
            return word in TASK_WORDS
        case ["outputs", "result" | "exitCode" | "parameters"]:
            return True
        case ["outputs", "parameters" | "artifacts" as kind, name]:
            return called is None or name in {at.get("name").text for at in called.get("outputs", kind).items()}
        case _:
            return False


def _expression(place: At, text: str, scope: Scope, where: str, *, late: bool = False) -> Iterator[Refused]:
    """What Argo finds out at run time only; often a run waits for ever. `late`: all tasks have ended by then."""
    if not place or not text:
        return
    if problem := expression_problem(text):
        yield place.refuse(f"{where} failed to evaluate expression `{text}`: {problem}")
        return
    for chain in chains(text):
        problem = _chain_problem(chain, scope, late=late)
        if problem:
            yield place.refuse(f"{where} expression `{text}`: {problem}")


def _chain_problem(chain: Chain, scope: Scope, *, late: bool) -> str:
    head, *rest = chain.names
    if head == "inputs" and rest:
        if not _is_input(rest[:2], scope):
            return f"`{'.'.join(chain.names)}` is no input of this template"
        return _text_problem(chain.names, 3)
    if head not in ("tasks", "steps") or not rest or ".".join(chain.names) in OWN_NAME:
        return ""
    task = rest[0]
    if head != scope.mode or task not in scope.tasks:
        return f"`{head}['{task}']` is not there, and Argo would wait for it for ever"
    if not scope.has_ended(task) and not chain.guarded and not late:
        return f"`{task}` need not have ended by then: it is missing in depends"
    if chain.double_quoted and rest[1:3] == ["outputs", "result"]:
        return "stdout is only captured for outputs.result in single quotes"
    if len(rest) > 1 and not chain.guarded and not _is_result(rest[:4], scope):
        return f"`{'.'.join(chain.names[:5])}` is no output of what `{task}` calls"
    return _text_problem(chain.names, 5) if rest[1:3] == ["outputs", "parameters"] else ""


def _text_problem(names: tuple[str, ...], length: int) -> str:
    if len(names) > length:
        whole, part = ".".join(names[:length]), names[length]
        return f"`{whole}` is a text and has no `{part}`: decode it with fromJSON first"
    return ""
