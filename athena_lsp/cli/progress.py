"""How far uploads are: a line that is written over on a terminal, a line for each object elsewhere."""

from __future__ import annotations

import os
import time
from types import TracebackType
from typing import TextIO

WIDTH = 24
"""Characters of the bar."""
EVERY = 0.1
"""Seconds between two pictures."""


class Progress:
    """`report` is called with an object's key, the bytes that are sent, and all bytes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._shown = 0.0
        self._open = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_line()

    def report(self, key: str, done: int, size: int) -> None:
        name = "/".join(key.split("/")[-2:])[:40]
        is_whole = done >= size
        if not self._is_terminal:
            if is_whole:
                self._stream.write(f"sent {key}, {size:,} bytes\n")
            return
        now = time.monotonic()
        if is_whole or now - self._shown >= EVERY:
            filled = WIDTH if size == 0 else WIDTH * min(done, size) // size
            bar = "#" * filled + "." * (WIDTH - filled)
            self._stream.write(f"\r\x1b[2K{name:<40} [{bar}] {done / 1e6:.1f} of {size / 1e6:.1f} MB")
            self._stream.flush()
            self._shown = now
            self._open = True
        if is_whole:
            self._end_line()

    def _end_line(self) -> None:
        if self._open:
            self._stream.write("\n")
            self._open = False
