"""What a client says: life and settings, documents, files; and what it asks of the server itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol import types as lsp

from athena_lsp.config.read import complaints
from athena_lsp.ide.actions import FIX_ALL, actions
from athena_lsp.ide.inputs import inputs, wrong_text
from athena_lsp.ide.preview import preview_root
from athena_lsp.ide.symbols import workspace_symbols
from athena_lsp.ir.model import Definition
from athena_lsp.ir.names import Declaration
from athena_lsp.server import answers, convert, places
from athena_lsp.server.offers import SHOW_MANIFEST
from athena_lsp.server.options import Options, read_options
from athena_lsp.server.parts import Parts
from athena_lsp.server.previews import Previews
from athena_lsp.server.progress import telling
from athena_lsp.server.protocol import (
    COUNTERPART,
    DIFF,
    EMIT,
    GRAPH,
    INPUT,
    INPUTS,
    LOG,
    CounterpartParams,
    EmitParams,
    InputParams,
    LogParams,
    ModifiedError,
)
from athena_lsp.server.questions import TITLES
from athena_lsp.server.session import Cursor
from athena_lsp.server.uris import PreviewName, folders_of, is_document, parse_preview_uri, preview_uri

if TYPE_CHECKING:
    from athena_lsp.server.app import Server

WATCHED = ("**/*.py", "**/*.pyi", "**/pyproject.toml", "**/athena.toml")
SECTION = "athena"
"""The settings of an editor that are ours."""
OF_PROGRAMS = lsp.FileOperationRegistrationOptions(
    [
        lsp.FileOperationFilter(lsp.FileOperationPattern("**/*.{py,pyi,toml}"), "file"),
        lsp.FileOperationFilter(lsp.FileOperationPattern("**", lsp.FileOperationPatternKind.Folder), "file"),
    ]
)


# --- life -----------------------------------------------------------------------------------------------------------


def initialize(server: Server, params: lsp.InitializeParams) -> None:
    server.start(params)


def initialized(server: Server, _: lsp.InitializedParams) -> None:
    if server.client.watches_files:
        watchers = [lsp.FileSystemWatcher(pattern) for pattern in WATCHED]
        of_files = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        register(server, "athena-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, of_files)
    if server.client.registers_settings:
        of_settings = lsp.DidChangeConfigurationRegistrationOptions(section=SECTION)
        register(server, "athena-settings", lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, of_settings)
    warn_of(server, server.roots.options)


def register(server: Server, name: str, method: str, options: Any) -> None:
    server.client_register_capability(lsp.RegistrationParams([lsp.Registration(name, method, options)]))


def did_change_configuration(server: Server, params: lsp.DidChangeConfigurationParams) -> None:
    settings = params.settings.get(SECTION) if isinstance(params.settings, dict) else None
    if isinstance(settings, dict):
        choose(server, settings)
    elif server.client.configuration:
        wanted = lsp.ConfigurationParams([lsp.ConfigurationItem(section=SECTION)])
        server.workspace_configuration(wanted, lambda found: choose(server, found[0] if found else None))


def choose(server: Server, settings: object) -> None:
    """The settings of the editor are others now."""
    options = read_options(settings)
    if options != server.roots.options:
        server.roots.choose(options)
        server.refresh_what_is_shown()
        warn_of(server, options)


def warn_of(server: Server, options: Options) -> None:
    """Says what is wrong with the settings of the editor: no file shows it."""
    wrong = (*options.complaints, *complaints(options.settings))
    if wrong:
        text = "athena, settings of the editor: " + "; ".join(wrong)
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, text))


def did_change_folders(server: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    added, removed = ([folder.uri for folder in each] for each in (params.event.added, params.event.removed))
    server.roots.change_folders(folders_of(added), folders_of(removed))


# --- documents ------------------------------------------------------------------------------------------------------


def did_open(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    document, root = params.text_document, server.roots.of(params.text_document.uri)
    if path := root.session.open(document.uri, document.version, document.text, document.language_id):
        root.publisher.change(path)
        root.publisher.change_on_disk()


def did_change(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    changes, root = convert.from_changes(params.content_changes), server.roots.of(params.text_document.uri)
    if path := root.session.change(params.text_document.uri, params.text_document.version, changes):
        root.publisher.change(path)


def did_save(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    root = server.roots.of(params.text_document.uri)
    root.publisher.change_on_disk()
    server.refresh_what_is_shown()  # in other files than this one, which the client asks about by itself


def did_close(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    root = server.roots.of(params.text_document.uri)
    if path := root.session.close(params.text_document.uri):
        root.publisher.close(path, params.text_document.uri)


# --- files ----------------------------------------------------------------------------------------------------------


def did_change_watched_files(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    read_again(server, [change.uri for change in params.changes])


def did_create_files(server: Server, params: lsp.CreateFilesParams) -> None:
    read_again(server, [each.uri for each in params.files])


def did_delete_files(server: Server, params: lsp.DeleteFilesParams) -> None:
    read_again(server, [each.uri for each in params.files])


def did_rename_files(server: Server, params: lsp.RenameFilesParams) -> None:
    read_again(server, [uri for each in params.files for uri in (each.old_uri, each.new_uri)])


def read_again(server: Server, uris: list[str]) -> None:
    """Something may have happened to these files on the disk."""
    for root in server.roots.roots:
        root.session.read_again([uri for uri in uris if is_document(uri) and server.roots.of(uri) is root])
        root.publisher.change_elsewhere()
    server.refresh_what_is_shown()


# --- diagnostics, actions and previews ------------------------------------------------------------------------------


async def pull(server: Server, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    root = server.roots.of(params.text_document.uri)
    return await root.publisher.pull(root.session.path(params.text_document.uri), params.previous_result_id)


async def pull_workspace(server: Server, params: lsp.WorkspaceDiagnosticParams) -> lsp.WorkspaceDiagnosticReport:
    """Answers when there is something new: clients ask again at once. Without the setting there never is."""
    known = {each.uri: each.value for each in params.previous_result_ids}
    while True:
        changed = server.roots.told
        parts = Parts(server, params.partial_result_token, lsp.WorkspaceDiagnosticReportPartialResult)
        for root in server.roots.roots if server.roots.options.workspace else ():
            await root.publisher.pull_workspace(known, parts)
        if parts.found or parts.told:
            return lsp.WorkspaceDiagnosticReport(parts.rest())
        await changed.wait()


async def on_workspace_symbols(server: Server, params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
    """About no text, and so no reason to give up when one changes: the answer is the one of the moment of asking."""
    parts = Parts(server, params.partial_result_token)
    async with telling(server, server.client, TITLES[lsp.WORKSPACE_SYMBOL], params.work_done_token):
        for session in (root.session for root in server.roots.roots):
            found = workspace_symbols(session.project, params.query)
            symbols = places.to_workspace_symbols(found, session.files_now, session.client.encoding)
            await server.roots.turns.take(parts.of(symbols), parts.tell)
    return parts.rest()


def on_code_action(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    session = server.roots.of(params.text_document.uri).session
    at = session.document(params.text_document.uri)
    if at is None or at.path not in session.project.files:
        return []
    span = convert.from_range(at.source, params.range, session.client.encoding)
    found = actions(session.project, at.path, span)
    wanted = [each for each in found if answers.is_wanted(each.kind, params.context.only)]
    asked = answers.Asked(params.text_document.uri, session.version(at.path), span)
    later = asked if session.client.resolves_edits else None
    return [answers.to_action(each, session.files, session.client, later) for each in wanted]


def on_code_action_resolve(server: Server, action: lsp.CodeAction) -> lsp.CodeAction:
    """The edit of an action that was chosen; refused when the text is not the one any more that it was offered for."""
    asked = answers.from_action_data(action.data)
    if asked is None:
        return action
    session = server.roots.of(asked.uri).session
    path = session.path(asked.uri)
    if path not in session.project.files or session.version(path) != asked.version:
        raise ModifiedError("the text has changed since this was offered")
    same = (each for each in actions(session.project, path, asked.span) if each.title == action.title)
    chosen = next((each for each in same if each.kind == action.kind), None)
    if chosen is None:
        raise ModifiedError("this is not offered any more")
    action.edit = convert.to_workspace_edit(chosen.edits, session.files, session.client)
    return action


def on_emit(server: Server, params: EmitParams) -> dict[str, Any] | None:
    meant = _meant(server, params)
    return meant.previews.emit(meant.at, params.uri, meant.offset, params.root) if meant else None


def on_graph(server: Server, params: EmitParams) -> dict[str, Any] | None:
    meant = _meant(server, params)
    return meant.previews.graph(meant.at, params.uri, meant.offset, params.root, runs=params.runs) if meant else None


def on_diff(server: Server, params: EmitParams) -> dict[str, Any] | None:
    meant = _meant(server, params)
    return meant.previews.difference(meant.at, meant.offset, params.root) if meant else None


def on_log(server: Server, params: LogParams) -> str:
    meant = _meant(server, EmitParams(params.uri))
    return meant.previews.runs.log(Declaration(meant.at.path, params.root), params.node) if meant else ""


def on_inputs(server: Server, params: EmitParams) -> list[dict[str, Any]] | None:
    definition = _definition(server, params)
    if definition is None:
        return None
    found = inputs(server.roots.of(params.uri).session.project, definition)
    return [
        {
            "name": each.name,
            "type": each.type,
            "default": each.default,
            "isRequired": each.is_required,
            "isArtifact": each.is_artifact,
            "choices": each.choices,
        }
        for each in found
    ]


def on_input(server: Server, params: InputParams) -> str:
    definition = _definition(server, EmitParams(params.uri, root=params.root))
    return (
        wrong_text(server.roots.of(params.uri).session.project, definition, params.name, params.text)
        if definition
        else ""
    )


def _definition(server: Server, params: EmitParams) -> Definition | None:
    """The function that a request is about."""
    meant = _meant(server, params)
    project = server.roots.of(params.uri).session.project
    root = preview_root(project, meant.at.path, meant.offset, params.root or "") if meant else None
    return project.facts.definition(root) if root else None


class Meant(NamedTuple):
    """The document that a request about a manifest is about, and the cursor in it."""

    previews: Previews
    at: Cursor
    offset: int | None


def _meant(server: Server, params: EmitParams) -> Meant | None:
    """None for a document that is no file of a project."""
    root = server.roots.of(params.uri)
    at = root.session.document(params.uri)
    if at is None or at.path not in root.session.project.files:
        return None
    encoding = root.session.client.encoding
    offset = convert.from_position(at.source, params.position, encoding) if params.position else None
    return Meant(root.previews, at, offset)


def on_counterpart(server: Server, params: CounterpartParams) -> list[dict[str, Any]]:
    asked = parse_preview_uri(params.uri)
    return server.roots.of(asked.uri if asked else params.uri).previews.counterparts(params.uri, params.position)


def on_content(server: Server, params: lsp.TextDocumentContentParams) -> lsp.TextDocumentContentResult:
    return lsp.TextDocumentContentResult(server.preview_root(params.uri).previews.text(params.uri))


def show_manifest(server: Server, arguments: list[Any]) -> None:
    """Brings the manifest of a function to the front (the command of a code lens)."""
    match arguments:
        case [str(uri), str(name)]:
            document = preview_uri(PreviewName(uri, name))
            server.window_show_document(lsp.ShowDocumentParams(document, take_focus=False))
        case _:
            return


ACTION_KINDS = [
    lsp.CodeActionKind.QuickFix,
    lsp.CodeActionKind.RefactorExtract,
    lsp.CodeActionKind.RefactorInline,
    lsp.CodeActionKind.RefactorRewrite,
    FIX_ALL,
]
Handler = Callable[["Server", Any], Any]
HANDLERS: Mapping[str, tuple[Handler, Any]] = {
    lsp.INITIALIZE: (initialize, None),
    lsp.INITIALIZED: (initialized, None),
    lsp.TEXT_DOCUMENT_DID_OPEN: (did_open, None),
    lsp.TEXT_DOCUMENT_DID_CHANGE: (did_change, None),
    lsp.TEXT_DOCUMENT_DID_SAVE: (did_save, lsp.SaveOptions(include_text=False)),
    lsp.TEXT_DOCUMENT_DID_CLOSE: (did_close, None),
    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: (did_change_configuration, None),
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: (did_change_folders, None),
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: (did_change_watched_files, None),
    lsp.WORKSPACE_DID_CREATE_FILES: (did_create_files, OF_PROGRAMS),
    lsp.WORKSPACE_DID_DELETE_FILES: (did_delete_files, OF_PROGRAMS),
    lsp.WORKSPACE_DID_RENAME_FILES: (did_rename_files, OF_PROGRAMS),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (
        on_code_action,
        lsp.CodeActionOptions(ACTION_KINDS, resolve_provider=True),
    ),
    lsp.CODE_ACTION_RESOLVE: (on_code_action_resolve, None),
    lsp.WORKSPACE_SYMBOL: (on_workspace_symbols, lsp.WorkspaceSymbolOptions(work_done_progress=True)),
    EMIT: (on_emit, None),
    GRAPH: (on_graph, None),
    COUNTERPART: (on_counterpart, None),
    DIFF: (on_diff, None),
    LOG: (on_log, None),
    INPUTS: (on_inputs, None),
    INPUT: (on_input, None),
    lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT: (on_content, None),
}
COMMANDS: Mapping[str, Handler] = {SHOW_MANIFEST: show_manifest}
PULL_OPTIONS = lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="athena")
