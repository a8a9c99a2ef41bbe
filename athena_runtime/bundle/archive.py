"""The archive of a layer: a gzipped tar file, as Argo unpacks them, written and read without following links."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import CHUNK, Entry, check_path, digest_of, ordered, sha256_of

MODIFIED = 315_532_800
"""1980-01-01, for every file: what zip files can tell too."""
COMPRESSION = 6
"""Of gzip: 9 takes four times as long for half a per cent."""


def write_archive(entries: Iterable[Entry], file: IO[bytes]) -> None:
    """A gzipped tar file: the same bytes for the same entries, with the same zlib."""
    with (
        gzip.GzipFile("", "wb", COMPRESSION, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for entry in ordered(entries):
            content = entry.read()
            info = tarfile.TarInfo(entry.path)
            info.mode = 0o755 if entry.executable else 0o644
            info.mtime = MODIFIED
            info.size = len(content)
            archive.addfile(info, BytesIO(content))


DAMAGES = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError, ValueError)
"""What reading a damaged archive raises, at any time."""


class Content:
    """The content of a file in an archive, which can be read once, before the next file is asked for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises BundleError when the archive is damaged here."""
        try:
            return self._file.read(size)
        except DAMAGES as error:
            raise _damaged(error) from error


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive that is being read."""

    path: str
    executable: bool
    size: int
    file: Content


def read_archive(file: IO[bytes]) -> Iterator[Member]:
    """The files of an archive, in its order. Raises BundleError for whatever is no layer; folders are passed over."""
    seen: set[str] = set()
    try:
        with gzip.GzipFile(fileobj=file) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as archive:
            for info in archive:
                path = info.name
                if info.isdir():
                    continue
                check_path(path)
                content = archive.extractfile(info) if info.isreg() else None
                if content is None:
                    raise BundleError(f"`{path}` is no plain file: a layer holds nothing else")
                if path in seen:
                    raise BundleError(f"`{path}` stands in the archive twice")
                seen.add(path)
                yield Member(path, bool(info.mode & 0o100), info.size, Content(content))
            # To the end, where the checksum is.
            while unpacked.read(CHUNK):
                pass
    except DAMAGES as error:
        raise _damaged(error) from error


def digest_of_archive(file: IO[bytes]) -> str:
    """The digest of the layer in an archive; nothing is written."""
    return digest_of((member.path, member.executable, sha256_of(member.file)) for member in read_archive(file))


def unpack(file: IO[bytes], folder: Path) -> str:
    """Writes an archive's files below a new or empty folder, and says their digest."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BundleError(f"`{folder}` is not empty")
    files: list[tuple[str, bool, str]] = []
    for member in read_archive(file):
        target = folder / member.path
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o755 if member.executable else 0o644
        content = hashlib.sha256()
        # The folder was empty and nothing but plain files is written, so no link can stand on the way.
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as written:
            while chunk := member.file.read(CHUNK):
                content.update(chunk)
                written.write(chunk)
        target.chmod(mode)
        files.append((member.path, member.executable, content.hexdigest()))
    return digest_of(files)


def _damaged(error: Exception) -> BundleError:
    return BundleError(f"this is no archive of a layer: {error}")
