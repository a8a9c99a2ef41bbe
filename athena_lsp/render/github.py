"""Diagnostics as workflow commands of GitHub Actions, which shows them at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from athena_lsp.diagnostics import Diagnostic, Location, Severity
from athena_lsp.render.places import place_of
from athena_lsp.text import Source

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
PROPERTY = {**DATA, ":": "%3A", ",": "%2C"}


def render_github(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> str:
    """One `::error file=...::message` a line; hints follow the message on lines of their own."""
    return "".join(_command(found, sources) + "\n" for found in diagnostics)


def _command(found: Diagnostic, sources: Mapping[str, Source]) -> str:
    place = place_of(Location(found.path, found.span), sources)
    properties = {
        "file": place.path,
        "line": place.line,
        "col": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "title": f"athena ({found.rule})",
    }
    if place.end_line != place.line:
        # GitHub ignores a range of several lines that has columns.
        del properties["col"], properties["endColumn"]
    written = ",".join(f"{key}={_escaped(str(value), PROPERTY)}" for key, value in properties.items())
    head = f"{place.path}:{place.line}:{place.column}: {found.message} [{found.rule}]"
    return f"::{COMMANDS[found.severity]} {written}::{_escaped(chr(10).join((head, *found.hints)), DATA)}"


def _escaped(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)
