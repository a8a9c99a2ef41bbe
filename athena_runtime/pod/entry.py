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

__all__ = ["main", "run"]


def main() -> None:
    """Runs the step and ends the process with its exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(sys.argv[1:], os.environ.get(contract.ROOT_VARIABLE, contract.ROOT)))


def run(argv: Sequence[str], root: str) -> int:
    """The exit code of a step; nothing that goes wrong comes out as an exception."""
    transient: tuple[type[BaseException], ...] = ()
    try:
        target = find_target(root)
        transient = target.transient
        store_result(target, target.call(**arguments_of(target, argv, root)), root)
    except InputError as error:
        return refused(str(error), root)
    except ResultError as error:
        return refused(str(error), root, contract.EXIT_RAISED)
    except BaseException as error:  # noqa: BLE001 (whatever the program raises ends the pod here)
        return raised(error, root, transient)
    return contract.EXIT_OK


def _terminate(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise import_module("athena_runtime.outcomes").Terminated
