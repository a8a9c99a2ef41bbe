"""Telling the client that something takes a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from uuid import uuid4

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from athena_lsp.server.capabilities import Client
from athena_lsp.server.idle import in_slices

PATIENCE = 0.3
"""Seconds of work after which the client is told of it."""
ANSWER = 2.0
"""Seconds that the client has for taking a token."""

log = logging.getLogger(__name__)


async def in_slices_with_progress(server: LanguageServer, client: Client, title: str, work: Iterator[object]) -> None:
    """Does the work in slices; when it takes long, the client shows that it is under way (LSP `$/progress`)."""
    if not client.progress:
        await in_slices(work)
        return
    telling = asyncio.ensure_future(_tell(server, title))
    try:
        await in_slices(work)
    finally:
        telling.cancel()


async def _tell(server: LanguageServer, title: str) -> None:
    await asyncio.sleep(PATIENCE)
    token = uuid4().hex
    created = server.window_work_done_progress_create(lsp.WorkDoneProgressCreateParams(token))
    begun = False
    try:
        # The answer itself must not be cancelled: pygls 2.1.1 fails on an answer that nobody waits for.
        await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(created)), ANSWER)
        begun = True
        server.progress(lsp.ProgressParams(token, lsp.WorkDoneProgressBegin(title)))
        await asyncio.Event().wait()
    except TimeoutError:
        log.info("the client took no token for its progress bar")
    finally:
        if begun:
            server.progress(lsp.ProgressParams(token, lsp.WorkDoneProgressEnd()))
