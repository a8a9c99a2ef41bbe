"""Semantic tokens as the protocol packs them: five numbers a token, each place counted from the one before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count

from lsprotocol import types as lsp

from athena_lsp.ide.tokens import MODIFIERS, TYPES, Token
from athena_lsp.records import dataclass, field
from athena_lsp.text import Encoding, Source

LEGEND = lsp.SemanticTokensLegend(token_types=list(TYPES), token_modifiers=list(MODIFIERS))
MOST_KEPT = 64
"""Answers that are kept to tell later ones apart from; the one given first is forgotten."""


def packed(tokens: Iterable[Token], source: Source, encoding: Encoding) -> list[int]:
    """The numbers of all tokens, which stand in order."""
    data: list[int] = []
    last_line = last_character = 0
    for token in tokens:
        line, character = source.position_in(token.span.start, encoding)
        _, end = source.position_in(token.span.end, encoding)
        same_line = line == last_line
        data += (
            line - last_line,
            character - last_character if same_line else character,
            end - character,
            TYPES.index(token.type),
            sum(1 << MODIFIERS.index(modifier) for modifier in token.modifiers),
        )
        last_line, last_character = line, character
    return data


def difference(before: Sequence[int], after: Sequence[int]) -> list[lsp.SemanticTokensEdit]:
    """The one edit that makes the numbers before to those after; none when they are the same."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    removed, added = len(before) - head - tail, list(after[head : len(after) - tail])
    return [lsp.SemanticTokensEdit(start=head, delete_count=removed, data=added)] if removed or added else []


@dataclass
class TokenResults:
    """The numbers that the client has, by document."""

    known: dict[str, tuple[str, list[int]]] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def full(self, uri: str, data: list[int]) -> lsp.SemanticTokens:
        result = str(next(self.numbers))
        self.known.pop(uri, None)
        self.known[uri] = (result, data)
        if len(self.known) > MOST_KEPT:
            self.known.pop(next(iter(self.known)))
        return lsp.SemanticTokens(data=data, result_id=result)

    def delta(self, uri: str, data: list[int], previous: str) -> lsp.SemanticTokens | lsp.SemanticTokensDelta:
        """What has changed since an answer; all, when that one is not known any more."""
        known = self.known.get(uri)
        full = self.full(uri, data)
        if known is None or known[0] != previous:
            return full
        return lsp.SemanticTokensDelta(edits=difference(known[1], data), result_id=full.result_id)

    def forget(self, uri: str) -> None:
        self.known.pop(uri, None)
