"""What the client can do, read once from its first message."""

from __future__ import annotations

from lsprotocol import types as lsp
from pygls.capabilities import ServerCapabilitiesBuilder, get_capability

from athena_lsp.records import dataclass
from athena_lsp.text import Encoding


@dataclass(frozen=True, slots=True)
class Client:
    """The capabilities that change what is sent. A fresh one can do nothing."""

    encoding: Encoding = "utf-16"
    pulls: bool = False
    """Asks for diagnostics itself, and can be told to ask again. Without the second, changes elsewhere would not be
    seen, so that such a client is sent diagnostics instead."""
    related_information: bool = False
    code_description: bool = False
    unnecessary_tag: bool = False
    versioned_edits: bool = False
    """`WorkspaceEdit.documentChanges`."""
    markdown: bool = True
    nested_symbols: bool = False
    definition_links: bool = False
    watches_files: bool = False
    """`workspace/didChangeWatchedFiles` by dynamic registration."""
    shows_documents: bool = False
    """`workspace/textDocumentContent`: emitted manifests as documents."""


def read_client(capabilities: lsp.ClientCapabilities) -> Client:
    """The client that these capabilities describe."""
    chosen = ServerCapabilitiesBuilder.choose_position_encoding(capabilities)
    encoding: Encoding = lsp.PositionEncodingKind(chosen).value
    hover_formats = get_capability(capabilities, "text_document.hover.content_format")
    tags = get_capability(capabilities, "text_document.publish_diagnostics.tag_support.value_set") or ()
    return Client(
        encoding=encoding,
        pulls=bool(
            get_capability(capabilities, "text_document.diagnostic")
            and get_capability(capabilities, "workspace.diagnostics.refresh_support")
        ),
        related_information=bool(get_capability(capabilities, "text_document.publish_diagnostics.related_information")),
        code_description=bool(
            get_capability(capabilities, "text_document.publish_diagnostics.code_description_support")
        ),
        unnecessary_tag=lsp.DiagnosticTag.Unnecessary in tags,
        versioned_edits=bool(get_capability(capabilities, "workspace.workspace_edit.document_changes")),
        markdown=hover_formats is None or lsp.MarkupKind.Markdown in hover_formats,
        nested_symbols=bool(
            get_capability(capabilities, "text_document.document_symbol.hierarchical_document_symbol_support")
        ),
        definition_links=bool(get_capability(capabilities, "text_document.definition.link_support")),
        watches_files=bool(get_capability(capabilities, "workspace.did_change_watched_files.dynamic_registration")),
        shows_documents=bool(get_capability(capabilities, "workspace.text_document_content")),
    )
