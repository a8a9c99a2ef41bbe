"""Checks of names inside a spec: there, unique, and of the letters that Argo takes (rules N)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from athena_lsp.argo.checks.catalogue import Document, Template
from athena_lsp.argo.checks.places import At, Refused, duplicates
from athena_lsp.argo.exprs.lexer import KEYWORDS

WORKFLOW_FIELD = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*\Z")
PARAMETER = re.compile(r"[-a-zA-Z0-9_]+\Z")
METRIC = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*\Z")
LIMIT = 128
FIELD_RULE = "name must consist of alpha-numeric characters or '-', and must start with an alpha-numeric character"
PARAMETER_RULE = "Parameter/Artifact name must consist of alpha-numeric characters, '_' or '-'"
KINDS = ("parameters", "artifacts")


def check_names(document: Document) -> Iterator[Refused]:
    yield from _named(document.templates, "spec.templates", "N1")
    for kind in KINDS:
        yield from _carried(document.spec.get("arguments", kind), f"spec.arguments.{kind}")
    yield from _metrics(document.spec.get("metrics", "prometheus"), "spec")
    for template in document.everywhere:
        yield from _template(template)


def _template(template: Template) -> Iterator[Refused]:
    at, where, tasks = template.at, template.where, template.tasks
    yield from _named(tasks, f"{where}.{template.mode}", "N1" if template.mode == "tasks" else "N3")
    yield from _named(tuple(at.get("containerSet", "containers").items()), f"{where}.containerSet.containers", "N1")
    for side in ("inputs", "outputs"):
        for kind in KINDS:
            yield from _carried(at.get(side, kind), f"{where}.{side}.{kind}")
    for kind in KINDS:
        for output in at.get("outputs", kind).items():
            name = output.get("globalName")
            if name.text and not name.has_tag and not PARAMETER.match(name.text):
                full = f"{where}.outputs.{kind}.{output.get('name').text}.globalName"
                yield name.refuse("N4", f"{full}: {PARAMETER_RULE}")
    yield from _metrics(at.get("metrics", "prometheus"), where)
    by_name = any(task.get("depends") for task in tasks)
    for task in tasks:
        yield from _task(task, template, uses_depends=by_name)


def _task(task: At, template: Template, *, uses_depends: bool) -> Iterator[Refused]:
    name, where = task.get("name"), template.where_of(task)
    for kind in KINDS:
        yield from _carried(task.get("arguments", kind), f"{where}.arguments.{kind}")
    if template.mode != "tasks":
        return
    if name.text in KEYWORDS:
        message = f"`{name.text}` is a word of the expression language: no condition can name such a task"
        yield name.trap("X5", message)
    if name.text[:1].isdigit() and (uses_depends or task.get("dependencies")):
        message = f"{where} name cannot begin with a digit when using either 'depends' or 'dependencies'"
        yield name.refuse("N5", message)


def _named(places: Iterable[At], where: str, code: str) -> Iterator[Refused]:
    places = tuple(places)
    for number, at in enumerate(places):
        name = at.get("name")
        if name.is_other:
            continue
        if not name.text:
            yield at.refuse(code, f"{where}[{number}].name is required")
        elif len(name.text) > LIMIT:
            yield name.exceeds(code, f"{where}[{number}].name: must be no more than {LIMIT} characters")
        elif not name.has_tag and not WORKFLOW_FIELD.match(name.text):
            yield name.refuse(code, f"{where}[{number}].name: '{name.text}' is invalid: {FIELD_RULE}")
    for name, text in duplicates(iter(places)):
        yield name.refuse(code, f"{where} name '{text}' is not unique")


def _carried(places: At, where: str) -> Iterator[Refused]:
    for number, at in enumerate(places.items()):
        name = at.get("name")
        if name.is_other:
            continue
        if not name.text:
            yield at.refuse("N2", f"{where}[{number}].name is required")
        elif not PARAMETER.match(name.text):
            yield name.refuse("N2", f"{where}[{number}].name: '{name.text}' is invalid: {PARAMETER_RULE}")
    for name, text in duplicates(places.items()):
        yield name.refuse("N2", f"{where} name '{text}' is not unique")


def _metrics(places: At, where: str) -> Iterator[Refused]:
    for metric in places.items():
        name = metric.get("name")
        if not METRIC.match(name.text):
            rule = "Metric names must contain alphanumeric characters or '_'"
            yield (name or metric).refuse("N6", f"{where} metric name '{name.text}' is invalid. {rule}")
        for label in metric.get("labels").items():
            key = label.get("key")
            if not METRIC.match(key.text):
                message = f"{where} metric label key '{key.text}' is invalid: letters, digits and '_' only"
                yield (key or label).refuse("N6", message)
