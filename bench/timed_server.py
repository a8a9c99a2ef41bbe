"""The server, which also tells how long it was deaf: the longest step of its loop since it was asked last.

It counts the processor's time of its own thread, so that other programs on the machine do not matter.
"""

from __future__ import annotations

import asyncio.events
import time
from argparse import ArgumentParser
from typing import Any

from athena_lsp.server import messages
from athena_lsp.server.main import add_arguments, end_process, run

LONGEST = "bench/longest"
longest = [0.0]
run_handle: Any = asyncio.events.Handle._run


def timed_run(handle: asyncio.events.Handle) -> None:
    begun = time.thread_time()
    run_handle(handle)
    longest[0] = max(longest[0], time.thread_time() - begun)


def on_longest(_server: object, _params: object) -> float:
    """Milliseconds of the longest step since the last time; from now on it is counted anew."""
    found, longest[0] = longest[0], 0.0
    return found * 1000


if __name__ == "__main__":
    handle: Any = asyncio.events.Handle
    handle._run = timed_run
    handlers: Any = messages.HANDLERS
    handlers[LONGEST] = (on_longest, None)
    parser = ArgumentParser()
    add_arguments(parser)
    end_process(run(parser.parse_args()))
