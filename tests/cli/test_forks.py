"""Work that is shared with forked processes gives what one process gives, whatever happens to the others."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from athena_lsp.cli.forks import MOST_PIECES, processors, shared_out

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("pieces", [0, 1, 7, MOST_PIECES])
def test_every_piece_is_done_once_and_in_order(pieces: int, processes: int) -> None:
    assert shared_out(lambda number: [number, "ä" * (number % 3)], pieces, processes) == [
        [number, "ä" * (number % 3)] for number in range(pieces)
    ]


def test_others_work_as_well() -> None:
    def work(_: int) -> int:
        time.sleep(0.002)
        return os.getpid()

    assert len(set(shared_out(work, 200, 3))) > 1
    assert processors() >= 1


def test_what_a_process_leaves_undone_is_done_here() -> None:
    parent = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != parent:
            os._exit(9)
        return number * 2

    assert shared_out(work, 50, 3) == [number * 2 for number in range(50)]


def test_a_result_that_cannot_travel_is_made_here() -> None:
    results = shared_out(lambda number: {number, frozenset({number})} if number else object, 20, 2)
    assert results[1:] == [{number, frozenset({number})} for number in range(1, 20)]
    assert results[0] is object


def test_what_the_work_raises_is_raised_and_no_process_stays() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise LookupError("3")
        return number

    with pytest.raises(LookupError, match="3"):
        shared_out(work, 30, 3)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_process_ends_when_the_one_that_forked_it_is_gone(tmp_path: Path) -> None:
    def work(number: int) -> int:
        (tmp_path / str(os.getpid())).touch()
        time.sleep(0.01)
        return number

    middle = os.fork()
    if middle == 0:
        shared_out(work, MOST_PIECES, 2)
        os._exit(0)
    while len(others := [int(path.name) for path in tmp_path.iterdir() if path.name != str(middle)]) < 1:
        time.sleep(0.01)
    os.kill(middle, signal.SIGKILL)
    os.waitpid(middle, 0)
    until = time.monotonic() + 20
    while _runs(others[0]) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _runs(others[0])


def _runs(process: int) -> bool:
    """Whether a process is there, and not only its exit code, which nobody has asked for."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
