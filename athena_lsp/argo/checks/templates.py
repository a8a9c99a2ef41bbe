"""Checks of one template's shape: its kind, time limits, resource, metrics, locations (rules T)."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.placeholders import ARGO_TAG
from athena_lsp.argo.checks.catalogue import ReadYaml, Template, kinds_of
from athena_lsp.argo.checks.durations import is_duration
from athena_lsp.argo.checks.objects import check_pod_resources
from athena_lsp.argo.checks.places import At, Refused

LEAF_ONLY = (("timeout", "T3"), ("pendingTimeout", "T4"))
GROUP_KINDS = frozenset({"dag", "steps"})
ACTIONS = ("get", "create", "apply", "delete", "replace", "patch")
WITHOUT_MANIFEST = frozenset({"get", "delete"})
MERGE_STRATEGIES = frozenset({"", "strategic", "merge", "json"})
KINDS_LISTED = "container, containerSet, steps, script, resource, dag, suspend, data, http, plugin"
KERBEROS = (
    ("krbCCacheSecret", ("krbServicePrincipalName", "krbConfigConfigMap")),
    ("krbKeytabSecret", ("krbServicePrincipalName", "krbConfigConfigMap", "krbRealm", "krbUsername")),
)


def check_template(template: Template, read_yaml: ReadYaml | None) -> Iterator[Refused]:
    at, where = template.at, template.where
    kinds = kinds_of(at)
    if len(kinds) != 1:
        what = "template type unspecified" if not kinds else "multiple template types specified"
        place = at.get(kinds[1]).at_key() if kinds else at
        yield place.refuse("T1", f"{where} {what}. choose one of: {KINDS_LISTED}")
    kind = kinds[0] if kinds else ""
    yield from _limits(at, where, kind)
    yield from _resource(at, where, read_yaml)
    yield from _container_set(at, where)
    yield from check_pod_resources(at, where, kinds)
    for metric in at.get("metrics", "prometheus").items():
        yield from check_metric(metric, where)
    yield from _location(at.get("archiveLocation"), f"{where}.archiveLocation")
    for side in ("inputs", "outputs"):
        for artifact in at.get(side, "artifacts").items():
            yield from _location(artifact, f"{where}.{side}.artifacts.{artifact.get('name').text}")
    plugin = at.get("plugin")
    if isinstance(plugin.value, dict) and len(plugin.value) != 1:
        yield plugin.refuse("P5", f"{where}.plugin: expected exactly one key, got {len(plugin.value)}")


def check_metric(metric: At, where: str) -> Iterator[Refused]:
    """One Prometheus metric, of a template or of the whole workflow."""
    name = metric.get("name").text
    if not metric.get("help").text:
        message = f"{where} metric '{name}' must contain a help string under 'help: ' field"
        yield metric.refuse("T14", message)
    for kind in ("gauge", "counter", "histogram"):
        value = metric.get(kind, "value")
        if metric.get(kind) and not value.text and not isinstance(value.value, int | float):
            yield metric.get(kind).refuse("T14", f"{where} metric '{name}' error: missing {kind}.value")
    value = metric.get("gauge", "value")
    if metric.get("gauge", "realtime").value is True and "resourcesDuration." in value.text:
        message = "'resourcesDuration.*' metrics cannot be used in real-time"
        yield value.refuse("T14", f"{where} metric '{name}' error: {message}")


def _limits(at: At, where: str, kind: str) -> Iterator[Refused]:
    is_group = kind in GROUP_KINDS
    for field, code in LEAF_ONLY:
        timeout = at.get(field)
        if timeout.text and is_group:
            yield timeout.at_key().refuse(code, f"{kind} template doesn't support {field} field")
        elif timeout.text.isdigit():
            yield timeout.refuse(code, f"{where} has invalid duration format in {field}")
        elif timeout.text and not timeout.has_tag and not is_duration(timeout.text):
            yield timeout.trap("X13", f"{where}.{field}: invalid duration `{timeout.text}`")
    deadline = at.get("activeDeadlineSeconds")
    if deadline and is_group:
        message = f"{where}.activeDeadlineSeconds is only valid for leaf templates"
        yield deadline.at_key().refuse("T5", message)
    elif deadline and not deadline.has_tag and (deadline.number is None or deadline.number < 0):
        message = "activeDeadlineSeconds must be a positive integer > 0 or an argo variable"
        yield deadline.refuse("T5", f"{where}.{message}")
    parallelism = at.get("parallelism")
    if parallelism and kind and not is_group:
        message = f"{where}.parallelism is only valid for steps and dag templates"
        yield parallelism.at_key().refuse("T6", message)
    elif isinstance(parallelism.value, int) and parallelism.value < 1:
        yield parallelism.refuse("X18", f"{where}.parallelism must be greater than or equal to 1")


def _resource(at: At, where: str, read_yaml: ReadYaml | None) -> Iterator[Refused]:
    resource = at.get("resource")
    action, manifest, source = resource.get("action"), resource.get("manifest"), resource.get("manifestFrom")
    if not resource:
        return
    if not action.has_tag and action.text not in ACTIONS:
        yield (action or resource).refuse("T12", f"{where}.resource.action must be one of: {', '.join(ACTIONS)}")
    strategy = resource.get("mergeStrategy")
    if strategy.text not in MERGE_STRATEGIES:
        yield strategy.refuse("T12", f"{where}.resource.mergeStrategy must be one of: strategic, merge, json")
    if action.text in WITHOUT_MANIFEST:
        return
    if not manifest.text and not source:
        message = f"either {where}.resource.manifest or {where}.resource.manifestFrom must be specified"
        yield resource.refuse("T12", message)
    if manifest.text and source:
        message = "shouldn't have both `manifest` and `manifestFrom` specified for a resource template"
        yield source.at_key().refuse("T12", message)
    name = source.get("artifact", "name")
    if name.text and name.text not in {artifact.get("name").text for artifact in at.get("inputs", "artifacts").items()}:
        yield name.refuse("T12", f"artifact {name.text} in `manifestFrom` refer to a non-exist artifact")
    if manifest.text and not manifest.text.startswith("{{") and read_yaml is not None:
        try:
            read_yaml(ARGO_TAG.sub("x", manifest.text))
        except ValueError:
            yield manifest.refuse("T12", f"{where}.resource.manifest must be a valid yaml")


def _container_set(at: At, where: str) -> Iterator[Refused]:
    group, where = at.get("containerSet"), f"{where}.containerSet"
    containers = {container.get("name").text: container for container in group.get("containers").items()}
    if not group:
        return
    if not containers:
        yield group.refuse("T9", f"{where}.containers must have at least one container")
    for name, container in containers.items():
        for item in container.get("dependencies").items():
            if item.text not in containers:
                yield item.refuse("T9", f"{where}.containers.{name} dependency '{item.text}' not defined")
    if circle := _circle({n: [i.text for i in c.get("dependencies").items()] for n, c in containers.items()}):
        yield containers[circle].refuse(
            "T9", f"{where}.containers dependency cycle detected: `{circle}` waits for itself"
        )
    carries = any((at.get("inputs", "artifacts"), at.get("outputs", "parameters"), at.get("outputs", "artifacts")))
    if carries and containers and "main" not in containers:
        message = f'{where}.containers must have a container named "main" for input or output'
        yield group.get("containers").refuse("T9", message)


def _circle(graph: dict[str, list[str]]) -> str:
    """A container that waits for itself; empty when none does."""
    waiting = {name: {other for other in others if other in graph} for name, others in graph.items()}
    while ready := [name for name, others in waiting.items() if not others]:
        for name in ready:
            del waiting[name]
        for others in waiting.values():
            others.difference_update(ready)
    return next(iter(waiting), "")


def _location(artifact: At, where: str) -> Iterator[Refused]:
    """Where an artifact lies: Argo looks at git and HDFS alone."""
    git, hdfs = artifact.get("git"), artifact.get("hdfs")
    if git and not git.get("repo").text:
        yield git.refuse("T13", f"{where}.git.repo is required")
    if not hdfs:
        return
    if not tuple(hdfs.get("addresses").items()):
        yield hdfs.refuse("T13", f"{where}.hdfs.addresses is required")
    path = hdfs.get("path")
    if not path.text:
        yield hdfs.refuse("T13", f"{where}.hdfs.path is required")
    elif not path.text.startswith("/") and not path.has_tag:
        yield path.refuse("T13", f"{where}.hdfs.path must be a absolute file path")
    used = [(secret, needs) for secret, needs in KERBEROS if hdfs.get(secret)]
    if not used and not hdfs.get("hdfsUser").text:
        choices = f"{where}.hdfs.hdfsUser, krbCCacheSecret or krbKeytabSecret"
        yield hdfs.refuse("T13", f"either {choices} is required")
    for secret, needs in used:
        missing = [field for field in needs if not hdfs.get(field)]
        if missing:
            yield hdfs.get(secret).refuse("T13", f"{where}.hdfs.{missing[0]} is required with {secret}")
