"""Suppression comments are found exactly: not in strings, in broken text too, and at the lines they speak of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.syntax.comments import PIECES, suppressions
from athena_lsp.text import Source


def found(*blocks: str) -> list[tuple[str, tuple[str, ...], tuple[int, int]]]:
    return [(s.word, tuple(slug.name for slug in s.slugs), s.lines) for s in suppressions(blocks)]


def test_a_directive_has_slugs_with_spans_in_the_file() -> None:
    blocks = ("import x\n\n", "def f():\n    pass  # noqa # athena: ignore[one-rule, two] because\n")
    (only,) = suppressions(blocks)
    text = "".join(blocks)
    assert only.span.of(text) == "# athena: ignore[one-rule, two]"
    assert [slug.span.of(text) for slug in only.slugs] == ["one-rule", "two"]
    assert only.lines == (3, 3)
    assert not only.leading
    assert not only.alone


def test_the_top_of_the_file_ends_with_the_first_code() -> None:
    top = '#!/usr/bin/env python\n\n# athena: ignore-file[a]\n"""Doc."""\n# athena: ignore-file[b]\nx = 1\n'
    assert [(s.leading, s.alone) for s in suppressions((top,))] == [(True, True), (False, True)]
    assert [s.leading for s in suppressions(("x = 1\n", "# athena: ignore-file[b]\ny = 1\n"))] == [False]


def test_strings_hold_no_directives() -> None:
    assert found('x = "# athena: ignore[a]"\n') == []
    assert found('x = """\n# athena: ignore[a]\n"""\n') == []
    assert found("x = 'it\\'s # athena: ignore[a]'  # athena: ignore[b]\n") == [("ignore", ("b",), (0, 0))]


def test_a_comment_behind_a_long_string_speaks_of_all_its_lines() -> None:
    assert found('x = f(\n    """\n    a\n    """,  # athena: ignore[a]\n)\n') == [("ignore", ("a",), (1, 3))]


@pytest.mark.parametrize(
    "broken",
    [
        'def f(:\n    x = "open\n    y = 1  # athena: ignore[a]\n',
        "if x:\n        a\n    b  # athena: ignore[a]\n",
        "x = (1,  # athena: ignore[a]\n",
        "x = $  # athena: ignore[a]\n",
    ],
)
def test_broken_text_keeps_its_directives(broken: str) -> None:
    assert [slugs for _, slugs, _ in found(broken)] == [("a",)]


def test_what_looks_like_a_directive_is_told_apart_from_prose() -> None:
    assert found("x = 1  # athena: ignore\n") == [("ignore", (), (0, 0))]
    assert found("x = 1  # athena: ingore[a]\n") == [("ingore", ("a",), (0, 0))]
    assert found("# athena: the goddess of wisdom\n") == []


@given(st.lists(st.sampled_from(['"', "'", '"""', "\n", "\r", "\\", "#", "# athena: ignore[a]", "x", " ", "(", "é"])))
def test_nothing_raises_and_every_directive_is_where_it_says(pieces: list[str]) -> None:
    text = "".join(pieces)
    for suppression in suppressions((text,)):
        assert suppression.span.of(text).startswith("# athena: ignore[a]")
        assert suppression.lines[1] == Source(text).line_of(suppression.span.start)
    assert all(match.end() > match.start() for match in PIECES.finditer(text))
