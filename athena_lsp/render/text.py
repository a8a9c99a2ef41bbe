"""Diagnostics for people at a terminal: message, place, the line with the span underlined, related places, hints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from athena_lsp.diagnostics import Diagnostic, Location, Severity
from athena_lsp.render.excerpt import Row, excerpt, printable
from athena_lsp.text import Source

COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
BOLD = "1"
FRAME = "1;34"


def render_text(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source], *, colour: bool = False) -> str:
    """All diagnostics in the given order, an empty line after each; empty when there are none.

    `sources` maps paths to texts; a place in a file that is not there is shown without its line.
    """
    return "".join("\n".join((*_lines(found, sources, colour), "", "")) for found in diagnostics)


def _lines(found: Diagnostic, sources: Mapping[str, Source], colour: bool) -> Iterator[str]:
    places = [Location(found.path, found.span), *(label.location for label in found.related)]
    margin = max((_digits(sources, place) for place in places), default=1)
    tint = COLOURS[found.severity]
    title = _painted(f"{found.severity.value}[{found.rule}]", tint, colour)
    yield title + _painted(f": {printable(found.message)}", BOLD, colour)
    yield from _place(places[0], sources, margin, "^", tint, colour)
    for label in found.related:
        yield _painted("note", BOLD, colour) + f": {printable(label.message)}"
        yield from _place(label.location, sources, margin, "-", FRAME, colour)
    if found.stale:
        yield _remark("note", "found in the last version of this part that could be parsed", margin, colour)
    for hint in found.hints:
        yield _remark("help", hint, margin, colour)
    for fix in found.fixes:
        yield _remark("fix", fix.title, margin, colour)


def _place(
    place: Location, sources: Mapping[str, Source], margin: int, mark: str, tint: str, colour: bool
) -> Iterator[str]:
    source = sources.get(place.path)
    arrow = " " * margin + _painted("-->", FRAME, colour)
    if source is None:
        yield f"{arrow} {printable(place.path)}"
        return
    line, column = source.position(place.span.start)
    yield f"{arrow} {printable(place.path)}:{line + 1}:{column + 1}"
    bar = _painted("|", FRAME, colour)
    yield " " * margin + f" {bar}"
    for row in excerpt(source, place.span, mark):
        yield f"{_number(row, margin, colour)} {bar} {_painted(row.text, tint, colour and row.drawn)}".rstrip()
    yield " " * margin + f" {bar}"


def _number(row: Row, margin: int, colour: bool) -> str:
    return " " * margin if row.number is None else _painted(f"{row.number:>{margin}}", FRAME, colour)


def _remark(kind: str, text: str, margin: int, colour: bool) -> str:
    return " " * margin + f" {_painted('=', FRAME, colour)} {_painted(kind, BOLD, colour)}: {printable(text)}"


def _digits(sources: Mapping[str, Source], place: Location) -> int:
    source = sources.get(place.path)
    return 1 if source is None else len(str(source.line_of(place.span.end) + 1))


def _painted(text: str, colour: str, on: bool) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if on else text
