"""Placeholders in texts: `{arg}` and `{arg.field}` splice in a container's own arguments."""

from __future__ import annotations

import ast
import re
from typing import TypeAlias

from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import Tree
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text that stands as it is; Argo's own `{{...}}` too. `\\{` and `\\}` are braces as such."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{parameter.field.sub}`. The span covers the braces, `spans` each name; all count in the text's value."""

    parameter: str
    fields: tuple[str, ...]
    span: Span
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A brace that opens or closes nothing, or holds what is not a name: `what` says which, in a phrase."""

    what: str
    span: Span


Part: TypeAlias = Verbatim | Placeholder | Malformed

ARGO_TAG = re.compile(r"\{\{.*?\}\}", re.S)
BRACES = re.compile(r"\{([^{}]*)\}", re.S)
ESCAPED = ("\\{", "\\}")
DOTTED = re.compile(r"\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*\Z")


def parse_placeholders(text: str) -> tuple[Part, ...]:
    """The parts of a text, in order and without gaps."""
    parts: list[Part] = []
    start = position = 0
    while position < len(text):
        if text[position : position + 2] in ESCAPED:
            if start < position:
                parts.append(Verbatim(text[start:position], Span(start, position)))
            parts.append(_escaped(text, position))
            start = position = position + 2
            continue
        if text[position] not in "{}":
            position += 1
            continue
        if tag := ARGO_TAG.match(text, position):
            position = tag.end()
            continue
        if start < position:
            parts.append(Verbatim(text[start:position], Span(start, position)))
        part = _braced(text, position)
        parts.append(part)
        start = position = part.span.end
    if start < len(text):
        parts.append(Verbatim(text[start:], Span(start, len(text))))
    return tuple(parts)


def _escaped(text: str, at: int) -> Verbatim | Malformed:
    """A brace as such. Two of them would be read by Argo, as its own templating."""
    span = Span(at, at + 2)
    if text[at + 2 : at + 4] == text[at : at + 2]:
        return Malformed("two braces as such, one behind the other, which Argo would read", Span(at, at + 4))
    return Verbatim(text[at + 1], span)


def _braced(text: str, at: int) -> Placeholder | Malformed:
    match = BRACES.match(text, at)
    if match is None:
        what = "a `}` that closes nothing" if text[at] == "}" else "a `{` that is never closed"
        return Malformed(what, Span(at, at + 1))
    inside, span = match[1], Span(*match.span())
    if (name := DOTTED.match(inside)) is None:
        return Malformed(_shape(inside), span)
    names = name[1].split(".")
    spans: list[Span] = []
    offset = match.start(1) + name.start(1)
    for word in names:
        spans.append(Span(offset, offset + len(word)))
        offset += len(word) + 1
    return Placeholder(names[0], tuple(names[1:]), span, tuple(spans))


def _shape(inside: str) -> str:
    stripped = inside.strip()
    if not stripped:
        return "an empty placeholder"
    for mark, what in (("(", "a call"), ("[", "an index"), ("!", "a conversion"), (":", "a format specification")):
        if mark in stripped:
            return f"{what} in a placeholder"
    return "something that is not a name in a placeholder"


def content_start(tree: Tree, node: ast.Constant, text: str) -> int | None:
    """Where a text begins, when one literal spells it letter by letter, without escapes."""
    span = tree.span(node)
    literal = span.of(tree.text)
    if literal == f'"{text}"' and "\\" not in text:  # the common case
        return span.start + 1
    for quote in ('"""', "'''", '"', "'"):
        opening = literal.find(quote)
        if 0 <= opening <= 2 and not any(mark in literal[:opening] for mark in "'\""):
            body = literal[opening + len(quote) : len(literal) - len(quote)]
            return span.start + opening + len(quote) if body == text else None
    return None
