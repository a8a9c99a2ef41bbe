"""Checks of names inside a spec: there, unique, and of the letters that Argo takes (rules N)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from athena_lsp.argo.checks.catalogue import Document, tasks_of
from athena_lsp.argo.checks.places import At, Refused, duplicates
from athena_lsp.argo.checks.tags import KEYWORDS

WORKFLOW_FIELD = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*\Z")
PARAMETER = re.compile(r"[-a-zA-Z0-9_]+\Z")
LIMIT = 128


def check_names(document: Document) -> Iterator[Refused]:
    yield from _named(document.templates, "spec.templates")
    for kind in ("parameters", "artifacts"):
        yield from _carried(document.spec.get("arguments", kind), "spec.arguments")
    for template in document.templates:
        where = f"templates.{template.get('name').text}"
        tasks = tasks_of(template)
        yield from _named(tasks, f"{where}.tasks" if template.get("dag") else f"{where}.steps")
        for side in ("inputs", "outputs"):
            for kind in ("parameters", "artifacts"):
                yield from _carried(template.get(side, kind), f"{where}.{side}")
        by_name = any(task.get("depends") for task in tasks)
        for task in tasks:
            yield from _task(task, template, uses_depends=by_name)


def _task(task: At, template: At, *, uses_depends: bool) -> Iterator[Refused]:
    name = task.get("name")
    where = f"templates.{template.get('name').text}.tasks.{name.text}"
    for kind in ("parameters", "artifacts"):
        yield from _carried(task.get("arguments", kind), f"{where}.arguments")
    if not template.get("dag"):
        return
    if name.text in KEYWORDS:
        yield name.refuse(f"`{name.text}` is a word of the expression language: `depends` cannot name such a task")
    if name.text[:1].isdigit() and (uses_depends or task.get("dependencies")):
        yield name.refuse(f"{where} name cannot begin with a digit when using either 'depends' or 'dependencies'")


def _named(places: Iterable[At], where: str) -> Iterator[Refused]:
    places = tuple(places)
    for number, at in enumerate(places):
        name = at.get("name")
        if not name.text:
            yield at.refuse(f"{where}[{number}].name is required")
        elif len(name.text) > LIMIT:
            yield name.refuse(f"{where}[{number}].name: must be no more than {LIMIT} characters", limit=True)
        elif "{{" not in name.text and not WORKFLOW_FIELD.match(name.text):
            message = "a valid name must consist of alphanumeric characters or '-', and must start with an alphanumeric"
            yield name.refuse(f"{where}[{number}].name: '{name.text}' is invalid: {message} character")
    for name, text in duplicates(iter(places)):
        yield name.refuse(f"{where} name '{text}' is not unique")


def _carried(places: At, where: str) -> Iterator[Refused]:
    for number, at in enumerate(places.items()):
        name = at.get("name")
        if not name.text:
            yield at.refuse(f"{where}[{number}].name is required")
        elif not PARAMETER.match(name.text):
            message = "Parameter/Artifact names must consist of alpha-numeric characters, '_' or '-'"
            yield name.refuse(f"{where}.{name.text}: '{name.text}' is invalid: {message}")
    for name, text in duplicates(places.items()):
        yield name.refuse(f"{where}.{text} name is not unique")
