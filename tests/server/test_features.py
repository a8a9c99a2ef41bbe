"""The page of the server's features is what the server registers, and each of them has its test."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types as lsp

from athena_lsp.server.app import Server
from athena_lsp.server.pump import Inbox
from tools.features import PAGE, ROOT, Feature, features, page

TOLD = {
    lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
    lsp.WINDOW_WORK_DONE_PROGRESS_CREATE,
    "athena/changed",
}
"""What the server says, and does not take."""
BUILT_IN = {lsp.SET_TRACE, lsp.CANCEL_REQUEST, lsp.SHUTDOWN, lsp.WORKSPACE_EXECUTE_COMMAND}
"""What pygls takes by itself."""
PULLED = {lsp.TEXT_DOCUMENT_DIAGNOSTIC, lsp.WORKSPACE_DIAGNOSTIC}
"""What is registered for clients that pull."""


def test_the_page_is_current(update: bool) -> None:
    if update:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_message_that_the_server_takes_is_on_the_page() -> None:
    async def registered() -> set[str]:
        return set(Server(Inbox(asyncio.get_running_loop())).protocol.fm.features)

    taken = asyncio.run(registered())
    assert {feature.method for feature in features()} == taken | TOLD | BUILT_IN | PULLED


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.method)
def test_every_feature_has_its_test(feature: Feature) -> None:
    assert feature.mark in (ROOT / feature.test).read_text(encoding="utf-8")
