"""Writing manifests as YAML, in block style, and remembering where every line came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeAlias

from athena_lsp.argo.scalars import scalar, text
from athena_lsp.argo.tree import Origin, Part, Tree, entries_of
from athena_lsp.records import dataclass, field

SIMPLE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")

Place: TypeAlias = "tuple[Place, str | int] | None"
"""A path in a document, as the path of what holds it and the last key or index; None is the document itself."""


@dataclass(frozen=True)
class Written:
    """YAML text, and for every line (from 0) the Python and the part of the manifest that it came from."""

    text: str
    line_origins: tuple[Origin | None, ...]
    line_places: tuple[tuple[int, Place], ...]
    """The number of the document, from 0, and the path in it."""

    @cached_property
    def origins(self) -> tuple[tuple[int, Origin], ...]:
        """Every line that came from somewhere."""
        return tuple((line, origin) for line, origin in enumerate(self.line_origins) if origin is not None)

    @cached_property
    def paths(self) -> Mapping[tuple[int, str], int]:
        """The first line of every part: (2, "spec.templates[0].dag.tasks[1]") -> 40, the documents counted from 0."""
        found: dict[tuple[int, str], int] = {}
        for line, (document, place) in enumerate(self.line_places):
            while place is not None and (key := (document, path_text(place))) not in found:
                found[key] = line
                place = place[0]
        return found


def write(documents: Iterable[Part], heading: str = "") -> Written:
    """The documents in one YAML text, with `---` between them and `heading` as a comment above them."""
    out = _Lines()
    if heading:
        out.add(f"# {heading}", None, None)
    for number, document in enumerate(documents):
        if number:
            out.add("---", None, None)
        out.document = number
        _mapping(out, document, "", "", None, document.origin)
    return Written("".join(f"{line}\n" for line in out.lines), tuple(out.origins), tuple(out.places))


def path_text(place: Place) -> str:
    """A path as people write it: `spec.templates[0].metadata.labels['a.b/c']`."""
    parts: list[str] = []
    while place is not None:
        place, key = place
        parts.append(path_step(key))
    return "".join(reversed(parts)).removeprefix(".")


def path_step(key: str | int) -> str:
    """One step of a path, with the dot or the brackets before it."""
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if SIMPLE_KEY.match(key) else f"['{key}']"


@dataclass(slots=True)
class _Lines:
    lines: list[str] = field(default_factory=list)
    origins: list[Origin | None] = field(default_factory=list)
    places: list[tuple[int, Place]] = field(default_factory=list)
    document: int = 0

    def add(self, line: str, place: Place, origin: Origin | None) -> None:
        self.lines.append(line)
        self.origins.append(origin)
        self.places.append((self.document, place))


def _mapping(out: _Lines, part: Part, lead: str, indent: str, place: Place, origin: Origin | None) -> None:
    """The entries of a part; `lead` stands before the first, `indent` before the others."""
    for key, value, mark in entries_of(part):
        _value(out, value, f"{lead}{text(key)}:", indent, (place, key), mark or origin)
        lead = indent


def _value(out: _Lines, value: Tree, lead: str, indent: str, place: Place, origin: Origin | None) -> None:
    """What stands behind a key."""
    if isinstance(value, Part):
        origin = value.origin or origin
        if next(entries_of(value), None) is None:
            out.add(f"{lead} {{}}", place, origin)
        else:
            out.add(lead, place, origin)
            _mapping(out, value, f"{indent}  ", f"{indent}  ", place, origin)
    elif isinstance(value, tuple):
        if value:
            out.add(lead, place, origin)
            _items(out, value, indent, indent, place, origin)
        else:
            out.add(f"{lead} []", place, origin)
    else:
        out.add(f"{lead} {scalar(value)}", place, origin)


def _items(out: _Lines, items: tuple[Tree, ...], lead: str, indent: str, place: Place, origin: Origin | None) -> None:
    """The items of a list, each behind a dash at `indent`; `lead` stands before the first."""
    for number, item in enumerate(items):
        here: Place = (place, number)
        if isinstance(item, Part) and next(entries_of(item), None) is not None:
            _mapping(out, item, f"{lead}- ", f"{indent}  ", here, item.origin or origin)
        elif isinstance(item, Part):
            out.add(f"{lead}- {{}}", here, item.origin or origin)
        elif isinstance(item, tuple) and item:
            _items(out, item, f"{lead}- ", f"{indent}  ", here, origin)
        elif isinstance(item, tuple):
            out.add(f"{lead}- []", here, origin)
        else:
            out.add(f"{lead}- {scalar(item)}", here, origin)
        lead = indent
