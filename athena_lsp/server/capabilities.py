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
    resolves_edits: bool = False
    """Asks for the edit of a code action when somebody chooses it."""
    annotated_edits: bool = False
    """Tells changes of one kind from others, and asks before it does those that want that."""
    markdown: bool = True
    nested_symbols: bool = False
    definition_links: bool = False
    watches_files: bool = False
    """`workspace/didChangeWatchedFiles` by dynamic registration."""
    shows_documents: bool = False
    """`workspace/textDocumentContent`: emitted manifests as documents."""
    opens_documents: bool = False
    """`window/showDocument`: the server may bring a document to the front."""
    snippets: bool = False
    label_offsets: bool = False
    """The arguments of a signature as offsets in its label."""
    type_links: bool = False
    implementation_links: bool = False
    link_tooltips: bool = False
    progress: bool = False
    """`window.workDoneProgress`: the server may tell how far long work is."""
    configuration: bool = False
    """`workspace/configuration`: settings can be asked for."""
    registers_settings: bool = False
    """`workspace/didChangeConfiguration` by dynamic registration."""
    refreshes_hints: bool = False
    refreshes_lenses: bool = False
    commands: frozenset[str] = frozenset()
    """Commands that the client itself has, by what it says in `initializationOptions.commands`."""

    @property
    def shows_previews(self) -> bool:
        """Whether the server can bring a preview to the front, or the client does it."""
        return "athena.preview" in self.commands or (self.shows_documents and self.opens_documents)


# long: a line for each capability
def read_client(capabilities: lsp.ClientCapabilities, options: object = None) -> Client:
    """The client that these capabilities and its `initializationOptions` describe."""
    chosen = ServerCapabilitiesBuilder.choose_position_encoding(capabilities)
    encoding: Encoding = lsp.PositionEncodingKind(chosen).value
    hover_formats = get_capability(capabilities, "text_document.hover.content_format")
    given = options.get("commands") if isinstance(options, dict) else None
    commands = frozenset(each for each in given if isinstance(each, str)) if isinstance(given, list) else frozenset()

    def has(name: str) -> bool:
        return bool(get_capability(capabilities, name))

    resolved = get_capability(capabilities, "text_document.code_action.resolve_support.properties") or ()
    tags = get_capability(capabilities, "text_document.publish_diagnostics.tag_support.value_set") or ()
    return Client(
        encoding=encoding,
        pulls=bool(
            get_capability(capabilities, "text_document.diagnostic")
            and get_capability(capabilities, "workspace.diagnostics.refresh_support")
        ),
        related_information=has("text_document.publish_diagnostics.related_information"),
        code_description=has("text_document.publish_diagnostics.code_description_support"),
        unnecessary_tag=lsp.DiagnosticTag.Unnecessary in tags,
        versioned_edits=has("workspace.workspace_edit.document_changes"),
        resolves_edits="edit" in resolved and has("text_document.code_action.data_support"),
        annotated_edits=has("workspace.workspace_edit.document_changes")
        and get_capability(capabilities, "workspace.workspace_edit.change_annotation_support") is not None,
        markdown=hover_formats is None or lsp.MarkupKind.Markdown in hover_formats,
        nested_symbols=has("text_document.document_symbol.hierarchical_document_symbol_support"),
        definition_links=has("text_document.definition.link_support"),
        watches_files=has("workspace.did_change_watched_files.dynamic_registration"),
        shows_documents=has("workspace.text_document_content"),
        opens_documents=has("window.show_document.support"),
        snippets=has("text_document.completion.completion_item.snippet_support"),
        label_offsets=has(
            "text_document.signature_help.signature_information.parameter_information.label_offset_support"
        ),
        type_links=has("text_document.type_definition.link_support"),
        implementation_links=has("text_document.implementation.link_support"),
        link_tooltips=has("text_document.document_link.tooltip_support"),
        progress=has("window.work_done_progress"),
        configuration=has("workspace.configuration"),
        registers_settings=has("workspace.did_change_configuration.dynamic_registration"),
        refreshes_hints=has("workspace.inlay_hint.refresh_support"),
        refreshes_lenses=has("workspace.code_lens.refresh_support"),
        commands=commands,
    )
