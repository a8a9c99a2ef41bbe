"""The manifest of the function under the cursor, with the errors that stand in its way and the origin of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import groupby

from athena_lsp.argo.emit import Emission, reachable
from athena_lsp.diagnostics import Diagnostic, Location, Severity
from athena_lsp.ide.calls import incoming_calls
from athena_lsp.ir.model import Kind
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.records import dataclass, field
from athena_lsp.text import Span

STALE = "# {} below is the last manifest without errors\n"
NOTHING = "# {}: nothing to show yet\n"


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be emitted for a root now. `emission` is None while there are errors in what the root reaches."""

    root: Declaration
    emission: Emission | None
    errors: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class LastGood:
    """The last manifest without errors of every root that was looked at, which stays while a program is broken."""

    texts: dict[Declaration, str] = field(default_factory=dict)

    def text(self, found: Preview) -> str:
        """The manifest; else the last good one, below a line that says why."""
        if found.emission is not None and found.emission.documents:
            text = self.texts[found.root] = found.emission.text
            return text
        if not found.errors:
            return self.stale(found.root, f"`{found.root.name}` is not there any more:")
        count = len(found.errors)
        return self.stale(found.root, f"{count} error{'s' if count > 1 else ''} in the program:")

    def stale(self, root: Declaration, why: str) -> str:
        good = self.texts.get(root)
        return STALE.format(why) + good if good else NOTHING.format(why.rstrip(":"))


@dataclass(frozen=True, slots=True)
class OriginLines:
    """Lines of a manifest, from 0 and both included, and the Python that they came from."""

    first: int
    last: int
    location: Location


def preview_root(project: Project, path: str, offset: int | None = None, name: str = "") -> Declaration | None:
    """The workflow or container that is meant: by name, else around the cursor, else the file's first root.

    One whose block does not parse just now is found by name, as it last was.
    """
    if name:
        found = project.facts.definition(Declaration(path, name))
        return found.declaration if found and found.kind is not Kind.FRAGMENT else None
    templates = [each for each in project.definitions(path) if each.kind is not Kind.FRAGMENT]
    if offset is not None:
        for each in templates:
            place = project.place(each.declaration, each.span)
            if place and place.span.touches(offset):
                return each.declaration
    workflows = (each.declaration for each in templates if each.kind is Kind.WORKFLOW)
    roots = (
        each for each in workflows if not any(call.item.kind is Kind.WORKFLOW for call in incoming_calls(project, each))
    )
    return next(roots, templates[0].declaration if templates else None)


def preview(project: Project, root: Declaration) -> Preview:
    """The manifest of a root and of all that it reaches, as the text stands."""
    errors = tuple(_errors(project, root))
    return Preview(root, None if errors else project.emit(root), errors)


def origin_lines(project: Project, emission: Emission) -> tuple[OriginLines, ...]:
    """Where each line of a manifest came from; neighbours with one origin are taken together."""
    starts: dict[Declaration, int | None] = {}
    found: list[OriginLines] = []
    for origin, group in groupby(emission.origins, key=lambda each: each[1]):
        lines = [line for line, _ in group]
        declaration = origin.declaration
        if declaration not in starts:
            place = project.place(declaration, Span(0, 0))
            starts[declaration] = place.span.start if place else None
        start = starts[declaration]
        if start is not None:
            found.append(OriginLines(lines[0], lines[-1], Location(declaration.path, origin.span.shift(start))))
    return tuple(found)


def smallest_around(origins: Iterable[OriginLines], path: str, offset: int) -> tuple[OriginLines, ...]:
    """The lines that came from the smallest part of a program around a place."""
    around = [each for each in origins if each.location.path == path and each.location.span.touches(offset)]
    smallest = min((each.location.span.end - each.location.span.start for each in around), default=0)
    return tuple(each for each in around if each.location.span.end - each.location.span.start == smallest)


def manifest_difference(before: Preview, after: Preview) -> str:
    """What has changed in a manifest, as a unified diff; empty while one of the two is not there."""
    if before.emission is None or after.emission is None:
        return ""
    old, new = (each.text.splitlines(keepends=True) for each in (before.emission, after.emission))
    return "".join(unified_diff(old, new, "saved", "edited"))


def _errors(project: Project, root: Declaration) -> Iterator[Diagnostic]:
    """The errors inside the definitions that a root reaches, and those of blocks that do not parse."""
    places: dict[str, list[Span]] = {}
    for declaration, definition in reachable(project.facts, root).items():
        place = project.place(declaration, definition.span)
        places.setdefault(declaration.path, []).extend([place.span] if place else [])
    for path, spans in places.items():
        for diagnostic in project.diagnostics(path):
            broken = diagnostic.rule == "syntax-error"
            if diagnostic.severity is Severity.ERROR and (broken or any(diagnostic.span.start in s for s in spans)):
                yield diagnostic
