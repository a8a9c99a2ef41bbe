"""Where the keys of a TOML text stand: `tomllib` reads values without telling."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.records import dataclass
from athena_lsp.text import Span

SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
BLANKS = re.compile(r"[ \t]*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
STRINGS = (r'"""(?:[^\\]|\\.)*?"{3,5}', r"'''.*?'{3,5}", r'"(?:[^"\\\n]|\\.)*"', r"'[^'\n]*'")
STRING = re.compile("|".join(STRINGS), re.S)
PLAIN = re.compile(r"[^,\]}#\n\r]*")
HEADER = re.compile(r"\[\[?")
HEADER_END = re.compile(r"[ \t]*\]\]?")


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a key and its value stand; a table's value is its header, or its first key when it has none."""

    key: Span
    value: Span


KeyPath = tuple[str, ...]


def key_places(text: str) -> dict[KeyPath, KeyPlace]:
    """The place of every key, by its whole path, in a text that `tomllib` reads; elements of arrays by number.

    The first place counts where a table is opened several times. Never raises: what it cannot follow it leaves out.
    """
    places: dict[KeyPath, KeyPlace] = {}
    for path, place in _document(text):
        places.setdefault(path, place)
    return places


def _document(text: str) -> Iterator[tuple[KeyPath, KeyPlace]]:
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    position = _after(SPACE, text, 0)
    while position < len(text):
        before = position
        if header := HEADER.match(text, position):
            parts, position = _key(text, header.end())
            position = _after(HEADER_END, text, position)
            table = tuple(name for name, _ in parts)
            whole = Span(before, position)
            yield from ((table[: i + 1], KeyPlace(span, whole)) for i, (_, span) in enumerate(parts))
            if header[0] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, str(counts[table]))
        else:
            pairs, position = _pair(text, position, table)
            yield from pairs
        position = _after(SPACE, text, position)
        if position <= before:
            return


def _pair(text: str, position: int, table: KeyPath) -> tuple[list[tuple[KeyPath, KeyPlace]], int]:
    parts, position = _key(text, position)
    start = _after(BLANKS, text, position)
    if text[start : start + 1] != "=":
        return [], len(text)
    start = _after(BLANKS, text, start + 1)
    names = tuple(name for name, _ in parts)
    inner, end = _value(text, start, (*table, *names))
    outer = [((*table, *names[: i + 1]), KeyPlace(span, Span(start, end))) for i, (_, span) in enumerate(parts)]
    return [*outer, *inner], end


def _value(text: str, start: int, path: KeyPath) -> tuple[list[tuple[KeyPath, KeyPlace]], int]:
    found: list[tuple[KeyPath, KeyPlace]] = []
    if string := STRING.match(text, start):
        return found, string.end()
    opening = text[start : start + 1]
    if opening not in ("[", "{"):
        plain = PLAIN.match(text, start)
        return found, start + len(plain[0].rstrip()) if plain else start
    position, count = _after(SPACE, text, start + 1), 0
    while position < len(text) and text[position] not in "]}":
        before = position
        if opening == "[":
            inner, position = _value(text, position, (*path, str(count)))
            span = Span(before, position)
            found += [((*path, str(count)), KeyPlace(span, span)), *inner]
        else:
            inner, position = _pair(text, position, path)
            found += inner
        count += 1
        position = _after(SPACE, text, position)
        if text[position : position + 1] == ",":
            position = _after(SPACE, text, position + 1)
        if position <= before:
            break
    return found, min(position + 1, len(text))


def _key(text: str, position: int) -> tuple[list[tuple[str, Span]], int]:
    parts: list[tuple[str, Span]] = []
    while True:
        position = _after(BLANKS, text, position)
        if bare := BARE_KEY.match(text, position):
            parts.append((bare[0], Span(*bare.span())))
            position = bare.end()
        elif quoted := STRING.match(text, position):
            parts.append((quoted[0][1:-1], Span(*quoted.span())))
            position = quoted.end()
        else:
            return parts, position
        dot = _after(BLANKS, text, position)
        if text[dot : dot + 1] != ".":
            return parts, position
        position = dot + 1


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
