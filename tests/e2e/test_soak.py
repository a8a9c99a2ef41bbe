"""The soak of `make bench`, short: random edits with every request in between, compared with a new server."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.asking import position
from bench.growth import Typist, growth
from bench.soak import soak

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


@pytest.mark.slow  # three servers start, and are left in peace until they have looked for garbage
def test_random_edits_and_every_request(tmp_path: Path) -> None:
    counts = soak(tmp_path, edits=80, seed=7, every=40)
    assert counts.errors == []
    assert counts.differences == []
    assert counts.edits == 80
    assert counts.requests > 1000
    assert counts.compared > 300


@pytest.mark.slow  # the server is left in peace three times, until it has looked for garbage
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_after_some_hundred_edits_is_what_it_was(tmp_path: Path) -> None:
    """The budget of 5 MB is for ten thousand edits in a large workspace: `python -m bench.growth` prints that curve."""
    typist = Typist(tmp_path / "w", files=10, lines=300)
    try:
        (_, before), *_, (edits, after) = growth(typist, 300)
    finally:
        typist.client.kill()
    assert edits == 300
    assert 20 < before < 150
    assert after - before < 5


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("a\nb", 2, (1, 0)),
        ("é😋x", 2, (0, 3)),
        ("a\r\nb", 3, (1, 0)),
        ("a\rb", 2, (1, 0)),
        ("a\x0cb\u2028c", 5, (0, 5)),
    ],
)
def test_the_soak_counts_as_the_protocol_does(text: str, offset: int, place: tuple[int, int]) -> None:
    assert tuple(position(text, offset).values()) == place
