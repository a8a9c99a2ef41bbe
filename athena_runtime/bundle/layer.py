"""A layer of a bundle: plain files by path, and a digest that tells what they are.

The digest is one of the files, not of the archive: compressors differ from machine to machine. A layer holds plain
files and nothing else, so that reading one can follow no link. A file `layer.json` stands at the top of each: Argo
strips the folder of an archive that has only one entry there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from athena_runtime.bundle.errors import BundleError

LAYER_FILE = "layer.json"
NAMES = ("py", "deps", "app")
VERSION = b"athena-layer-v1\0"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. `source` is its content, or the file that has it."""

    path: str
    source: bytes | Path
    executable: bool = False

    def read(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()

    def sha256(self) -> str:
        if isinstance(self.source, bytes):
            return hashlib.sha256(self.source).hexdigest()
        with self.source.open("rb") as file:
            return sha256_of(file)


Entries = tuple[Entry, ...]


class Readable(Protocol):
    """A file, as far as it is read."""

    def read(self, size: int, /) -> bytes: ...


def layer_file(kind: str, about: Mapping[str, Any]) -> Entry:
    """The file at the top of a layer that says what it is."""
    text = json.dumps({"kind": kind, **about}, sort_keys=True, indent=1, ensure_ascii=False)
    return Entry(LAYER_FILE, f"{text}\n".encode())


def ordered(entries: Iterable[Entry]) -> Entries:
    """The entries by path. Raises BundleError for paths that are none, that repeat, or that are folders of others."""
    found: dict[str, Entry] = {}
    for entry in entries:
        check_path(entry.path)
        if entry.path in found:
            raise BundleError(f"`{entry.path}` would stand in a layer twice")
        found[entry.path] = entry
    for path in found:
        folder = path.rpartition("/")[0]
        while folder:
            if folder in found:
                raise BundleError(f"`{folder}` would be a file and a folder of a layer")
            folder = folder.rpartition("/")[0]
    return tuple(found[path] for path in sorted(found))


def check_path(path: str) -> None:
    """Raises BundleError for a path that does not lead to a place below the layer's folder."""
    parts = path.split("/")
    bad = any(part in ("", ".", "..") for part in parts) or any(c in path for c in "\0\\\n\r")
    if bad or not path.isprintable():
        raise BundleError(f"{path!r} is no path that a layer can hold")


def digest(entries: Iterable[Entry]) -> str:
    """What names a layer: SHA-256 of path, mode and content of every file, in the order of the paths."""
    return digest_of((entry.path, entry.executable, entry.sha256()) for entry in ordered(entries))


def digest_of(files: Iterable[tuple[str, bool, str]]) -> str:
    """The digest from paths, whether they can be executed, and the SHA-256 of their contents."""
    whole = hashlib.sha256(VERSION)
    for path, executable, content in sorted(files):
        whole.update(f"{path}\0{'755' if executable else '644'}\0f\0{content}\n".encode())
    return whole.hexdigest()


def entries_below(folder: Path, prefix: str = "") -> Iterator[Entry]:
    """Every file below a folder as an entry. Raises BundleError for links and for what is neither file nor folder."""
    for name in sorted(os.listdir(folder)):
        path = folder / name
        if path.is_symlink():
            raise BundleError(f"`{path}` is a link: a layer holds plain files")
        if path.is_dir():
            yield from entries_below(path, f"{prefix}{name}/")
        elif path.is_file():
            yield Entry(f"{prefix}{name}", path, bool(path.stat().st_mode & 0o100))
        else:
            raise BundleError(f"`{path}` is neither a file nor a folder")


def sha256_of(file: Readable) -> str:
    """The SHA-256 of the rest of a file."""
    content = hashlib.sha256()
    while chunk := file.read(CHUNK):
        content.update(chunk)
    return content.hexdigest()
