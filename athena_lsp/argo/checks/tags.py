"""Argo's tags in a text, and the references in an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

KEYWORDS = frozenset(
    (
        "not",
        "in",
        "and",
        "or",
        "matches",
        "contains",
        "startsWith",
        "endsWith",
        "let",
        "if",
        "else",
        "nil",
        "true",
        "false",
    )
)
"""Words of the expression language: a task with such a name breaks `depends`, where names stand bare."""

TOKEN = re.compile(
    r"""\s+|//[^\n]*
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<mark>\?\.|\?\?|\.\.|&&|\|\||[=!<>]=|\*\*|[-+*/%<>=!?:,;.|^\#()\[\]{}])""",
    re.X | re.S,
)
OPENING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Tag:
    """`{{inputs.parameters.x}}`, or an expression: `{{=toJson(1)}}`. `content` has no braces, and no `=`."""

    content: str
    is_expression: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """A path of names in an expression: `tasks['a-b'].outputs.parameters['return']`."""

    names: tuple[str, ...]
    guarded: bool
    """Read with `?.`, or with a fallback behind `??`: it may be missing."""
    double_quoted: bool


def tags(text: str) -> Iterator[Tag | None]:
    """The tags of a text, in order; None for one that is never closed."""
    position = 0
    while (start := text.find("{{", position)) >= 0:
        end = text.find("}}", start + 2)
        if end < 0:
            yield None
            return
        content = text[start + 2 : end]
        yield Tag(content.removeprefix("=") if content.startswith("=") else content.strip(), content.startswith("="))
        position = end + 2


def expression_problem(expression: str) -> str:
    """Why the text cannot be an expression; empty when it looks like one."""
    if not expression.strip():
        return "it is empty"
    position = 0
    open_brackets: list[str] = []
    while position < len(expression):
        token = TOKEN.match(expression, position)
        if token is None:
            rest = expression[position]
            return "a text is never closed" if rest in "'\"`" else f"unexpected character {rest!r}"
        mark = token["mark"]
        if mark in OPENING:
            open_brackets.append(OPENING[mark])
        elif mark and mark in ")]}" and (not open_brackets or open_brackets.pop() != mark):
            return f"`{mark}` closes nothing"
        position = token.end()
    return f"`{open_brackets[-1]}` is missing at the end" if open_brackets else ""


def chains(expression: str) -> Iterator[Chain]:
    """Every path of names in an expression that `expression_problem` has nothing against."""
    found = [token for token in TOKEN.finditer(expression) if token.lastgroup]
    kinds = [(token.lastgroup or "", token[0]) for token in found]
    position = 0
    while position < len(kinds):
        kind, text = kinds[position]
        previous = kinds[position - 1][1] if position else ""
        position += 1
        if kind == "name" and previous not in (".", "?."):
            chain, position = _chain(kinds, text, position)
            yield chain


def _chain(tokens: list[tuple[str, str]], head: str, position: int) -> tuple[Chain, int]:
    names, guarded, double = [head], False, False
    while position < len(tokens):
        window = tokens[position : position + 4]
        texts = [text for _, text in window]
        optional = texts[0] == "?."
        if optional and texts[1:2] == ["["]:
            window, texts, skipped = window[1:], texts[1:], 1
        else:
            skipped = 0
        if texts[0] in (".", "?.") and len(window) > 1 and window[1][0] == "name":
            names.append(texts[1])
            position += 2
        elif texts[0] == "[" and len(window) > 2 and window[1][0] == "text" and texts[2] == "]":
            names.append(texts[1][1:-1])
            double = double or texts[1][0] == '"'
            position += 3 + skipped
        else:
            break
        guarded = guarded or optional
    guarded = guarded or (position < len(tokens) and tokens[position][1] == "??")
    return Chain(tuple(names), guarded, double), position
