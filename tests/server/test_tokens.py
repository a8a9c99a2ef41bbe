"""Semantic tokens as numbers: any change can be told as a delta, and a part is a part of the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from athena_lsp.ide.tokens import Token, tokens
from athena_lsp.project import Project
from athena_lsp.server.token_data import TokenResults, difference, packed
from athena_lsp.text import Source, Span

PROGRAM = """from athena_runtime import container, workflow

@container(image="é😋{tag}")
def load(tag: str) -> str: ...

@workflow
def pipeline(tag: str) -> str:
    page = load(tag)
    return page
"""
numbers = st.lists(st.integers(0, 3), max_size=12)


@given(numbers, numbers)
def test_a_delta_makes_the_one_from_the_other(before: list[int], after: list[int]) -> None:
    result = list(before)
    for edit in difference(before, after):
        result[edit.start : edit.start + edit.delete_count] = edit.data or []
    assert result == after


def test_a_client_without_the_last_answer_gets_all() -> None:
    results = TokenResults()
    first = results.full("a", [1, 2, 3, 4, 5])
    assert first.result_id
    changed = results.delta("a", [1, 2, 3, 4, 6], first.result_id)
    assert isinstance(changed, lsp.SemanticTokensDelta)
    assert isinstance(results.delta("a", [1], "unknown"), lsp.SemanticTokens)
    assert isinstance(results.delta("b", [1], first.result_id), lsp.SemanticTokens)


def test_places_are_counted_as_the_client_does() -> None:
    token = Token(Span(PROGRAM.index("tag}"), PROGRAM.index("}")), "parameter", ("placeholder",))
    columns = {encoding: packed([token], Source(PROGRAM), encoding)[1] for encoding in ("utf-8", "utf-16", "utf-32")}
    assert columns == {"utf-8": 25, "utf-16": 22, "utf-32": 21}


def test_the_tokens_of_a_range_are_a_part_of_all() -> None:
    project = Project.of({"main.py": PROGRAM})
    everything = tokens(project, "main.py")
    assert len(everything) > 5
    for start in range(0, len(PROGRAM), 7):
        span = Span(start, min(start + 40, len(PROGRAM)))
        inside = [each for each in everything if each.span.start < span.end and span.start < each.span.end]
        assert list(tokens(project, "main.py", span)) == inside
