"""Long work in turns with messages, and what is done in quiet moments."""

from __future__ import annotations

import asyncio

import pytest

from athena_lsp.ide.steps import Steps, finish
from athena_lsp.server import idle
from athena_lsp.server.idle import Turns
from athena_lsp.server.pump import Inbox, Message


def counting(to: int, done: list[int]) -> Steps[str]:
    try:
        for number in range(to):
            done.append(number)
            yield
    finally:
        done.append(-1)
    return "all"


@pytest.fixture(autouse=True)
def _short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every slice is one step."""
    monkeypatch.setattr(idle, "SLICE", 0.0)


def test_work_gives_its_answer() -> None:
    done: list[int] = []

    async def work() -> str:
        return await Turns(Inbox(asyncio.get_running_loop())).take(counting(3, done))

    assert asyncio.run(work()) == finish(counting(3, [])) == "all"
    assert done == [0, 1, 2, -1]


def test_messages_are_handled_in_between() -> None:
    done: list[int] = []

    async def work() -> None:
        inbox = Inbox(asyncio.get_running_loop())
        turns = Turns(inbox)
        asked = asyncio.ensure_future(turns.take(counting(1000, done)))
        await asyncio.sleep(0)
        inbox.put(Message({"method": "first"}))
        inbox.put(Message({"method": "second"}))
        before = len(done)
        await inbox.next()
        await asyncio.sleep(0)
        await inbox.next()
        assert len(done) <= before + 1, "nothing is done while messages wait"
        assert await asked == "all"
        assert turns.at_work == 0

    asyncio.run(work())


def test_work_that_is_given_up_is_closed() -> None:
    done: list[int] = []

    class ChangedError(Exception):
        pass

    def between() -> None:
        raise ChangedError

    async def work() -> None:
        turns = Turns(Inbox(asyncio.get_running_loop()))
        with pytest.raises(ChangedError):
            await turns.take(counting(1000, done), between)
        assert done[-1] == -1
        cancelled = asyncio.ensure_future(turns.take(counting(1000, done)))
        await asyncio.sleep(0)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        assert done[-1] == -1
        assert turns.at_work == 0

    asyncio.run(work())
