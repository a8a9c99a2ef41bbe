"""Which manifest is shown, when there is none, and where its lines come from."""

from __future__ import annotations

from athena_lsp.ide.preview import origin_lines, preview, preview_root
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from tests.ide.cursor import at

PROGRAM = """from athena_runtime import container, fragment, workflow


@fragment
def helper() -> None: ...


@container(image="python:3.12")
def fetch(url: str) -> str: ...


@workflow
def inner(url: str) -> str:
    return fetch(url)


@workflow
def outer(url: str) -> str:
    raw = inner(url)
    return raw


@workflow
def wrong() -> str:
    return fetch(3)
"""


def root(cursor: str, name: str = "") -> str | None:
    place = at(PROGRAM.replace(cursor.replace("$0", ""), cursor, 1))
    found = preview_root(place.project, place.path, place.offset, name)
    return found.name if found else None


def test_the_root_is_the_one_named_or_under_the_cursor_or_the_first() -> None:
    assert root("raw = in$0ner(url)") == "outer"
    assert root("@contai$0ner(") == "fetch"
    assert root("from athena$0_runtime") == "outer", "what nobody calls"
    assert root("def hel$0per(") == "outer"
    assert root("raw = in$0ner(url)", "inner") == "inner"
    assert root("raw = in$0ner(url)", "nothing") is None
    assert preview_root(Project.of({"a.py": "x = 1\n"}), "a.py") is None


def test_errors_elsewhere_do_not_stop_a_preview() -> None:
    project = Project.of({"main.py": PROGRAM})
    good = preview(project, Declaration("main.py", "outer"))
    assert good.emission is not None
    assert [each.metadata.name for each in good.emission.documents] == [
        "project-fetch-0-0-0",
        "project-inner-0-0-0",
        "project-outer-0-0-0",
    ]
    bad = preview(project, Declaration("main.py", "wrong"))
    assert bad.emission is None
    assert [each.rule for each in bad.errors] == ["edge-type-mismatch"]


def test_a_block_that_does_not_parse_stops_the_previews_of_its_file() -> None:
    project = Project.of({"main.py": PROGRAM}).with_text("main.py", PROGRAM.replace("raw = inner(url)", "raw = inner("))
    found = preview(project, Declaration("main.py", "outer"))
    assert found.emission is None
    assert [each.rule for each in found.errors] == ["syntax-error"]


def test_every_line_leads_back_to_the_program() -> None:
    project = Project.of({"main.py": PROGRAM})
    found = preview(project, Declaration("main.py", "outer")).emission
    assert found is not None
    lines = found.text.splitlines()
    origins = origin_lines(project, found)
    covered = [number for each in origins for number in range(each.first, each.last + 1)]
    assert covered == sorted(set(covered))
    assert {lines[number] for number in set(range(len(lines))) - set(covered)} <= {"---"}
    image = next(each for each in origins if "image: python:3.12" in lines[each.first : each.last + 1][0])
    assert image.location.span.of(PROGRAM) == '"python:3.12"'
    moved = project.with_text("main.py", "# a line more\n" + PROGRAM)
    assert [each.location.span.start - 14 for each in origin_lines(moved, found)] == [
        each.location.span.start for each in origins
    ]
