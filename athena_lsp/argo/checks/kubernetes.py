"""The parts of Kubernetes that athena passes through (affinity, patches), as tables of fields and what they hold.

From the API reference of Kubernetes 1.33: `PodSpec`, `Container`, `Affinity` and what they are made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TypeAlias

from athena_lsp.analysis.quantities import QuantityProblem, parse_quantity
from athena_lsp.argo.checks.places import At, Refused

Kind: TypeAlias = str
"""What a field holds: `text`, `int`, `bool`, `quantity`, `any`, the name of a table; with `[]` behind it a list of
such, with `{}` an object with keys of its own."""

VOLUME_SOURCES = (
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "configMap", "csi", "downwardAPI"),
    *("emptyDir", "ephemeral", "fc", "flexVolume", "flocker", "gcePersistentDisk", "gitRepo", "glusterfs"),
    *("hostPath", "image", "iscsi", "nfs", "persistentVolumeClaim", "photonPersistentDisk", "portworxVolume"),
    *("projected", "quobyte", "rbd", "scaleIO", "secret", "storageos", "vsphereVolume"),
)
TABLES: dict[str, dict[str, Kind]] = {
    "Affinity": {"nodeAffinity": "NodeAffinity", "podAffinity": "PodAffinity", "podAntiAffinity": "PodAffinity"},
    "NodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": "NodeSelector",
        "preferredDuringSchedulingIgnoredDuringExecution": "PreferredSchedulingTerm[]",
    },
    "NodeSelector": {"nodeSelectorTerms": "NodeSelectorTerm[]"},
    "NodeSelectorTerm": {"matchExpressions": "Requirement[]", "matchFields": "Requirement[]"},
    "PreferredSchedulingTerm": {"weight": "int", "preference": "NodeSelectorTerm"},
    "Requirement": {"key": "text", "operator": "text", "values": "text[]"},
    "PodAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": "PodAffinityTerm[]",
        "preferredDuringSchedulingIgnoredDuringExecution": "WeightedPodAffinityTerm[]",
    },
    "PodAffinityTerm": {
        "labelSelector": "LabelSelector",
        "namespaceSelector": "LabelSelector",
        "namespaces": "text[]",
        "topologyKey": "text",
        "matchLabelKeys": "text[]",
        "mismatchLabelKeys": "text[]",
    },
    "WeightedPodAffinityTerm": {"weight": "int", "podAffinityTerm": "PodAffinityTerm"},
    "LabelSelector": {"matchLabels": "text{}", "matchExpressions": "Requirement[]"},
    "PodSpec": {
        "activeDeadlineSeconds": "int",
        "affinity": "Affinity",
        "automountServiceAccountToken": "bool",
        "containers": "Container[]",
        "dnsConfig": "any",
        "dnsPolicy": "text",
        "enableServiceLinks": "bool",
        "ephemeralContainers": "Container[]",
        "hostAliases": "any",
        "hostIPC": "bool",
        "hostNetwork": "bool",
        "hostPID": "bool",
        "hostUsers": "bool",
        "hostname": "text",
        "imagePullSecrets": "Named[]",
        "initContainers": "Container[]",
        "nodeName": "text",
        "nodeSelector": "text{}",
        "os": "Named",
        "overhead": "quantity{}",
        "preemptionPolicy": "text",
        "priority": "int",
        "priorityClassName": "text",
        "readinessGates": "any",
        "resourceClaims": "any",
        "resources": "Resources",
        "restartPolicy": "text",
        "runtimeClassName": "text",
        "schedulerName": "text",
        "schedulingGates": "Named[]",
        "securityContext": "PodSecurityContext",
        "serviceAccount": "text",
        "serviceAccountName": "text",
        "setHostnameAsFQDN": "bool",
        "shareProcessNamespace": "bool",
        "subdomain": "text",
        "terminationGracePeriodSeconds": "int",
        "tolerations": "Toleration[]",
        "topologySpreadConstraints": "TopologySpread[]",
        "volumes": "Volume[]",
    },
    "Container": {
        "args": "text[]",
        "command": "text[]",
        "env": "EnvVar[]",
        "envFrom": "any",
        "image": "text",
        "imagePullPolicy": "text",
        "lifecycle": "any",
        "livenessProbe": "any",
        "name": "text",
        "ports": "any",
        "readinessProbe": "any",
        "resizePolicy": "any",
        "resources": "Resources",
        "restartPolicy": "text",
        "securityContext": "SecurityContext",
        "startupProbe": "any",
        "stdin": "bool",
        "stdinOnce": "bool",
        "targetContainerName": "text",
        "terminationMessagePath": "text",
        "terminationMessagePolicy": "text",
        "tty": "bool",
        "volumeDevices": "any",
        "volumeMounts": "VolumeMount[]",
        "workingDir": "text",
    },
    "EnvVar": {"name": "text", "value": "text", "valueFrom": "any"},
    "Named": {"name": "text"},
    "Resources": {"limits": "quantity{}", "requests": "quantity{}", "claims": "any"},
    "VolumeMount": {
        "name": "text",
        "mountPath": "text",
        "subPath": "text",
        "subPathExpr": "text",
        "readOnly": "bool",
        "recursiveReadOnly": "text",
        "mountPropagation": "text",
    },
    "SecurityContext": {
        "allowPrivilegeEscalation": "bool",
        "appArmorProfile": "any",
        "capabilities": "any",
        "privileged": "bool",
        "procMount": "text",
        "readOnlyRootFilesystem": "bool",
        "runAsGroup": "int",
        "runAsNonRoot": "bool",
        "runAsUser": "int",
        "seLinuxOptions": "any",
        "seccompProfile": "any",
        "windowsOptions": "any",
    },
    "PodSecurityContext": {
        "appArmorProfile": "any",
        "fsGroup": "int",
        "fsGroupChangePolicy": "text",
        "runAsGroup": "int",
        "runAsNonRoot": "bool",
        "runAsUser": "int",
        "seLinuxChangePolicy": "text",
        "seLinuxOptions": "any",
        "seccompProfile": "any",
        "supplementalGroups": "int[]",
        "supplementalGroupsPolicy": "text",
        "sysctls": "any",
        "windowsOptions": "any",
    },
    "Toleration": {
        "key": "text",
        "operator": "text",
        "value": "text",
        "effect": "text",
        "tolerationSeconds": "int",
    },
    "TopologySpread": {
        "labelSelector": "LabelSelector",
        "matchLabelKeys": "text[]",
        "maxSkew": "int",
        "minDomains": "int",
        "nodeAffinityPolicy": "text",
        "nodeTaintsPolicy": "text",
        "topologyKey": "text",
        "whenUnsatisfiable": "text",
    },
    "Volume": {"name": "text", **dict.fromkeys(VOLUME_SOURCES, "any")},
}
PATCH_DIRECTIVE = re.compile(r"\$(?:patch|retainKeys|setElementOrder/.+|deleteFromPrimitiveList/.+)\Z")
"""Keys of a strategic merge patch itself."""
WORDS = {"text": str, "int": int, "bool": bool}


def check_kind(at: At, kind: Kind, where: str) -> Iterator[Refused]:
    """What is refused of a value that should be of a kind; a tag of Argo's may stand for any scalar."""
    if at.value is None or kind == "any" or "{{" in at.text:
        return
    if kind.endswith("[]"):
        yield from _list(at, kind[:-2], where)
    elif kind.endswith("{}"):
        yield from _map(at, kind[:-2], where)
    elif kind in TABLES:
        yield from _object(at, kind, where)
    elif kind == "quantity":
        yield from check_quantity(at, where)
    elif not isinstance(at.value, WORDS[kind]) or (kind == "int" and isinstance(at.value, bool)):
        yield at.refuse(f"{where}: must be {_article(kind)}, not {_shape(at.value)}")


def check_quantity(at: At, where: str) -> Iterator[Refused]:
    text = str(at.value) if isinstance(at.value, int | float) else at.text
    problem = parse_quantity(text)
    if "{{" not in text and isinstance(problem, QuantityProblem):
        yield at.refuse(f"{where}: quantities must match the regular expression of Kubernetes: `{text}` {problem.what}")


def _list(at: At, item: Kind, where: str) -> Iterator[Refused]:
    if not isinstance(at.value, list):
        yield at.refuse(f"{where}: must be a list, not {_shape(at.value)}")
    for number, inner in enumerate(at.items()):
        yield from check_kind(inner, item, f"{where}[{number}]")


def _map(at: At, item: Kind, where: str) -> Iterator[Refused]:
    if not isinstance(at.value, dict):
        yield at.refuse(f"{where}: must be an object, not {_shape(at.value)}")
    for key, inner in at.entries():
        yield from check_kind(inner, item, f"{where}.{key}")


def _object(at: At, table: str, where: str) -> Iterator[Refused]:
    if not isinstance(at.value, dict):
        yield at.refuse(f"{where}: must be an object, not {_shape(at.value)}")
        return
    fields = TABLES[table]
    for key, inner in at.entries():
        if key in fields:
            yield from check_kind(inner, fields[key], f"{where}.{key}")
        elif not PATCH_DIRECTIVE.match(key):
            yield inner.refuse(f'unknown field "{where}.{key}"{_instead(key, fields)}')


def _instead(key: str, fields: dict[str, Kind]) -> str:
    first, *rest = key.split("_")
    camel = first + "".join(word.capitalize() for word in rest)
    near = [camel] if camel in fields else get_close_matches(key, fields, n=1)
    return f": did you mean `{near[0]}`?" if near else ""


def _article(kind: Kind) -> str:
    return {"text": "a string", "int": "an integer", "bool": "a boolean"}[kind]


def _shape(value: object) -> str:
    match value:
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"
