"""What a client asks about a file: one small handler per request, which converts, asks the project, converts back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lsprotocol import types as lsp

from athena_lsp.config.read import CONFIG_NAMES
from athena_lsp.diagnostics import FileEdit
from athena_lsp.ide.calls import call_item, find_incoming_calls, outgoing_calls
from athena_lsp.ide.completion import completions, documentation
from athena_lsp.ide.definition import definition
from athena_lsp.ide.hints import HINT_KINDS, HINTS, hints
from athena_lsp.ide.hover import hover
from athena_lsp.ide.in_config import config_completions, config_hover
from athena_lsp.ide.lenses import lenses
from athena_lsp.ide.links import LINKS, links
from athena_lsp.ide.ranges import FOLDINGS, foldings, selections
from athena_lsp.ide.references import find_references, highlights
from athena_lsp.ide.rename import Refused, is_in_text, prepare_rename, renaming
from athena_lsp.ide.signature_help import signature_help
from athena_lsp.ide.steps import Steps
from athena_lsp.ide.symbols import SYMBOLS, symbols
from athena_lsp.ide.tokens import TOKENS, tokens
from athena_lsp.ide.type_definition import implementations, type_definitions
from athena_lsp.ide.warming import warming_blocks, warming_highlights, warming_hover
from athena_lsp.server import answers, convert, offers, places
from athena_lsp.server.protocol import RefusedError
from athena_lsp.server.session import Cursor, Session
from athena_lsp.server.token_data import LEGEND, packed

Handler = Callable[[Session, Any], Any]
TRIGGERS = ["(", ",", "=", ".", "{", "[", '"', "'"]


# --- at a cursor ----------------------------------------------------------------------------------------------------


def on_hover(session: Session, params: lsp.HoverParams) -> Steps[lsp.Hover | None]:
    at = session.cursor(params.text_document.uri, params.position)
    if at is not None and is_config(at):
        found = config_hover(at.path, at.source.text, at.offset)
        return answers.to_markdown_hover(*found, at.source, session.client) if found else None
    yield from warming_hover(session.project, at.path, at.offset) if at else ()
    shown = hover(session.project, at.path, at.offset, now_in) if at else None
    return answers.to_hover(shown, at.source, session.client) if at and shown else None


def on_completion(session: Session, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    at = session.cursor(params.text_document.uri, params.position)
    if at is not None and is_config(at):
        found = config_completions(at.path, at.source.text, at.offset)
    else:
        found = completions(session.project, at.path, at.offset) if at else None
    return offers.to_completions(found, params.text_document.uri, at.source, session.client) if at and found else None


def on_completion_resolve(session: Session, item: lsp.CompletionItem) -> lsp.CompletionItem:
    about = documentation(session.project, offers.from_item_data(item.data))
    item.documentation = offers.to_markup(about, session.client) if about else None
    return item


def on_signature_help(session: Session, params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
    at = session.cursor(params.text_document.uri, params.position)
    found = signature_help(session.project, at.path, at.offset) if at else None
    return offers.to_signature_help(found, session.client) if found else None


def on_definition(session: Session, params: lsp.DefinitionParams) -> Any:
    at = session.cursor(params.text_document.uri, params.position)
    found = definition(session.project, at.path, at.offset) if at else None
    return answers.to_definition(found, at.source, session.files, session.client) if at and found else None


def on_type_definition(session: Session, params: lsp.TypeDefinitionParams) -> Any:
    at = session.cursor(params.text_document.uri, params.position)
    found = type_definitions(session.project, at.path, at.offset) if at else ()
    links = session.client.type_links
    return places.to_targets(found, at.source, session.files, session.client.encoding, links=links) if at else None


def on_implementation(session: Session, params: lsp.ImplementationParams) -> Any:
    at = session.cursor(params.text_document.uri, params.position)
    found = implementations(session.project, at.path, at.offset) if at else ()
    links = session.client.implementation_links
    return places.to_targets(found, at.source, session.files, session.client.encoding, links=links) if at else None


def on_references(session: Session, params: lsp.ReferenceParams) -> Iterator[lsp.Location | None]:
    at = session.cursor(params.text_document.uri, params.position)
    whole = params.context.include_declaration
    for found in find_references(session.project, at.path, at.offset, with_declaration=whole) if at else ():
        yield convert.to_location(found, session.files, session.client.encoding) if found else None


def on_highlight(session: Session, params: lsp.DocumentHighlightParams) -> Steps[list[lsp.DocumentHighlight]]:
    at = session.cursor(params.text_document.uri, params.position)
    yield from warming_highlights(session.project, at.path, at.offset) if at else ()
    found = highlights(session.project, at.path, at.offset) if at else ()
    return places.to_highlights(found, at.source, session.client.encoding) if at else []


def on_prepare_rename(session: Session, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
    at = session.cursor(params.text_document.uri, params.position)
    found = _not_refused(prepare_rename(session.project, at.path, at.offset)) if at else None
    if at is None or found is None:
        return None
    return lsp.PrepareRenamePlaceholder(convert.to_range(at.source, found.span, session.client.encoding), found.name)


def on_rename(session: Session, params: lsp.RenameParams) -> Steps[lsp.WorkspaceEdit | None]:
    at = session.cursor(params.text_document.uri, params.position)
    if at is None:
        return None
    found = _not_refused((yield from renaming(session.project, at.path, at.offset, params.new_name)))
    if found is None:
        return None
    notes: dict[FileEdit, convert.Note] = {}
    for edit in found if session.client.annotated_edits else ():
        if is_in_text(session.project, edit):
            notes[edit] = "texts"
        elif edit.path != at.path:
            notes[edit] = "files"
        yield
    return convert.to_workspace_edit(found, session.files, session.client, notes)


def on_prepare_calls(session: Session, params: lsp.CallHierarchyPrepareParams) -> list[lsp.CallHierarchyItem] | None:
    at = session.cursor(params.text_document.uri, params.position)
    found = call_item(session.project, at.path, at.offset) if at else None
    item = places.to_call_item(found, session.files, session.client.encoding) if found else None
    return [item] if item else None


def on_incoming_calls(
    session: Session, params: lsp.CallHierarchyIncomingCallsParams
) -> Iterator[lsp.CallHierarchyIncomingCall | None]:
    declaration = places.from_call_item(params.item)
    for found in find_incoming_calls(session.project, declaration) if declaration else ():
        yield places.to_incoming(found, session.files, session.client.encoding) if found else None


def on_outgoing_calls(
    session: Session, params: lsp.CallHierarchyOutgoingCallsParams
) -> list[lsp.CallHierarchyOutgoingCall]:
    declaration = places.from_call_item(params.item)
    source = session.source(declaration.path) if declaration else None
    found = outgoing_calls(session.project, declaration) if declaration else ()
    return places.to_outgoing(found, source, session.files, session.client.encoding) if source else []


# --- about a file ---------------------------------------------------------------------------------------------------


def on_symbols(session: Session, params: lsp.DocumentSymbolParams) -> Steps[Any]:
    at = session.document(params.text_document.uri)
    yield from warming_blocks(session.project, at.path if at else "", SYMBOLS)
    found = symbols(session.project, at.path) if at and at.path in session.project.files else ()
    return answers.to_symbols(found, params.text_document.uri, at.source, session.client) if at else []


def on_tokens(session: Session, params: lsp.SemanticTokensParams) -> Steps[lsp.SemanticTokens]:
    at = session.document(params.text_document.uri)
    yield from warming_blocks(session.project, at.path if at else "", TOKENS)
    data = packed(tokens(session.project, at.path), at.source, session.client.encoding) if at else []
    return session.tokens.full(params.text_document.uri, data)


def on_tokens_delta(
    session: Session, params: lsp.SemanticTokensDeltaParams
) -> Steps[lsp.SemanticTokens | lsp.SemanticTokensDelta]:
    at = session.document(params.text_document.uri)
    yield from warming_blocks(session.project, at.path if at else "", TOKENS)
    data = packed(tokens(session.project, at.path), at.source, session.client.encoding) if at else []
    return session.tokens.delta(params.text_document.uri, data, params.previous_result_id)


def on_tokens_in_range(session: Session, params: lsp.SemanticTokensRangeParams) -> lsp.SemanticTokens:
    at = session.document(params.text_document.uri)
    if at is None:
        return lsp.SemanticTokens(data=[])
    span = convert.from_range(at.source, params.range, session.client.encoding)
    found = tokens(session.project, at.path, span)
    return lsp.SemanticTokens(data=packed(found, at.source, session.client.encoding))


def on_hints(session: Session, params: lsp.InlayHintParams) -> Steps[list[lsp.InlayHint]]:
    at = session.document(params.text_document.uri)
    if at is None:
        return []
    span = convert.from_range(at.source, params.range, session.client.encoding)
    yield from warming_blocks(session.project, at.path, HINTS, span)
    kinds = frozenset(kind for kind in HINT_KINDS if session.options.hints.get(kind, True))
    found = hints(session.project, at.path, span, kinds)
    return [offers.to_hint(each, session, at.source) for each in found]


def on_lenses(session: Session, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    at = session.document(params.text_document.uri)
    found = lenses(session.project, at.path) if at and session.options.lenses else ()
    return offers.to_lenses(found, params.text_document.uri, at.source, session.client) if at else []


def on_lens_resolve(session: Session, lens: lsp.CodeLens) -> Steps[lsp.CodeLens]:
    at = session.cursor(offers.lens_uri(lens), lens.range.start) if offers.counts_callers(lens) else None
    yield from warming_hover(session.project, at.path, at.offset) if at else ()
    lens.command = offers.lens_command(session, lens)
    return lens


def on_foldings(session: Session, params: lsp.FoldingRangeParams) -> Steps[list[lsp.FoldingRange]]:
    at = session.document(params.text_document.uri)
    yield from warming_blocks(session.project, at.path if at else "", FOLDINGS)
    return places.to_foldings(foldings(session.project, at.path), at.source) if at else []


def on_selections(session: Session, params: lsp.SelectionRangeParams) -> list[lsp.SelectionRange] | None:
    at = session.document(params.text_document.uri)
    if at is None or is_config(at):
        return None
    encoding = session.client.encoding
    offsets = [convert.from_position(at.source, position, encoding) for position in params.positions]
    return [places.to_selection(selections(session.project, at.path, each), at.source, encoding) for each in offsets]


def on_links(session: Session, params: lsp.DocumentLinkParams) -> Steps[list[lsp.DocumentLink]]:
    at = session.document(params.text_document.uri)
    yield from warming_blocks(session.project, at.path if at else "", LINKS)
    return places.to_links(links(session.project, at.path), at.source, session.client) if at else []


TITLES = {
    lsp.TEXT_DOCUMENT_REFERENCES: "athena looks for references",
    lsp.TEXT_DOCUMENT_RENAME: "athena renames",
    lsp.CALL_HIERARCHY_INCOMING_CALLS: "athena looks for callers",
    lsp.WORKSPACE_SYMBOL: "athena looks for templates",
}
"""What the client's own progress bar says."""
LISTS: Mapping[str, tuple[Callable[[Session, Any], Iterator[Any]], Any]] = {
    lsp.TEXT_DOCUMENT_REFERENCES: (on_references, lsp.ReferenceOptions(work_done_progress=True)),
    lsp.CALL_HIERARCHY_INCOMING_CALLS: (on_incoming_calls, None),
}
"""Questions whose answers come bit by bit; None is a moment without one."""
QUESTIONS: Mapping[str, tuple[Handler, Any]] = {
    lsp.TEXT_DOCUMENT_HOVER: (on_hover, None),
    lsp.TEXT_DOCUMENT_COMPLETION: (
        on_completion,
        lsp.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True),
    ),
    lsp.COMPLETION_ITEM_RESOLVE: (on_completion_resolve, None),
    lsp.TEXT_DOCUMENT_SIGNATURE_HELP: (
        on_signature_help,
        lsp.SignatureHelpOptions(trigger_characters=["(", ","], retrigger_characters=["=", ")"]),
    ),
    lsp.TEXT_DOCUMENT_DEFINITION: (on_definition, None),
    lsp.TEXT_DOCUMENT_DECLARATION: (on_definition, None),
    lsp.TEXT_DOCUMENT_TYPE_DEFINITION: (on_type_definition, None),
    lsp.TEXT_DOCUMENT_IMPLEMENTATION: (on_implementation, None),
    lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: (on_highlight, None),
    lsp.TEXT_DOCUMENT_PREPARE_RENAME: (on_prepare_rename, None),
    lsp.TEXT_DOCUMENT_RENAME: (on_rename, None),
    lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY: (on_prepare_calls, None),
    lsp.CALL_HIERARCHY_OUTGOING_CALLS: (on_outgoing_calls, None),
    lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: (on_symbols, lsp.DocumentSymbolOptions(label="athena")),
    lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: (on_tokens, LEGEND),
    lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA: (on_tokens_delta, LEGEND),
    lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE: (on_tokens_in_range, LEGEND),
    lsp.TEXT_DOCUMENT_INLAY_HINT: (on_hints, None),
    lsp.TEXT_DOCUMENT_CODE_LENS: (on_lenses, lsp.CodeLensOptions(resolve_provider=True)),
    lsp.CODE_LENS_RESOLVE: (on_lens_resolve, None),
    lsp.TEXT_DOCUMENT_FOLDING_RANGE: (on_foldings, None),
    lsp.TEXT_DOCUMENT_SELECTION_RANGE: (on_selections, None),
    lsp.TEXT_DOCUMENT_DOCUMENT_LINK: (on_links, None),
}


def is_config(at: Cursor) -> bool:
    """Whether it is a file of settings, and not of the program."""
    return at.path.rpartition("/")[2] in CONFIG_NAMES


def now_in(zone: str) -> datetime | None:
    """The time in a zone; None when this machine does not know the zone."""
    try:
        return datetime.now(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _not_refused(found: Any) -> Any:
    if isinstance(found, Refused):
        raise RefusedError(found.reason)
    return found
