"""Checks of sizes: what the API server and the controller take of one object, and of one run."""

from __future__ import annotations

import json
from collections.abc import Iterator

from athena_lsp.argo.checks.catalogue import Catalogue, Document, tasks_of
from athena_lsp.argo.checks.places import At, Refused

TASKS = 200
TEMPLATES = 200
INPUTS = 500
WORKFLOW_BYTES = 1024 * 1024
ARGUMENT_BYTES = 128 * 1024
DEPTH = 100


def check_limits(document: Document) -> Iterator[Refused]:
    """The limits within one object (Argo's full CRDs)."""
    if len(document.templates) > TEMPLATES:
        count = len(document.templates)
        yield document.spec.get("templates").refuse(f"{_too_many(TEMPLATES)} templates, not {count}", limit=True)
    for template in document.templates:
        where = f"templates.{template.get('name').text}"
        tasks, inputs = template.get("dag", "tasks"), template.get("inputs", "parameters")
        if (count := len(tuple(tasks.items()))) > TASKS:
            yield tasks.refuse(f"{where}.dag.tasks: {_too_many(TASKS)} items, not {count}", limit=True)
        if (count := len(tuple(inputs.items()))) > INPUTS:
            yield inputs.refuse(f"{where}.inputs.parameters: {_too_many(INPUTS)} items, not {count}", limit=True)
        for task in tasks_of(template):
            for argument in task.get("arguments", "parameters").items():
                if (size := len(argument.get("value").text.encode())) > ARGUMENT_BYTES:
                    message = f"an argument of {size} bytes: one of at most {ARGUMENT_BYTES} fits a command line"
                    yield argument.refuse(f"{where}.{task.get('name').text}: {message}", limit=True)


def check_run_limits(catalogue: Catalogue) -> Iterator[tuple[int, Refused]]:
    """The limits of a run, which holds all templates that it reaches; with the number of the object that is run.

    Only objects that no other refers to are looked at: their runs hold the others'.
    """
    numbers = {id(document): number for number, document in enumerate(catalogue.documents)}
    calls = [
        {
            numbers[id(target)]
            for reference in _references(document)
            if (target := catalogue.object(reference)) is not None
        }
        for document in catalogue.documents
    ]
    called = {number for targets in calls for number in targets}
    for number, document in enumerate(catalogue.documents):
        if number in called and len(called) < len(calls):
            continue
        spec = document.at.get("spec")
        size = sum(_size(catalogue.documents[other]) for other in _reached(number, calls))
        if size > WORKFLOW_BYTES:
            message = f"workflow is longer than maximum allowed size: {size} bytes with all its templates"
            yield number, spec.refuse(f"{message}, {WORKFLOW_BYTES} are allowed", limit=True)
        if _nests_too_deep(number, calls):
            yield (
                number,
                spec.refuse(f"Maximum recursion depth exceeded: calls nest more than {DEPTH} deep", limit=True),
            )


def _too_many(count: int) -> str:
    return f"Too many: must have at most {count}"


def _size(document: Document) -> int:
    """Bytes that the templates take in a run."""
    return sum(len(json.dumps(template.value, separators=(",", ":"))) for template in document.templates)


def _reached(start: int, calls: list[set[int]]) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        new = calls[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def _nests_too_deep(start: int, calls: list[set[int]]) -> bool:
    """Whether some way of calls is longer than the limit; one in a circle is."""
    level = {start}
    for _ in range(DEPTH):
        level = {target for number in level for target in calls[number]}
        if not level:
            return False
    return True


def _references(document: Document) -> Iterator[At]:
    yield document.spec.get("workflowTemplateRef")
    for template in document.templates:
        for task in tasks_of(template):
            yield task.get("templateRef")
    for _, hook in document.spec.get("hooks").entries():
        yield hook.get("templateRef")
