"""A small project, and how to start the server in it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

SERVER = [sys.executable, "-m", "athena_lsp.server"]
# Byte code is kept, as in an installed package, but outside of the tree: a server starts twice as fast.
BYTE_CODE = str(Path(tempfile.gettempdir()) / "athena-byte-code")
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": BYTE_CODE,
}

PROGRAM = """from athena_runtime import container, workflow


@container(image="ghcr.io/acme/app:{tag}")
def fetch(url: str, tag: str = "latest") -> str: ...


@workflow
def pipeline(url: str = "https://example.com/é😋") -> str:
    raw = fetch(url)
    return raw
"""
CALL = (9, 16)
"""Where `url` stands in the call of `fetch`, counted from 0."""

RUNNING = """
from athena_runtime import container, workflow

@container
def number(given: int) -> int:
    return given

@container
def broken(given: int) -> None:
    raise ValueError(given)

@workflow
def shop(given: int = 3) -> None:
    first = number(given)
    if first > 2:
        second = number(first)
    else:
        second = number(4)
    broken(second)
"""
"""A workflow whose last step fails."""
