"""Checks of inputs, outputs and arguments: what is there, what is missing, where values come from (rules I)."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

from athena_lsp.argo.checks.catalogue import Catalogue, Document, Template, hooks_of, is_leaf, kinds_of
from athena_lsp.argo.checks.places import At, Refused

ARGUMENT_SOURCES = frozenset({"configMapKeyRef", "event", "supplied"})
OUTPUT_SOURCES = ("path", "jqFilter", "jsonPath", "parameter", "expression", "supplied")
NOT_OF_ARGUMENTS = frozenset({"path", "jsonPath", "parameter", "expression"})
LOCATIONS = ("s3", "raw", "http", "git", "gcs", "oss", "azure", "hdfs", "artifactory", "plugin")
SUPPLIED = (("parameters", ("value", "default", "valueFrom")), ("artifacts", ("optional", *LOCATIONS)))
"""With any of these, an input needs no argument."""
FILES = {"container": "Container", "containerSet": "ContainerSet", "script": "Script"}


def check_parameters(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """All of one object. The spec's own arguments may be without a value: a submitter gives it."""
    for parameter in document.spec.get("arguments", "parameters").items():
        yield from _argument(parameter, "spec.arguments", needs_value=False)
    for artifact in document.spec.get("arguments", "artifacts").items():
        yield from _artifact_argument(artifact, "spec.arguments")
    for template in document.everywhere:
        yield from _inputs(template)
        yield from _outputs(template)
        for task in template.tasks:
            where = template.where_of(task)
            yield from _arguments(task, where)
            yield from _call(catalogue.called(document, task), task, where)
            for name, hook in hooks_of(task):
                yield from _call(catalogue.called(document, hook), hook, f"{where}.hooks.{name}")
    base = catalogue.base(document)
    for name, hook in document.spec.get("hooks").entries():
        yield from _call(catalogue.called(base or document, hook), hook, f"hooks.{name}")
    yield from _entry_inputs(catalogue, document)


def _entry_inputs(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """The first template of a run takes its inputs from the arguments of the workflow."""
    base = catalogue.base(document)
    if base is None or document.kind not in ("Workflow", "CronWorkflow"):
        return
    both = (document.spec, base.spec)
    given = {at.get("name").text for spec in both for at in spec.get("arguments", "parameters").items()}
    entrypoint = document.spec.get("entrypoint").text or base.spec.get("entrypoint").text
    template = base.template(entrypoint)
    for wanted in template.get("inputs", "parameters").items() if template is not None else ():
        name = wanted.get("name").text
        if name not in given and not any(wanted.get(key) for key in ("value", "default", "valueFrom")):
            at = document.spec.get("entrypoint") or document.spec
            yield at.refuse("I2", f"templates.{entrypoint} inputs.parameters.{name} was not supplied")


def _inputs(template: Template) -> Iterator[Refused]:
    at, leaf = template.at, is_leaf(template.at)
    for artifact in at.get("inputs", "artifacts").items():
        path, where = artifact.get("path"), f"{template.where}.inputs.artifacts.{artifact.get('name').text}"
        if leaf and not path.text:
            yield artifact.refuse("I1", f"error in {where}: artifact path is required")
        elif leaf:
            yield from _escape(path, where)
        elif path.text:
            yield path.at_key().refuse("I1", f"{where}.path only valid in container/script templates")
        for field in ("from", "fromExpression"):
            if artifact.get(field):
                yield artifact.get(field).at_key().refuse("I1", f"{where}.{field} not valid in inputs")


def _escape(path: At, where: str) -> Iterator[Refused]:
    """Argo refuses a path that climbs out of the folder in front of its first `..`."""
    place = f"{path.text}/".find("/../")
    if path.has_tag or place < 0:
        return
    safe, cleaned = path.text[:place], posixpath.normpath(path.text)
    if cleaned != safe and not cleaned.startswith(f"{safe}/"):
        yield path.refuse("I1", f"error in {where}: path `{path.text}` leads out of `{safe}`")


def _outputs(template: Template) -> Iterator[Refused]:
    at, leaf = template.at, is_leaf(template.at)
    for artifact in at.get("outputs", "artifacts").items():
        path, where = artifact.get("path"), f"{template.where}.outputs.artifacts.{artifact.get('name').text}"
        if leaf and not path.text:
            yield artifact.refuse("I7", f"error in {where}: artifact path is required")
        elif leaf:
            yield from _escape(path, where)
        elif path.text:
            yield path.at_key().refuse("I7", f"{where}.path only valid in container/script templates")
        elif kinds_of(at) and not artifact.get("from") and not artifact.get("fromExpression"):
            yield artifact.trap("I7", f"{where}.from or fromExpression is required")
    for parameter in at.get("outputs", "parameters").items():
        name = parameter.get("name").text
        yield from _output_parameter(at, parameter, f"{template.where}.outputs.parameters.{name}")


def _output_parameter(template: At, parameter: At, where: str) -> Iterator[Refused]:
    source, value = parameter.get("valueFrom"), parameter.get("value")
    if source and value:
        yield parameter.refuse("I5", f"{where} has both valueFrom and value specified, choose one")
    if value:
        return
    if not source:
        yield parameter.refuse("I5", f"{where} does not have valueFrom or value specified")
        return
    given = [name for name in OUTPUT_SOURCES if source.get(name)]
    kind = next(iter(kinds_of(template)), "")
    wanted = _wanted_source(kind, given)
    if len(given) != 1:
        what = "valueFrom type unspecified" if not given else "multiple valueFrom types specified"
        yield source.refuse("I5", f"{where} {what}. choose one of: {', '.join(OUTPUT_SOURCES)}")
    elif wanted:
        yield source.refuse("I6", f"{where}.{wanted} must be specified for {FILES.get(kind, kind)} templates")


def _wanted_source(kind: str, given: list[str]) -> str:
    """What an output of such a template must come from, when it comes from something else."""
    if kind in FILES:
        return "" if "path" in given else "path"
    if kind == "resource":
        return "" if {"jqFilter", "jsonPath"}.intersection(given) else "jqFilter or jsonPath"
    if kind in ("dag", "steps"):
        return "" if {"parameter", "expression"}.intersection(given) else "parameter or expression"
    return ""


def _arguments(task: At, where: str) -> Iterator[Refused]:
    for parameter in task.get("arguments", "parameters").items():
        yield from _argument(parameter, f"{where}.arguments", needs_value=True)
    for artifact in task.get("arguments", "artifacts").items():
        yield from _artifact_argument(artifact, f"{where}.arguments")
    if task.get("withParam"):
        yield from _items(task.get("withParam"), where)


def _argument(parameter: At, where: str, *, needs_value: bool) -> Iterator[Refused]:
    full, source = f"{where}.{parameter.get('name').text}", parameter.get("valueFrom")
    if needs_value and not parameter.get("value") and not source:
        yield parameter.refuse("I3", f"{full}.value or {full}.valueFrom is required")
    if source and (not source.keys & ARGUMENT_SOURCES or source.keys & NOT_OF_ARGUMENTS):
        yield source.refuse("I3", f"{full}.valueFrom only allows: default, configMapKeyRef and supplied")
    enum, value = parameter.get("enum"), parameter.get("value")
    words = [str(item.value) for item in enum.items()]
    if enum and not words:
        yield enum.refuse("I3", f"{full}.enum should contain at least one value")
    elif enum and value and not value.has_tag and str(value.value) not in words:
        yield value.refuse("I3", f"{full}.value should be present in {full}.enum list")


def _artifact_argument(artifact: At, where: str) -> Iterator[Refused]:
    full, source = f"{where}.{artifact.get('name').text}", artifact.get("from")
    located = any(artifact.get(location) for location in LOCATIONS)
    if not source and not artifact.get("fromExpression") and not located:
        yield artifact.refuse("I4", f"{full}.from, artifact location, or key is required")
    if source and artifact.get("fromExpression"):
        yield artifact.refuse("I4", f"{full} shouldn't have both `from` and `fromExpression` in Artifact")


def _items(source: At, where: str) -> Iterator[Refused]:
    """What a loop runs over, where it is written down: only a JSON list can be looped over."""
    if source.has_tag or not source.text:
        return
    try:
        value = json.loads(source.text)
    except ValueError:
        value = None
    if not isinstance(value, list):
        yield source.trap("X20", f"{where}.withParam could not be parsed as a JSON list: `{source.text[:40]}`")


def _call(called: At | None, task: At, where: str) -> Iterator[Refused]:
    """A call against what it calls. Argo itself never minds an argument that nothing takes."""
    if called is None:
        return
    for kind, optional in SUPPLIED:
        given = {at.get("name").text: at for at in task.get("arguments", kind).items()}
        taken = {at.get("name").text: at for at in called.get("inputs", kind).items()}
        for name, wanted in taken.items():
            if name not in given and not any(wanted.get(key).value not in (None, False) for key in optional):
                place = task.get("arguments") or task.get("template") or task.get("templateRef") or task
                yield place.refuse("I2", f"{where} inputs.{kind}.{name} was not supplied")
        for name, at in given.items():
            if name not in taken and not task.get("inline"):
                yield at.advise("X9", f"{where}: the called template takes no {kind[:-1]} `{name}`")
