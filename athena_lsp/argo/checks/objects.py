"""Checks of whole objects: names, labels, entrypoints, timetables (rules O and C of Argo's validation)."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.cron import CronProblem, parse_cron
from athena_lsp.analysis.kubernetes_names import dns_subdomain_problem, label_value_problem, qualified_name_problem
from athena_lsp.argo.checks.catalogue import KINDS, Catalogue, Document
from athena_lsp.argo.checks.places import At, Refused

NAME_LIMITS = {
    "Workflow": ("workflow", 63),
    "WorkflowTemplate": ("workflow template", 63),
    "ClusterWorkflowTemplate": ("cluster workflow template", 63),
    "CronWorkflow": ("cron workflow", 52),
}
GENERATED_LENGTH = 5
"""Characters that Kubernetes adds to `generateName`."""
ANNOTATIONS_LIMIT = 256 * 1024
POD_GC_STRATEGIES = frozenset({"", "OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"})
CONCURRENCY_POLICIES = frozenset({"", "Allow", "Forbid", "Replace"})


def check_object(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """What is refused of one object, its templates excepted."""
    if document.kind not in KINDS:
        return
    yield from _metadata(document)
    if document.kind == "CronWorkflow":
        yield from _schedule(document)
        yield from _submitted(catalogue, document)
    yield from _spec(catalogue, document)


def check_set(catalogue: Catalogue) -> Iterator[tuple[int, Refused]]:
    """What is refused of several objects together, with the number of the object."""
    seen: set[tuple[str, str]] = set()
    for number, document in enumerate(catalogue.documents):
        key = (document.kind, document.name)
        if document.name and key in seen:
            name = document.at.get("metadata", "name")
            yield number, name.refuse(f"duplicate {document.kind} found: {document.name}")
        seen.add(key)


def check_labels(labels: At) -> Iterator[Refused]:
    """Keys and values of labels, or of a selector."""
    for key, value in labels.entries():
        if problem := qualified_name_problem(key):
            yield value.refuse(f"invalid label key `{key}`: it {problem}")
        if "{{" not in value.text and (problem := label_value_problem(value.text)):
            yield value.refuse(f"invalid label value `{value.text}`: it {problem}")


def check_annotations(annotations: At) -> Iterator[Refused]:
    for key, value in annotations.entries():
        if problem := qualified_name_problem(key):
            yield value.refuse(f"invalid annotation key `{key}`: it {problem}")
    size = sum(len(key.encode()) + len(value.text.encode()) for key, value in annotations.entries())
    if size > ANNOTATIONS_LIMIT:
        yield annotations.refuse(f"must have at most {ANNOTATIONS_LIMIT} bytes of annotations, not {size}", limit=True)


def _metadata(document: Document) -> Iterator[Refused]:
    metadata = document.at.get("metadata")
    name, generated = metadata.get("name"), metadata.get("generateName")
    what, limit = NAME_LIMITS[document.kind]
    for at, extra in ((name, 0), (generated, GENERATED_LENGTH)):
        if len(at.text) + extra > limit:
            length = len(at.text) + extra
            message = f'{what} name "{at.text}" must not be more than {limit} characters long (currently {length})'
            yield at.refuse(message, limit=True)
        elif at.text and (problem := dns_subdomain_problem(at.text.rstrip("-") if extra else at.text)):
            yield at.refuse(f"metadata.name must be a lowercase RFC 1123 subdomain: `{at.text}` {problem}")
    if not name.text and not generated.text:
        yield metadata.refuse("metadata.name or metadata.generateName is required")
    yield from check_labels(metadata.get("labels"))
    yield from check_annotations(metadata.get("annotations"))


def _spec(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    spec = document.spec
    reference, entrypoint = spec.get("workflowTemplateRef"), spec.get("entrypoint")
    if reference and document.templates:
        message = "Templates is invalid field in spec if workflow referred WorkflowTemplate reference"
        yield spec.get("templates").refuse(message)
    if reference and catalogue.complete and catalogue.object(reference) is None:
        yield reference.refuse(f'workflowtemplates.argoproj.io "{reference.get("name").text}" not found')
    if not reference and not entrypoint.text and document.kind in ("Workflow", "CronWorkflow"):
        yield spec.refuse("spec.entrypoint is required")
    if not reference and entrypoint.text and document.template(entrypoint.text) is None:
        yield entrypoint.refuse(f"template name '{entrypoint.text}' undefined")
    strategy = spec.get("podGC", "strategy")
    if strategy.text not in POD_GC_STRATEGIES:
        yield strategy.refuse(f"podGC.strategy unknown strategy '{strategy.text}'")
    for name, hook in spec.get("hooks").entries():
        if name != "exit" and not hook.get("expression").text:
            yield hook.refuse(f"hooks.{name} Expression required")
    for field in ("parallelism", "activeDeadlineSeconds"):
        at = spec.get(field)
        if at and (not isinstance(at.value, int) or at.value < 1):
            yield at.refuse(f"spec.{field} must be greater than or equal to 1")


def _schedule(document: Document) -> Iterator[Refused]:
    spec = document.at.get("spec")
    schedules = tuple(spec.get("schedules").items())
    if not schedules and not spec.get("schedule").text:
        yield spec.refuse("cron workflow must have at least one schedule")
    for schedule in schedules:
        problem = parse_cron(schedule.text)
        if isinstance(problem, CronProblem):
            yield schedule.refuse(f"cron schedule {schedule.text} is malformed: {problem.what}")
    policy, deadline = spec.get("concurrencyPolicy"), spec.get("startingDeadlineSeconds")
    if policy.text not in CONCURRENCY_POLICIES:
        yield policy.refuse(f"'{policy.text}' is not a valid concurrencyPolicy")
    if isinstance(deadline.value, int) and deadline.value < 0:
        yield deadline.refuse("startingDeadlineSeconds must be positive")


def _submitted(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """A timetable submits without anybody there to give a value."""
    given = {at.get("name").text for at in document.spec.get("arguments", "parameters").items() if _has_value(at)}
    target = catalogue.object(document.spec.get("workflowTemplateRef"))
    wanted = target.spec if target is not None else document.spec
    for parameter in wanted.get("arguments", "parameters").items():
        name = parameter.get("name").text
        if name not in given and not _has_value(parameter):
            argument = f"spec.arguments.{name}"
            message = f"cannot validate Workflow: {argument}.value or {argument}.valueFrom is required"
            yield document.at.get("spec").refuse(message)


def _has_value(parameter: At) -> bool:
    return parameter.get("value").value is not None or parameter.get("valueFrom").value is not None
