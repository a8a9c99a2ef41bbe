"""Checks of where a pod runs, and of patches of pods (rules K and X17)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from athena_lsp.analysis.placeholders import ARGO_TAG
from athena_lsp.argo.checks.catalogue import ReadYaml
from athena_lsp.argo.checks.fields import check_kind
from athena_lsp.argo.checks.objects import check_labels
from athena_lsp.argo.checks.places import At, Refused

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
OPERATORS = ("Exists", "Equal")
NODE_OPERATORS = frozenset({"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"})
TAG_NUMBER = 734607346
"""Stands for a tag in a patch, and makes whatever holds it unknown."""


def check_scheduling(at: At, where: str, read_yaml: ReadYaml | None) -> Iterator[Refused]:
    """Of a template, or of a spec."""
    yield from check_labels(at.get("nodeSelector"))
    yield from _operators(at.get("affinity"), f"{where}.affinity")
    for number, toleration in enumerate(at.get("tolerations").items()):
        yield from _toleration(toleration, f"{where}.tolerations[{number}]")
    for patch in (at.get("podSpecPatch"), at.get("artifactGC", "podSpecPatch")):
        if patch.text:
            yield from _patch(patch, f"{where}.podSpecPatch", read_yaml)


def _operators(affinity: At, where: str) -> Iterator[Refused]:
    for key, at in affinity.entries():
        if key == "operator" and at.text not in NODE_OPERATORS and not at.has_tag:
            yield at.refuse("K3", f'{where}.operator: "{at.text}" is not a valid selector operator')
        elif key == "weight" and isinstance(at.value, int) and not 1 <= at.value <= 100:
            yield at.refuse("K3", f"{where}.weight: must be in the range 1-100")
        yield from _operators(at, f"{where}.{key}")
        for number, item in enumerate(at.items()):
            yield from _operators(item, f"{where}.{key}[{number}]")


def _toleration(at: At, where: str) -> Iterator[Refused]:
    operator, effect, seconds = at.get("operator"), at.get("effect"), at.get("tolerationSeconds")
    if operator.text and not operator.has_tag and operator.text not in OPERATORS:
        yield operator.refuse("K3", f"{where}.operator: must be one of {', '.join(OPERATORS)}")
    if effect.text and not effect.has_tag and effect.text not in EFFECTS:
        yield effect.refuse("K3", f"{where}.effect: must be one of {', '.join(EFFECTS)}")
    if operator.text == "Exists" and at.get("value").text:
        yield at.get("value").refuse("K3", f"{where}.value: value must be empty when `operator` is 'Exists'")
    if not at.get("key").text and operator.text != "Exists":
        yield at.refuse("K3", f"{where}.operator: operator must be Exists when `key` is empty")
    if seconds and effect.text != "NoExecute" and not effect.has_tag:
        yield seconds.refuse("K3", f"{where}.effect: effect must be 'NoExecute' when `tolerationSeconds` is set")


def _patch(at: At, where: str, read_yaml: ReadYaml | None) -> Iterator[Refused]:
    """A patch, JSON or YAML, as far as it is known before its tags are filled in."""
    text = ARGO_TAG.sub(str(TAG_NUMBER), at.text)
    try:
        value: object = json.loads(text)
    except ValueError:
        if read_yaml is None:
            return
        try:
            value = read_yaml(text)
        except ValueError:
            yield at.trap("X17", f"{where}: the patch is neither JSON nor YAML")
            return
    value = _known(value)
    if isinstance(value, str | list | int | float):
        yield at.trap("X17", f"{where}: the patch must be an object")
        return
    for refused in check_kind(At(value), "PodSpec", where, whole=False):
        yield at.trap("X17", refused.message)


def _known(value: object) -> object:
    """The patch without what holds a tag."""
    if isinstance(value, dict):
        return {key: _known(item) for key, item in value.items() if str(TAG_NUMBER) not in str(key)}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return None if str(TAG_NUMBER) in str(value) else value
