"""Checks of what a template puts into a pod: containers, variables, volumes, paths (rules T, K, X10, X12, X21)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from athena_lsp.analysis.kubernetes_names import dns_label_problem, env_name_problem, image_problem
from athena_lsp.analysis.placeholders import ARGO_TAG
from athena_lsp.argo.checks.catalogue import Document, ReadYaml, Template
from athena_lsp.argo.checks.objects import check_annotations, check_labels
from athena_lsp.argo.checks.places import At, Refused, did_you_mean, duplicates
from athena_lsp.argo.checks.scheduling import check_scheduling

RESERVED = frozenset({"wait", "supervisor"})
OF_ARGO = frozenset({"main", "init"})
"""Containers that Argo itself puts beside a sidecar."""
RESERVED_PREFIX = "artifact-plugin-"
OF_CONTAINERS = frozenset({"cpu", "memory", "ephemeral-storage"})
OF_CLAIMS = frozenset({"storage"})
PULL_POLICIES = frozenset({"", "Always", "IfNotPresent", "Never"})
DISPLAY_NAME = "workflows.argoproj.io/display-name"
DISPLAYED = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,61}[a-zA-Z0-9])?\Z")


def check_pods(document: Document, read_yaml: ReadYaml | None) -> Iterator[Refused]:
    spec = document.spec
    yield from check_scheduling(spec, "spec", read_yaml)
    volumes = {at.get("name").text for at in spec.get("volumes").items()}
    volumes |= {at.get("metadata", "name").text for at in spec.get("volumeClaimTemplates").items()}
    yield from _volumes(spec, "spec")
    yield from _claims(spec)
    is_root = document.kind in ("Workflow", "CronWorkflow") or bool(spec.get("entrypoint"))
    defaults = spec.get("templateDefaults")
    for template in document.everywhere:
        at, where = template.at, template.where
        yield from check_scheduling(at, where, read_yaml)
        yield from check_labels(at.get("metadata", "labels"))
        yield from check_annotations(at.get("metadata", "annotations"))
        yield from _display_name(at.get("annotations", DISPLAY_NAME), where)
        yield from _volumes(at, where)
        known = volumes | {volume.get("name").text for volume in at.get("volumes").items()}
        is_open = not is_root or "volumes" in at.get("podSpecPatch").text + spec.get("podSpecPatch").text
        yield from _containers(template, None if is_open else known, defaults)


def _volumes(at: At, where: str) -> Iterator[Refused]:
    for volume in at.get("volumes").items():
        name = volume.get("name")
        if name.text and not name.has_tag and (problem := dns_label_problem(name.text)):
            yield name.refuse("K4", f"{where}.volumes name `{name.text}` {problem}")
        sources = [key for key in volume.keys if key != "name"]
        if len(sources) > 1:
            message = f"{where}.volumes: may not specify more than 1 volume type: {' and '.join(sorted(sources))}"
            yield volume.refuse("K4", message)
    for name, text in duplicates(at.get("volumes").items()):
        yield name.refuse("K2", f'{where}.volumes: Duplicate value: "{text}"')


def _claims(spec: At) -> Iterator[Refused]:
    for claim in spec.get("volumeClaimTemplates").items():
        name = claim.get("metadata", "name")
        if not name.has_tag and (problem := dns_label_problem(name.text)):
            yield (name or claim).refuse("K4", f"spec.volumeClaimTemplates name `{name.text}` {problem}")
        requested = claim.get("spec", "resources")
        yield from _resource_names(requested, "spec.volumeClaimTemplates.spec.resources", OF_CLAIMS)
    claims = (claim.get("metadata") for claim in spec.get("volumeClaimTemplates").items())
    for name, text in duplicates(claims):
        yield name.refuse("K2", f'spec.volumeClaimTemplates.metadata.name: Duplicate value: "{text}"')


def _resource_names(resources: At, where: str, standard: frozenset[str] = OF_CONTAINERS) -> Iterator[Refused]:
    """What is asked for and limited: the names that Kubernetes knows, or one with the domain of whoever defines it."""
    for kind in ("requests", "limits"):
        for name, amount in resources.get(kind).entries():
            if name not in standard and "/" not in name and not name.startswith("hugepages-"):
                message = f"{where}.{kind}: `{name}` must be a standard resource type or fully qualified"
                yield amount.at_key().trap("K3", f"{message}{did_you_mean(name, standard)}")


def _display_name(at: At, where: str) -> Iterator[Refused]:
    if at.text and not DISPLAYED.match(ARGO_TAG.sub("x", at.text)):
        message = f"`{at.text}` is no display name: letters, digits, '-' and '.', at most 63 of them"
        yield at.trap("X12", f"{where}: {message}")


def _containers(template: Template, volumes: set[str] | None, defaults: At) -> Iterator[Refused]:
    """All containers of a template. `volumes`: those that there are; None when that cannot be known."""
    at, where = template.at, template.where
    for kind in ("container", "script"):
        main = at.get(kind)
        if main:
            if not main.get("image").text and not defaults.get(kind, "image").text:
                yield (main.get("image") or main).refuse("T7", f"{where}.{kind}.image may not be empty")
            yield from _container(main, f"{where}.{kind}", volumes)
            yield from _artifact_paths(at, main, f"{where}", kind)
            yield from _written_paths(at, main, where)
    group = tuple(at.get("containerSet", "containers").items())
    yield from _mounts(at.get("containerSet"), f"{where}.containerSet", volumes)
    for number, container in enumerate(group):
        yield from _beside(container, f"{where}.containerSet.containers[{number}]", volumes, RESERVED)
    for field in ("sidecars", "initContainers"):
        for number, container in enumerate(at.get(field).items()):
            if not container.get("name").text:
                code = "T2" if field == "initContainers" else "K4"
                yield container.refuse(code, f"{where}.{field} must all have container name")
                continue
            yield from _beside(container, f"{where}.{field}[{number}]", volumes, RESERVED | OF_ARGO)
    for name, text in duplicates(iter((*at.get("sidecars").items(), *at.get("initContainers").items()))):
        yield name.refuse("K2", f'{where}: Duplicate value: "{text}"')


def _beside(container: At, where: str, volumes: set[str] | None, reserved: frozenset[str]) -> Iterator[Refused]:
    """A container that has a name of its own."""
    name = container.get("name")
    if name.text in reserved or name.text.startswith(RESERVED_PREFIX):
        yield name.refuse("T10", f"{where} name '{name.text}' is reserved")
    elif name.text and not name.has_tag and (problem := dns_label_problem(name.text)):
        yield name.refuse("K4", f"{where} name `{name.text}` {problem}")
    if not container.get("image").text:
        yield container.trap("T7", f"{where}.image may not be empty")
    yield from _container(container, where, volumes)


def _container(at: At, where: str, volumes: set[str] | None) -> Iterator[Refused]:
    image, policy = at.get("image"), at.get("imagePullPolicy")
    if image.text and (problem := image_problem(ARGO_TAG.sub("x", image.text))):
        yield image.trap("K5", f"{where}.image: invalid reference format: `{image.text}` {problem}")
    if policy.text not in PULL_POLICIES and not policy.has_tag:
        yield policy.refuse("K3", f'{where}.imagePullPolicy: Unsupported value: "{policy.text}"')
    for variable in at.get("env").items():
        name = variable.get("name")
        if not name.has_tag and (problem := env_name_problem(name.text)):
            yield (name or variable).refuse(
                "K1", f"{where}.env: a valid environment variable name: `{name.text}` {problem}"
            )
        if variable.get("value").text and variable.get("valueFrom"):
            yield variable.refuse("K1", f"{where}.env.{name.text}: may not be specified when `value` is not empty")
    for name, text in duplicates(at.get("env").items()):
        yield name.refuse("K2", f'{where}.env: Duplicate value: "{text}"')
    yield from _resource_names(at.get("resources"), f"{where}.resources")
    yield from _mounts(at, where, volumes)


def _mounts(at: At, where: str, volumes: set[str] | None) -> Iterator[Refused]:
    """What is mounted, and where."""
    for mount in at.get("volumeMounts").items():
        name, path = mount.get("name"), mount.get("mountPath")
        if volumes is not None and name.text not in volumes and not name.has_tag:
            yield (name or mount).trap("X10", f"{where}: volume '{name.text}' not found in workflow spec")
        if ":" in path.text and not path.has_tag:
            yield path.refuse("K4", f"{where}.volumeMounts.mountPath: must not contain ':'")
    seen: dict[str, str] = {}
    for number, mount in enumerate(at.get("volumeMounts").items()):
        path = mount.get("mountPath")
        if path.text in seen:
            message = f"{where}.volumeMounts[{number}].mountPath '{path.text}' already mounted in {seen[path.text]}"
            yield path.refuse("T8", message)
        seen.setdefault(path.text, f"container.volumeMounts.{mount.get('name').text}")


def _artifact_paths(template: At, main: At, where: str, kind: str) -> Iterator[Refused]:
    """Argo looks at this in containers alone; scripts come to the same end."""
    taken = {at.get("mountPath").text: f"volumeMounts.{at.get('name').text}" for at in main.get("volumeMounts").items()}
    for number, artifact in enumerate(template.get("inputs", "artifacts").items()):
        path = artifact.get("path")
        if path.text and path.text in taken:
            full = f"{where}.inputs.artifacts[{number}].path"
            message = f"{full} '{path.text}' already mounted in {taken[path.text]}"
            yield path.refuse("T8", message) if kind == "container" else path.trap("T8", message)
        taken[path.text] = f"inputs.artifacts.{artifact.get('name').text}"


def _written_paths(template: At, main: At, where: str) -> Iterator[Refused]:
    """What a container is to write must not lie where it can write nothing."""
    closed: Mapping[str, str] = {
        at.get("mountPath").text.rstrip("/"): at.get("name").text
        for at in main.get("volumeMounts").items()
        if at.get("readOnly").value is True and at.get("mountPath").text.strip("/")
    }
    for kind, keys in (("parameters", ("valueFrom", "path")), ("artifacts", ("path",))):
        for output in template.get("outputs", kind).items():
            path = output.get(*keys)
            over = next((at for at in closed if path.text == at or path.text.startswith(f"{at}/")), None)
            if over is not None and path.text:
                full = f"{where}.outputs.{kind}.{output.get('name').text}"
                yield path.trap("X21", f"{full}: `{path.text}` lies in volume '{closed[over]}', which is read-only")
