"""Reading Markdown pages of tests: headings are sections, a section's fences a program and what it yields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HEADING = re.compile(r"(#{1,6}) +(.+?)(?: +#+)?\s*")
FENCE_START = re.compile(r"(`{3,})\s*([\w-]*)[ \t]*([^`]*)")
FILE_NAME = re.compile(r"`([^`\s]+)`:\s*")
EXPECTATION = r'#[ ]*(error|warning|info)\b(?!\w)(?::[ ]*(?:\[([\w-]+)\])?[ ]*(?:"(.*?)")?)?[ ]*(?=\#|\Z)'
EXPECTATIONS = re.compile(rf"[ \t]*((?:{EXPECTATION})+)\Z")
CURSOR = "$0"
SELECTED = "$1"
"""Behind the cursor: the end of a selection."""


class PageError(Exception):
    """A page that cannot be read as tests; the message names the page and the line."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block. `start` and `end` are the lines of its body in the page, from 0, half-open."""

    kind: str
    argument: str
    file: str
    ticks: str
    start: int
    end: int
    body: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the fences up to the next heading; `title` joins the headings above it."""

    page: Path
    page_title: str
    title: str
    number: int
    line: int
    fences: tuple[Fence, ...] = ()

    def __str__(self) -> str:
        return f"{self.page.stem} - {self.title}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """`# error: [rule] "part"`: a finding that starts in line `line` (from 0) of the text without its expectations."""

    line: int
    severity: str
    rule: str
    part: str

    def __str__(self) -> str:
        rule = f" [{self.rule}]" if self.rule else ""
        part = f' "{self.part}"' if self.part else ""
        return f"{self.severity}{':' if rule or part else ''}{rule}{part}"


@dataclass(frozen=True, slots=True)
class Program:
    """The files of one section, without expectations and cursor, and what the section expects of them."""

    files: dict[str, str]
    expected: dict[str, tuple[Expectation, ...]]
    cursor: tuple[str, int] | None
    selected_to: int | None = None
    """Where a selection that begins at the cursor ends."""


def sections(page: Path) -> tuple[Section, ...]:
    """The sections of a page that hold at least one fence. Raises PageError for a fence that is never closed."""
    return tuple(section for section in _sections(page, page.read_text(encoding="utf-8")) if section.fences)


def program(section: Section, file_kinds: dict[str, str]) -> Program:
    """The program of a section. `file_kinds` gives the default file name for each kind of fence that is a file.

    Fences of one file are concatenated. Raises PageError for a second cursor.
    """
    texts: dict[str, str] = {}
    for fence in section.fences:
        if fence.kind in file_kinds:
            name = fence.file or file_kinds[fence.kind]
            texts[name] = texts.get(name, "") + fence.body
    cursor: tuple[str, int] | None = None
    selected_to: int | None = None
    files: dict[str, str] = {}
    expected: dict[str, tuple[Expectation, ...]] = {}
    for name, text in texts.items():
        bare, expected[name] = take_expectations(text)
        place = bare.find(CURSOR)
        if place >= 0:
            if cursor or bare.count(CURSOR) > 1:
                raise PageError(f"{section.page}:{section.line + 1}: the section has more than one cursor")
            cursor = (name, place)
            bare = bare.replace(CURSOR, "")
            end = bare.find(SELECTED, place)
            selected_to = end if end >= 0 else None
            bare = bare[:place] + bare[place:].replace(SELECTED, "", 1)
        files[name] = bare
    return Program(files, expected, cursor, selected_to)


def take_expectations(text: str) -> tuple[str, tuple[Expectation, ...]]:
    """The text without its expectations, and these.

    Several may end one line. A line that holds nothing else belongs to the next line, and is taken out whole: for
    lines that cannot end in a comment.
    """
    kept: list[str] = []
    found: list[Expectation] = []
    for line in text.split("\n"):
        match = EXPECTATIONS.search(line)
        if match is None:
            kept.append(line)
            continue
        found += (
            Expectation(len(kept), severity, rule, part) for severity, rule, part in re.findall(EXPECTATION, match[1])
        )
        if before := line[: match.start()]:
            kept.append(before)
    return "\n".join(kept), tuple(found)


def rewritten(text: str, outputs: Sequence[tuple[Fence, str]]) -> str:
    """The page's text with other bodies in some of its fences; a fence grows when its body holds as many backticks."""
    lines = text.split("\n")
    for fence, body in sorted(outputs, key=lambda output: output[0].start, reverse=True):
        longest = max((len(run) for run in re.findall(r"`{3,}", body)), default=2)
        ticks = fence.ticks if longest < len(fence.ticks) else "`" * (longest + 1)
        opening = ticks + lines[fence.start - 1].lstrip("`")
        lines[fence.start - 1 : fence.end + 1] = [opening, *body.split("\n")[:-1], ticks]
    return "\n".join(lines)


def _sections(page: Path, text: str) -> Iterator[Section]:
    titles: list[tuple[int, str]] = []
    file_name = ""
    lines = text.split("\n")
    current = Section(page, "", page.stem, 0, 0)
    number = 0
    while number < len(lines):
        line = lines[number]
        if heading := HEADING.fullmatch(line):
            yield current
            level = len(heading[1])
            titles = [*((above, title) for above, title in titles if above < level), (level, heading[2])]
            below = " - ".join(title for above, title in titles if above > 1)
            top = next((title for above, title in titles if above == 1), "")
            current = Section(page, top, below or top, current.number + 1, number)
        elif opening := FENCE_START.fullmatch(line):
            fence = _fence(page, lines, number, opening, file_name)
            current = replace(current, fences=(*current.fences, fence))
            number = fence.end
        if line.strip():
            name = FILE_NAME.fullmatch(line)
            file_name = name[1] if name else ""
        number += 1
    yield current


def _fence(page: Path, lines: Sequence[str], number: int, opening: re.Match[str], file_name: str) -> Fence:
    end = number + 1
    while end < len(lines) and not (lines[end].startswith(opening[1]) and not lines[end].strip("` ")):
        end += 1
    if end == len(lines):
        raise PageError(f"{page}:{number + 1}: this fence is never closed")
    body = "".join(line + "\n" for line in lines[number + 1 : end])
    return Fence(opening[2], opening[3].strip(), file_name, opening[1], number + 1, end, body)
