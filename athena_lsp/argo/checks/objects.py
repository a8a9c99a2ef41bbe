"""Checks of whole objects: names, labels, entrypoints, what they refer to (rules O and P, and the API server's)."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.kubernetes_names import dns_subdomain_problem, label_value_problem, qualified_name_problem
from athena_lsp.argo.checks.catalogue import BINDING, KINDS, VERSION, Catalogue, Document
from athena_lsp.argo.checks.places import At, Refused, did_you_mean

NAME_LIMITS = {
    "Workflow": ("workflow", 63, "O1"),
    "WorkflowTemplate": ("workflow template", 63, "O2"),
    "ClusterWorkflowTemplate": ("cluster workflow template", 63, "O2"),
    "CronWorkflow": ("cron workflow", 52, "O3"),
    "WorkflowEventBinding": ("workflow event binding", 253, "X15"),
}
GENERATED_LENGTH = 5
"""Characters that Kubernetes adds to `generateName`."""
ANNOTATIONS_LIMIT = 256 * 1024
POD_GC_STRATEGIES = frozenset({"", "OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"})
ARTIFACT_GC_STRATEGIES = frozenset({"", "OnWorkflowCompletion", "OnWorkflowDeletion", "Never"})
SELECTORS = frozenset({"In", "NotIn", "Exists", "DoesNotExist"})


def check_object(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """What is refused of one object, its templates excepted."""
    version = document.at.get("apiVersion")
    if not version.text:
        yield document.at.refuse("P9", f"apiVersion is required: write `apiVersion: {VERSION}`")
    elif version.text != VERSION:
        yield version.refuse("P9", f'no matches for kind "{document.kind}" in version "{version.text}"')
    yield from _metadata(document)
    if document.kind in KINDS:
        yield from _entry(catalogue, document)
        yield from _spec(document)


def check_unknown(document: Document) -> Iterator[Refused]:
    """An object that says to be one of Argo's, and is of no kind of them."""
    kind = document.at.get("kind")
    if document.is_misspelled and not kind.text:
        yield (kind or document.at).refuse("P9", "Object 'Kind' is missing")
    elif document.is_misspelled:
        message = f'no matches for kind "{kind.text}" in version "{VERSION}"'
        yield kind.refuse("P9", f"{message}{did_you_mean(kind.text, (*sorted(KINDS), BINDING))}")


def check_set(catalogue: Catalogue) -> Iterator[tuple[int, Refused]]:
    """What is refused of several objects together, with the number of the object."""
    seen: set[tuple[str, ...]] = set()
    for number, document in enumerate(catalogue.documents):
        # With nothing else to refer to, files make one set; else each may be applied somewhere else.
        file = "" if catalogue.complete else document.file
        key = (document.kind, document.namespace, document.name, file)
        if document.kind and document.name and key in seen:
            name = document.at.get("metadata", "name")
            yield number, name.refuse("P8", f"duplicate {document.kind} found: {document.name}")
        seen.add(key)


def check_labels(labels: At) -> Iterator[Refused]:
    """Keys and values of labels, or of a selector."""
    for key, value in labels.entries():
        if problem := qualified_name_problem(key):
            yield value.at_key().refuse("X15", f"invalid label key `{key}`: it {problem}")
        if not value.has_tag and (problem := label_value_problem(value.text)):
            yield value.refuse("X15", f"invalid label value `{value.text}`: it {problem}")


def check_annotations(annotations: At) -> Iterator[Refused]:
    for key, value in annotations.entries():
        if problem := qualified_name_problem(key):
            yield value.at_key().refuse("X15", f"invalid annotation key `{key}`: it {problem}")
    size = sum(len(key.encode(errors="replace")) + len(value.text.encode()) for key, value in annotations.entries())
    if size > ANNOTATIONS_LIMIT:
        yield annotations.exceeds("X15", f"must have at most {ANNOTATIONS_LIMIT} bytes of annotations, not {size}")


def _metadata(document: Document) -> Iterator[Refused]:
    metadata = document.at.get("metadata")
    name, generated = metadata.get("name"), metadata.get("generateName")
    what, limit, code = NAME_LIMITS[document.kind]
    for at, extra in ((name, 0), (generated, GENERATED_LENGTH)):
        if len(at.text) + extra > limit:
            length = len(at.text) + extra
            message = f'{what} name "{at.text}" must not be more than {limit} characters long (currently {length})'
            yield at.exceeds("X23" if extra else code, message)
        elif at.text and (problem := dns_subdomain_problem(at.text.rstrip("-.") if extra else at.text)):
            yield at.refuse("X15", f"metadata.name must be a lowercase RFC 1123 subdomain: `{at.text}` {problem}")
    if not name.text and not generated.text and not isinstance(name.value, int | float):
        yield (metadata or document.at).refuse("X15", "metadata.name or metadata.generateName is required")
    yield from check_labels(metadata.get("labels"))
    yield from check_annotations(metadata.get("annotations"))


def _entry(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """Where a run begins and ends, and that it is there."""
    spec, base = document.spec, catalogue.base(document)
    reference, entrypoint = spec.get("workflowTemplateRef"), spec.get("entrypoint")
    if reference and document.templates:
        message = "Templates is invalid field in spec if workflow referred WorkflowTemplate reference"
        yield spec.get("templates").at_key().refuse("O4", message)
        return
    if reference and base is None:
        if catalogue.complete:
            name = reference.get("name")
            yield (name or reference).refuse("O5", f'workflowtemplates.argoproj.io "{name.text}" not found')
        return
    if base is None:
        return
    is_run = document.kind in ("Workflow", "CronWorkflow")
    if is_run and not entrypoint.text and not base.spec.get("entrypoint").text:
        yield (spec or document.at).refuse("O6", "spec.entrypoint is required")
    for field in ("entrypoint", "onExit"):
        at = spec.get(field)
        if at.text and not at.has_tag and base.template(at.text) is None:
            yield at.refuse("O7", f"template name '{at.text}' undefined")
    for event, hook in spec.get("hooks").entries():
        yield from _hook(catalogue, base, event, hook)


def _hook(catalogue: Catalogue, base: Document, name: str, hook: At) -> Iterator[Refused]:
    if name != "exit" and not hook.get("expression").text:
        yield hook.refuse("D10", f"hooks.{name} Expression required")
    template, reference = hook.get("template"), hook.get("templateRef")
    if template.text and not template.has_tag and base.template(template.text) is None:
        yield template.trap("O7", f"template name '{template.text}' undefined")
    if reference and catalogue.complete and catalogue.called(base, hook) is None:
        full = f"{reference.get('name').text}.{reference.get('template').text}"
        if "{{" not in full:
            yield reference.trap("D11", f"template reference {full} not found")


def _spec(document: Document) -> Iterator[Refused]:
    spec = document.spec
    strategy = spec.get("podGC", "strategy")
    if strategy.text not in POD_GC_STRATEGIES:
        yield strategy.refuse("O8", f"podGC.strategy unknown strategy '{strategy.text}'")
    for requirement in spec.get("podGC", "labelSelector", "matchExpressions").items():
        operator = requirement.get("operator")
        if operator.text not in SELECTORS:
            message = f'podGC.labelSelector invalid: "{operator.text}" is not a valid label selector operator'
            yield operator.refuse("O8", message)
    strategy = spec.get("artifactGC", "strategy")
    if strategy.text not in ARTIFACT_GC_STRATEGIES:
        yield strategy.refuse("P3", f'spec.artifactGC.strategy: Unsupported value: "{strategy.text}"')
    for field in ("parallelism", "activeDeadlineSeconds"):
        at = spec.get(field)
        if isinstance(at.value, int) and at.value < 1:
            yield at.refuse("X18", f"spec.{field} must be greater than or equal to 1")
    yield from _pod_resources(spec, "spec")
    yield from check_labels(spec.get("podMetadata", "labels"))
    yield from check_annotations(spec.get("podMetadata", "annotations"))
    yield from check_labels(spec.get("workflowMetadata", "labels"))


def _pod_resources(at: At, where: str) -> Iterator[Refused]:
    """What a pod as a whole asks for; also of a template."""
    resources = at.get("podResources")
    if resources.get("claims"):
        yield resources.get("claims").refuse("O10", f"{where}.podResources.claims is not supported")
    for kind in ("requests", "limits"):
        for key, amount in resources.get(kind).entries():
            if key not in ("cpu", "memory") and not key.startswith("hugepages-"):
                yield amount.at_key().refuse("O10", f"{where}.podResources.{kind}: `{key}` is not supported for a pod")


def check_pod_resources(template: At, where: str, kinds: tuple[str, ...]) -> Iterator[Refused]:
    """What a template asks for its pod as a whole, where it makes one."""
    yield from _pod_resources(template, where)
    if template.get("podResources") and {"http", "plugin"}.intersection(kinds):
        yield template.get("podResources").refuse("O10", f"{where}.podResources: {kinds[0]} templates have no pod")
    has_pod = {"container", "containerSet", "script", "resource", "data"}.intersection(kinds)
    if template.get("resourceClaims") and kinds and not has_pod:
        message = f"{where}.resourceClaims: only templates that make a pod have claims"
        yield template.get("resourceClaims").refuse("O11", message)
