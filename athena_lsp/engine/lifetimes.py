"""Processes and their groups: which ones live, how they are told apart, and how they are ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
import time
from functools import cache
from pathlib import Path

GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL."""


def end_group(group: int) -> None:
    """Ends a process and all that it has started: asked first, then not asked."""
    try:
        os.killpg(group, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return
    threading.Thread(target=_finish, args=(group,), daemon=True).start()


def is_alive(group: int) -> bool:
    """Whether something of a process group runs."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _finish(group: int) -> None:
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        if not is_alive(group):
            return
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def is_locked(path: Path) -> bool:
    """Whether some process keeps a file locked: it may be one that nobody knows the number of."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


@cache
def boot() -> str:
    """What names this start of the machine; `-` where the system does not tell."""
    return _read(Path("/proc/sys/kernel/random/boot_id")).strip() or "-"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
