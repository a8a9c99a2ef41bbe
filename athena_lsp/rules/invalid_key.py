"""invalid-key: a key of labels, annotations, selectors or environment variables that Kubernetes would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.kubernetes_names import (
    env_name_problem,
    nearest_env_name,
    nearest_key_name,
    qualified_name_problem,
)
from athena_lsp.analysis.options import MapShape
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Mapping, Text
from athena_lsp.rules._edits import reworded
from athena_lsp.rules._options import Slot, slots
from athena_lsp.rules.base import Finding, Related, rule
from athena_runtime.contract import RESERVED_VARIABLES

ARGOS = "workflows.argoproj.io/"
"""A pod that says otherwise under it is lost to the controller."""
KINDS: dict[Literal["env", "label", "annotation", "resource"], str] = {
    "env": "an environment variable",
    "label": "a label",
    "annotation": "an annotation",
    "resource": "a resource",
}


@rule("a key that Kubernetes would refuse", fixable=True, required=True)
def invalid_key(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for slot in slots(unit):
        if isinstance(slot.shape, MapShape) and isinstance(slot.value, Mapping):
            yield from _keys(slot, slot.shape, slot.value)


def _keys(slot: Slot, shape: MapShape, value: Mapping) -> Iterator[Finding]:
    seen: dict[str, Text] = {}
    names = {entry.key.value for entry in value.entries if isinstance(entry.key, Text)}
    for key in (entry.key for entry in value.entries if isinstance(entry.key, Text)):
        name = key.value
        problem = env_name_problem(name) if shape.key == "env" else qualified_name_problem(name)
        # A placeholder in a key is a mistake of its own, with advice of its own.
        if problem and "{" not in name:
            near = nearest_env_name(name) if shape.key == "env" else nearest_key_name(name)
            yield Finding(
                span=key.span,
                message=f"{_quoted(name)} in {slot.title} cannot be the key of {KINDS[shape.key]}: it {problem}",
                hints=(f"write `{near}`, for example",) if near else (),
                fixes=reworded(key, near) if near and near not in names else (),
            )
        elif shape.key == "env" and name in RESERVED_VARIABLES:
            yield Finding(
                span=key.span,
                message=f"`{name}` is set by athena itself in every pod",
                hints=("rename the variable",),
            )
        elif shape.key == "label" and slot.key == "labels" and name.startswith(ARGOS):
            yield Finding(
                span=key.span,
                message=f"`{name}` is a label that Argo itself sets and goes by",
                hints=("rename the label",),
            )
        elif name in seen:
            yield Finding(
                span=key.span,
                message=f"`{name}` stands in {slot.title} twice",
                related=(Related("the first one", span=seen[name].span),),
            )
        seen.setdefault(name, key)


def _quoted(name: str) -> str:
    return f"`{name}`" if name and "`" not in name else "this text"
