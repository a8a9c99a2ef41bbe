"""No false alarms: manifests with Argo's documented features have nothing against them, here or in Argo's schemas."""

from __future__ import annotations

from pathlib import Path

import pytest

from athena_lsp.cli.lint import lint_texts
from athena_lsp.cli.manifests import read_manifests
from tests.argo.manifest_checks import check_with_crd, check_with_hera, read_with_go
from tests.preflight.linting import lint

GOOD = sorted((Path(__file__).parent / "good").glob("*.yaml"))
NOT_IN_HERA = ("plugin", "pendingTimeout")
"""Its models know no plugin's fields, and nothing that Argo 4.1 brought."""
WITHOUT_SCHEMA = frozenset({"WorkflowEventBinding", "ClusterWorkflowTemplate"})
"""Kinds that the checks for emitted manifests do not know: athena emits none of them."""


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
@pytest.mark.parametrize("complete", [True, False], ids=["all there is", "some of it"])
def test_nothing_is_found(path: Path, complete: bool) -> None:
    assert [str(one) for one in lint(path.read_text(encoding="utf-8"), complete=complete)] == []


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_go_reads_what_we_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ours = [without_empty(manifest.value) for manifest in read_manifests(text)]
    assert [without_empty(document) for document in read_with_go(text)] == ours


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_schemas_take_them(path: Path) -> None:
    for manifest in read_manifests(path.read_text(encoding="utf-8")):
        document = manifest.value
        assert isinstance(document, dict)
        if document["kind"] not in WITHOUT_SCHEMA:
            check_with_crd(document)
            check_with_hera(document, NOT_IN_HERA)


def test_there_are_many() -> None:
    assert sum(len(read_manifests(path.read_text(encoding="utf-8"))) for path in GOOD) >= 120


def without_empty(value: object) -> object:
    """kubectl adds empty annotations where it takes its own away."""
    if isinstance(value, dict):
        metadata = value.get("metadata")
        if isinstance(metadata, dict) and metadata.get("annotations") == {}:
            value = {**value, "metadata": {key: item for key, item in metadata.items() if key != "annotations"}}
    return value


def test_nothing_is_found_in_all_of_them_together() -> None:
    texts = {f"manifests/{path.name}": path.read_text(encoding="utf-8") for path in GOOD}
    assert [each.message for each in lint_texts(texts, complete=False).diagnostics] == []
