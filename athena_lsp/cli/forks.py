"""Pieces of work that this process shares with forked ones, which have all that was read and worked out before."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterator
from signal import SIG_IGN, SIGINT, SIGKILL, signal
from typing import Any, NoReturn, TypeAlias

Plain: TypeAlias = Any
"""What `marshal` takes: numbers, texts, tuples, lists and dicts of them."""
SIZE = 4
"""Bytes of a piece's number in the pipe that all processes take the next one from."""
MOST_PIECES = 65_536 // SIZE
"""As many numbers as a pipe holds: whoever fills it must not wait."""


def processors() -> int:
    """How many processes can work at once. 1 where a process cannot safely be forked: there every one would have to
    read and parse everything by itself."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def shared_out(work: Callable[[int], Plain], pieces: int, processes: int) -> list[Plain]:
    """What `work` makes of each number from 0, in order; at most `MOST_PIECES`. What it raises is raised here.

    Each process takes the next piece that none has taken. This one works as well: what the others have worked out must
    be copied, and what it finds itself need not be. What a process leaves undone that ends early is done here.
    """
    numbers, to_numbers = os.pipe()
    os.write(to_numbers, b"".join(number.to_bytes(SIZE, "little") for number in range(pieces)))
    os.close(to_numbers)
    children = [_fork(work, numbers) for _ in range(processes - 1)]
    try:
        found = dict(_taken(work, numbers))
        for _, results in children:
            found |= _received(results)
    except BaseException:
        for child, _ in children:
            os.kill(child, SIGKILL)
        raise
    finally:
        os.close(numbers)
        for child, results in children:
            os.close(results)
            os.waitpid(child, 0)
    return [found[number] if number in found else work(number) for number in range(pieces)]


def _fork(work: Callable[[int], Plain], numbers: int) -> tuple[int, int]:
    """A child that works, and where its results can be read."""
    results, to_results = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _be_child(work, numbers, to_results, parent)
    os.close(to_results)
    return child, results


def _be_child(work: Callable[[int], Plain], numbers: int, to_results: int, parent: int) -> NoReturn:
    try:
        signal(SIGINT, SIG_IGN)  # Ctrl-C goes to all processes; the parent answers it for all
        found: list[tuple[int, Plain]] = []
        for each in _taken(work, numbers):
            found.append(each)
            if os.getppid() != parent:  # it was killed: nobody waits for the rest
                os._exit(1)
        with open(to_results, "wb") as file:
            file.write(marshal.dumps(found))
    except BaseException:  # noqa: BLE001 - whatever it is, the parent comes by it too when it does the same
        os._exit(1)
    os._exit(0)


def _taken(work: Callable[[int], Plain], numbers: int) -> Iterator[tuple[int, Plain]]:
    while taken := os.read(numbers, SIZE):
        number = int.from_bytes(taken, "little")
        yield number, work(number)


def _received(results: int) -> dict[int, Plain]:
    """The results of a child by number; none of one that ended early."""
    with open(results, "rb", closefd=False) as file:
        data = file.read()
    try:
        return dict(marshal.loads(data))
    except (EOFError, ValueError, TypeError):
        return {}
