"""The tables of fields say what Argo's own definitions say."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from athena_lsp.argo.checks.fields import check_kind, fields_of, type_names
from athena_lsp.argo.checks.places import At

CRD_FOLDER = Path(__file__).parents[3] / "shared" / "data" / "argo-crd"
KINDS = {
    "Workflow": "workflows",
    "WorkflowTemplate": "workflowtemplates",
    "ClusterWorkflowTemplate": "clusterworkflowtemplates",
    "CronWorkflow": "cronworkflows",
}
JSON_TYPES = {
    "": "string",
    "anytext": "string",
    "int": "integer",
    "bool": "boolean",
    "number": "number",
    "intstr": ["integer", "string"],
    "quantity": ["integer", "string"],
}
UNTYPED = frozenset({("Step", "inline"), ("DAGTask", "inline"), ("Step", "withItems"), ("DAGTask", "withItems")})
"""The definitions take anything there."""
NOT_OF_CLAIMS = frozenset({("Resources", "claims")})
"""Of two types that are one in the table, only one has the field."""

pytestmark = pytest.mark.skipif(not CRD_FOLDER.is_dir(), reason="Argo's schemas are not there")


@cache
def schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lzma.decompress((CRD_FOLDER / f"{KINDS[kind]}.schema.json.xz").read_bytes()))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_tables_agree_with_the_definitions(kind: str) -> None:
    assert sorted(set(differences(kind, schema(kind), set()))) == []


def differences(kind: str, schema: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """What the table of a type says otherwise than the schema of one of its uses."""
    if kind in seen or "properties" not in schema:  # metadata, and what stands inside of itself
        return
    seen = seen | {kind}
    fields, properties = fields_of(kind), schema["properties"]
    for name in properties.keys() - fields.keys():
        yield f"{kind}.{name} is not in the table"
    for name, field in fields.items():
        if name not in properties:
            if field.need != "~" and kind != "ObjectMeta" and (kind, name) not in NOT_OF_CLAIMS:
                yield f"{kind}.{name} is not in the definitions"
            continue
        required = name in schema.get("required", ())
        if required != (field.need in ("*", "+")):
            yield f"{kind}.{name} is {'' if required else 'not '}required"
        if (kind, name) not in UNTYPED:
            yield from of_kind(f"{kind}.{name}", field.kind, properties[name], seen)


def of_kind(where: str, kind: str, schema: dict[str, Any], seen: set[str]) -> Iterator[str]:
    if kind == "any":
        return
    type_ = schema.get("type")
    if kind.endswith("[]"):
        yield from of_kind(where, kind[:-2], schema["items"], seen) if type_ == "array" else [f"{where} is no list"]
    elif kind.endswith("{}"):
        inner = schema.get("additionalProperties")
        yield from of_kind(where, kind[:-2], inner, seen) if isinstance(inner, dict) else [f"{where} is no map"]
    elif kind in JSON_TYPES:
        if type_ != JSON_TYPES[kind]:
            yield f"{where} is {type_}, not {kind or 'a text'}"
    elif type_ != "object":
        yield f"{where} is {type_}, not {kind}"
    else:
        yield from differences(kind, schema, seen)


def test_every_type_that_is_named_has_a_table() -> None:
    names = type_names()
    for name in names:
        for field in fields_of(name).values():
            kind = field.kind.rstrip("[]{}")
            assert kind in names or kind in JSON_TYPES or kind == "any", (name, kind)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"image": 1}, "spec.image: must be a string, not a number: write it in quotes"),
        ({"tty": "yes"}, "spec.tty: must be a boolean, not a string"),
        ({"env": {}}, "spec.env: must be a list, not an object"),
        ({"ports": [{"containerPort": "80"}]}, "spec.ports[0].containerPort: must be an integer, not a string"),
        ({"ports": [{"containerPort": True}]}, "spec.ports[0].containerPort: must be an integer, not a boolean"),
        ({"resources": {"limits": [1]}}, "spec.resources.limits: must be an object, not a list"),
        ({"image_pull_policy": "Never"}, 'unknown field "spec.image_pull_policy": did you mean `imagePullPolicy`?'),
        ([], "spec: must be an object, not a list"),
    ],
)
def test_messages(value: object, message: str) -> None:
    assert [refused.message for refused in check_kind(At(value), "Container", "spec")] == [message]


def test_null_is_nothing_and_a_patch_needs_nothing() -> None:
    assert list(check_kind(At({"image": None, "env": [{"name": "A", "value": None}]}), "Container", "")) == []
    assert [each.message for each in check_kind(At({"value": "a"}), "EnvVar", "env")] == ["env.name: Required value"]
    assert list(check_kind(At({"value": "a"}), "EnvVar", "env", whole=False)) == []
