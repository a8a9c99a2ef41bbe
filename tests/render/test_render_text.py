"""Diagnostics at a terminal: what is underlined, and what a hostile text cannot do."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.diagnostics import Diagnostic, Fix, Label, Location, Severity
from athena_lsp.render.excerpt import TALLEST, WIDEST, cells, excerpt
from athena_lsp.render.text import render_text
from athena_lsp.text import Source, Span

PROGRAM = """\
class Report: ...

def pipeline():
\tclean = transform("報告", raw)
    publish(clean.idd,
            3,
            "x")
"""


def place(part: str, text: str = PROGRAM) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


def found(span: Span, **parts: object) -> Diagnostic:
    base = Diagnostic("unknown-field", Severity.ERROR, "main.py", span, "`Report` has no field `idd`")
    values = {name: getattr(base, name) for name in base.__slots__} | parts
    return Diagnostic(**values)


def shown(diagnostic: Diagnostic, text: str = PROGRAM) -> str:
    return render_text([diagnostic], {"main.py": Source(text)})


def test_everything_of_a_diagnostic_is_shown() -> None:
    diagnostic = found(
        place("idd"),
        related=(Label(Location("main.py", place("Report")), "`Report` is declared here"),),
        hints=("its fields are `id` and `rows`",),
        fixes=(Fix("Replace with `id`", ()),),
        stale=True,
    )
    assert shown(diagnostic) == (
        "error[unknown-field]: `Report` has no field `idd`\n"
        " --> main.py:5:19\n"
        "  |\n"
        "5 |     publish(clean.idd,\n"
        "  |                   ^^^\n"
        "  |\n"
        "note: `Report` is declared here\n"
        " --> main.py:1:7\n"
        "  |\n"
        "1 | class Report: ...\n"
        "  |       ------\n"
        "  |\n"
        "  = note: found in the last version of this part that could be parsed\n"
        "  = help: its fields are `id` and `rows`\n"
        "  = fix: Replace with `id`\n"
        "\n"
    )


def test_carets_stand_under_the_span_after_tabs_and_wide_characters() -> None:
    _, _, _, line, carets, *_ = shown(found(place("raw"))).splitlines()
    assert line == '4 |     clean = transform("報告", raw)'
    assert carets == "  | " + " " * cells('    clean = transform("報告", ') + "^^^"
    assert cells("報告") == 4
    assert cells("e\u0301") == 1


def test_a_span_of_several_lines_is_bracketed() -> None:
    span = Span(place("publish").start, place('"x")').end)
    assert shown(found(span)).split("\n", 3)[3] == (
        "5 |       publish(clean.idd,\n"
        "  |  _____^\n"
        "6 | |             3,\n"
        '7 | |             "x")\n'
        "  | |________________^\n"
        "  |\n"
        "\n"
    )


def test_a_long_span_shows_its_ends() -> None:
    text = "".join(f"line {number}\n" for number in range(100))
    rows = excerpt(Source(text), Span(0, len(text) - 1), "^")
    assert [row.number for row in rows if row.number] == [*range(1, TALLEST - 1), 100]
    assert [row.text for row in rows if row.text.endswith("...")] == ["| ..."]


def test_an_empty_span_at_the_end_of_the_text_has_a_caret() -> None:
    assert shown(found(Span(len(PROGRAM), len(PROGRAM)))).splitlines()[1:] == [
        " --> main.py:8:1",
        "  |",
        "8 |",
        "  | ^",
        "  |",
        "",
    ]


def test_long_lines_are_cropped_around_the_span() -> None:
    text = "x" * 10_000 + " bad " + "y" * 10_000
    line, carets = shown(found(place("bad", text)), text).splitlines()[3:5]
    assert len(line) < WIDEST + 10
    assert line[carets.index("^") : carets.rindex("^") + 1] == "bad"


def test_a_text_cannot_act_on_the_terminal() -> None:
    text = "x = 1 \x1b[31m \u202e \x00\n"
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", shown(found(Span(0, 1), message="a\x1bb", path="m\n.py"), text))


def test_colours_surround_and_change_nothing() -> None:
    diagnostic = found(place("idd"), hints=("a",))
    sources = {"main.py": Source(PROGRAM)}
    coloured = render_text([diagnostic], sources, colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render_text([diagnostic], sources)


def test_a_file_whose_text_is_not_known_is_named() -> None:
    assert render_text([found(Span(3, 4))], {}) == (
        "error[unknown-field]: `Report` has no field `idd`\n --> main.py\n\n"
    )


@given(st.text(alphabet=st.sampled_from("a\t\n\r報\u0301\x0c\x00 é😋"), max_size=60), st.data())
def test_any_span_of_any_text_can_be_shown(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    rows = excerpt(Source(text), Span(start, end), "^")
    assert rows[-1].text.endswith("^")
    assert all("\n" not in row.text and "\r" not in row.text for row in rows)


@pytest.mark.parametrize("severity", Severity)
def test_the_severity_is_the_first_word(severity: Severity) -> None:
    assert shown(found(place("idd"), severity=severity)).startswith(f"{severity.value}[unknown-field]: ")
