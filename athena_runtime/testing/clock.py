"""The time of a workflow in a test: it passes by waits and by what steps are said to take, and never by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from athena_runtime.options import Duration

__all__ = ["Clock", "moment", "seconds"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_NAMES = {"sec": "s", "second": "s", "min": "m", "minute": "m", "hr": "h", "hour": "h", "day": "d", "week": "w"}
_PART = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]+)\s*", re.IGNORECASE)


class Clock:
    """A time that is made up: `Clock("2024-03-31T01:30:00+01:00")`. Waits pass at once, and every run is the same."""

    def __init__(self, start: datetime | str | None = None) -> None:
        """A clock that shows `start`, by default the time of this machine; without a zone it is UTC."""
        self.start = datetime.now(timezone.utc) if start is None else moment(start)  # noqa: UP017 (as in pods)
        """What it showed in the beginning."""
        self.now = self.start
        """What it shows."""

    @property
    def passed(self) -> timedelta:
        """How much time has passed."""
        return self.now - self.start

    def wait(self, duration: Duration) -> None:
        """Time passes: `"2h"`, seconds, or a `timedelta`."""
        self.now += timedelta(seconds=seconds(duration))

    def wait_until(self, time: datetime | str) -> None:
        """Time passes, unless that is past."""
        self.now = max(self.now, moment(time))

    def __repr__(self) -> str:
        return f"Clock({self.now.isoformat()!r})"


def moment(time: datetime | str) -> datetime:
    """A point in time; without a zone it is UTC. Raises ValueError."""
    try:
        # Python 3.10 does not read the `Z`.
        found = datetime.fromisoformat(time.replace("Z", "+00:00")) if isinstance(time, str) else time  # noqa: FURB162
    except ValueError:
        raise ValueError(f"`{time}` is no time: write it as `2024-03-31T01:30:00+01:00`") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=timezone.utc)  # noqa: UP017


def seconds(duration: Duration) -> float:
    """The seconds of a duration as decorators take them. Raises ValueError."""
    if isinstance(duration, timedelta):
        return duration.total_seconds()
    if not isinstance(duration, str):
        return float(duration)
    parts = list(_PART.finditer(duration))
    if not parts or "".join(part[0] for part in parts) != duration:
        raise ValueError(f"`{duration}` is no duration: write it as `90s`, `1h30m` or `2d`")
    return sum(float(part[1]) * _unit(part[2].lower(), duration) for part in parts)


def _unit(name: str, duration: str) -> int:
    name = name if name in _UNITS else _NAMES.get(name, _NAMES.get(name.removesuffix("s"), ""))
    if not name:
        raise ValueError(f"`{duration}` is no duration: units are s, m, h, d and w")
    return _UNITS[name]
