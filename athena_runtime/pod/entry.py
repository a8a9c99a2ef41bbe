"""One step in its pod: arguments in, the function, the result out, an exit code."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from athena_runtime import contract
from athena_runtime.pod.arguments import arguments_of
from athena_runtime.pod.ending import raised, refused
from athena_runtime.pod.input_error import InputError
from athena_runtime.pod.results import ResultError, store_result
from athena_runtime.pod.target import find_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from athena_runtime.pod.target import Target

__all__ = ["main", "run"]


def main() -> None:
    """Runs the step and ends the process with its exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(sys.argv[1:], os.environ.get(contract.ROOT_VARIABLE, contract.ROOT)))


def run(argv: Sequence[str], root: str) -> int:
    """The exit code of a step; nothing that goes wrong comes out as an exception."""
    target: Target | None = None
    try:
        target = find_target(root)
        store_result(target, target.call(**arguments_of(target, argv, root)), root)
    except InputError as error:
        return refused(str(error), root)
    except ResultError as error:
        return refused(str(error), root, contract.EXIT_RAISED)
    except BaseException as error:  # noqa: BLE001 (whatever the program raises ends the pod here)
        code = raised(error, root, () if target is None else target.transient)
        return code if code != contract.EXIT_OK else _left(target, root)
    return contract.EXIT_OK


def _left(target: Target | None, root: str) -> int:
    """The exit code after `sys.exit(0)`: all is well where no result is wanted, or one that may be None."""
    if target is None:
        return refused("`sys.exit()` was called while the module was imported", root, contract.EXIT_RAISED)
    try:
        store_result(target, None, root)
    except ResultError:
        message = f"`{target.template}` called `sys.exit()` and gave no result"
        return refused(message, root, contract.EXIT_RAISED)
    return contract.EXIT_OK


def _terminate(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise import_module("athena_runtime.outcomes").Terminated
