"""A sample of random edges, decided by athena and by pyright alike; `python -m tests.types.differential` makes more."""

from __future__ import annotations

import pytest

from tests.types.differential import compare


@pytest.mark.slow
def test_athena_decides_random_edges_as_pyright_does_but_for_what_is_intended() -> None:
    report = compare(300, "sample", "basedpyright", explain=False)
    assert (report.bugs, report.invalid) == ([], []), str(report)
    assert report.edges > 250
    assert min(report.accepted, report.edges - report.accepted) > 80, "most edges would be decided by chance"
