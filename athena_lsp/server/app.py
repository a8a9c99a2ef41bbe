"""The language server: every message with its handler, which converts, asks the project and converts back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, version
from inspect import iscoroutinefunction, isgeneratorfunction
from typing import Any

from lsprotocol import types as lsp

from athena_lsp.server.capabilities import Client, read_client
from athena_lsp.server.idle import collect_when_quiet
from athena_lsp.server.messages import COMMANDS, HANDLERS, PULL_OPTIONS, pull, pull_workspace
from athena_lsp.server.options import read_options
from athena_lsp.server.parent import can_be_seen, watch_parent
from athena_lsp.server.parts import Parts, unchanged
from athena_lsp.server.progress import telling
from athena_lsp.server.protocol import ModifiedError, QuietServer, RefusedError
from athena_lsp.server.pump import Inbox
from athena_lsp.server.questions import LISTS, QUESTIONS, TITLES
from athena_lsp.server.roots import Root, Roots
from athena_lsp.server.session import Session
from athena_lsp.server.uris import parse_preview_uri, workspace_folders

LOGGED_TEXT = 200_000
"""Most characters of a document that go to the log with a failure."""

log = logging.getLogger(__name__)


class Server(QuietServer):
    """One conversation's server. `start` is called by the first message; no other comes before it."""

    client: Client
    roots: Roots

    def __init__(self, inbox: Inbox) -> None:
        super().__init__("athena-lsp", _version())
        self.inbox = inbox
        self.tasks: set[asyncio.Task[None]] = set()
        for method, (handler, options) in HANDLERS.items():
            self.feature(method, options)(_guarded(self, method, handler))
        for method, (question, options) in QUESTIONS.items():
            self.feature(method, options)(_guarded(self, method, _asked(method, question)))
        for method, (question, options) in LISTS.items():
            self.feature(method, options)(_guarded(self, method, _listed(method, question)))
        for name, command in COMMANDS.items():
            self.command(name)(_command(self, name, command))

    def start(self, params: lsp.InitializeParams) -> None:
        self.client = read_client(params.capabilities, params.initialization_options)
        options = read_options(params.initialization_options)
        self.roots = Roots(self, self.inbox, self.client, options)
        self.roots.open(workspace_folders(params))
        self.protocol.trace = params.trace or lsp.TraceValue.Off
        if self.client.pulls:
            self.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, PULL_OPTIONS)(_guarded(self, lsp.TEXT_DOCUMENT_DIAGNOSTIC, pull))
            self.feature(lsp.WORKSPACE_DIAGNOSTIC)(_guarded(self, lsp.WORKSPACE_DIAGNOSTIC, pull_workspace))
        self.tasks.add(asyncio.ensure_future(collect_when_quiet(self.roots.turns)))
        if params.process_id is not None and can_be_seen(params.process_id):
            self.tasks.add(asyncio.ensure_future(watch_parent(params.process_id, self.inbox.end)))

    def stop(self) -> None:
        """Ends all that works by itself."""
        for task in self.tasks:
            task.cancel()
        for root in self.roots.roots if hasattr(self, "roots") else ():
            root.stop()

    def preview_root(self, uri: str) -> Root:
        """The project that the manifest of an `athena-yaml` document is made from."""
        asked = parse_preview_uri(uri)
        return self.roots.of(asked.uri if asked else "")

    def refresh_what_is_shown(self) -> None:
        """Has the client ask again for what it shows in texts: settings or other files are not what they were."""
        if self.client.refreshes_hints:
            self.workspace_inlay_hint_refresh(None)
        if self.client.refreshes_lenses:
            self.workspace_code_lens_refresh(None)

    def text_at_fault(self, params: object) -> str:
        """The open text that a message is about; empty for none."""
        uri = getattr(getattr(params, "text_document", params), "uri", "")
        document = self.roots.of(uri).session.documents.get(uri) if uri and hasattr(self, "roots") else None
        return document.source.text[:LOGGED_TEXT] if document else ""

    def traced(self, method: str, seconds: float) -> None:
        """Tells a client that wants to know it what has been handled (LSP `$/setTrace`)."""
        if self.protocol.trace != lsp.TraceValue.Off and method != lsp.INITIALIZE:
            self.log_trace(lsp.LogTraceParams(f"{method} in {seconds * 1000:.1f} ms"))


def _asked(method: str, question: Callable[[Session, Any], Any]) -> Callable[[Server, Any], Any]:
    """The handler of a question, which needs nothing of the server but the session of a project. One that is answered
    in steps is answered in between messages."""

    async def in_steps(server: Server, params: Any) -> Any:
        session = server.roots.about(params).session
        title = TITLES.get(method)
        async with telling(server, server.client, title, params.work_done_token) if title else nullcontext():
            return await server.roots.turns.take(question(session, params), unchanged(session))

    if isgeneratorfunction(question):
        return in_steps
    return lambda server, params: question(server.roots.about(params).session, params)


def _listed(method: str, question: Callable[[Session, Any], Iterator[Any]]) -> Callable[[Server, Any], Any]:
    """The handler of a question whose answer is a list that takes a while: the client may be told parts of it."""

    async def in_parts(server: Server, params: Any) -> list[Any]:
        session = server.roots.about(params).session
        parts, check = Parts(server, params.partial_result_token), unchanged(session)

        def between() -> None:
            check()
            parts.tell()

        async with telling(server, server.client, TITLES[method], params.work_done_token):
            await server.roots.turns.take(parts.of(question(session, params)), between)
        return parts.rest()

    return in_parts


def _command(server: Server, name: str, command: Callable[[Server, Any], Any]) -> Callable[..., Any]:
    guarded = _guarded(server, name, command)
    return lambda *arguments: guarded(list(arguments))


def _guarded(server: Server, method: str, handler: Callable[[Server, Any], Any]) -> Callable[[Any], Any]:
    """The handler, whose failures are logged with the text that they failed on. pygls answers them with an error."""

    @contextmanager
    def logged(params: Any) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        except (RefusedError, ModifiedError):  # answers, and not failures
            raise
        except Exception:
            log.exception("%s failed: %r\n--- the text\n%s\n---", method, params, server.text_at_fault(params))
            raise
        server.traced(method, time.perf_counter() - begun)

    def call(params: Any) -> Any:
        with logged(params):
            return handler(server, params)

    async def call_async(params: Any) -> Any:
        with logged(params):
            return await handler(server, params)

    return call_async if iscoroutinefunction(handler) else call


def _version() -> str:
    try:
        return version("athena-lsp")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
