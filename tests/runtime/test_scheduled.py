"""`Scheduled()` in a local run is the time of the call."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

from athena_runtime import Scheduled, container, workflow


@container
def stamp(at: datetime, shift: int) -> datetime:
    return at + timedelta(0 * shift)


@workflow
def nightly(shift: int = 0, at: datetime = Scheduled()) -> datetime:
    return stamp(at, shift)


def test_a_call_gets_its_own_time() -> None:
    before = datetime.now(UTC)
    found = nightly()
    assert before <= found <= datetime.now(UTC)
    assert nightly(1) >= found


def test_a_given_time_counts() -> None:
    when = datetime(2026, 1, 31, tzinfo=UTC)
    assert nightly(at=when) == when
    assert nightly(1, when) == when


def test_it_is_a_datetime() -> None:
    now = Scheduled()
    assert now + timedelta(hours=1) > now
    assert pickle.loads(pickle.dumps(now)) == now
