"""Emitted manifests beside the text: the request `athena/emit`, and read-only documents that follow the edit."""

from __future__ import annotations

import logging
from typing import Any, TypeAlias, TypeVar

from lsprotocol import types as lsp

from athena_lsp.diagnostics import Location
from athena_lsp.ide.graphs.build import build
from athena_lsp.ide.graphs.jsonform import graph_json
from athena_lsp.ide.preview import (
    NOTHING,
    LastGood,
    OriginLines,
    manifest_difference,
    origin_lines,
    preview,
    preview_root,
    smallest_around,
)
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.records import dataclass, field
from athena_lsp.server.convert import to_diagnostic, to_location
from athena_lsp.server.protocol import CHANGED, QuietServer
from athena_lsp.server.runs import Runs
from athena_lsp.server.session import Cursor, Session
from athena_lsp.server.uris import PreviewName, parse_preview_uri, preview_uri

MOST_FOLLOWED = 16
"""Previews that are followed at a time; the one asked for first is forgotten."""

Json: TypeAlias = dict[str, Any]
K = TypeVar("K")

log = logging.getLogger(__name__)


@dataclass
class Previews:
    """The last good text of every preview that was asked for, and what the client has of each."""

    server: QuietServer
    session: Session
    good: LastGood = field(default_factory=LastGood)
    documents: dict[str, str] = field(default_factory=dict)
    """The text that the client has of each `athena-yaml` document, by URI."""
    watched: dict[PreviewName, str] = field(default_factory=dict)
    """The text that the client has of each answer to `athena/emit`."""
    current: Project | None = None
    runs: Runs = field(init=False)
    texts: dict[PreviewName, str] = field(default_factory=dict)
    """What has been made of the current project; the client asks again for what it was just told of."""

    def __post_init__(self) -> None:
        self.runs = Runs(self.session, self._tell)

    def emit(self, at: Cursor, uri: str, offset: int | None, name: str | None) -> Json | None:
        """The answer to `athena/emit`; None when the file has no such function."""
        root = preview_root(self.session.project, at.path, offset, name or "")
        if root is None:
            return None
        found = preview(self.session.project, root)
        asked = PreviewName(uri, root.name)
        text = self.good.text(found)
        _remember(self.watched, asked, text)
        files, client = self.session.files, self.session.client
        origins = origin_lines(self.session.project, found.emission) if found.emission else ()
        places = [(each, to_location(each.location, files, client.encoding)) for each in origins]
        return {
            "text": text,
            "origins": [{"lines": [each.first, each.last], "location": place} for each, place in places if place],
            "diagnostics": [to_diagnostic(each, files, client) for each in found.errors],
            "version": self.session.version(at.path),
            "root": root.name,
            "stale": found.emission is None,
            "document": preview_uri(asked),
        }

    def graph(self, at: Cursor, uri: str, offset: int | None, name: str | None, *, runs: bool) -> Json | None:
        """The answer to `athena/graph`; None when the file has no such function."""
        root = preview_root(self.session.project, at.path, offset, name or "")
        if root is None:
            return None
        run = self.runs.follow(PreviewName(uri, root.name), root) if runs else None
        return graph_json(build(self.session.project, root), self._to_location, run)

    def text(self, uri: str) -> str:
        """The text of an `athena-yaml` document, from now on followed."""
        text = self._document(uri)
        _remember(self.documents, uri, text)
        return text

    def counterparts(self, uri: str, position: lsp.Position) -> list[Json]:
        """The answer to `athena/counterpart`: for a line of a manifest the Python that it came from, the nearest first;
        for a place in a program the lines of every followed manifest that came from it."""
        asked = parse_preview_uri(uri)
        if asked is not None:
            found = self._origins(asked)
            here = [each for each in found if each.first <= position.line <= each.last]
            places = [
                self._to_location(each.location) for each in sorted(here, key=lambda each: each.last - each.first)
            ]
            return [{"uri": place.uri, "range": place.range} for place in places if place]
        at = self.session.cursor(uri, position)
        followed = {*self.watched, *filter(None, map(parse_preview_uri, self.documents))}
        answers: list[Json] = []
        for name in sorted(followed, key=lambda name: (name.uri, name.root)):
            for each in smallest_around(self._origins(name), at.path, at.offset) if at else ():
                lines = lsp.Range(lsp.Position(each.first, 0), lsp.Position(each.last + 1, 0))
                answers.append({"uri": preview_uri(name), "range": lines, "root": name.root})
        return answers

    def difference(self, at: Cursor, offset: int | None, name: str | None) -> Json | None:
        """The answer to `athena/diff`: what the unsaved texts change in a manifest; None without such a function."""
        root = preview_root(self.session.project, at.path, offset, name or "")
        if root is None:
            return None
        before = preview(self.session.workspace.saved_project(), root)
        after = preview(self.session.project, root)
        return {
            "root": root.name,
            "text": manifest_difference(before, after),
            "before": before.emission.text if before.emission else None,
            "after": after.emission.text if after.emission else None,
        }

    def _origins(self, asked: PreviewName) -> tuple[OriginLines, ...]:
        path = self.session.path(asked.uri)
        known = path in self.session.project.files
        root = preview_root(self.session.project, path, None, asked.root) if known else None
        found = preview(self.session.project, root).emission if root else None
        return origin_lines(self.session.project, found) if found else ()

    def _to_location(self, location: Location) -> lsp.Location | None:
        return to_location(location, self.session.files, self.session.client.encoding)

    def refresh(self) -> None:
        """Tells the client which previews are others now. Called after every change, once the diagnostics are sent."""
        for uri, shown in tuple(self.documents.items()):
            if self.session.client.shows_documents and self._document(uri) != shown:
                self.documents.pop(uri)  # the client asks again if it still shows it
                self.server.workspace_text_document_content_refresh(lsp.TextDocumentContentRefreshParams(uri=uri))
        for asked, shown in tuple(self.watched.items()):
            if self._named(asked) != shown:
                self.watched.pop(asked)
                self._tell(asked)

    def _tell(self, asked: PreviewName) -> None:
        """What was answered about this function is no longer so."""
        version = self.session.version(self.session.path(asked.uri))
        self.server.protocol.notify(CHANGED, {"uri": asked.uri, "root": asked.root, "version": version})

    def _document(self, uri: str) -> str:
        asked = parse_preview_uri(uri)
        return self._named(asked) if asked else NOTHING.format("not a preview's address")

    def _named(self, asked: PreviewName) -> str:
        """The text of a preview now, or what stands in its way."""
        if self.current is not self.session.project:
            self.current = self.session.project
            self.texts.clear()
        if asked not in self.texts:
            self.texts[asked] = self._make(asked)
        return self.texts[asked]

    def _make(self, asked: PreviewName) -> str:
        path = self.session.path(asked.uri)
        if path not in self.session.project.files:
            return NOTHING.format("the file is not in the project")
        root = preview_root(self.session.project, path, None, asked.root) or Declaration(path, asked.root)
        try:
            return self.good.text(preview(self.session.project, root))
        except Exception:
            log.exception("no preview of %s", asked)
            return self.good.stale(root, "athena failed here:")


def _remember(shown: dict[K, str], key: K, text: str) -> None:
    shown.pop(key, None)
    shown[key] = text
    if len(shown) > MOST_FOLLOWED:
        shown.pop(next(iter(shown)))
