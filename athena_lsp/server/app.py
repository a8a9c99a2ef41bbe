"""The language server: one small handler per message, which converts, asks the project and converts back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from inspect import iscoroutinefunction
from typing import Any

from lsprotocol import types as lsp

from athena_lsp.ide.actions import FIX_ALL, actions
from athena_lsp.server import answers, convert
from athena_lsp.server.capabilities import read_client
from athena_lsp.server.idle import collect_when_quiet
from athena_lsp.server.previews import Previews
from athena_lsp.server.protocol import EMIT, EmitParams, QuietServer, RefusedError
from athena_lsp.server.publishing import Publisher
from athena_lsp.server.pump import Inbox
from athena_lsp.server.questions import QUESTIONS
from athena_lsp.server.session import Session
from athena_lsp.server.uris import workspace_folders
from athena_lsp.workspace import Workspace

WATCHED = ("**/*.py", "**/pyproject.toml", "**/athena.toml")
LOGGED_TEXT = 200_000
"""Most characters of a document that go to the log with a failure."""

log = logging.getLogger(__name__)


class Server(QuietServer):
    """One conversation's server. `start` is called by the first message; no other comes before it."""

    session: Session
    publisher: Publisher
    previews: Previews

    def __init__(self, inbox: Inbox) -> None:
        super().__init__("athena-lsp", _version())
        self.inbox = inbox
        self.tasks: set[asyncio.Task[None]] = set()
        for method, (handler, options) in HANDLERS.items():
            self.feature(method, options)(_guarded(self, method, handler))
        for method, (question, options) in QUESTIONS.items():
            self.feature(method, options)(_guarded(self, method, _asked(question)))

    def start(self, params: lsp.InitializeParams) -> None:
        client = read_client(params.capabilities, params.initialization_options)
        workspace = Workspace.open(workspace_folders(params), python=chosen_python(params.initialization_options))
        workspace.in_background = True
        self.session = Session(workspace, client)
        self.previews = Previews(self, self.session)
        self.publisher = Publisher(self, self.session, self.inbox, self.previews.refresh)
        if client.pulls:
            self.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, PULL_OPTIONS)(_guarded(self, lsp.TEXT_DOCUMENT_DIAGNOSTIC, pull))
        self.tasks |= {
            asyncio.ensure_future(self.publisher.run()),
            asyncio.ensure_future(collect_when_quiet(self.inbox)),
        }

    def text_at_fault(self, params: object) -> str:
        """The open text that a message is about; empty for none."""
        uri = getattr(getattr(params, "text_document", params), "uri", "")
        document = self.session.documents.get(uri) if uri and hasattr(self, "session") else None
        return document.source.text[:LOGGED_TEXT] if document else ""


# --- life -----------------------------------------------------------------------------------------------------------


def initialize(server: Server, params: lsp.InitializeParams) -> None:
    server.start(params)


def initialized(server: Server, _: lsp.InitializedParams) -> None:
    if server.session.client.watches_files:
        watchers = [lsp.FileSystemWatcher(pattern) for pattern in WATCHED]
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = lsp.Registration("athena-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        server.client_register_capability(lsp.RegistrationParams([registration]))


# --- documents ------------------------------------------------------------------------------------------------------


def did_open(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    if path := server.session.open(document.uri, document.version, document.text, document.language_id):
        server.publisher.change(path)
        server.publisher.change_on_disk()


def did_change(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    changes = convert.from_changes(params.content_changes)
    if path := server.session.change(params.text_document.uri, params.text_document.version, changes):
        server.publisher.change(path)


def did_save(server: Server, _: lsp.DidSaveTextDocumentParams) -> None:
    server.publisher.change_on_disk()


def did_close(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    if path := server.session.close(params.text_document.uri):
        server.publisher.close(path, params.text_document.uri)


def did_change_watched_files(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    server.session.read_again([change.uri for change in params.changes])
    server.publisher.change_elsewhere()


def did_change_configuration(server: Server, params: lsp.DidChangeConfigurationParams) -> None:
    settings = params.settings if isinstance(params.settings, dict) else {}
    server.session.workspace.set_python(chosen_python(settings.get("athena")))
    server.publisher.change_elsewhere()


async def pull(server: Server, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    return await server.publisher.pull(server.session.path(params.text_document.uri), params.previous_result_id)


# --- actions and previews ---------------------------------------------------------------------------------------------


def on_code_action(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    at = server.session.document(params.text_document.uri)
    if at is None:
        return []
    span = convert.from_range(at.source, params.range, server.session.client.encoding)
    found = actions(server.session.project, at.path, span)
    wanted = [each for each in found if answers.is_wanted(each.kind, params.context.only)]
    return [answers.to_action(each, server.session.files, server.session.client) for each in wanted]


def on_emit(server: Server, params: EmitParams) -> dict[str, Any] | None:
    at = server.session.document(params.uri)
    if at is None:
        return None
    encoding = server.session.client.encoding
    offset = convert.from_position(at.source, params.position, encoding) if params.position else None
    return server.previews.emit(at, params.uri, offset, params.root)


def on_content(server: Server, params: lsp.TextDocumentContentParams) -> lsp.TextDocumentContentResult:
    return lsp.TextDocumentContentResult(server.previews.text(params.uri))


HANDLERS: dict[str, tuple[Callable[[Server, Any], Any], Any]] = {
    lsp.INITIALIZE: (initialize, None),
    lsp.INITIALIZED: (initialized, None),
    lsp.TEXT_DOCUMENT_DID_OPEN: (did_open, None),
    lsp.TEXT_DOCUMENT_DID_CHANGE: (did_change, None),
    lsp.TEXT_DOCUMENT_DID_SAVE: (did_save, lsp.SaveOptions(include_text=False)),
    lsp.TEXT_DOCUMENT_DID_CLOSE: (did_close, None),
    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: (did_change_configuration, None),
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: (did_change_watched_files, None),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (
        on_code_action,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, FIX_ALL]),
    ),
    EMIT: (on_emit, None),
    lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT: (on_content, None),
}
PULL_OPTIONS = lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="athena")


def _asked(question: Callable[[Session, Any], Any]) -> Callable[[Server, Any], Any]:
    """The handler of a question, which needs nothing of the server but the session."""
    return lambda server, params: question(server.session, params)


def _guarded(server: Server, method: str, handler: Callable[[Server, Any], Any]) -> Callable[[Any], Any]:
    """The handler, whose failures are logged with the text that they failed on. pygls answers them with an error."""

    @contextmanager
    def logged(params: Any) -> Iterator[None]:
        try:
            yield
        except RefusedError:  # an answer, and not a failure
            raise
        except Exception:
            log.exception("%s failed: %r\n--- the text\n%s\n---", method, params, server.text_at_fault(params))
            raise

    def call(params: Any) -> Any:
        with logged(params):
            return handler(server, params)

    async def call_async(params: Any) -> Any:
        with logged(params):
            return await handler(server, params)

    return call_async if iscoroutinefunction(handler) else call


def chosen_python(settings: object) -> str:
    """The environment that the editor gives (`python`), whose packages give types; empty: the project's own."""
    python = settings.get("python") if isinstance(settings, dict) else None
    return python if isinstance(python, str) else ""


def _version() -> str:
    try:
        return version("athena-lsp")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
