"""The program `athena` in a process that ends with the test, however that ends."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Told", "athena"]

_MAIN = "from athena_lsp.cli.main import main; main()"
"""Not the script beside Python, which may be another one's; `-P`, since modules of the tests may have any name."""
_GRACE = 15.0
"""Seconds in which a run ends its pods when it is told to stop."""


class Told:
    """What `athena` has printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err


def athena(command: Sequence[str], folder: str | os.PathLike[str] = ".", limit: float | None = None) -> Told:
    """Runs `athena` beside the Python that runs the tests. Raises TimeoutError after `limit` seconds.

    Colours and terminals of whoever runs the tests change nothing.
    """
    environment = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _MAIN, *command],
        cwd=folder,
        env={**environment, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            _end(process)
            raise TimeoutError(f"`athena {command[0]}` was stopped after {limit:g} s") from None
        except BaseException:  # Ctrl-C, or a time limit of the test
            _end(process)
            raise
    return Told(process.returncode, out, err)


def _end(process: subprocess.Popen[str]) -> None:
    """Asks it to end, which ends its pods; kills it when it does not."""
    process.terminate()
    try:
        process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
