"""Places as other programs count them: lines and columns from 1; and names of findings that outlive an edit above."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256

from athena_lsp.diagnostics import Diagnostic, Location
from athena_lsp.records import dataclass
from athena_lsp.text import Source


@dataclass(frozen=True, slots=True)
class Place:
    """A range of a file: lines and columns from 1, columns in code points, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


def place_of(location: Location, sources: Mapping[str, Source]) -> Place:
    """Where a span is in its file; the start of the file when its text is not known."""
    source = sources.get(location.path)
    if source is None:
        return Place(location.path, 1, 1, 1, 1)
    line, column = source.position(location.span.start)
    end_line, end_column = source.position(location.span.end)
    return Place(location.path, line + 1, column + 1, end_line + 1, end_column + 1)


def fingerprints(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> tuple[str, ...]:
    """A name of 32 hexadecimal digits for each diagnostic, all different.

    It is made of the rule, the path and the text of the line, and so stays the same while other lines change.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    names: list[str] = []
    for found in diagnostics:
        source = sources.get(found.path)
        line = source.line_text(source.line_of(found.span.start)).strip() if source else ""
        key = (found.rule, found.path, line)
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        names.append(sha256(text.encode(errors="surrogatepass")).hexdigest()[:32])
    return tuple(names)
