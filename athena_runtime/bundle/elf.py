"""Linux programs and libraries (ELF, 64 bits, little endian): what they need, and where they look for it.

A program is given another loader and a search path of its own for libraries without any tool of the machine that it is
for, so that every system can prepare it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from athena_runtime.bundle.errors import BundleError

MACHINES = {62: "x86_64", 183: "aarch64"}
MAGIC = b"\x7fELF\x02\x01"
LOAD, DYNAMIC, INTERPRETER, NOTE = 1, 2, 3, 4
"""Kinds of program headers."""
NULL, NEEDED, STRINGS, STRINGS_SIZE, SONAME, RPATH, RUNPATH = 0, 1, 5, 10, 14, 15, 29
"""Tags of the dynamic section."""
READABLE = 4
PAGE = 0x10000
"""The largest page of the machines that we know."""
HEADER = struct.Struct("<IIQQQQQQ")
PAIR = struct.Struct("<QQ")


@dataclass(slots=True)
class Segment:
    """A program header, and where it stands in the file."""

    place: int
    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    alignment: int

    def packed(self) -> bytes:
        sizes = (self.file_size, self.memory_size, self.alignment)
        return HEADER.pack(self.kind, self.flags, self.offset, self.address, self.physical, *sizes)


@dataclass(frozen=True, slots=True)
class Elf:
    """What a file says of itself."""

    machine: str
    interpreter: str
    soname: str
    needed: tuple[str, ...]
    rpath: str


def is_elf(data: bytes) -> bool:
    return data[:6] == MAGIC and len(data) >= 64


def read_elf(data: bytes) -> Elf:
    """What a program or a library says of itself. Raises BundleError when it is none."""
    with _reading():
        segments = _segments(data)
        entries = [(tag, value) for _, tag, value in _dynamic(data, segments)]
        strings = _strings(data, segments) if entries else b""
        loader = next((s for s in segments if s.kind == INTERPRETER), None)
        named = {tag: _text(strings, value) for tag, value in entries if tag in (SONAME, RPATH, RUNPATH)}
        number = struct.unpack_from("<H", data, 18)[0]
        return Elf(
            machine=MACHINES.get(number, f"machine {number}"),
            interpreter=_text(data, loader.offset) if loader else "",
            soname=named.get(SONAME, ""),
            needed=tuple(_text(strings, value) for tag, value in entries if tag == NEEDED),
            rpath=named.get(RPATH) or named.get(RUNPATH, ""),
        )


def with_loader(data: bytes, loader: str) -> bytes:
    """The program with another loader (PT_INTERP), by its absolute path.

    The kernel reads it at the header's offset in the file, so that it may stand at the end.
    """
    program = bytearray(data)
    with _reading():
        segments = _segments(data)
    segment = next((s for s in segments if s.kind == INTERPRETER), None)
    if segment is None:
        raise BundleError("this program has no loader that could be replaced")
    text = loader.encode() + b"\0"
    segment.offset, segment.file_size, segment.memory_size = len(program), len(text), len(text)
    program[segment.place : segment.place + HEADER.size] = segment.packed()
    return bytes(program + text)


def with_rpath(data: bytes, rpath: str) -> bytes:
    """The program with a search path for its libraries and theirs (DT_RPATH), before those of the system.

    A longer string table is appended and loaded in place of a note, which nobody reads; a spare entry of the dynamic
    section names the path.
    """
    with _reading():
        return _with_rpath(data, rpath)


def _with_rpath(data: bytes, rpath: str) -> bytes:
    segments = _segments(data)
    entries = list(_dynamic(data, segments))
    if any(tag in (RPATH, RUNPATH) for _, tag, _ in entries):
        raise BundleError("this program has a search path for libraries already")
    end = next(s for s in segments if s.kind == DYNAMIC)
    spare = entries[-1][0] + PAIR.size if entries else end.offset
    last_load = max(s.place for s in segments if s.kind == LOAD)
    notes = [s for s in segments if s.kind == NOTE and s.place > last_load]
    if spare + 2 * PAIR.size > end.offset + end.file_size or not notes:
        raise BundleError("this program leaves no room for a search path")
    old = _strings(data, segments)
    new = old + rpath.encode() + b"\0"
    program = bytearray(data)
    program += b"\0" * (-len(program) % PAGE)
    offset = len(program)
    above = max(s.address + s.memory_size for s in segments if s.kind == LOAD)
    address = (above + PAGE - 1) // PAGE * PAGE + PAGE
    program += new
    note = notes[-1]
    segment = Segment(note.place, LOAD, READABLE, offset, address, address, len(new), len(new), PAGE)
    program[note.place : note.place + HEADER.size] = segment.packed()
    for place, tag, _ in entries:
        if tag in (STRINGS, STRINGS_SIZE):
            PAIR.pack_into(program, place, tag, address if tag == STRINGS else len(new))
    PAIR.pack_into(program, spare, RPATH, len(old))
    return bytes(program)


@contextmanager
def _reading() -> Iterator[None]:
    """Whatever goes wrong in here, the program is to blame: its numbers lead nowhere."""
    try:
        yield
    except (struct.error, StopIteration, IndexError, ValueError, OverflowError) as error:
        raise BundleError("a damaged program or library (ELF)") from error


def _segments(data: bytes) -> list[Segment]:
    if not is_elf(data):
        raise BundleError("this is no program or library for Linux on a 64-bit machine")
    start = struct.unpack_from("<Q", data, 0x20)[0]
    size, count = struct.unpack_from("<HH", data, 0x36)
    return [Segment(place, *HEADER.unpack_from(data, place)) for place in range(start, start + size * count, size)]


def _dynamic(data: bytes, segments: list[Segment]) -> Iterator[tuple[int, int, int]]:
    """Place, tag and value of each entry of the dynamic section, without its end."""
    section = next((s for s in segments if s.kind == DYNAMIC), None)
    for place in range(section.offset, section.offset + section.file_size, PAIR.size) if section else ():
        tag, value = PAIR.unpack_from(data, place)
        if tag == NULL:
            return
        yield place, tag, value


def _strings(data: bytes, segments: list[Segment]) -> bytes:
    """The string table of the dynamic section."""
    values = {tag: value for _, tag, value in _dynamic(data, segments)}
    address = values.get(STRINGS, 0)
    for segment in segments:
        if segment.kind == LOAD and segment.address <= address < segment.address + segment.file_size:
            start = address - segment.address + segment.offset
            return data[start : start + values.get(STRINGS_SIZE, 0)]
    raise BundleError("a damaged program or library: its names are missing")


def _text(data: bytes, start: int) -> str:
    return data[start : data.index(b"\0", start)].decode("utf-8", "replace")
