"""docs/types.md lists every construct that the pages of types show, and nothing else: `pytest --update` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.types.checkers import INTENDED
from tests.types.json_forms import NO_TYPES, json_forms

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests/mdtest/types"
TARGET = ROOT / "docs/types.md"
TITLE = re.compile(r"# (.+)\n")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
MARK = re.compile(r"^<!-- (\w+): (.+?) -->$", re.MULTILINE | re.DOTALL)
WORDS = {"yes": "yes", "opaque": "opaque", "refused": "refused"}
ORDER = ("built-in", "collections", "tuples", "unions", "literals-and-enums", "narrowing", "names", "dataclasses",
         "typed-dicts", "named-tuples", "generics", "pydantic", "attrs", "msgspec", "refused")  # fmt: skip

INTRODUCTION = """\
# Types

Every value between steps is JSON text, and every edge is checked: what a step returns against what the next one takes.
The rules are those of Python's typing, as pyright applies them, but for what follows from JSON and from copies:

{differences}

This table is made from the pages of tests that it links to: each shows programs that fit and programs that do not.

- *yes*: the type has a JSON form, and athena looks into it.
- *opaque*: it is accepted by its name; what it holds is not known.
- *refused*: it has no JSON form, and is an error where it is written.

The column *JSON form* shows values as [the pod](pod.md#values-between-steps) writes them.
"""

CLOSING = """
## Where JSON decides

- A `datetime` is not accepted for a `date`, although Python's `datetime` is a subclass: values are JSON text, and the
  text of a `datetime` does not read as a date.
- A model that forbids other fields does not take a subclass with more of them: its decoder would refuse the value.
- Keys of a JSON object are texts. `dict[int, T]` and keys that are enums are written with the text of the key.
- A pydantic field with an alias is written under its alias, a msgspec field under its `name`. pydantic's generators
  `to_camel`, `to_pascal` and `to_snake`, and msgspec's words and dicts for `rename`, are computed. Where a function of
  the program makes the names, only the running program knows them: such a field cannot be read in a workflow
  ([unknown-json-name](../athena_lsp/rules/unknown-json-name.md)).
- Checked with pyright: `python -m tests.types.differential --count 3000` decides random edges by both, and counts how
  often and why the two differ.
"""


@dataclass(frozen=True, slots=True)
class Row:
    construct: str
    support: str
    page: str
    section: str

    def __str__(self) -> str:
        link = f"../tests/mdtest/types/{self.page}.md#{anchor(self.section)}"
        cells = (self.construct, self.support, json_forms(self.construct) or "")
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} | [{self.section}]({link}) |"


def rows(page: Path) -> Iterator[Row]:
    """What the sections of a page say of themselves, in comments below their headings."""
    text = page.read_text(encoding="utf-8")
    parts = HEADING.split(text)
    for section, body in zip(parts[1::2], parts[2::2], strict=True):
        for word, construct in MARK.findall(body):
            yield Row(" ".join(construct.split()), WORDS[word], page.stem, section)


def anchor(heading: str) -> str:
    """The address of a heading in its page, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def made() -> str:
    parts = [INTRODUCTION.format(differences="\n".join(f"- {reason}." for reason in INTENDED.values()))]
    for name in ORDER:
        page = FOLDER / f"{name}.md"
        title = TITLE.match(page.read_text(encoding="utf-8"))
        assert title is not None
        table = "\n".join(map(str, rows(page)))
        parts.append(f"## {title[1]}\n\n| construct | supported | JSON form | shown in |\n|---|---|---|---|\n{table}\n")
    return "\n".join(parts) + CLOSING


def test_the_page_of_types_is_current(update: bool) -> None:
    expected = made()
    if update:
        TARGET.write_text(expected, encoding="utf-8")
    assert TARGET.read_text(encoding="utf-8") == expected, "`make docs` writes it anew"


def test_every_page_is_in_the_table() -> None:
    assert {page.stem for page in FOLDER.glob("*.md")} == set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_every_type_has_an_example_of_its_json_form(name: str) -> None:
    shown = [row.construct for row in rows(FOLDER / f"{name}.md") if row.support != "refused"]
    about_types = [construct for construct in shown if not construct.startswith(NO_TYPES)]
    assert [construct for construct in about_types if json_forms(construct) is None] == []


@pytest.mark.parametrize("name", ORDER)
def test_a_page_says_what_it_shows(name: str) -> None:
    found = list(rows(FOLDER / f"{name}.md"))
    assert found
    assert all(row.construct.count("`") % 2 == 0 for row in found)
