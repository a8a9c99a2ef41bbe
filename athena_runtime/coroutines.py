"""Running the coroutine of an `async def` container to its end."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["complete"]

T = TypeVar("T")


def complete(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; where an event loop runs already, it is computed in a thread while that loop waits."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    context = copy_context()
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: context.run(asyncio.run, coroutine)).result()
