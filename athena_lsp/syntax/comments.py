"""Comments that suppress findings: `# athena: ignore[rule, ...]` and `# athena: ignore-file[rule, ...]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from tokenize import COMMENT, TokenError, generate_tokens

from athena_lsp.recent import recent
from athena_lsp.records import dataclass
from athena_lsp.text import LINE_END, Source, Span

MARKER = "athena:"
DIRECTIVE = re.compile(r"#[ \t]*athena:[ \t]*([\w-]+)[ \t]*(?:\[([^\]\r\n]*)(\]?)|(?=#|\Z))")
WORD = re.compile(r"[^\s,]+")
LEADING = re.compile(r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[ \t\f]*")
TRIPLE = r"{q}(?:[^\\]|\\.)*?(?:{q}|\Z)"
PIECES = re.compile(
    "|".join(
        (
            r"(?P<comment>#[^\r\n]*)",
            "(?P<long>" + TRIPLE.format(q='"""') + "|" + TRIPLE.format(q="'''") + ")",
            r'"(?:[^"\\\r\n]|\\.)*"?',
            r"'(?:[^'\\\r\n]|\\.)*'?",
        )
    ),
    re.S,
)


@dataclass(frozen=True, slots=True)
class Slug:
    """The name of a rule in a suppression."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Suppression:
    """One directive in a comment, or what looks like one."""

    word: str
    """What stands after `athena:`; `ignore` and `ignore-file` mean something."""
    span: Span
    """From the `#` to the `]`."""
    slugs: tuple[Slug, ...]
    closed: bool
    """It has a list in brackets."""
    lines: tuple[int, int]
    """The lines that it speaks of, from 0, both included: its own, and those of a string that ends in its line."""
    leading: bool
    """Nothing but comments and blank lines comes before it."""
    alone: bool
    """Nothing but the comment stands in its line."""

    def shift(self, offset: int, lines: int) -> Suppression:
        """The same directive in a text that begins `offset` code points and `lines` lines earlier."""
        return Suppression(
            self.word,
            self.span.shift(offset),
            tuple(Slug(slug.name, slug.span.shift(offset)) for slug in self.slugs),
            self.closed,
            (self.lines[0] + lines, self.lines[1] + lines),
            self.leading and offset == 0,
            self.alone,
        )


def suppressions(blocks: Iterable[str]) -> tuple[Suppression, ...]:
    """The directives of a file that is cut into blocks; spans and lines count in the file.

    A marker in a string is no directive. A text that cannot be tokenized is searched by a simpler scan. Never raises.
    """
    found: list[Suppression] = []
    offset = lines = 0
    blocks = tuple(blocks)
    if not any(MARKER in block for block in blocks):
        return ()
    for block in blocks:
        found += (suppression.shift(offset, lines) for suppression in suppressions_of_block(block))
        offset += len(block)
        lines += len(LINE_END.findall(block))
    return tuple(found)


@recent(512)
def suppressions_of_block(text: str) -> tuple[Suppression, ...]:
    """The directives of one block, counted from its start."""
    if MARKER not in text:
        return ()
    source = Source(text)
    comments = _tokenized(source)
    if comments is None:
        comments = [Span(*match.span()) for match in PIECES.finditer(text) if match["comment"]]
    return tuple(_directives(source, comments))


def _directives(source: Source, comments: list[Span]) -> Iterator[Suppression]:
    leading = LEADING.match(source.text)
    code_start = leading.end() if leading else 0
    strings = [match for match in PIECES.finditer(source.text) if match["long"]]
    begins = {source.line_of(string.end() - 1): source.line_of(string.start()) for string in reversed(strings)}
    for comment in comments:
        line = source.line_of(comment.start)
        alone = not source.text[source.line_starts[line] : comment.start].strip()
        for match in DIRECTIVE.finditer(comment.of(source.text)):
            start = comment.start + match.start(2)
            names = WORD.finditer(match[2] or "")
            slugs = tuple(Slug(name[0], Span(*name.span()).shift(start)) for name in names)
            span = Span(*match.span()).shift(comment.start)
            lines = (begins.get(line, line), line)
            yield Suppression(match[1], span, slugs, bool(match[3]), lines, comment.start < code_start, alone)


def _tokenized(source: Source) -> list[Span] | None:
    """The comments as Python's tokenizer sees them; None when it gives up, or counts lines in its own way."""
    comments: list[Span] = []
    starts = (*source.line_starts, len(source.text))
    lines = (source.text[start:end] for start, end in pairwise(starts))
    try:
        for token in generate_tokens(lambda: next(lines, "")):
            if token.type == COMMENT:
                start = source.line_starts[token.start[0] - 1] + token.start[1]
                comments.append(Span(start, start + len(token.string)))
                if comments[-1].of(source.text) != token.string:
                    return None
    except (TokenError, SyntaxError, IndexError):
        return None
    return comments
