"""Broken good manifests: whatever Argo refuses, or a run would fail on, is reported wherever it is done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from athena_lsp.argo.preflight import refusals
from athena_lsp.cli.manifests import read_yaml
from tests.preflight.mutating import Mutation
from tests.preflight.mutations import MUTATIONS
from tests.preflight.typos import GOOD, REFERRED_TO, changed, documents, is_found, trials


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_each_is_found_everywhere(mutation: Mutation) -> None:
    count = 0
    for path in GOOD:
        whole = documents(path)
        for number, document in enumerate(whole):
            for broken in mutation.applied(document):
                count += 1
                others = [each for other, each in enumerate(whole) if other != number and each["kind"] in REFERRED_TO]
                found = [each for each in refusals([broken, *others], read_yaml=read_yaml) if each.document == 0]
                codes = {each.code for each in found}
                assert codes & mutation.codes, (path.stem, document["metadata"], [str(each) for each in found])
    assert count >= 1


LATER = re.compile(r"\{\{(?:item|workflow\.parameters)\.")
"""What is only known when somebody submits."""


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_slips_of_the_pen_are_found(path: Path) -> None:
    missed = [place for document, place, others in trials(path) if not is_found(changed(document, place), others)]
    unknowable = [place for place in missed if place[0][-2:-1] == ("templateRef",) or LATER.search(place[2])]
    assert [place for place in missed if place not in unknowable] == []
    assert len(unknowable) <= 3
