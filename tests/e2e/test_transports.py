"""The same session over standard input and output, TCP and WebSocket, in each of the three encodings of positions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

from tests.e2e.shop import ENVIRONMENT, SERVER

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

PROGRAM = """from athena_runtime import container, workflow

@container(env={"PLACE": "😋é/{tag}"})
def fetch(url: str, tag: str = "é") -> str: ...

@workflow
def pipeline(url: str = "😋") -> str:
    raw = fetch("é😋" + url, tag=url)
    return raw
"""
ENCODINGS = ("utf-8", "utf-16", "utf-32")
TRANSPORTS = ("stdio", "tcp", "ws")
UNITS = {
    "utf-8": lambda text: len(text.encode()),
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "utf-32": len,
}


class Spoken:
    """A client whose positions count in one encoding."""

    def __init__(self, client: LanguageClient, encoding: str, uri: str) -> None:
        self.client = client
        self.encoding = encoding
        self.document = lsp.TextDocumentIdentifier(uri)

    def at(self, text: str, word: str, behind: int = 0) -> lsp.Position:
        """Where a word begins in a text, and so many characters further."""
        offset = text.index(word) + behind
        line = text.rfind("\n", 0, offset) + 1
        return lsp.Position(text.count("\n", 0, offset), UNITS[self.encoding](text[line:offset]))

    def read(self, text: str, found: lsp.Range) -> str:
        """The part of one line that a range means."""
        assert found.start.line == found.end.line
        line = text.split("\n")[found.start.line]
        cut = [
            next(at for at in range(len(line) + 1) if UNITS[self.encoding](line[:at]) == end.character)
            for end in (found.start, found.end)
        ]
        return line[cut[0] : cut[1]]


@pytest.fixture(params=[(way, encoding) for way in TRANSPORTS for encoding in ENCODINGS], ids="-".join)
async def spoken(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Spoken]:
    way, encoding = request.param
    client = make_test_lsp_client()
    process: asyncio.subprocess.Process | None = None
    if way == "stdio":
        await client.start_io(*SERVER, env=ENVIRONMENT)
    else:
        process = await asyncio.create_subprocess_exec(
            *SERVER, f"--{way}", "127.0.0.1:0", env=ENVIRONMENT, stderr=asyncio.subprocess.PIPE
        )
        assert process.stderr is not None
        listens = re.search(rb":(\d+)\s*$", await process.stderr.readline())
        assert listens is not None
        start = client.start_tcp if way == "tcp" else client.start_ws
        await start("127.0.0.1", int(listens[1]))
    capabilities = client_capabilities("visual_studio_code")
    assert capabilities.general is not None
    capabilities.general.position_encodings = [lsp.PositionEncodingKind(encoding)]
    (folder / "main.py").write_text(PROGRAM, encoding="utf-8")
    result = await client.initialize_session(
        lsp.InitializeParams(capabilities, workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), "shop")])
    )
    assert result.capabilities.position_encoding == encoding
    uri = (folder / "main.py").as_uri()
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "python", 1, PROGRAM)))
    yield Spoken(client, encoding, uri)
    await client.shutdown_session()
    if process is not None:
        assert await asyncio.wait_for(process.wait(), 10) == 0
    with suppress(Exception):  # pytest-lsp's own end of a socket that the server has closed
        await client.stop()  # type: ignore[no-untyped-call]


async def test_a_session(spoken: Spoken) -> None:
    await places_mean_the_same(spoken)
    await what_is_offered_goes_to_the_right_place(spoken)
    await an_edit_lands_where_it_is_meant(spoken)


async def places_mean_the_same(spoken: Spoken) -> None:
    client, document = spoken.client, spoken.document
    keyword = spoken.at(PROGRAM, "tag=url", 1)
    found = await client.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), document, keyword)
    )
    assert found is not None
    assert [spoken.read(PROGRAM, each.range) for each in found] == ["tag", "tag", "tag"]
    edit = await client.text_document_rename_async(lsp.RenameParams(document, keyword, "version"))
    assert edit is not None
    assert edit.document_changes is not None
    [changes] = edit.document_changes
    assert isinstance(changes, lsp.TextDocumentEdit)
    assert len(changes.edits) == 3
    highlights = await client.text_document_document_highlight_async(lsp.DocumentHighlightParams(document, keyword))
    assert highlights is not None
    assert {spoken.read(PROGRAM, each.range) for each in highlights} == {"tag"}


async def an_edit_lands_where_it_is_meant(spoken: Spoken) -> None:
    client, document = spoken.client, spoken.document
    start = spoken.at(PROGRAM, "url, tag=url")
    end = lsp.Position(start.line, start.character + 3)
    change = lsp.TextDocumentContentChangePartial(lsp.Range(start, end), "missing")
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(2, document.uri), [change])
    )
    after = PROGRAM.replace("+ url, tag", "+ missing, tag")
    while True:
        pushed = await client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        if pushed.version == 2:
            break
    [mistake] = pushed.diagnostics
    assert mistake.code == "maybe-undefined"
    assert spoken.read(after, mistake.range) == "missing"


async def what_is_offered_goes_to_the_right_place(spoken: Spoken) -> None:
    client, document = spoken.client, spoken.document
    place = spoken.at(PROGRAM, "{tag}", 1)
    found = await client.text_document_completion_async(lsp.CompletionParams(document, place))
    assert isinstance(found, lsp.CompletionList)
    edit = next(each.text_edit for each in found.items if each.label == "tag")
    assert isinstance(edit, lsp.TextEdit)
    assert spoken.read(PROGRAM, edit.range) == "tag"
    tokens = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document))
    assert tokens is not None
    line = character = 0
    words: list[str] = []
    for at in range(0, len(tokens.data), 5):
        lines, characters, length = tokens.data[at : at + 3]
        line, character = line + lines, characters if lines else character + characters
        span = lsp.Range(lsp.Position(line, character), lsp.Position(line, character + length))
        words.append(spoken.read(PROGRAM, span))
    assert words == ["tag", "fetch", "pipeline", "raw", "fetch", "raw"]
