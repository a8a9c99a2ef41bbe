"""TOML files that hold settings, and findings at their keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from athena_lsp.diagnostics import Diagnostic, FileEdit, Fix, Severity
from athena_lsp.records import dataclass, field, replace
from athena_lsp.syntax.toml import KeyPath, KeyPlace, key_places
from athena_lsp.text import Source, Span, TextEdit

TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


@dataclass(frozen=True, slots=True)
class Document:
    """One TOML file; `table` holds athena's settings, which `prefix` leads to."""

    path: str
    text: str = field(repr=False)
    values: Mapping[str, Any]
    prefix: KeyPath
    broken: Problem | None = None

    @property
    def table(self) -> Any:
        """Athena's own table, or whatever stands there; None when there is none."""
        values: Any = self.values
        for name in self.prefix:
            values = values.get(name) if isinstance(values, dict) else None
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with the setting `path`, or at `span` when the text is no TOML."""

    message: str
    path: KeyPath = ()
    document: Document | None = None
    span: Span | None = None
    rule: str = "invalid-config"
    hint: str = ""
    new_key: str = ""
    """What the key was most likely meant to be."""
    new_value: str = ""
    """TOML that could stand for the value."""


def read_document(path: str, text: str) -> Document:
    """The file as settings: of a pyproject.toml `[tool.athena]` is athena's, any other file is all athena's."""
    prefix = ("tool", "athena") if path.rpartition("/")[2] == "pyproject.toml" else ()
    try:
        return Document(path, text, tomllib.loads(text), prefix)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        empty = Document(path, text, {}, prefix)
        return replace(empty, broken=_no_toml(empty, error))


def _no_toml(document: Document, error: Exception) -> Problem:
    source = Source(document.text)
    if isinstance(error, RecursionError):
        return Problem(message="this file is nested too deeply to be read", document=document, span=Span(0, 0))
    place = TOML_PLACE.search(str(error))
    what = str(error)[: place.start()] if place else str(error)
    line = int(place[1]) - 1 if place and place[1] else source.line_count - 1
    whole = source.line_span(min(line, source.line_count - 1))
    start = min(whole.start + int(place[2]) - 1, whole.end) if place and place[2] else whole.end
    message = f"this is no TOML: {what[:1].lower()}{what[1:]}"
    return Problem(message=message, document=document, span=Span(start, whole.end))


def diagnostics_of(problems: Iterable[Problem], levels: Mapping[str, Severity | None]) -> tuple[Diagnostic, ...]:
    """What is shown of problems under these levels of rules, by place."""
    shown = (_diagnostic(problem, levels) for problem in problems)
    return tuple(sorted((found for found in shown if found), key=lambda found: (found.path, found.span)))


def _diagnostic(problem: Problem, levels: Mapping[str, Severity | None]) -> Diagnostic | None:
    severity = levels.get(problem.rule, Severity.ERROR)
    if severity is None or problem.document is None:
        return None
    document = problem.document
    hints = (problem.hint,) if problem.hint else ()
    found = Diagnostic(problem.rule, severity, document.path, problem.span or Span(0, 0), problem.message, hints)
    if problem.span:
        return found
    place = place_of(document, problem.path)
    span = place.key if problem.rule == "unknown-config-key" else place.value
    return replace(found, span=span, fixes=tuple(_fixes(problem, document, place)))


def _fixes(problem: Problem, document: Document, place: KeyPlace) -> Iterator[Fix]:
    for span, text in ((place.key, problem.new_key), (place.value, problem.new_value)):
        if text:
            yield Fix(f"Replace with `{text}`", (FileEdit(document.path, TextEdit(span, text)),))


def place_of(document: Document, path: KeyPath) -> KeyPlace:
    """Where the key stands, or the nearest table around it."""
    places = key_places(document.text)
    whole = (*document.prefix, *path)
    for length in range(len(whole), 0, -1):
        if found := places.get(whole[:length]):
            return found
    return KeyPlace(Span(0, 0), Span(0, 0))
