"""Diagnostics as JUnit XML: a test suite for each file, a failure for each error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from athena_lsp.diagnostics import Diagnostic, Location, Severity
from athena_lsp.render.excerpt import printable
from athena_lsp.render.places import place_of
from athena_lsp.text import Source

UNWRITABLE = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
"""Characters that XML 1.0 cannot hold; control characters are made printable."""
IN_TEXT = str.maketrans({**UNWRITABLE, "&": "&amp;", "<": "&lt;", ">": "&gt;"})
IN_ATTRIBUTE = IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
"""As `xml.sax.saxutils` does it, which brings all of `http` and `email` along: 12 ms of every start."""


def render_junit(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source], checked: Iterable[str]) -> str:
    """One suite for each file: a case that passes when nothing is found in it, and else a case for each finding.

    Only errors fail; warnings and informations are their case's output. `checked` names the files that were asked of.
    """
    by_path: dict[str, list[Diagnostic]] = {path: [] for path in checked}
    for found in diagnostics:
        by_path.setdefault(found.path, []).append(found)
    tests = sum(max(1, len(all_found)) for all_found in by_path.values())
    failures = sum(_failures(all_found) for all_found in by_path.values())
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="athena" tests="{tests}" failures="{failures}" errors="0">',
    ]
    for path, all_found in by_path.items():
        lines += _suite(path, all_found, sources)
    return "\n".join((*lines, "</testsuites>", ""))


def _suite(path: str, all_found: list[Diagnostic], sources: Mapping[str, Source]) -> Iterator[str]:
    counts = f'tests="{max(1, len(all_found))}" failures="{_failures(all_found)}" errors="0" skipped="0"'
    yield f"  <testsuite name={_attribute(path)} {counts}>"
    if not all_found:
        yield f'    <testcase name="athena" classname={_attribute(path)}/>'
    for found in all_found:
        yield from _case(found, sources)
    yield "  </testsuite>"


def _case(found: Diagnostic, sources: Mapping[str, Source]) -> Iterator[str]:
    place = place_of(Location(found.path, found.span), sources)
    text = "\n".join((f"{place.path}:{place.line}:{place.column}: {found.message}", *found.hints))
    name = f"{found.rule}:{place.line}:{place.column}"
    yield (
        f"    <testcase name={_attribute(name)} classname={_attribute(place.path)} "
        f'file={_attribute(place.path)} line="{place.line}">'
    )
    if found.severity is Severity.ERROR:
        yield f"      <failure message={_attribute(found.message)} type={_attribute(found.rule)}>"
        yield f"{_text(text)}</failure>"
    else:
        yield f"      <system-out>{_text(f'{found.severity.value}: {text}')}</system-out>"
    yield "    </testcase>"


def _failures(all_found: Iterable[Diagnostic]) -> int:
    return sum(found.severity is Severity.ERROR for found in all_found)


def _attribute(text: str) -> str:
    return f'"{printable(text).translate(IN_ATTRIBUTE)}"'


def _text(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n")).translate(IN_TEXT)
