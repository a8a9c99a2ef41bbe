"""Names of images, as container runtimes read them."""

from __future__ import annotations

import pytest

from athena_lsp.analysis.kubernetes_names import image_problem

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "name",
    [
        *("alpine", "alpine:3.20", "library/alpine", "ghcr.io/acme/app:1.0", "localhost:5000/app", "localhost/app"),
        *("registry.example:5000/a/b/c:v1.2-3_4", f"alpine@{DIGEST}", f"ghcr.io/a/b:1@{DIGEST}", "a__b/c--d:x"),
        *("GHCR.io/acme/app", "[::1]:5000/app", "10.0.0.1:80/a", "x", "a.b/c", "python:3.13-slim", "a:LATEST"),
    ],
)
def test_names(name: str) -> None:
    assert image_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "is empty"),
        ("a b", "holds a blank"),
        ("a:1 ", "holds a blank"),
        ("Alpine", "has capital letters in its name"),
        ("ghcr.io/Acme/App:1", "has capital letters in its name"),
        ("docker://alpine", "begins with the scheme of an address"),
        ("https://ghcr.io/a", "begins with the scheme of an address"),
        ("alpine:", "is not `registry/name:tag`, nor has it a digest"),
        ("alpine:1:2", "is not `registry/name:tag`, nor has it a digest"),
        ("/alpine", "is not `registry/name:tag`, nor has it a digest"),
        ("alpine@sha256:12", "is not `registry/name:tag`, nor has it a digest"),
        ("-a", "is not `registry/name:tag`, nor has it a digest"),
        ("a" * 130 + ":" + "b" * 129, "is not `registry/name:tag`, nor has it a digest"),
    ],
)
def test_names_that_are_none(name: str, problem: str) -> None:
    assert image_problem(name) == problem
