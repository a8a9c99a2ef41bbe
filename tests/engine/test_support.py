"""The table of what of Argo runs locally: it knows every field, it holds in runs, and the page is made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from athena_lsp.argo.checks.fields import fields_of, type_names
from athena_lsp.engine.program import program_of
from athena_lsp.engine.refusals import refusals
from athena_lsp.engine.support import SUPPORT, Support

PAGE = Path(__file__).parents[2] / "docs" / "run-fields.md"
BEGIN = "<!-- written by a test -->\n"

CASES = [(kind, name) for kind, support in SUPPORT.items() for name in support.refused.split()]
INTO: dict[str, list[Any]] = {
    "WorkflowSpec": [],
    "WorkflowMetadata": ["workflowMetadata"],
    "Template": ["templates", 0],
    "ValueFrom": ["templates", 0, "outputs", "parameters", 0, "valueFrom"],
    "Artifact": ["templates", 0, "inputs", "artifacts", 0],
    "Container": ["templates", 0, "container"],
    "ScriptTemplate": ["templates", 0, "script"],
    "UserContainer": ["templates", 0, "sidecars", 0],
    "EnvVarSource": ["templates", 0, "container", "env", 0, "valueFrom"],
    "EnvFromSource": ["templates", 0, "container", "envFrom", 0],
    "Probe": ["templates", 0, "container", "readinessProbe"],
    "VolumeMount": ["templates", 0, "container", "volumeMounts", 0],
    "Volume": ["templates", 0, "volumes", 0],
}
"""Where in a spec an object of each type stands that has fields which are refused."""


def spec_with(path: list[Any], name: str) -> dict[str, Any]:
    """A spec with that field set, below the path."""
    template: dict[str, Any] = {"name": "main", "container": {"image": "i", "command": ["true"]}}
    spec: dict[str, Any] = {"entrypoint": "main", "templates": [template]}
    here: Any = spec
    for number, part in enumerate(path):
        made: Any = [] if isinstance([*path, ""][number + 1], int) else {}
        if isinstance(here, list):
            here.extend([made] if part >= len(here) else [])
            here = here[part]
        else:
            here = here.setdefault(part, made)
    here[name] = {"given": "yes"}
    return spec


def told(spec: dict[str, Any]) -> str:
    return "\n".join(refusals(program_of([{"kind": "Workflow", "metadata": {"name": "w"}, "spec": spec}])))


@pytest.mark.parametrize("kind", SUPPORT)
def test_every_field_that_is_named_exists(kind: str) -> None:
    support = SUPPORT[kind]
    named = [*support.reasons, *support.refused.split()]
    assert len(named) == len(set(named))
    assert set(named) <= set(fields_of(kind))


def test_every_type_of_argo_that_a_run_meets_is_in_the_table() -> None:
    """What is honoured leads to types that are in the table, or have nothing that could be left aside."""
    met = {"WorkflowSpec", "CronWorkflowSpec"}
    waiting = list(met)
    for kind in waiting:
        assert kind in SUPPORT or kind in HOLDERS or kind in WITHOUT, f"{kind} is not in the table"
        support = SUPPORT.get(kind, Support())
        left = set(fields_of(kind)) if kind in WITHOUT else {*support.reasons, *support.refused.split()}
        for name, field in fields_of(kind).items():
            inner = field.kind.replace("[]", "").replace("{}", "")
            if name not in left and inner in type_names() and inner not in met:
                met.add(inner)
                waiting.append(inner)
    assert set(SUPPORT) <= met


HOLDERS = frozenset({"Arguments", "Inputs", "Outputs"})
WITHOUT = frozenset(
    (
        *("Cache", "Named", "KeyOf", "SyncDatabaseRef", "KeyToPath", "ObjectField", "ConfigMapEnvSource", "Claim"),
        *("RawArtifact", "S3Artifact", "GCSArtifact", "AzureArtifact", "OSSArtifact", "HDFSArtifact"),
        *("ArtifactoryArtifact", "HTTPGetAction", "TCPSocketAction", "ExecAction", "HTTPHeader", "RequestHeader"),
        *("HTTPBodySource", "HTTPHeaderSource"),
    )
)
"""Types of which a run reads what names a thing: the key of an object in a bucket, the name of a ConfigMap."""


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_what_is_refused_is_told_before_a_run(kind: str, name: str) -> None:
    assert f"{name}` is not known to the local engine" in told(spec_with(INTO[kind], name))


def test_a_field_that_does_not_exist_is_told() -> None:
    assert "there is no field `container.comand`" in told(spec_with(["templates", 0, "container"], "comand"))


@pytest.mark.parametrize(("kind", "path"), [("WorkflowSpec", []), ("Template", ["templates", 0])])
def test_what_is_left_aside_is_not_refused(kind: str, path: list[Any]) -> None:
    for name in SUPPORT[kind].reasons:
        assert told(spec_with(path, name)) == ""


def test_the_page_is_the_table(update: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    head = text.partition(BEGIN)[0]
    if update:
        PAGE.write_text(head + BEGIN + page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == head + BEGIN + page()


def page() -> str:
    return "".join(section(kind, support) for kind, support in SUPPORT.items())


def section(kind: str, support: Support) -> str:
    honoured = [name for name in fields_of(kind) if name not in support.reasons and name not in support.refused.split()]
    lines = [f"\n## {kind}\n", f"- Honoured: {names(honoured)}." if honoured else ""]
    by_reason: dict[str, list[str]] = {}
    for name, reason in support.reasons.items():
        by_reason.setdefault(reason, []).append(name)
    lines += [f"- Left aside, since {reason}: {names(found)}." for reason, found in by_reason.items()]
    lines += [f"- Refused: {names(support.refused.split())}."] if support.refused else []
    return "\n".join(filter(None, lines)) + "\n"


def names(found: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(found))
