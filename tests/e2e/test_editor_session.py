"""What a person sees in an editor, over standard input and output: with pushed and with pulled diagnostics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.plugin import ClientServerConfig

from tests.e2e.shop import CALL, ENVIRONMENT, PROGRAM, SERVER

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]


def pushing() -> lsp.ClientCapabilities:
    """Neovim 0.11: it could pull, but cannot be told to pull again."""
    capabilities = client_capabilities("neovim@0.11")
    assert capabilities.text_document is not None
    assert capabilities.text_document.diagnostic is not None
    return capabilities


def pulling() -> lsp.ClientCapabilities:
    """VS Code of today."""
    capabilities = client_capabilities("visual_studio_code")
    assert capabilities.text_document is not None
    assert capabilities.workspace is not None
    capabilities.text_document.diagnostic = lsp.DiagnosticClientCapabilities()
    capabilities.workspace.diagnostics = lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    capabilities.workspace.text_document_content = lsp.TextDocumentContentClientCapabilities()
    return capabilities


@dataclass
class Editor:
    """An editor with one file open."""

    client: LanguageClient
    folder: Path
    pulls: bool
    text: str = PROGRAM
    version: int = 1

    @property
    def uri(self) -> str:
        return (self.folder / "main.py").as_uri()

    def open(self) -> None:
        item = lsp.TextDocumentItem(self.uri, "python", self.version, self.text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def replace(self, line: int, start: int, end: int, text: str) -> None:
        """Types over a part of a line that holds ASCII up to there."""
        lines = self.text.split("\n")
        lines[line] = lines[line][:start] + text + lines[line][end:]
        self.text = "\n".join(lines)
        self.version += 1
        changed = lsp.TextDocumentContentChangePartial(
            lsp.Range(lsp.Position(line, start), lsp.Position(line, end)), text
        )
        identifier = lsp.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [changed]))

    def apply(self, edit: lsp.WorkspaceEdit) -> None:
        for change in edit.document_changes or ():
            assert isinstance(change, lsp.TextDocumentEdit)
            assert (change.text_document.uri, change.text_document.version) == (self.uri, self.version)
            self._apply([each for each in change.edits if isinstance(each, lsp.TextEdit)])
        for uri, edits in (edit.changes or {}).items():
            assert uri == self.uri
            self._apply(edits)

    def _apply(self, edits: Sequence[lsp.TextEdit]) -> None:
        for each in edits:
            start, end = each.range.start, each.range.end
            assert start.line == end.line
            self.replace(start.line, start.character, end.character, each.new_text)

    async def diagnostics(self) -> list[lsp.Diagnostic]:
        """What is shown for the current version."""
        if self.pulls:
            params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(self.uri))
            report = await self.client.text_document_diagnostic_async(params)
            assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
            return list(report.items)
        while True:
            pushed = await self.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            if pushed.uri == self.uri and pushed.version == self.version:
                return list(pushed.diagnostics)

    async def emit(self) -> Any:
        """The answer to `athena/emit`."""
        asked = self.client.protocol.send_request_async("athena/emit", {"uri": self.uri})  # type: ignore[no-untyped-call]
        return await asked

    async def preview(self, uri: str) -> str:
        answer = await self.client.workspace_text_document_content_async(lsp.TextDocumentContentParams(uri))
        return answer.text


@pytest.fixture(params=["push", "pull"])
async def editor(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Editor]:
    pulls = request.param == "pull"
    client = await ClientServerConfig(server_command=SERVER, server_env=ENVIRONMENT).start()
    assert isinstance(client, LanguageClient)
    capabilities = pulling() if pulls else pushing()
    result = await client.initialize_session(
        lsp.InitializeParams(
            capabilities=capabilities, workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), "shop")]
        )
    )
    assert (result.capabilities.diagnostic_provider is not None) == pulls, "never push and pull, never neither"
    yield Editor(client, folder, pulls)
    await client.shutdown_session()
    await client.stop()  # type: ignore[no-untyped-call]


async def test_a_mistake_is_seen_and_fixed_and_the_preview_follows(editor: Editor) -> None:
    editor.open()
    assert await editor.diagnostics() == []
    emitted = await editor.emit()
    assert emitted.root == "pipeline"
    assert "name: shop-pipeline-1-0" in await editor.preview(emitted.document)

    line, column = CALL
    editor.replace(line, column, column + 3, "3")
    [mistake] = await editor.diagnostics()
    assert mistake.code == "edge-type-mismatch"
    assert mistake.severity == lsp.DiagnosticSeverity.Error
    assert mistake.range == lsp.Range(lsp.Position(line, column), lsp.Position(line, column + 1))
    stale = await editor.preview(emitted.document)
    assert stale.startswith("# 1 error in the program: below is the last manifest without errors\n")
    assert "{{inputs.parameters.url}}" in stale

    actions = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(editor.uri), mistake.range, lsp.CodeActionContext(diagnostics=[mistake])
        )
    )
    assert actions
    [fix] = [each for each in actions if isinstance(each, lsp.CodeAction) and each.kind == "quickfix"]
    assert fix.is_preferred
    assert list(fix.diagnostics or ()) == [mistake]
    assert fix.edit is None, "this client asks for the edit of the one that is chosen"
    fix = await editor.client.code_action_resolve_async(fix)
    assert fix.edit is not None
    editor.apply(fix.edit)
    assert 'fetch("3")' in editor.text
    assert await editor.diagnostics() == []
    assert """value: '"3"'""" in await editor.preview(emitted.document)


async def test_closing_takes_everything_back(editor: Editor) -> None:
    editor.open()
    await editor.diagnostics()
    line, column = CALL
    editor.replace(line, column, column + 3, "3")
    assert len(await editor.diagnostics()) == 1
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(editor.uri)))
    if editor.pulls:
        assert await editor.diagnostics() == [], "what is on the disk counts again"
    else:
        pushed = await editor.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        assert (pushed.uri, pushed.version, list(pushed.diagnostics)) == (editor.uri, None, [])


async def test_hover_definition_and_outline(editor: Editor) -> None:
    editor.open()
    document, position = lsp.TextDocumentIdentifier(editor.uri), lsp.Position(CALL[0], CALL[1] - 4)
    hover = await editor.client.text_document_hover_async(lsp.HoverParams(document, position))
    assert hover is not None
    assert isinstance(hover.contents, lsp.MarkupContent)
    assert "Task `raw` of `shop-pipeline`" in hover.contents.value
    target = await editor.client.text_document_definition_async(lsp.DefinitionParams(document, position))
    place = target[0] if isinstance(target, Sequence) else target
    found = place.target_range if isinstance(place, lsp.LocationLink) else place and place.range
    assert found == lsp.Range(lsp.Position(4, 4), lsp.Position(4, 9))
    outline = await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert outline is not None
    symbols = [each for each in outline if isinstance(each, lsp.DocumentSymbol)]
    tree = [(each.name, [child.name for child in each.children or ()]) for each in symbols]
    assert tree == [("fetch", []), ("pipeline", ["raw"])]


async def test_nothing_is_shown_at_places_without_meaning(editor: Editor) -> None:
    editor.open()
    document = lsp.TextDocumentIdentifier(editor.uri)
    for position in (lsp.Position(0, 0), lsp.Position(2, 0), lsp.Position(99, 99)):
        assert await editor.client.text_document_hover_async(lsp.HoverParams(document, position)) is None
        assert await editor.client.text_document_definition_async(lsp.DefinitionParams(document, position)) is None
    elsewhere = lsp.TextDocumentIdentifier((editor.folder / "gone.py").as_uri())
    assert await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(elsewhere)) == []


async def test_equal_answers_are_not_sent_again(editor: Editor) -> None:
    editor.open()
    await editor.diagnostics()
    if editor.pulls:
        document = lsp.TextDocumentIdentifier(editor.uri)
        first = await editor.client.text_document_diagnostic_async(lsp.DocumentDiagnosticParams(document))
        assert isinstance(first, lsp.RelatedFullDocumentDiagnosticReport)
        params = lsp.DocumentDiagnosticParams(document, previous_result_id=first.result_id)
        again = await editor.client.text_document_diagnostic_async(params)
        assert isinstance(again, lsp.RelatedUnchangedDocumentDiagnosticReport)
        assert again.result_id == first.result_id
    else:
        waiting = asyncio.ensure_future(editor.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS))
        editor.replace(1, 0, 0, "# a comment")
        await editor.preview("athena-yaml:///none.yaml?x")  # a round trip
        await asyncio.sleep(0.2)
        assert not waiting.done()
        waiting.cancel()
