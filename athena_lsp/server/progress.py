"""Telling the client that something takes a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from athena_lsp.server.capabilities import Client

PATIENCE = 0.3
"""Seconds of work after which the client is told of it."""
ANSWER = 2.0
"""Seconds that the client has for taking a token."""

log = logging.getLogger(__name__)


@asynccontextmanager
async def telling(
    server: LanguageServer, client: Client, title: str, token: lsp.ProgressToken | None = None
) -> AsyncIterator[None]:
    """What is done in here takes long, perhaps: then the client shows that it is under way (LSP `$/progress`), by the
    token that it gave for that, or by one that it is asked to take."""
    if token is None and not client.progress:
        yield
        return
    task = asyncio.ensure_future(_tell(server, title, token))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])  # the bar goes before the answer comes


async def _tell(server: LanguageServer, title: str, given: lsp.ProgressToken | None) -> None:
    await asyncio.sleep(PATIENCE)
    token = given if given is not None else uuid4().hex
    begun = False
    try:
        if given is None:
            created = server.window_work_done_progress_create(lsp.WorkDoneProgressCreateParams(token))
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
