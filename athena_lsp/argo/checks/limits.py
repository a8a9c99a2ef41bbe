"""Checks of sizes: what the API server and the controller take of one object, and of one run (X18, X19)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from athena_lsp.argo.checks.catalogue import Catalogue, Document
from athena_lsp.argo.checks.depth import check_depth
from athena_lsp.argo.checks.places import At, Refused

TASKS = 200
TEMPLATES = 200
INPUTS = 500
METRICS = 100
GAUGE = 256
FILE_MODE = 0o777
WORKFLOW_BYTES = 1024 * 1024
ARGUMENT_BYTES = 128 * 1024


def check_limits(document: Document) -> Iterator[Refused]:
    """The limits within one object (Argo's full CRDs)."""
    yield from _count(document.spec.get("templates"), TEMPLATES, "spec.templates")
    yield from _metrics(document.spec.get("metrics"), "spec")
    for template in document.everywhere:
        at, where = template.at, template.where
        yield from _count(at.get("dag", "tasks"), TASKS, f"{where}.dag.tasks")
        yield from _count(at.get("inputs", "parameters"), INPUTS, f"{where}.inputs.parameters")
        yield from _metrics(at.get("metrics"), where)
        for side in ("inputs", "outputs"):
            for artifact in at.get(side, "artifacts").items():
                mode = artifact.get("mode")
                if isinstance(mode.value, int) and not 0 <= mode.value <= FILE_MODE:
                    yield mode.refuse("X18", f"{where}.{side}.artifacts.mode must be between 0 and 0777")
        for task in template.tasks:
            yield from _arguments(task, template.where_of(task))


def check_run_limits(catalogue: Catalogue) -> Iterator[tuple[int, Refused]]:
    """The limits of a run, which holds all templates that it reaches; with the number of the object that is run.

    Only objects that no other refers to are measured: their runs hold the others'.
    """
    yield from check_depth(catalogue)
    numbers = {id(document): number for number, document in enumerate(catalogue.documents)}
    calls = [
        {
            numbers[id(target)]
            for reference in _references(document)
            if (target := catalogue.object(document, reference)) is not None
        }
        for document in catalogue.documents
    ]
    called = {number for targets in calls for number in targets}
    for number, document in enumerate(catalogue.documents):
        if number in called and len(called) < len(calls):
            continue
        size = sum(_size(catalogue.documents[other]) for other in _reached(number, calls))
        if size > WORKFLOW_BYTES:
            message = f"workflow is longer than maximum allowed size: {size} bytes with all its templates"
            yield number, document.at.get("spec").exceeds("X19", f"{message}, {WORKFLOW_BYTES} are allowed")


def _count(at: At, limit: int, where: str) -> Iterator[Refused]:
    if (count := len(tuple(at.items()))) > limit:
        yield at.at_key().exceeds("X18", f"{where}: Too many: must have at most {limit} items, not {count}")


def _metrics(metrics: At, where: str) -> Iterator[Refused]:
    yield from _count(metrics.get("prometheus"), METRICS, f"{where}.metrics.prometheus")
    for metric in metrics.get("prometheus").items():
        value = metric.get("gauge", "value")
        if len(value.text) > GAUGE:
            yield value.exceeds("X18", f"{where}.metrics.gauge.value: Too long: may not be more than {GAUGE} bytes")


def _arguments(task: At, where: str) -> Iterator[Refused]:
    for argument in task.get("arguments", "parameters").items():
        text = argument.get("value").text
        if len(text) > ARGUMENT_BYTES // 4 and (size := len(text.encode(errors="replace"))) > ARGUMENT_BYTES:
            message = f"an argument of {size} bytes: one of at most {ARGUMENT_BYTES} fits a command line"
            yield argument.exceeds("X18", f"{where}: {message}")


def _size(document: Document) -> int:
    """Bytes that the templates take in a run."""
    return sum(len(json.dumps(template.value, separators=(",", ":"), default=str)) for template in document.templates)


def _reached(start: int, calls: list[set[int]]) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        new = calls[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def _references(document: Document) -> Iterator[At]:
    yield document.spec.get("workflowTemplateRef")
    for template in document.everywhere:
        for task in template.tasks:
            yield task.get("templateRef")
    for _, hook in document.spec.get("hooks").entries():
        yield hook.get("templateRef")
