"""Debian packages as files: an `ar` archive with a tar file in it, read without any tool of Debian."""

from __future__ import annotations

import gzip
import lzma
import posixpath
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from athena_runtime.bundle.errors import BundleError

MAGIC = b"!<arch>\n"
HEADER = 60
"""Bytes before each member of an `ar` archive."""
MOST_LINKS = 16


@dataclass(frozen=True, slots=True)
class Files:
    """The files of packages that lie in one root, by their paths without `/` at the front; `usr/` is left out, as
    Debian's own folders at the top are links to those below it."""

    contents: Mapping[str, bytes] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """The content of a file, or of the one that a link leads to."""
        for _ in range(MOST_LINKS):
            if path in self.contents:
                return self.contents[path]
            target = self.links.get(path) or self._through_folder(path)
            if target is None:
                return None
            path = target
        return None

    def _through_folder(self, path: str) -> str | None:
        """The path without the first link to a folder on it."""
        folder, slash, _ = path.rpartition("/")
        while slash:
            if folder in self.links:
                return f"{self.links[folder]}/{path[len(folder) + 1 :]}"
            folder, slash, _ = folder.rpartition("/")
        return None


def read_packages(paths: list[Path]) -> Files:
    """All that is in the packages. Raises BundleError for what is no package."""
    contents: dict[str, bytes] = {}
    links: dict[str, str] = {}
    for path in paths:
        try:
            _read(path, contents, links)
        except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, ValueError) as error:
            raise BundleError(f"`{path.name}` is no Debian package: {error}") from error
    return Files(contents, links)


def _read(path: Path, contents: dict[str, bytes], links: dict[str, str]) -> None:
    with tarfile.open(fileobj=BytesIO(_data(path))) as archive:
        for info in archive:
            name = _place(info.name)
            if info.isreg() and (file := archive.extractfile(info)) is not None:
                contents[name] = file.read()
            elif info.issym():
                links[name] = _place(posixpath.join(posixpath.dirname(f"/{info.name.lstrip('./')}"), info.linkname))
            elif info.islnk():
                links[name] = _place(info.linkname)


def _data(path: Path) -> bytes:
    """The tar file with a package's files."""
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        raise ValueError("it does not begin as one")
    place = len(MAGIC)
    while place + HEADER <= len(data):
        name = data[place : place + 16].decode("ascii", "replace").strip().rstrip("/")
        size = int(data[place + 48 : place + 58])
        body = data[place + HEADER : place + HEADER + size]
        place += HEADER + size + size % 2
        match name:
            case "data.tar.xz":
                return lzma.decompress(body)
            case "data.tar.gz":
                return gzip.decompress(body)
            case "data.tar":
                return body
            case _ if name.startswith("data.tar"):
                raise ValueError(f"nobody here can unpack {name}")
    raise ValueError("it has no data")


def _place(path: str) -> str:
    parts = posixpath.normpath(f"/{path}").strip("/")
    return parts.removeprefix("usr/")
