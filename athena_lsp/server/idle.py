"""What is done while nobody waits: long work in short slices, and Python's search for garbage."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from athena_lsp.ide.steps import Steps
from athena_lsp.recent import settle
from athena_lsp.records import dataclass
from athena_lsp.server.pump import Inbox

T = TypeVar("T")
SLICE = 0.004
"""Seconds of work after which messages get their turn. Nothing waits longer than twice that: the thread that reads
messages gets its turn by the same clock."""
QUIET = 1.0
"""Seconds without a message after which the client counts as idle."""
MOST_SEARCHED = 100_000
"""New objects of which a search for garbage takes some 40 ms: more are not searched as soon as the client is quiet."""
LONG_QUIET = 300.0
"""Seconds without a message after which a search through everything is not noticed."""


@dataclass
class Turns:
    """Who works when: messages first, then long work in slices."""

    inbox: Inbox
    at_work: int = 0
    """How many long works are under way: together they take no more than one slice between two looks at the inbox."""

    async def take(self, work: Steps[T], between: Callable[[], None] | None = None) -> T:
        """Does the work to its end, and lets messages be handled in between; `between` is called after each slice that
        was not the last, and may give up by an exception."""
        loop = asyncio.get_running_loop()
        self.at_work += 1
        try:
            while True:
                until = loop.time() + SLICE / self.at_work
                next(work)
                while loop.time() < until:
                    next(work)
                await self._let_others()
                if between is not None:
                    between()
        except StopIteration as end:
            answer: T = end.value
            return answer
        finally:
            self.at_work -= 1
            work.close()

    async def _let_others(self) -> None:
        """What has arrived is handled, and what that begins has begun."""
        await asyncio.sleep(0)
        while not self.inbox.is_empty:
            await asyncio.sleep(0)


async def collect_when_quiet(turns: Turns) -> None:
    """Looks for cyclic garbage when the client is idle, and never in the middle of an answer.

    A search through a large project takes 80 ms and more, and would begin at any keystroke. What is alive in a quiet
    moment is set aside (`gc.freeze`), so that later searches are short; what long work has made is set aside without
    one. Now and then everything is searched.
    """
    inbox = turns.inbox
    gc.disable()
    while True:
        await inbox.moved.wait()
        while inbox.moved.is_set() or turns.at_work:
            inbox.moved.clear()
            await asyncio.sleep(QUIET)
        settle()
        if gc.get_count()[0] < MOST_SEARCHED:
            gc.collect()
        gc.freeze()
        give_back()
        try:
            await asyncio.wait_for(inbox.moved.wait(), LONG_QUIET)
        except TimeoutError:
            gc.unfreeze()
            gc.collect()
            gc.freeze()


def give_back() -> None:
    """Has the C library give memory that is free back to the system. Those that have no such call do so themselves."""
    import ctypes  # noqa: PLC0415 - 4 ms of a start, and the first quiet moment is soon enough

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
