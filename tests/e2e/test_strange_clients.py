"""The fuzz of `make bench`, short: whatever a client says, each request is answered once and the server goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.fuzz import fuzz

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


@pytest.mark.slow  # texts of megabytes and brackets that are thousands deep are read, by three servers
def test_whatever_a_client_says(tmp_path: Path) -> None:
    counts = fuzz(tmp_path, range(1, 4), 60)
    assert counts.problems == []
    assert counts.servers == 3
    assert counts.messages > 150
    assert counts.requests > 40
