"""Where answers are kept between runs: one file for each project in the user's cache folder.

A file is read whole and replaced whole, so that runs at the same time can only lose each other's work. It begins with a
digest of all that follows: what is damaged in any way counts as absent. A file is named by a digest of everything that
all answers in it depend on, athena's own code among it: another version never sees it. The folder does not grow beyond
`MOST_BYTES`. A folder that cannot be written to is a slower start, and no error.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

FORMAT = 1
VARIABLE = "ATHENA_CACHE_DIR"
ENDING = ".answers"
UNFINISHED = ".unfinished"
MOST_FILES = 100
MOST_BYTES = 200_000_000
DIGEST = 32
"""Characters of a digest in hexadecimal."""
TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is athena's cache. It may be deleted at any time.\n"
"""The text of `CACHEDIR.TAG`, by which backups leave the folder out (Cache Directory Tagging Specification)."""


def cache_folder(variables: Mapping[str, str] | None = None) -> Path | None:
    """The folder for athena's cache: ATHENA_CACHE_DIR, else the user's own; None when there is none."""
    given = os.environ if variables is None else variables
    if chosen := given.get(VARIABLE):
        return Path(os.path.abspath(chosen))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.path.isabs(given.get(name, "")):  # others are to be ignored (XDG Base Directory Specification)
            return Path(given[name], "athena")
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    return Path(home, "Library", "Caches", "athena") if sys.platform == "darwin" else Path(home, ".cache", "athena")


def digest(data: str | bytes) -> str:
    """A digest of a text or of bytes."""
    whole = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return blake2b(whole, digest_size=DIGEST // 2).hexdigest()


def code_of_athena() -> str:
    """A digest of what athena is: the names, sizes and times of its own files, and the Python that runs it."""
    package = Path(__file__).parent.parent
    files = [*_files(package), *_files(package.parent / "athena_runtime")]
    return digest(f"{FORMAT} {sys.version} {sorted(files)}")


def load(folder: Path, identity: str) -> Json:
    """The answers that are kept; none when there are none, or the file is not as it was written."""
    path = folder / f"{identity}{ENDING}"
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}
        data = path.read_bytes()
        with suppress(OSError):
            os.utime(path)  # the files that nobody uses go first
        written, body = data[:DIGEST], data[DIGEST:]
        if digest(body).encode() != written:
            return {}
        found = json.loads(body)
    except (OSError, ValueError, RecursionError, MemoryError):
        return {}
    return found if isinstance(found, dict) else {}


def save(folder: Path, identity: str, answers: Json) -> bool:
    """Keep the answers, in place of those that are kept now; False when that cannot be."""
    body = json.dumps(answers, separators=(",", ":")).encode()
    if len(body) > MOST_BYTES // 2:
        return False
    try:
        _make(folder)
        handle, name = tempfile.mkstemp(UNFINISHED, identity[:8], folder)
        try:
            with open(handle, "wb") as file:
                file.write(digest(body).encode() + body)
            os.replace(name, folder / f"{identity}{ENDING}")
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    except OSError:
        return False
    _tidy(folder)
    return True


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tag = folder / "CACHEDIR.TAG"
    if not tag.exists():
        tag.write_text(TAG, encoding="utf-8")


def _tidy(folder: Path) -> None:
    """Delete the files that were used longest ago, until the rest is few and small enough, and what was left behind by
    runs that were killed."""
    found: list[tuple[float, int, str]] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((ENDING, UNFINISHED)):
                status = entry.stat()
                found.append((status.st_mtime, status.st_size, entry.path))
    found.sort(reverse=True)
    total = 0
    for number, (_, size, path) in enumerate(found):
        total += size
        if number >= MOST_FILES or total > MOST_BYTES:
            with suppress(OSError):
                os.unlink(path)


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Every Python file and every page below a folder, with its time and size."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _files(Path(entry.path))
            elif entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size
