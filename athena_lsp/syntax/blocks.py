"""Cutting a file into blocks: its top-level statements, each with the comments above it.

A block is the grain of everything that is remembered: an edit inside one leaves all others as they were. Cutting is a
pure function of the text. It never parses the whole file: the text is first cut at lines that begin a definition at
column 0, and each of these chunks is parsed alone, so that an unchanged chunk is never parsed again, and a syntax
error stays in its own chunk. A line inside a triple-quoted string or a bracket can look like the beginning of a
definition: a chunk that ends in the middle of one is joined with the chunks after it until it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from athena_lsp.recent import recent
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import SyntaxProblem, Tree, parse

BEGINNING = re.compile(r"[\n\r](?:[ \t\f]*\f)?(?:@|(?:async[ \t]+)?def\b|class\b)")
PLAIN_BEGINNING = re.compile(r"\n(?=[@acd])(?:@|(?:async[ \t]+)?def\b|class\b)")
"""The same for texts without form feeds and carriage returns, nearly all: three times as fast. Behind a form feed
Python counts columns from 0 again."""
QUOTES = ('"""', "'''")
MAX_JOINS = 8
MANY = 512
"""New texts after which it is forgotten how one was cut that nobody asked for. Trees take a hundred times more room,
and are remembered for a shorter time."""
CONTINUATIONS = ("\\\n", "\\\r", "\\\r\n")
BLANK_LINE = re.compile(r"(?:^|\n|\r)[ \t\f]*(?:\r\n|\r|\n)[ \t\f]*(?:\r\n|\r|\n)?\Z")
DECORATOR = re.compile(r"(?:[ \t\f]*\f)?@")
DEFINED_NAME = re.compile(r"(?:^|\r)(?:[ \t\f]*\f)?(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.M)


@dataclass(frozen=True)
class Parsed:
    """A file cut into blocks. Their texts, one after the other, are the file's text."""

    text: str
    blocks: tuple[str, ...]
    faulty: frozenset[int] = frozenset()
    """The numbers of the blocks that do not parse."""

    @property
    def broken(self) -> bool:
        """Some block does not parse."""
        return bool(self.faulty)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each block begins in the file."""
        return (0, *accumulate(len(block) for block in self.blocks))[: len(self.blocks)]

    def trees(self) -> Iterator[tuple[int, Tree]]:
        """Every block's start and its tree."""
        return zip(self.starts, (parse(block) for block in self.blocks), strict=True)


def cut(text: str) -> Parsed:
    """The blocks of a text. Every block that parses does so alone, and means what it means in the whole file."""
    blocks: list[str] = []
    faulty: list[int] = []
    carried = ""
    chunks = _chunks(text)
    index = 0
    while index < len(chunks):
        # Nearly every chunk is one definition with blank lines and comments behind it: then one look is enough.
        block = carried + _without_rest(chunks[index])
        if _is_one_statement(block):
            carried = chunks[index][len(block) - len(carried) :]
            blocks.append(block)
            index += 1
            continue
        chunk, index = _complete(chunks, index)
        if not _is_complete(chunk):
            faulty.append(len(blocks))
            blocks.append(carried + chunk)
            carried = ""
            continue
        *whole, carried = _statements(carried + chunk)
        blocks += whole
    if carried:
        _append_rest(blocks, carried)
    return Parsed(text, tuple(blocks), frozenset(faulty))


def defined_name(block: str) -> str:
    """The name that a block seems to define, even when it does not parse; empty for none."""
    match = DEFINED_NAME.search(block)
    return match[1] if match else ""


def _append_rest(blocks: list[str], rest: str) -> None:
    """Comments and blank lines at the end of the file belong to the last block."""
    if blocks:
        blocks[-1] += rest
    else:
        blocks.append(rest)


def _chunks(text: str) -> list[str]:
    """The text cut before every line that begins a decorated or plain definition at column 0."""
    cuts = [0]
    decorating = False
    beginning = BEGINNING if "\r" in text or "\f" in text else PLAIN_BEGINNING
    for match in beginning.finditer(f"\n{text}"):
        at = match.start()  # behind the line end, since one stands before the text as well
        decorator = match[0][-1] == "@"
        # A definition belongs to the decorators above it, and so does a decorator right below another one.
        attached = decorating and (not decorator or not BLANK_LINE.search(text, max(cuts[-1], at - 200), at))
        decorating = decorator
        if not attached and at > cuts[-1] and not text.endswith(CONTINUATIONS, 0, at):
            cuts.append(at)
    return [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _complete(chunks: list[str], index: int) -> tuple[str, int]:
    """The chunk at `index`, with as many of those after it as it needs to parse; and the index behind them.

    When joining does not help, the chunk alone.
    """
    text = chunks[index]
    after = index + 1
    joins = 0
    bracket: int | None = None
    while (problem := parse(text).problem) is not None and after < len(chunks):
        if joins == MAX_JOINS:
            after = len(chunks)
            text = "".join(chunks[index:])
            break
        # Inside a bracket a line may begin with `@`, the matrix product, but not with `def` or `class`.
        opening = problem.span.start if "was never closed" in problem.message else None
        defined = opening is not None and opening == bracket and DEFINED_NAME.search(chunks[after - 1]) is not None
        end = None if defined else _needed(text, problem, chunks, after)
        if end is None:
            break
        bracket = opening
        text = "".join((text, *chunks[after:end]))
        after = end
        joins += 1
    return (text, after) if parse(text).problem is None else (chunks[index], index + 1)


def _needed(text: str, problem: SyntaxProblem, chunks: list[str], after: int) -> int | None:
    """Up to which chunk a broken text must be joined to have a chance; None when it has none."""
    if "unterminated triple-quoted" in problem.message:
        for quotes in QUOTES:
            closed = parse(text + quotes).problem
            if closed is None or "was never closed" in closed.message or closed.span.end >= len(text):
                return next((at + 1 for at in range(after, len(chunks)) if quotes in chunks[at]), None)
        return None
    if "was never closed" in problem.message and _is_decorator(chunks[after]):
        return after + 1
    # Decorators with blank lines between them.
    last = chunks[after - 1]
    if _ends_in_decorator(last) and _is_decorator(chunks[after]) and not DEFINED_NAME.search(last):
        return after + 1
    return None


def _ends_in_decorator(chunk: str) -> bool:
    """Whether it is decorators, or has one behind a line that a backslash ends."""
    return _is_decorator(chunk) or _without_rest(chunk).rstrip("\r\n").rpartition("\n")[2].startswith("@")


def _is_decorator(chunk: str) -> bool:
    return DECORATOR.match(chunk) is not None


@recent(MANY)
def _statements(text: str) -> tuple[str, ...]:
    """A text that parses, cut after the last line of each statement; last comes what is left, without a statement."""
    tree = parse(text)
    blocks: list[str] = []
    start = 0
    for statement in tree.statements:
        assert statement.end_lineno is not None
        line = statement.end_lineno
        end = tree.source.line_starts[line] if line < tree.source.line_count else len(text)
        piece = text[start:end]
        # Several statements on one line, or a backslash behind the last token, hold the next line to this one.
        if start < end and _is_complete(piece):
            blocks.append(piece)
            start = end
    if start < len(text) and start < _end_of_last(tree):
        blocks.append(text[start:])
        start = len(text)
    return (*blocks, text[start:])


@recent(MANY)
def _without_rest(chunk: str) -> str:
    """The chunk without the blank lines and the lines of comments at its end."""
    end = len(chunk)
    while chunk.endswith("\n", 0, end):
        start = chunk.rfind("\n", 0, end - 1) + 1
        line = chunk[start : end - 1].strip(" \t\r")
        if line and (line[0] != "#" or "\r" in line):
            break
        end = start
    return chunk[:end]


@recent(MANY)
def _is_one_statement(text: str) -> bool:
    """Whether a text is one statement, from its first line that says something to its last."""
    tree = parse(text)
    line = tree.statements[0].end_lineno if len(tree.statements) == 1 else None
    return line is not None and line + 1 == tree.source.line_count and tree.source.line_starts[line] == len(text)


@recent(MANY)
def _is_complete(piece: str) -> bool:
    return parse(piece).problem is None


def _end_of_last(tree: Tree) -> int:
    return tree.span(tree.statements[-1]).end if tree.statements else 0
