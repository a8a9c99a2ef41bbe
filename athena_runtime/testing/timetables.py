"""When the timetables of a workflow start it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from athena_runtime.testing.clock import Clock, moment
from athena_runtime.testing.emitted import target_of
from athena_runtime.testing.processes import athena

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

__all__ = ["upcoming"]


def upcoming(
    workflow: Callable[..., Any] | str,
    /,
    after: datetime | str | Clock,
    count: int = 5,
    *,
    folder: str | os.PathLike[str] = ".",
) -> list[datetime]:
    """The next times at which a workflow's timetables start it, in their time zones.

    Args:
        workflow: The function, or what `athena schedule` takes.
        after: The time after which to look, or the clock that shows it; without a zone it is UTC.
        count: How many times.
        folder: The working directory, from which a text is looked up.

    Raises:
        ValueError: The workflow cannot be found or has errors; the message is athena's.
    """
    target = workflow if isinstance(workflow, str) else target_of(workflow)
    begin = after.now if isinstance(after, Clock) else moment(after)
    told = athena(("schedule", target, "--json", f"--after={begin.isoformat()}", f"--count={count}"), folder)
    if told.code != 0:
        raise ValueError(told.err.strip() or f"athena ended with exit code {told.code}")
    return [datetime.fromisoformat(text) for text in json.loads(told.out)]
