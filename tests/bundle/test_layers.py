"""Layers: what names them, the same bytes twice, and archives that would leave their folder or hold more than files."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_runtime.bundle.archive import digest_of_archive, read_archive, unpack, write_archive
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import Entry, check_path, digest, entries_below, layer_file, ordered

ENTRIES = (Entry("b/c.txt", b"two"), Entry("a.py", b"one"), Entry("bin/run", b"#!", executable=True))
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..") and "/" not in name and "\\" not in name
)
TREES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.tuples(st.binary(max_size=50), st.booleans()), max_size=6
)


def archive(entries: tuple[Entry, ...]) -> bytes:
    file = io.BytesIO()
    write_archive(entries, file)
    return file.getvalue()


def tar(*members: tarfile.TarInfo | tuple[tarfile.TarInfo, bytes]) -> io.BytesIO:
    """An archive as anybody could write it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as written:
        for member in members:
            info, data = member if isinstance(member, tuple) else (member, b"")
            info.size = len(data)
            written.addfile(info, io.BytesIO(data))
    file.seek(0)
    return file


def named(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_the_same_files_are_the_same_bytes_in_whatever_order_they_come() -> None:
    assert archive(ENTRIES) == archive(tuple(reversed(ENTRIES)))
    assert digest(ENTRIES) == digest(tuple(reversed(ENTRIES))) == digest_of_archive(io.BytesIO(archive(ENTRIES)))


def test_the_digest_is_of_the_files_and_not_of_their_compression() -> None:
    packed = gzip.compress(gzip.decompress(archive(ENTRIES)), compresslevel=1)
    assert packed != archive(ENTRIES)
    assert digest_of_archive(io.BytesIO(packed)) == digest(ENTRIES)


@pytest.mark.parametrize(
    "other",
    [
        (*ENTRIES[1:], Entry("b/d.txt", b"two")),
        (*ENTRIES[1:], Entry("b/c.txt", b"twa")),
        (*ENTRIES[1:], Entry("b/c.txt", b"two", executable=True)),
        ENTRIES[1:],
    ],
    ids=["path", "content", "mode", "fewer"],
)
def test_another_file_is_another_digest(other: tuple[Entry, ...]) -> None:
    assert digest(other) != digest(ENTRIES)


@given(TREES)
def test_what_is_unpacked_is_what_was_packed(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, tuple[bytes, bool]]
) -> None:
    entries = tuple(Entry(path, data, executable) for path, (data, executable) in tree.items())
    try:
        ordered(entries)
    except BundleError:
        return  # a file that is the folder of another one
    folder = tmp_path_factory.mktemp("layer") / "it"
    name = unpack(io.BytesIO(archive(entries)), folder)
    found = tuple(Entry(each.path, each.read(), each.executable) for each in entries_below(folder))
    assert found == ordered(entries)
    assert name == digest(entries) == digest(entries_below(folder))


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../a", "a/../b", "a//b", "./a", "a/", "a\0b", "a\\b", "a\nb", "a\u202eb"]
)
def test_paths_that_lead_out_of_a_layer_or_lie_about_themselves(path: str) -> None:
    with pytest.raises(BundleError, match="no path that a layer can hold"):
        check_path(path)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ((Entry("a", b""), Entry("a", b"")), "twice"),
        ((Entry("a", b""), Entry("a/b", b"")), "a file and a folder"),
    ],
)
def test_entries_that_cannot_lie_side_by_side(entries: tuple[Entry, ...], message: str) -> None:
    with pytest.raises(BundleError, match=message):
        ordered(entries)


@pytest.mark.parametrize(
    "members",
    [
        [(named("../evil"), b"x")],
        [(named("/etc/evil"), b"x")],
        [named("link", tarfile.SYMTYPE, "/etc"), (named("link/evil"), b"x")],
        [named("link", tarfile.LNKTYPE, "../evil")],
        [named("pipe", tarfile.FIFOTYPE)],
        [named("disk", tarfile.BLKTYPE)],
        [(named("a"), b"1"), (named("a"), b"2")],
    ],
    ids=["above", "absolute", "link", "hard link", "pipe", "device", "twice"],
)
def test_archives_that_are_no_layer_write_nothing_outside(tmp_path: Path, members: list[tarfile.TarInfo]) -> None:
    folder = tmp_path / "inner" / "layer"
    with pytest.raises(BundleError):
        unpack(tar(*members), folder)
    assert not (tmp_path / "inner" / "evil").exists()
    assert not list(folder.rglob("evil"))


@pytest.mark.parametrize("cut", [0, 5, 40, -10])
def test_an_archive_that_is_cut_off_is_told(cut: int) -> None:
    with pytest.raises(BundleError, match="no archive of a layer"):
        digest_of_archive(io.BytesIO(archive(ENTRIES)[:cut]))


def test_a_changed_byte_is_told() -> None:
    good = archive(ENTRIES)
    for place in range(10, len(good)):
        bad = good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
        with pytest.raises(BundleError):
            digest_of_archive(io.BytesIO(bad))


def test_unpacking_into_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("")
    with pytest.raises(BundleError, match="not empty"):
        unpack(io.BytesIO(archive(ENTRIES)), tmp_path)


def test_a_link_in_a_folder_is_no_part_of_a_layer(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("/etc/passwd")
    with pytest.raises(BundleError, match="is a link"):
        list(entries_below(tmp_path))


def test_every_entry_of_a_tar_file_looks_the_same_on_every_machine() -> None:
    with tarfile.open(fileobj=io.BytesIO(archive(ENTRIES)), mode="r:gz") as read:
        members = read.getmembers()
    assert [member.name for member in members] == ["a.py", "b/c.txt", "bin/run"]
    assert {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members} == {(0, 0, "", "", 315532800)}
    assert [oct(member.mode) for member in members] == ["0o644", "0o644", "0o755"]


def test_a_layer_says_what_it_is() -> None:
    packed = archive((layer_file("deps", {"python": "3.13"}),))
    found = [(member.path, json.loads(member.file.read())) for member in read_archive(io.BytesIO(packed))]
    assert found == [("layer.json", {"kind": "deps", "python": "3.13"})]
