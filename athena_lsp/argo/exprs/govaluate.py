"""The older language of `when`, govaluate, as far as it can be told from the text before its tags are filled in.

Bare words are texts there, and so are both kinds of quotes; whatever a tag outside of quotes brings is read as part
of the language, and that is why JSON must not come in so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from athena_lsp.argo.exprs.cursor import Problem
from athena_lsp.argo.exprs.tags import Tag, tags
from athena_lsp.records import dataclass
from athena_lsp.text import Span

STAND_IN = "\ue000"
"""Stands for a tag; a letter to the patterns below."""
TOKEN = re.compile(
    rf"""(?P<skip>\s+)
    |(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|\d[\d.]*(?:[eE][+-]?\d+)?|[\w{STAND_IN}.]+)
    |(?P<operator>\*\*|<<|>>|==|!=|>=|<=|=~|!~|\|\||&&|\?\?|[-+*/%&|^<>?:,])
    |(?P<prefix>[!~])
    |(?P<open>\()
    |(?P<close>\))""",
    re.VERBOSE | re.DOTALL,
)
SIGNED = frozenset({"-"})
WORD_OPERATORS = frozenset({"in", "IN"})

Kind = Literal["value", "operator", "prefix", "open", "close"]


@dataclass(frozen=True, slots=True)
class Word:
    """One token; `tag` is the tag it consists of, when it is one outside of quotes."""

    kind: Kind
    text: str
    span: Span
    tag: Tag | None


@lru_cache(maxsize=1024)
def when_problem(text: str) -> Problem | None:
    """Why govaluate could not read the text, whatever its tags bring; None for what it may read."""
    words: list[Word] = []
    for word in words_of(text):
        if isinstance(word, Problem):
            return word
        words.append(word)
    return _order(words, len(text)) or _minus(words)


def bare_tags(text: str) -> Iterator[Tag]:
    """The tags that stand outside of quotes: what they bring is read as govaluate."""
    for word in words_of(text):
        if not isinstance(word, Problem) and word.tag is not None:
            yield word.tag


def words_of(text: str) -> Iterator[Word | Problem]:
    """The tokens of the text with its tags as words of their own; after a problem nothing follows."""
    filled, by_place = _filled(text)
    position = 0
    while position < len(filled):
        match = TOKEN.match(filled, position)
        start, position = position, match.end() if match else position
        if match is None:
            character = text[start]
            what = "the text is never closed" if character in "'\"[" else f"`{character}` is no token of govaluate"
            yield Problem(Span(start, start + 1), what)
            return
        if match.lastgroup == "skip":
            continue
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups of TOKEN are the kinds
        if match[0] in WORD_OPERATORS:
            kind = "operator"
        yield Word(kind, text[start:position], Span(start, position), by_place.get(start))


def _filled(text: str) -> tuple[str, dict[int, Tag]]:
    """The text with letters of the same number in place of its tags, and the tags by their places."""
    pieces: list[str] = []
    by_place: dict[int, Tag] = {}
    position = 0
    for tag in tags(text):
        if isinstance(tag, Tag):
            pieces += (text[position : tag.span.start], STAND_IN * (tag.span.end - tag.span.start))
            by_place[tag.span.start] = tag
            position = tag.span.end
    return "".join((*pieces, text[position:])), by_place


def _order(words: list[Word], end: int) -> Problem | None:
    """Values and operators take turns, and parentheses are in pairs."""
    depth, wants_value = 0, True
    for word in words:
        wrong = f"`{word.text}` is not expected here"
        match word.kind:
            case "value" if wants_value:
                wants_value = False
            case "prefix" | "open" if wants_value:
                depth += word.kind == "open"
            case "operator" if not wants_value:
                wants_value = True
            case "operator" if word.text in SIGNED:
                pass
            case "close" if depth and not wants_value:
                depth -= 1
            case _:
                return Problem(word.span, wrong)
    if wants_value or depth:
        return Problem(Span(end, end), "a value is missing at the end" if wants_value else "`)` is missing at the end")
    return None


def _minus(words: list[Word]) -> Problem | None:
    """`a-b` without quotes is a subtraction of two texts."""
    for left, middle, right in zip(words, words[1:], words[2:], strict=False):
        if middle.text == "-" and all(side.kind == "value" and side.text[0].isalpha() for side in (left, right)):
            whole = Span(left.span.start, right.span.end)
            return Problem(whole, f"`{left.text}-{right.text}` is a subtraction: put quotes around it")
    return None
