"""Scalars are read as Go reads them, which is how the cluster will."""

from __future__ import annotations

import pytest

from athena_lsp.cli.manifests import read_manifests
from tests.argo.manifest_checks import read_with_go

HEAD = "kind: X\napiVersion: v1\nmetadata: {name: a}\n"
SCALARS = """
{a: b?c} [a?b] a?b {a: b:c} {url: https://x} {a: -} @b `b %b {a: !x} {"a":b} 0o7 017 0x1F 1_000 0b11 +1 .5 5. 1e3 1E+3
-.inf .nan 1:30 12:30:45 2020-01-01 2020-01-01T00:00:00Z ~ null Null nULL yes YeS off = << 1__0 0_7 09 0o9 -0 -0.0 1e400
0.1e1 1.0 100.0 !!str|5 !!int|'5' !!float|3 "\\x41" 1. 0. 00 01 0x 1e e1 _1 1_ + +.5 -1_0 0.1_0 1_0.5 n y N Y on True
"""


@pytest.mark.parametrize("written", SCALARS.split())
def test_scalars(written: str) -> None:
    text = f"{HEAD}v: {written.replace('|', ' ')}\n"
    (manifest,) = read_manifests(text)
    try:
        expected = read_with_go(text)[0].get("v")
    except AssertionError:
        assert manifest.problems
        return
    assert not manifest.problems
    assert isinstance(manifest.value, dict)
    assert manifest.value["v"] == expected
    assert isinstance(manifest.value["v"], bool) == isinstance(expected, bool)


@pytest.mark.parametrize(
    "text",
    [
        "|+\n  a\n\n",
        ">-\n  a\n  b\n",
        "'a\n\n  b'",
        '"a\\\n  b"',
        "&x [1]\nw: *x",
        "\n  <<: {a: 1}\n  b: 2",
        "{n: 1, y: 2}",
    ],
)
def test_other_shapes(text: str) -> None:
    (manifest,) = read_manifests(f"{HEAD}v: {text}\n")
    assert isinstance(manifest.value, dict)
    assert manifest.value["v"] == read_with_go(f"{HEAD}v: {text}\n")[0]["v"]
