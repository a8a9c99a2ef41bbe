"""Checks of inputs, outputs and arguments: what is there, what is missing, where values come from (rules I)."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.argo.checks.catalogue import Catalogue, Document, is_leaf, tasks_of
from athena_lsp.argo.checks.places import At, Refused

ARGUMENT_SOURCES = frozenset({"configMapKeyRef", "event", "supplied", "default"})
OUTPUT_SOURCES = ("path", "jqFilter", "jsonPath", "parameter", "expression", "supplied", "event", "configMapKeyRef")
LOCATIONS = ("s3", "raw", "http", "git", "gcs", "oss", "azure", "hdfs", "artifactory", "plugin")


def check_parameters(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """All of one object. The spec's own arguments may be without a value: a submitter gives it."""
    for parameter in document.spec.get("arguments", "parameters").items():
        yield from _enum(parameter, "spec.arguments")
    for template in document.templates:
        where = f"templates.{template.get('name').text}"
        yield from _inputs(template, where)
        yield from _outputs(template, where)
        for task in tasks_of(template):
            yield from _arguments(task, f"{where}.tasks.{task.get('name').text}")
            called = catalogue.called(document, task)
            if called is not None:
                yield from _supplied(task, called, f"{where}.tasks.{task.get('name').text}")
    for name, hook in document.spec.get("hooks").entries():
        called = catalogue.called(document, hook)
        if called is not None:
            yield from _supplied(hook, called, f"hooks.{name}")


def _inputs(template: At, where: str) -> Iterator[Refused]:
    leaf = is_leaf(template)
    for artifact in template.get("inputs", "artifacts").items():
        name, path = artifact.get("name").text, artifact.get("path")
        if leaf and not template.get("suspend") and not path.text:
            yield artifact.refuse(f"{where}.inputs.artifacts.{name}.path is required")
        if not leaf and path.text:
            yield path.refuse(f"{where}.inputs.artifacts.{name}.path only valid in container/script templates")
        if artifact.get("from") or artifact.get("fromExpression"):
            yield artifact.refuse(f"{where}.inputs.artifacts.{name}.from not valid in inputs")


def _outputs(template: At, where: str) -> Iterator[Refused]:
    leaf = is_leaf(template)
    for artifact in template.get("outputs", "artifacts").items():
        name, path = artifact.get("name").text, artifact.get("path")
        if leaf and not path.text:
            yield artifact.refuse(f"{where}.outputs.artifacts.{name}.path is required")
        if not leaf and path.text:
            yield path.refuse(f"{where}.outputs.artifacts.{name}.path only valid in container/script templates")
        if not leaf and not artifact.get("from") and not artifact.get("fromExpression"):
            yield artifact.refuse(f"{where}.outputs.artifacts.{name}.from or fromExpression is required")
    for parameter in template.get("outputs", "parameters").items():
        yield from _output_parameter(template, parameter, f"{where}.outputs.parameters.{parameter.get('name').text}")


def _output_parameter(template: At, parameter: At, where: str) -> Iterator[Refused]:
    source = parameter.get("valueFrom")
    if source and parameter.get("value"):
        yield parameter.refuse(f"{where} has both valueFrom and value specified. Choose one.")
        return
    if not source:
        if not parameter.get("value"):
            yield parameter.refuse(f"{where} does not have valueFrom or value specified")
        return
    given = [name for name in OUTPUT_SOURCES if source.get(name)]
    if len(given) != 1:
        yield source.refuse(f"{where}.valueFrom type unspecified. choose one of: {', '.join(OUTPUT_SOURCES[:6])}")
    elif any(template.get(kind) for kind in ("container", "script", "containerSet")) and given[0] != "path":
        yield source.refuse(f"{where}.path must be specified for Container templates")
    elif not is_leaf(template) and given[0] not in ("parameter", "expression"):
        yield source.refuse(f"{where}.parameter or expression must be specified for dag and steps templates")


def _arguments(task: At, where: str) -> Iterator[Refused]:
    for parameter in task.get("arguments", "parameters").items():
        name, source = parameter.get("name").text, parameter.get("valueFrom")
        if parameter.get("value").value is None and not source:
            yield parameter.refuse(f"{where}.arguments.{name}.value or {where}.arguments.{name}.valueFrom is required")
        if source and not source.keys & ARGUMENT_SOURCES:
            yield source.refuse(
                f"{where}.arguments.{name}.valueFrom only allows: default, configMapKeyRef and supplied"
            )
        yield from _enum(parameter, f"{where}.arguments")
    for artifact in task.get("arguments", "artifacts").items():
        name, origin = artifact.get("name").text, artifact.get("from")
        located = any(artifact.get(location).value is not None for location in LOCATIONS)
        if not origin and not artifact.get("fromExpression") and not located:
            yield artifact.refuse(f"{where}.arguments.{name}: from, artifact location, or key is required")
        if origin and artifact.get("fromExpression"):
            yield artifact.refuse(f"{where}.arguments.{name}: from and fromExpression are mutually exclusive")


def _enum(parameter: At, where: str) -> Iterator[Refused]:
    name, enum, value = parameter.get("name").text, parameter.get("enum"), parameter.get("value")
    if enum and not tuple(enum.items()):
        yield enum.refuse(f"{where}.{name}.enum should contain at least one value")
    words = {str(item.value) for item in enum.items()}
    if enum and value and "{{" not in value.text and str(value.value) not in words:
        yield value.refuse(f"{where}.{name}.value should be present in {where}.{name}.enum list")


def _supplied(task: At, called: At, where: str) -> Iterator[Refused]:
    """A call against what it calls. Argo itself never minds an argument that nothing takes."""
    for kind, optional in (("parameters", ("value", "default", "valueFrom")), ("artifacts", ("optional", *LOCATIONS))):
        given = {at.get("name").text: at for at in task.get("arguments", kind).items()}
        taken = {at.get("name").text: at for at in called.get("inputs", kind).items()}
        for name, wanted in taken.items():
            if name not in given and not any(wanted.get(key).value is not None for key in optional):
                yield task.refuse(f"{where} inputs.{kind}.{name} was not supplied")
        for name, at in given.items():
            if name not in taken:
                yield at.refuse(f"{where}: the called template takes no {kind[:-1]} `{name}`")
