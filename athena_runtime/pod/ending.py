"""How a pod ends: what people see of an exception, what Kubernetes is told, which exit code Argo gets."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING

from athena_runtime import contract
from athena_runtime.pod.results import store_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["raised", "refused", "tell"]

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_IMPORTLIB = import_module.__code__.co_filename
_LONGEST = 4096
"""Bytes of the termination message that Kubernetes keeps."""


def tell(message: str) -> None:
    """A line of athena's own on standard error."""
    sys.stderr.write(f"athena: {message}\n")
    sys.stderr.flush()


def refused(message: str, root: str, code: int = contract.EXIT_BAD_INPUT) -> int:
    """The end of a pod that never ran its function, or whose result does not fit: a line, and an exit code."""
    line = " ".join(message.splitlines())
    tell(line)
    _leave_message(line, root)
    return code


def raised(error: BaseException, root: str, transient: tuple[type[BaseException], ...] = ()) -> int:
    """The end of a pod whose function raised: the program's own traceback, and an exit code."""
    outcomes = import_module("athena_runtime.outcomes")  # pods whose function returns need nothing of it
    code: int = outcomes.exit_code(error, transient)
    if isinstance(error, SystemExit):
        if isinstance(error.code, str):
            sys.stderr.write(f"{error.code}\n")
            _leave_message(error.code, root)
        return code
    _trim(error)
    if isinstance(error, outcomes.Terminated):
        tell("the pod was told to stop (SIGTERM)")
    else:
        sys.excepthook(type(error), error, error.__traceback__)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    _leave_message(text, root)
    return code


def _trim(error: BaseException) -> None:
    """Takes athena's own frames out of the tracebacks of an exception and of those behind it."""
    seen: set[int] = set()
    waiting = [error]
    for each in waiting:
        if id(each) not in seen:
            seen.add(id(each))
            each.__traceback__ = _without_athena(each.__traceback__)
            waiting += _behind(each)


def _behind(error: BaseException) -> Iterator[BaseException]:
    yield from (each for each in (error.__cause__, error.__context__) if each is not None)
    yield from getattr(error, "exceptions", ())


def _without_athena(trace: TracebackType | None) -> TracebackType | None:
    """The frames without athena's own, and without those of the import that athena asked for."""
    frames: list[TracebackType] = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(_HERE) and (frames or not _is_importing(file)):
            frames.append(trace)
        trace = trace.tb_next
    result: TracebackType | None = None
    for each in reversed(frames):
        result = TracebackType(result, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return result


def _is_importing(file: str) -> bool:
    return file.startswith("<frozen importlib") or file == _IMPORTLIB


def _leave_message(text: str, root: str) -> None:
    """Why the container ended, where Kubernetes looks for it, and where an attempt does; a place that cannot be written
    is left alone."""
    store_reason(text, root)
    outside = contract.ROOT_VARIABLE in os.environ
    path = os.path.join(root, os.path.basename(contract.TERMINATION_LOG)) if outside else contract.TERMINATION_LOG
    if not outside and not os.path.exists(path):
        return
    data = text.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(data)
    except OSError:
        pass
