"""Argo's tags in a text: `{{inputs.parameters.x}}`, and expressions in `{{=...}}`. The first `}}` ends a tag."""

from __future__ import annotations

from functools import lru_cache

from athena_lsp.records import dataclass
from athena_lsp.text import Span

OPEN, CLOSE = "{{", "}}"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag. `content` has neither braces nor blanks around it, and of an expression no `=`."""

    content: str
    is_expression: bool
    span: Span
    """The whole tag, in code points of the text."""
    start: int
    """Where `content` begins in the text."""
    outer: str | None = None
    """What stands before it in the tag around it: `a.` in `{{a.{{b}}}}`. Argo puts the inner one in first."""


@dataclass(frozen=True, slots=True)
class Unclosed:
    """`{{` without any `}}` behind it."""

    span: Span


@lru_cache(maxsize=4096)
def tags(text: str) -> tuple[Tag | Unclosed, ...]:
    """The tags of a text, in order. Of a nested one, the inner one."""
    found: list[Tag | Unclosed] = []
    position = 0
    while (start := text.find(OPEN, position)) >= 0:
        end = text.find(CLOSE, start + 2)
        if end < 0:
            found.append(Unclosed(Span(start, len(text))))
            break
        found.append(_tag(text, start, end))
        position = end + 2
    return tuple(found)


def only_tag(text: str) -> Tag | None:
    """The tag, where a text is nothing but one."""
    found = tags(text.strip())
    if len(found) == 1 and isinstance(found[0], Tag) and found[0].span == Span(0, len(text.strip())):
        return found[0]
    return None


def _tag(text: str, start: int, end: int) -> Tag:
    begin = start + 2
    if text.startswith("=", begin):
        return Tag(text[begin + 1 : end], True, Span(start, end + 2), begin + 1)
    inner = text.rfind(OPEN, begin, end)
    outer = text[begin:inner].strip() if inner > begin else None
    begin = inner + 2 if outer is not None else begin
    content = text[begin:end]
    blanks = len(content) - len(content.lstrip())
    return Tag(content.strip(), False, Span(start, end + 2), begin + blanks, outer)
