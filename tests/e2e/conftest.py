"""Fixtures: a project on the disk, and a server that runs in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.client import Client
from tests.e2e.shop import ENVIRONMENT, PROGRAM, SERVER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of one file."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1.0"\n', encoding="utf-8")
    (tmp_path / "main.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    """A server on standard input and output, nothing said yet; it is ended after the test whatever happens."""
    with Client(SERVER, folder, ENVIRONMENT, folder / "stderr.txt") as running:
        yield running
