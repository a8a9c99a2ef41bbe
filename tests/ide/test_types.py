"""What hovering over a template's name or a parameter tells of its types."""

from __future__ import annotations

import json
import re
from typing import Any

from athena_lsp.ide.hover import hover
from athena_lsp.ide.types import MOST_LINES
from tests.ide.cursor import at

PROGRAM = """from dataclasses import dataclass
from typing import Annotated

from athena_runtime import Inject, container, fragment


@dataclass
class Report:
    id: str


@container
def load(url: str, old: Report | None = None, attempt: Annotated[int, Inject("{{retries}}")] = 0) -> Report: ...


@container
def quiet() -> None: ...


@fragment
def helper(path: str) -> str: ...
"""


def shown(before: str, after: str) -> str:
    place = at(PROGRAM.replace(before + after, f"{before}$0{after}", 1))
    found = hover(place.project, place.path, place.offset)
    return found.markdown if found else ""


def schemas(markdown: str) -> list[Any]:
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", markdown, re.DOTALL)]


def test_a_templates_name_shows_what_it_takes_and_gives() -> None:
    markdown = shown("def lo", "ad")
    takes, gives = schemas(markdown)
    assert takes["properties"]["url"] == {"type": "string"}
    assert takes["properties"]["old"]["default"] is None
    assert takes["required"] == ["url"]
    assert gives["$ref"] == "#/$defs/Report"
    assert markdown.endswith("- `Report` (dataclass): main.py:8")
    assert markdown.index("WorkflowTemplate") < markdown.index("Takes:") < markdown.index("Gives:")


def test_a_template_without_parameters() -> None:
    markdown = shown("def qui", "et")
    assert "Takes nothing." in markdown
    assert schemas(markdown) == [{"type": "null"}]


def test_a_parameter_shows_its_schema() -> None:
    markdown = shown("def load(url: str, ol", "d")
    assert schemas(markdown)[0]["anyOf"] == [{"$ref": "#/$defs/Report"}, {"type": "null"}]
    assert markdown.endswith("- `Report` (dataclass): main.py:8")


def test_what_no_caller_gives_has_no_schema() -> None:
    assert schemas(shown("att", "empt")) == []
    assert "Filled in by Argo" in shown("att", "empt")
    assert schemas(shown("def hel", "per")) == []
    assert shown("def helper(pa", "th") == ""


def test_a_long_schema_is_cut_off() -> None:
    fields = "".join(f"    field_{number}: int\n" for number in range(100))
    imports = "from dataclasses import dataclass\nfrom athena_runtime import container\n"
    place = at(f"{imports}@dataclass\nclass Wide:\n{fields}@container\ndef load(wi$0de: Wide) -> None: ...\n")
    found = hover(place.project, place.path, place.offset)
    assert found is not None
    assert "lines more: `athena types` prints them" in found.markdown
    assert len(found.markdown.splitlines()) < MOST_LINES + 20
