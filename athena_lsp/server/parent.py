"""Ending with the editor, also when it dies without a word and something else holds its end of the pipe open."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

PAUSE = 3.0
"""Seconds between two looks at the editor's process."""


def can_be_seen(process: int) -> bool:
    """Whether it is a process of this machine. The client may run elsewhere."""
    # On Windows `os.kill` ends a process, and a pipe whose other end is gone is closed anyway.
    return sys.platform != "win32" and process > 0 and is_alive(process)


async def watch_parent(process: int, ended: Callable[[], None]) -> None:
    """Calls `ended` once the process is gone."""
    while is_alive(process):
        await asyncio.sleep(PAUSE)
    ended()


def is_alive(process: int) -> bool:
    """Whether a process of this machine is still there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's: it is there
        return True
    return True
