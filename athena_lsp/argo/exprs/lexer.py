"""Texts of Argo's expression language as tokens, exactly those of expr-lang 1.17."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from athena_lsp.records import dataclass
from athena_lsp.text import Span

Kind = Literal["name", "number", "text", "bytes", "operator", "bracket", "end"]

WORDS = frozenset(
    ("not", "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"),
)
"""Words that are operators, and so can name nothing that stands bare."""
KEYWORDS = WORDS | {"nil", "true", "false"}
"""Words of the language: a task of such a name breaks `depends`, where names stand bare."""

SPACE = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
ESCAPE = r"\\(?:[abfnrtv\\QUOTE]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8})"
ESCAPES = {quote: ESCAPE.replace("QUOTE", quote) for quote in "'\""}
SINGLE, DOUBLE = (rf"{quote}(?:[^{quote}\\\n]|{escape})*{quote}" for quote, escape in ESCAPES.items())
DECIMAL = r"[0-9_]*(?:\.(?!\.)[0-9_]*)?(?:[eE][+-]?[0-9_]*)?"
BASED = (
    r"0[xX][0-9a-fA-F_]*(?:\.(?!\.)[0-9a-fA-F_]*)?(?:[eE][+-]?[0-9a-fA-F_]*)?"
    r"|0[oO][0-7_]*(?:\.(?!\.)[0-7_]*)?(?:[eE][+-]?[0-7_]*)?"
    r"|0[bB][01_]*(?:\.(?!\.)[01_]*)?(?:[eE][+-]?[01_]*)?"
)
TOKEN = re.compile(
    rf"""(?P<skip>[{SPACE}]+|//[^\n]*|/\*.*?\*/)
    |(?P<name>(?:[^\W0-9]|\$)[\w$]*)
    |(?P<text>{SINGLE}|{DOUBLE}|`(?:[^`]|``)*`)
    |(?P<number>\.?(?=[0-9])(?:{BASED}|{DECIMAL}))
    |(?P<bracket>[()\[\]{{}}])
    |(?P<operator>\?[.?]?|\|\|?|::?|\#\#?|\.\.?|[&!=*<>][&=*]?|[,;%+\-^/])""",
    re.VERBOSE | re.DOTALL,
)
POINTER_NAME = re.compile(r"[\w$]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `value` is the word or the mark, and of a text or bytes literal the whole literal."""

    kind: Kind
    value: str
    span: Span

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"`{self.value}`"


@dataclass(frozen=True, slots=True)
class Bad:
    """Where the text stops being tokens, and why."""

    span: Span
    what: str


def tokens(text: str) -> Iterator[Token | Bad]:
    """The tokens of an expression, the end included; after a `Bad` nothing follows."""
    position, end = 0, len(text)
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            yield _bad(text, position)
            return
        start, position = position, match.end()
        kind, value = match.lastgroup, match[0]
        if kind == "skip":
            continue
        bad = _misread(text, start, position, kind or "")
        if bad is not None:
            yield bad
            return
        span = Span(start, position)
        if kind == "name" and value == "b" and text[position : position + 1] in ("'", '"'):
            literal = TOKEN.match(text, position)
            if literal is None:
                yield _bad(text, position)
                return
            position = literal.end()
            yield Token("bytes", text[start:position], Span(start, position))
        elif kind == "name":
            yield Token("operator" if value in WORDS else "name", value, span)
        else:
            yield Token(kind, value, span)  # type: ignore[arg-type]  # the groups of TOKEN are the kinds
        if value in ("#", "##") and (named := POINTER_NAME.match(text, position)):
            bad = _misread(text, position, named.end(), "name")
            if bad is not None:
                yield bad
                return
            yield Token("name", named[0], Span(position, named.end()))
            position = named.end()
    yield Token("end", "", Span(end, end))


def _misread(text: str, start: int, end: int, kind: str) -> Bad | None:
    """What the patterns let through and the language does not."""
    if kind == "number":
        if end < len(text) and is_letter(text[end]):
            return Bad(Span(start, end + 1), f"`{text[start : end + 1]}` is no number")
    elif kind == "name":
        for place in range(start, end):
            if not is_letter(text[place]):
                return Bad(Span(place, place + 1), f"`{text[place]}` is no character of the language")
    elif kind == "operator" and text.startswith("/*", start):
        return Bad(Span(start, len(text)), "the comment is never closed")
    return None


def is_letter(character: str) -> bool:
    """Whether names may hold the character: letters, decimal digits, `_` and `$`."""
    return character in "_$" or character.isalpha() or character.isdecimal()


def _bad(text: str, position: int) -> Bad:
    character = text[position]
    if character in "'\"`":
        what = _bad_literal(text, position)
        return Bad(Span(position, len(text)), what)
    if character.isdecimal():
        return Bad(Span(position, position + 1), f"`{character}` is no number")
    return Bad(Span(position, position + 1), f"`{character}` is no character of the language")


def _bad_literal(text: str, position: int) -> str:
    """Why a quote begins no literal."""
    quote = text[position]
    if quote != "`":
        pattern = re.compile(ESCAPES[quote])
        place = position + 1
        while place < len(text) and text[place] not in (quote, "\n"):
            if text[place] == "\\":
                escape = pattern.match(text, place)
                if escape is None:
                    return f"`{text[place : place + 2]}` is no escape of the language"
                place = escape.end()
            else:
                place += 1
    return "the text is never closed"
