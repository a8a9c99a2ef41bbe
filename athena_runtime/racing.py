"""`race`: the first of several ways to a result, within one pod."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["race"]

T = TypeVar("T")


@overload
def race(*contenders: Callable[[], Coroutine[Any, Any, T]]) -> T: ...
@overload
def race(*contenders: Callable[[], T]) -> T: ...
def race(*contenders: Callable[[], Any]) -> Any:
    """The result of the contender that returns first; all start at once, each in a thread of its own.

    A contender that raises is out. When one has won, those that are `async` are cancelled; a plain function cannot be
    stopped: it goes on until it returns or the pod ends, and its result is dropped.

    Args:
        contenders: Functions or `async` functions without required parameters: `race(primary, lambda: mirror(x))`.

    Raises:
        Exception: All contenders raised; it is the exception of the first that did.
    """
    if not contenders:
        raise ValueError("race() needs a contender")
    ends: SimpleQueue[_Lane] = SimpleQueue()
    lanes = [_Lane(contender) for contender in contenders]
    for lane in lanes:
        threading.Thread(target=copy_context().run, args=(lane.run, ends), daemon=True).start()
    failures: list[BaseException] = []
    for _ in lanes:
        end = ends.get()
        if end.error is None:
            for lane in lanes:
                lane.stop()
            return end.result
        failures.append(end.error)
    raise failures[0]


@dataclass(slots=True, eq=False)
class _Lane:
    """One contender in its thread, and how it ended."""

    contender: Callable[[], Any]
    result: Any = None
    error: BaseException | None = None
    loop: asyncio.AbstractEventLoop | None = None
    task: asyncio.Task[Any] | None = None
    stopped: bool = False

    def run(self, ends: SimpleQueue[_Lane]) -> None:
        try:
            result = self.contender()
            self.result = asyncio.run(self._follow(result)) if asyncio.iscoroutine(result) else result
        except BaseException as error:  # noqa: BLE001 (the thread that waits raises it)
            self.error = error
        ends.put(self)

    async def _follow(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        self.task = asyncio.ensure_future(coroutine)
        self.loop = asyncio.get_running_loop()
        # Here the loop is set before `stopped` is read, in `stop` the other way round: one of the two always cancels.
        if self.stopped:
            self.task.cancel()
        return await self.task

    def stop(self) -> None:
        """Cancels an `async` contender; called from the thread that waits."""
        self.stopped = True
        if self.loop is not None and self.task is not None:
            with suppress(RuntimeError):  # the loop is closed: the contender is over
                self.loop.call_soon_threadsafe(self.task.cancel)
