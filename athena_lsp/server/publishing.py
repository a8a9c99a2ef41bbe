"""Telling the client what is wrong: by push or by pull, the open files first, the last version only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from athena_lsp.cache.standing import Standing
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.ide.warming import warming
from athena_lsp.records import dataclass, field
from athena_lsp.server.convert import to_diagnostic
from athena_lsp.server.idle import Turns
from athena_lsp.server.parts import Parts
from athena_lsp.server.progress import telling
from athena_lsp.server.session import Session

LATEST = 0.15
"""Seconds after which diagnostics are sent although the client goes on typing."""
PULL_PAUSE = 0.1
"""Seconds without a change after which a client that pulls is told of changes elsewhere: it asks for the file that it
changed by itself, and that answer comes first."""

GONE = "0"
"""The result id of a file that is not there: no other has it."""

log = logging.getLogger(__name__)


@dataclass
class Reports:
    """What is wrong with each file, as the client would see it, with an id that changes when it does."""

    session: Session
    known: dict[str, tuple[str, list[lsp.Diagnostic]]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    standing: Standing | None = None
    """What earlier runs have found in files that are not open."""

    def of(self, path: str) -> tuple[str, list[lsp.Diagnostic]]:
        """The result id and the diagnostics of the current version."""
        session, kept = self.session, self._kept(path)
        diagnostics = session.workspace.diagnostics(path) if kept is None else kept
        found = [to_diagnostic(each, session.files, session.client) for each in diagnostics]
        known = self.known.get(path)
        if known is None or known[1] != found:
            known = self.known[path] = (str(next(self.numbers)), found)
        return known

    def is_known(self, path: str) -> bool:
        """Whether an answer takes little time."""
        return path in self.known or self._kept(path) is not None

    def forget(self, path: str) -> None:
        self.known.pop(path, None)

    def _kept(self, path: str) -> tuple[Diagnostic, ...] | None:
        return self.standing.diagnostics(path) if self.standing and path not in self.session.uris else None


@dataclass
class Publisher:
    """Sends diagnostics of open files after changes, in one task: a change while it works makes it begin again."""

    server: LanguageServer
    session: Session
    turns: Turns
    after: Callable[[], None]
    """Called after each change: when the open files have been looked at, or at once for a client that pulls."""
    done: Callable[[], None]
    """Called when all has been told that is to be told of a change."""
    cache: Path | None = None
    """The folder where answers are kept between runs."""
    reports: Reports = field(init=False)
    sent: dict[str, str] = field(default_factory=dict)
    """The result id that the client has, by path."""
    jumped: set[str] = field(default_factory=set)
    """Files that changed more than once since the client was told: its own marks may have moved meanwhile."""
    changed: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    """Files that are not open and that the client has been sent diagnostics of."""
    disk_changed: bool = False
    """The client has done something that may have changed files, and does not watch them for us."""
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.reports = Reports(self.session)

    def change(self, path: str) -> None:
        """The file is another now; the client is told soon."""
        if path in self.changed:
            self.jumped.add(path)
        self.changed.add(path)
        self.woken.set()

    def change_elsewhere(self) -> None:
        """Something that is not open changed: every open file is looked at again."""
        self.woken.set()

    def change_on_disk(self) -> None:
        """A file was saved or opened: for a client that watches no files, a moment to look at the disk."""
        self.disk_changed = not self.session.client.watches_files
        self.woken.set()

    def close(self, path: str, uri: str) -> None:
        """The client shows the file no more: what it knows of it is taken back."""
        self.changed.discard(path)
        self.jumped.discard(path)
        self.reports.forget(path)
        if self.sent.pop(path, None) and not self.session.client.pulls:
            self._push(uri, None, [])
        self.woken.set()

    async def pull(self, path: str, previous: str | None) -> lsp.DocumentDiagnosticReport:
        """The answer to `textDocument/diagnostic`."""
        await self._prepare(path)
        result, items = self.reports.of(path)
        self.sent[path] = result
        self.changed.discard(path)
        if result == previous:
            return lsp.RelatedUnchangedDocumentDiagnosticReport(result_id=result)
        return lsp.RelatedFullDocumentDiagnosticReport(items=items, result_id=result)

    async def pull_workspace(self, known: Mapping[str, str], parts: Parts) -> None:
        """What is new in files that are not open, for a client that has those results; of files that are gone, too."""
        await self._read_packages()
        self._look_up()
        await self.turns.take(parts.of(self._news(known)), parts.tell)
        if not parts.found and not parts.told:
            await self._keep()

    def _news(self, known: Mapping[str, str]) -> Iterator[lsp.WorkspaceDocumentDiagnosticReport | None]:
        seen: set[str] = set()
        for path in tuple(self._closed_paths()):
            if not self.reports.is_known(path):
                yield from warming(self.session.project, path)
            if path not in self.session.project.files:
                continue
            uri = self.session.uri(path)
            seen.add(uri)
            result, items = self.reports.of(path)
            if known.get(uri) != result and (items or uri in known):
                yield lsp.WorkspaceFullDocumentDiagnosticReport(uri, items, None, "full", result)
            yield None
        for uri in known:
            path = self.session.path(uri)
            is_gone = path not in self.session.project.files and not path.startswith(("/", "file:"))
            if uri not in seen and is_gone and known[uri] != GONE:
                yield lsp.WorkspaceFullDocumentDiagnosticReport(uri, [], None, "full", GONE)

    def _closed_paths(self) -> Iterator[str]:
        """The files of the program that are not open, in the order of their paths."""
        return (path for path in sorted(self.session.project.files) if path not in self.session.uris)

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            await self.woken.wait()
            await self._settle()
            self.woken.clear()
            try:
                await self._work()
            except Exception:  # or nothing would ever be told again
                log.exception("the client was not told what changed")

    async def _work(self) -> None:
        if self.session.client.pulls:
            self.after()
            if await self._changes_within(PULL_PAUSE):
                return
        await self._tell()
        if self.woken.is_set():
            return
        if not self.session.client.pulls:
            self.after()
            if self.session.options.workspace and await self._read_packages():
                return
            if not await self._tell_of_closed():
                return
        self.done()
        await self._keep()
        if self.disk_changed:
            self.disk_changed = False
            if self.session.workspace.refresh():
                self.woken.set()
        await self._read_packages()

    def _look_up(self) -> None:
        """Finds out what is known of files that are not open, when they matter and it has not been found out."""
        standing, project = self.reports.standing, self.session.project
        if standing is not None and not standing.is_current:
            standing = self.reports.standing = None
        if standing is None and self.cache and self.session.options.workspace and not project.wanted:
            self.reports.standing = Standing(self.cache, self.session.workspace)

    async def _keep(self) -> None:
        """Keeps what was found in all files for later runs."""
        standing = self.reports.standing
        if standing is None or self.woken.is_set() or self.session.project.wanted:
            return
        try:
            await self.turns.take(standing.keeping())
        except Exception:
            log.exception("what was found was not kept")

    async def _read_packages(self) -> bool:
        """Reads what the answers so far lacked of installed packages, in slices; then the client is told again. True
        when something was read."""
        read = False
        while not self.woken.is_set() and self.session.workspace.load_wanted():
            read = True
            await asyncio.sleep(0)
        if read:
            self.woken.set()
        return read

    async def _settle(self) -> None:
        """Waits until everything that has arrived is handled, but not for ever."""
        loop = asyncio.get_running_loop()
        latest = loop.time() + LATEST
        while not self.turns.inbox.is_empty and loop.time() < latest:
            await asyncio.sleep(0)

    async def _changes_within(self, seconds: float) -> bool:
        try:
            return await asyncio.wait_for(self.woken.wait(), seconds)
        except TimeoutError:
            return False

    async def _tell(self) -> None:
        stale = False
        for path in self.session.open_paths:
            await self._prepare(path)
            if self.woken.is_set():
                return
            if self.session.client.pulls:
                stale = self._is_stale(path) or stale
            else:
                self._push_changes(path)
            await asyncio.sleep(0)
        self.changed.clear()
        if stale:
            self.server.workspace_diagnostic_refresh(None)

    async def _tell_of_closed(self) -> bool:
        """Sends what is wrong in files that are not open, when the client wants that; False when it was interrupted."""
        self._look_up()
        wanted = set(self._closed_paths()) if self.session.options.workspace else set[str]()
        for path in sorted(wanted | (self.elsewhere - set(self.session.uris))):
            if path in wanted:
                await self._prepare(path)
            if self.woken.is_set():
                return False
            result, items = self.reports.of(path) if path in wanted else (GONE, [])
            if self.sent.get(path, GONE) != result and (items or path in self.elsewhere):
                self._push(self.session.uri(path), None, items)
                self.sent[path] = result
            self.elsewhere = self.elsewhere | {path} if items else self.elsewhere - {path}
            await asyncio.sleep(0)
            if self.woken.is_set():
                return False
        return True

    async def _prepare(self, path: str) -> None:
        """Has the long part of a file's first diagnostics done in slices. Afterwards an answer takes milliseconds."""
        if not self.reports.is_known(path):
            async with telling(self.server, self.session.client, "athena reads the workspace"):
                await self.turns.take(warming(self.session.project, path))

    def _is_stale(self, path: str) -> bool:
        """Whether a client that pulls would get something new for a file that it does not ask about by itself."""
        if path in self.changed or path not in self.sent:
            return False
        try:
            return self.reports.of(path)[0] != self.sent[path]
        except Exception:
            log.exception("no diagnostics of %s", path)
            return False

    def _push_changes(self, path: str) -> None:
        try:
            result, items = self.reports.of(path)
        except Exception:
            log.exception("no diagnostics of %s", path)
            return
        if self.sent.get(path) != result or path in self.jumped:
            self._push(self.session.uri(path), self.session.version(path), items)
        self.sent[path] = result
        self.changed.discard(path)
        self.jumped.discard(path)

    def _push(self, uri: str, version: int | None, items: list[lsp.Diagnostic]) -> None:
        self.server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=items)
        )
