"""Checks of what a template puts into a pod: containers, variables, volumes, scheduling, patches."""

from __future__ import annotations

import json
from collections.abc import Iterator

from athena_lsp.analysis.kubernetes_names import dns_label_problem, env_name_problem
from athena_lsp.analysis.placeholders import ARGO_TAG
from athena_lsp.argo.checks.catalogue import Document
from athena_lsp.argo.checks.kubernetes import check_kind, check_quantity
from athena_lsp.argo.checks.objects import check_annotations, check_labels
from athena_lsp.argo.checks.places import At, Refused, duplicates

RESERVED = frozenset({"main", "init", "wait", "supervisor"})
RESERVED_PREFIX = "artifact-plugin-"
EFFECTS = frozenset({"", "NoSchedule", "PreferNoSchedule", "NoExecute"})
OPERATORS = frozenset({"", "Exists", "Equal"})
PULL_POLICIES = frozenset({"", "Always", "IfNotPresent", "Never"})


def check_pods(document: Document) -> Iterator[Refused]:
    spec = document.spec
    yield from _scheduling(spec, "spec")
    volumes = {at.get("name").text for at in spec.get("volumes").items()}
    for claim in spec.get("volumeClaimTemplates").items():
        name = claim.get("metadata", "name")
        volumes.add(name.text)
        if problem := dns_label_problem(name.text):
            yield name.refuse(f"spec.volumeClaimTemplates name `{name.text}` {problem}")
        size = claim.get("spec", "resources", "requests", "storage")
        yield from check_quantity(size, "spec.volumeClaimTemplates.spec.resources.requests.storage")
    claims = spec.get("volumeClaimTemplates").items()
    for name, text in duplicates(claim.get("metadata") for claim in claims):
        yield name.refuse(f'spec.volumeClaimTemplates.metadata.name: Duplicate value: "{text}"')
    for template in document.templates:
        where = f"templates.{template.get('name').text}"
        yield from _scheduling(template, where)
        yield from check_labels(template.get("metadata", "labels"))
        yield from check_annotations(template.get("metadata", "annotations"))
        yield from _volumes(template, where)
        yield from _containers(template, where, volumes, is_root=bool(spec.get("entrypoint")))


def _scheduling(at: At, where: str) -> Iterator[Refused]:
    yield from check_labels(at.get("nodeSelector"))
    yield from check_kind(at.get("affinity"), "Affinity", f"{where}.affinity")
    for number, toleration in enumerate(at.get("tolerations").items()):
        yield from _toleration(toleration, f"{where}.tolerations[{number}]")
    patch = at.get("podSpecPatch")
    if patch.text:
        yield from _patch(patch, f"{where}.podSpecPatch")


def _toleration(at: At, where: str) -> Iterator[Refused]:
    yield from check_kind(at, "Toleration", where)
    operator, effect, seconds = at.get("operator"), at.get("effect"), at.get("tolerationSeconds")
    if "{{" not in operator.text and operator.text not in OPERATORS:
        yield operator.refuse(f"{where}.operator: must be one of Exists, Equal")
    if "{{" not in effect.text and effect.text not in EFFECTS:
        yield effect.refuse(f"{where}.effect: must be one of NoSchedule, PreferNoSchedule, NoExecute")
    if operator.text == "Exists" and at.get("value").text:
        yield at.get("value").refuse(f"{where}.value: value must be empty when `operator` is 'Exists'")
    if not at.get("key").text and operator.text != "Exists":
        yield at.refuse(f"{where}.operator: operator must be Exists when `key` is empty")
    if seconds and effect.text != "NoExecute" and "{{" not in effect.text:
        yield seconds.refuse(f"{where}.effect: effect must be 'NoExecute' when `tolerationSeconds` is set")


def _patch(at: At, where: str) -> Iterator[Refused]:
    """A patch, with something in place of its tags. What is no JSON then may be YAML, and is left to the cluster."""
    try:
        value = json.loads(ARGO_TAG.sub("0", at.text))
    except ValueError:
        return
    for refused in check_kind(At(value), "PodSpec", where):
        yield at.refuse(refused.message)


def _volumes(template: At, where: str) -> Iterator[Refused]:
    for volume in template.get("volumes").items():
        if problem := dns_label_problem(volume.get("name").text):
            yield volume.refuse(f"{where}.volumes name `{volume.get('name').text}` {problem}")
    for name, text in duplicates(template.get("volumes").items()):
        yield name.refuse(f'{where}.volumes: Duplicate value: "{text}"')


def _containers(template: At, where: str, volumes: set[str], *, is_root: bool) -> Iterator[Refused]:
    known = volumes | {at.get("name").text for at in template.get("volumes").items()}
    main = template.get("container") or template.get("script")
    if main:
        yield from _container(main, f"{where}.container", known, is_root=is_root)
        yield from _artifact_paths(template, main, where)
    for field in ("sidecars", "initContainers"):
        for number, container in enumerate(template.get(field).items()):
            name = container.get("name")
            inside = f"{where}.{field}[{number}]"
            if not name.text:
                yield container.refuse(f"{where}.{field} must all have container name")
            elif name.text in RESERVED or name.text.startswith(RESERVED_PREFIX):
                yield name.refuse(f"{inside} name '{name.text}' is reserved")
            elif problem := dns_label_problem(name.text):
                yield name.refuse(f"{inside} name `{name.text}` {problem}")
            yield from _container(container, inside, known, is_root=is_root)
    every = (*template.get("sidecars").items(), *template.get("initContainers").items())
    for name, text in duplicates(iter(every)):
        yield name.refuse(f'{where}: Duplicate value: "{text}"')


def _container(at: At, where: str, volumes: set[str], *, is_root: bool) -> Iterator[Refused]:
    image, policy = at.get("image"), at.get("imagePullPolicy")
    if not image.text:
        yield at.refuse(f"{where}.image may not be empty")
    if policy.text not in PULL_POLICIES:
        yield policy.refuse(f'{where}.imagePullPolicy: Unsupported value: "{policy.text}"')
    for variable in at.get("env").items():
        name = variable.get("name")
        if "{{" not in name.text and (problem := env_name_problem(name.text)):
            yield name.refuse(f"{where}.env: a valid environment variable name: `{name.text}` {problem}")
    for name, text in duplicates(at.get("env").items()):
        yield name.refuse(f'{where}.env: Duplicate value: "{text}"')
    for mount in at.get("volumeMounts").items():
        if is_root and mount.get("name").text not in volumes:
            yield mount.refuse(f"{where}.volumeMounts: volume '{mount.get('name').text}' not found in workflow spec")
    for path, text in duplicates(at.get("volumeMounts").items(), "mountPath"):
        yield path.refuse(f"{where}.volumeMounts.mountPath '{text}' already mounted in the same container")
    for kind in ("requests", "limits"):
        for key, quantity in at.get("resources", kind).entries():
            yield from check_quantity(quantity, f"{where}.resources.{kind}.{key}")


def _artifact_paths(template: At, main: At, where: str) -> Iterator[Refused]:
    mounted = {mount.get("mountPath").text for mount in main.get("volumeMounts").items()}
    paths = tuple(template.get("inputs", "artifacts").items())
    for artifact in paths:
        path = artifact.get("path")
        if path.text and path.text in mounted:
            yield path.refuse(f"{where}.inputs.artifacts path '{path.text}' already mounted")
    for path, text in duplicates(iter(paths), "path"):
        yield path.refuse(f"{where}.inputs.artifacts path '{text}' is used twice")
