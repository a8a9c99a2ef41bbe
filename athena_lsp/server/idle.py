"""What is done while nobody waits: long work in short slices, and Python's search for garbage."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from athena_lsp.records import dataclass, field
from athena_lsp.server.pump import Inbox

T = TypeVar("T")
SLICE = 0.008
"""Seconds of work after which messages get their turn."""
QUIET = 1.0
"""Seconds without a message after which the client counts as idle."""
LONG_QUIET = 300.0
"""Seconds without a message after which a search through everything is not noticed."""


async def in_slices(work: Iterator[object]) -> None:
    """Does the work to its end, and lets messages be handled in between."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SLICE
    for _ in work:
        if loop.time() > until:
            await asyncio.sleep(0)
            until = loop.time() + SLICE


@dataclass
class Collected(Generic[T]):
    """What work in slices has found."""

    found: list[T] = field(default_factory=list)

    def of(self, work: Iterable[T | None]) -> Iterator[None]:
        """The work, whose findings are kept; None is a moment without one."""
        for each in work:
            if each is not None:
                self.found.append(each)
            yield


async def collect_when_quiet(inbox: Inbox) -> None:
    """Looks for cyclic garbage when the client is idle, and never in the middle of an answer.

    A search through a large project takes 80 ms and more, and would begin at any keystroke. What is alive in a quiet
    moment is set aside (`gc.freeze`), so that later searches are short; now and then everything is searched again.
    """
    gc.disable()
    while True:
        await inbox.moved.wait()
        while inbox.moved.is_set():
            inbox.moved.clear()
            await asyncio.sleep(QUIET)
        gc.collect()
        gc.freeze()
        try:
            await asyncio.wait_for(inbox.moved.wait(), LONG_QUIET)
        except TimeoutError:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
