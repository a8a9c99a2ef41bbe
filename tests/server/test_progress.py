"""Progress bars: by the client's own token, only when something takes long, and gone before the answer."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from athena_lsp.server import progress
from athena_lsp.server.capabilities import Client


class Heard:
    """In place of a server: what it would send. Tokens of its own it never needs here."""

    def __init__(self) -> None:
        self.told: list[lsp.ProgressParams] = []

    def progress(self, params: lsp.ProgressParams) -> None:
        self.told.append(params)


def told(seconds: float, token: str | None, client: Client) -> list[Any]:
    async def work() -> list[Any]:
        heard = Heard()
        async with progress.telling(cast(LanguageServer, heard), client, "athena renames", token):
            await asyncio.sleep(seconds)
        return [(each.token, getattr(each.value, "kind", None)) for each in heard.told]

    return asyncio.run(work())


def test_the_token_of_the_client_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    assert told(0.05, "mine", Client()) == [("mine", "begin"), ("mine", "end")]


def test_what_is_quick_is_not_told() -> None:
    assert told(0.0, "mine", Client()) == []
    assert told(0.0, None, Client(progress=True)) == []


def test_a_client_without_bars_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    assert told(0.05, None, Client()) == []
