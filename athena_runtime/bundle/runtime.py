"""The part of `athena_runtime` that goes into pods."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from athena_runtime.bundle.layer import Entry, digest

NOT_IN_PODS = ("bundle", "testing")
"""Parts of the runtime that only publishing and tests need."""


def runtime_entries(prefix: str = "") -> Iterator[Entry]:
    """The files of `athena_runtime` that a pod needs."""
    top = Path(__file__).parent.parent
    for path in sorted(top.rglob("*")):
        relative = path.relative_to(top)
        if path.suffix in (".py", ".sh", ".typed") and relative.parts[0] not in NOT_IN_PODS:
            yield Entry(f"{prefix}{relative.as_posix()}", path)


def runtime_digest() -> str:
    """What the runtime of this athena is, for a lock to tell that it changed."""
    return digest(runtime_entries())
