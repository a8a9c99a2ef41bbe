"""Broken good manifests: whatever Argo refuses, or a run would fail on, is reported wherever it is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from athena_lsp.argo.preflight import refusals
from athena_lsp.cli.manifests import read_manifests, read_yaml
from tests.preflight.mutations import MUTATIONS, Mutation

GOOD = sorted((Path(__file__).parent / "good").glob("*.yaml"))


def documents(path: Path) -> list[dict[str, Any]]:
    values = [manifest.value for manifest in read_manifests(path.read_text(encoding="utf-8"))]
    return [value for value in values if isinstance(value, dict) and value["kind"] != "WorkflowEventBinding"]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_each_is_found_everywhere(mutation: Mutation) -> None:
    count = 0
    for path in GOOD:
        whole = documents(path)
        for number, document in enumerate(whole):
            for broken in mutation.applied(document):
                count += 1
                others = [each for other, each in enumerate(whole) if other != number]
                found = [each for each in refusals([broken, *others], read_yaml=read_yaml) if each.document == 0]
                codes = {each.code for each in found}
                assert codes & mutation.codes, (path.stem, document["metadata"], [str(each) for each in found])
    assert count >= 1
