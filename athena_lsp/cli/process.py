"""What every command shares with the process around it: streams, colours, exit codes, and no tracebacks for users."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import NoReturn, TextIO

CLEAN = 0
FINDINGS = 1
"""Exit code: something at error level was found."""
MISUSE = 2
"""Exit code: the command cannot do what it was asked, or a file could not be read."""
INTERRUPTED = 130
"""Exit code: Ctrl-C."""


class MisuseError(Exception):
    """The command cannot do what it was asked; the message is for the user, with one line for each remark."""


def guarded(command: Callable[[], int]) -> int:
    """The exit code of a command, whatever happens in it: no traceback reaches the user, and a closed pipe is no error.

    With ATHENA_TRACEBACK set in the environment, an unexpected failure is shown as Python shows it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = command()
        sys.stdout.flush()
        return code
    except MisuseError as misuse:
        tell(str(misuse))
        return MISUSE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough of it. Python would complain when it closes the stream at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("ATHENA_TRACEBACK"):
            raise
        tell(
            f"error: athena itself failed ({type(error).__name__}: {error})\n"
            "help: set ATHENA_TRACEBACK=1 to see where, and report it with the program that caused it"
        )
        return MISUSE


def leave(code: int) -> NoReturn:
    """Ends the process at once: to take apart all that a check of 1,000 files has made would take 0.2 s more."""
    sys.stderr.flush()
    os._exit(code)


def tell(text: str) -> None:
    """Something for the user that is not the result."""
    print(text, file=sys.stderr)


def has_colours(stream: TextIO) -> bool:
    """Whether a stream is to be coloured: a terminal that can, unless NO_COLOR or FORCE_COLOR say otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def meant(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: `; did you mean ...?`, or nothing."""
    near = get_close_matches(name, list(known), n=3)
    return f"; did you mean {' or '.join(f'`{other}`' for other in near)}?" if near else ""


def version() -> str:
    """athena's own version."""
    # Imported here because it takes 31 ms of every start, and few commands ask.
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415
    from importlib.metadata import version as installed  # noqa: PLC0415

    try:
        return installed("athena-lsp")
    except PackageNotFoundError:
        return "unknown"
