"""Prints the 81 mistakes that cargo-athena refuses: row, test there, rule that refuses it here, passed or not.

`python tests/mdtest/rows_table.py`; the exit code is 1 when a row does not pass.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness import FILE_KINDS, complaints
from pages import Section, program, sections

FOLDER = Path(__file__).parent / "rows"
TITLE = re.compile(r"row (\d\d): ([\w, ]+)")
COUNT = 81


@dataclass(frozen=True, slots=True)
class Row:
    """One mistake. `rules` are those that the page expects; none for what is no mistake any more."""

    number: int
    test: str
    rules: tuple[str, ...]
    section: Section

    @property
    def passed(self) -> bool:
        return not list(complaints(self.section))


def rows() -> tuple[Row, ...]:
    """All rows of the pages, by number."""
    return tuple(sorted(_rows(), key=lambda row: row.number))


def _rows() -> Iterator[Row]:
    for page in sorted(FOLDER.glob("*.md")):
        for section in sections(page):
            match = TITLE.fullmatch(section.title)
            if match is None:
                raise LookupError(f"{page.name}: {section.title!r} is no row")
            expected = (each for file in program(section, FILE_KINDS).expected.values() for each in file)
            yield Row(int(match[1]), match[2], tuple(dict.fromkeys(each.rule for each in expected)), section)


def main() -> int:
    failed = 0
    print(f"{'row':<5}{'test':<40}{'rule':<50}passed")
    for row in rows():
        passed = row.passed
        failed += not passed
        print(f"{row.number:<5}{row.test:<40}{', '.join(row.rules) or '-':<50}{'yes' if passed else 'NO'}")
    print(f"{COUNT - failed} of {COUNT} pass")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
