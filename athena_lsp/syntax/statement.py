"""The statement around a cursor: what could stand in its place, and the comprehensions and cases that hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.syntax.cursor import CLOSING, OPENING, cursor_in, ends_statement, indent_at, line_start, tokens
from athena_lsp.text import Span

HEAD = re.compile(r"(if|elif|while|for|with|async)\b")
"""Words that begin a statement with an expression and a block."""
IN = re.compile(r"\sin\s+\S")
"""What a `for` has when its list is there."""
CASE = re.compile(r"[ \t]*case[ \t]+(?:[\w.\"']+[ \t]*\|[ \t]*)*[\"']?")
"""A `case` up to a pattern, which may stand behind others."""
MATCH = re.compile(r"[ \t]*match[ \t]+([^\r\n]+?):[ \t]*(?:#.*)?$", re.M)
MOST_LINES = 60
"""Lines of one statement that are taken out together with the cursor's."""


def without_statement(text: str, offset: int, instead: str) -> str:
    """The block with another text in place of the statement at an offset, so that the rest of it can be understood."""
    cursor = cursor_in(text, offset)
    start = line_start(text, cursor.begins) if cursor.begins < offset else line_start(text, offset)
    start = min(max(start, cursor.begins), offset)
    end = _line_end(text, offset)
    for _ in range(MOST_LINES):
        if end >= len(text) or not cursor_in(text, end).opened:
            break
        following = _next_line(text, end)
        if following >= len(text) or ends_statement(text, start, following):
            break
        end = _line_end(text, following)
    inner = start + indent_at(text, start)
    return f"{text[:inner]}{_with_head(text, inner, end, instead)}{text[end:]}"


def clauses_at(text: str, offset: int) -> tuple[str, ...]:
    """The `for x in xs` of the comprehensions around an offset whose names can be used there, the outermost first."""
    found: list[str] = []
    for opened in cursor_in(text, offset).opened:
        if not opened.callee:
            found += _clauses(text, opened.start + 1, offset)
    return tuple(found)


def subject_of_case(text: str, offset: int) -> tuple[int, str] | None:
    """For an offset in the pattern of a `case`: where its `match` begins, and the subject; None elsewhere."""
    start = line_start(text, offset)
    if not CASE.fullmatch(text, start, offset):
        return None
    indent = indent_at(text, start)
    while start > 0:
        start = line_start(text, start - 1)
        match = MATCH.match(text, start)
        if match is not None and indent_at(text, start) < indent:
            return start + indent_at(text, start), match[1].strip()
    return None


def _clauses(text: str, start: int, offset: int) -> Iterator[str]:
    """Those of one bracket. Its element knows them all, what stands behind the first `for` only those before it."""
    spans = list(_clause_spans(text, start))
    for span in spans:
        clause = span.of(text).strip()
        if (offset <= spans[0].start or span.end < offset) and IN.search(clause):
            yield clause


def _clause_spans(text: str, start: int) -> Iterator[Span]:
    """Every `for` of a bracket, up to the word or the sign that ends its list."""
    depth, begin = 0, -1
    for match in tokens(text, start):
        kind, token, at = match.lastgroup, match[0], match.start()
        if kind == "sign":
            depth += (token in OPENING) - (token in CLOSING)
        is_end = depth < 0 or (kind == "line" and ends_statement(text, start, match.end()))
        is_word = kind == "name" and depth == 0 and token in ("for", "if", "async")
        if begin >= 0 and (is_end or is_word):
            yield Span(begin, at)
            begin = -1
        if is_end:
            return
        if is_word and token == "for":
            begin = at


def _with_head(text: str, start: int, end: int, instead: str) -> str:
    """The new text as the condition of what begins there, where that has a block of its own below it."""
    head = HEAD.match(text, start, end)
    if head is None:
        return instead
    word = "elif" if head[1] == "elif" else "if"
    below = _next_line(text, end)
    while below < len(text) and text[below : _line_end(text, below)].strip() == "":
        below = _next_line(text, _line_end(text, below))
    has_block = below < len(text) and indent_at(text, below) > start - line_start(text, start)
    return f"{word} {instead}:{'' if has_block else ' pass'}"


def _line_end(text: str, offset: int) -> int:
    ends = [at for at in (text.find("\n", offset), text.find("\r", offset)) if at >= 0]
    return min(ends, default=len(text))


def _next_line(text: str, end: int) -> int:
    return end + 2 if text.startswith("\r\n", end) else end + 1
