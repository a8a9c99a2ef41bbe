"""Checks of outputs that may be absent when somebody wants them (X22): of skipped tasks, and optional ones."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.argo.checks.catalogue import Catalogue, Document, Template
from athena_lsp.argo.checks.graph import Order, conditions, order_of
from athena_lsp.argo.checks.places import At, Refused
from athena_lsp.argo.exprs.tags import only_tag

KINDS = (("parameters", "value"), ("artifacts", "from"))
LEFT_OUT = frozenset({None, "Skipped", "Omitted"})
"""Conditions that hold although the other task has made nothing; without a result, being skipped is enough."""


def check_absent(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """A plain tag that carries a whole output into a task that runs whether or not there is one."""
    for template in document.everywhere:
        tasks = {task.get("name").text: task for task in template.tasks}
        if not catalogue.has_optional and not any(task.get("when") for task in template.tasks):
            continue
        order = order_of(template.at)
        for task in template.tasks:
            if not task.get("when"):
                yield from _reads(catalogue, document, template, tasks, order, task)


def _reads(
    catalogue: Catalogue, document: Document, template: Template, tasks: dict[str, At], order: Order, task: At
) -> Iterator[Refused]:
    consumer = catalogue.called(document, task)
    for kind, field in KINDS:
        for argument in task.get("arguments", kind).items():
            at = argument.get(field)
            tag = only_tag(at.text) if at.text else None
            names = tag.content.split(".") if tag is not None and not tag.is_expression else []
            if len(names) != 5 or names[0] != template.mode or names[1] not in tasks or consumer is None:
                continue
            source = tasks[names[1]]
            producer = catalogue.called(document, source)
            if producer is None or _has_fallback(producer, consumer, kind, names[4], argument.get("name").text):
                continue
            if source.get("when") and _runs_without(template, task, names[1], order):
                what = f"`{names[1]}` may be skipped, and then `{at.text}` is absent"
            elif kind == "artifacts" and _named(producer.get("outputs", kind), names[4]).get("optional").value is True:
                what = f"`{names[4]}` of `{names[1]}` is optional, and may be absent"
            else:
                continue
            wanted = "give the input a default" if kind == "parameters" else "make the input optional"
            yield at.advise("X22", f"{template.where_of(task)}: {what}: {wanted}")


def _has_fallback(producer: At, consumer: At, kind: str, output: str, taken: str) -> bool:
    made, wanted = _named(producer.get("outputs", kind), output), _named(consumer.get("inputs", kind), taken)
    if kind == "artifacts":
        return wanted.get("optional").value is True
    return bool(made.get("valueFrom", "default") or made.get("value") or wanted.get("default") or wanted.get("value"))


def _runs_without(template: Template, task: At, source: str, order: Order) -> bool:
    """Whether the task runs although the one that it reads was skipped."""
    if template.mode == "steps":
        return order.is_before(source, task.get("name").text)
    if source in {item.text for item in task.get("dependencies").items()}:
        return True
    return any(result.task == source and result.result in LEFT_OUT for result in conditions(task))


def _named(places: At, name: str) -> At:
    return next((at for at in places.items() if at.get("name").text == name), At(None))
