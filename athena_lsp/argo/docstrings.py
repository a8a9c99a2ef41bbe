"""What a docstring says: its title, its description, a text for each parameter (Google, NumPy and Sphinx styles)."""

from __future__ import annotations

import re

SECTION = re.compile(r"(Args|Arguments|Parameters|Params)\s*:?\s*\Z")
GOOGLE_ENTRY = re.compile(r"(\s+)\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)\Z")
NUMPY_ENTRY = re.compile(r"()(\w+)\s*(?::\s*(.*))?\Z")
SPHINX_ENTRY = re.compile(r":param\s+(?:[^:]*\s)?(\w+)\s*:\s*(.*)\Z")


def title_and_description(doc: str) -> tuple[str, str]:
    """The first line, and the rest without the empty lines around it."""
    title, _, rest = doc.strip().partition("\n")
    return title.strip(), rest.strip()


def parameter_texts(doc: str) -> dict[str, str]:
    """What the docstring says about each parameter, in one line."""
    lines = doc.split("\n")
    return _sphinx(lines) | _sections(lines)


def _sections(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(lines):
        if SECTION.match(line):
            underlined = number + 1 < len(lines) and re.fullmatch(r"-{3,}\s*", lines[number + 1]) is not None
            found |= _numpy(lines[number + 2 :]) if underlined else _google(lines[number + 1 :])
    return found


def _google(lines: list[str]) -> dict[str, str]:
    """Entries at the indent of the first; what is indented deeper goes on with the entry above."""
    parts: dict[str, list[str]] = {}
    indent, name = "", ""
    for line in lines:
        if not line.strip():
            continue
        if line[0] != " ":
            break
        entry = GOOGLE_ENTRY.match(line)
        if entry and (not indent or entry[1] == indent):
            indent, name = entry[1], entry[2]
            parts[name] = [entry[3]]
        elif name:
            parts[name].append(line.strip())
    return _joined(parts)


def _numpy(lines: list[str]) -> dict[str, str]:
    """Names at the margin, their texts indented below, until a line that is neither."""
    parts: dict[str, list[str]] = {}
    name = ""
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line.startswith(" ") and name:
            parts[name].append(line.strip())
        elif re.fullmatch(r"-{3,}\s*", following):
            break
        elif entry := NUMPY_ENTRY.match(line):
            name = entry[2]
            parts[name] = []
        elif line.strip():
            break
    return _joined(parts)


def _sphinx(lines: list[str]) -> dict[str, str]:
    parts: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        entry = SPHINX_ENTRY.match(line.strip())
        if entry:
            name = entry[1]
            parts[name] = [entry[2]]
        elif name and line.startswith(" ") and line.strip():
            parts[name].append(line.strip())
        else:
            name = ""
    return _joined(parts)


def _joined(parts: dict[str, list[str]]) -> dict[str, str]:
    return {name: " ".join(part for part in texts if part) for name, texts in parts.items()}
