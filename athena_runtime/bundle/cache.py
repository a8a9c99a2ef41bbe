"""Layers that were built on this machine, by their digests: what was built once is not built again.

`$XDG_CACHE_HOME/athena`, or `~/.cache/athena`. Deleting it loses nothing but time.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from athena_runtime.bundle.archive import write_archive
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import Entry, digest

DIGEST = re.compile(r"[0-9a-f]{64}")


def cache_folder() -> Path:
    """The folder; it need not exist."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if os.path.isabs(given) else Path.home() / ".cache") / "athena"


def cached(kind: str, name: str) -> Path | None:
    """The archive of a layer, when it is here."""
    path = _place(kind, name)
    return path if path.is_file() else None


def keep(kind: str, entries: Iterable[Entry]) -> tuple[str, Path]:
    """The digest of a layer, and its archive, which is written when it is not here."""
    given = tuple(entries)
    name = digest(given)
    target = _place(kind, name)
    if not target.is_file():
        _write(given, target)
    return name, target


def remember(question: str, answer: str) -> None:
    """Writes down which layer something was built into."""
    target = _answers() / _key(question)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_text(answer, encoding="utf-8")
    os.replace(temporary, target)


def recall(question: str) -> str:
    """The digest that was written down; empty when there is none."""
    try:
        text = (_answers() / _key(question)).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return text if DIGEST.fullmatch(text) else ""


def _write(entries: tuple[Entry, ...], target: Path) -> None:
    """Under another name first, so that an archive that is there is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(number, "wb") as file:
            write_archive(entries, file)
        os.replace(name, target)
    except OSError as error:
        raise BundleError(
            f"`{target}` cannot be written: {error.strerror or error}",
            "make room there, or set XDG_CACHE_HOME to another folder",
            kind="disk",
        ) from error
    finally:
        Path(name).unlink(missing_ok=True)


def _place(kind: str, name: str) -> Path:
    return cache_folder() / "layers" / kind / f"{name}.tgz"


def _answers() -> Path:
    return cache_folder() / "built"


def _key(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:32]
