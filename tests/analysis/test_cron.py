"""Schedules are read as Argo reads them; what it would refuse says which field and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.analysis.cron import CronProblem, CronSchedule, parse_cron, upcoming

START = datetime(2026, 1, 30, 12, 0, tzinfo=UTC)


def schedule(text: str) -> CronSchedule:
    parsed = parse_cron(text)
    assert isinstance(parsed, CronSchedule), parsed
    return parsed


def next_times(text: str, count: int = 3, start: datetime = START) -> list[str]:
    return [f"{time:%a %Y-%m-%d %H:%M}" for time in islice(upcoming(schedule(text), start), count)]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("0 2 * * *", ["Sat 2026-01-31 02:00", "Sun 2026-02-01 02:00", "Mon 2026-02-02 02:00"]),
        ("*/30 * * * *", ["Fri 2026-01-30 12:30", "Fri 2026-01-30 13:00", "Fri 2026-01-30 13:30"]),
        ("0 0 31 * *", ["Sat 2026-01-31 00:00", "Tue 2026-03-31 00:00", "Sun 2026-05-31 00:00"]),
        ("0 0 29 feb ?", ["Tue 2028-02-29 00:00", "Sun 2032-02-29 00:00"]),
        ("0 9 * * MON-WED", ["Mon 2026-02-02 09:00", "Tue 2026-02-03 09:00", "Wed 2026-02-04 09:00"]),
        ("0 0 13 * 5", ["Fri 2026-02-06 00:00", "Fri 2026-02-13 00:00", "Fri 2026-02-20 00:00"]),
        ("15,45 6 1 * *", ["Sun 2026-02-01 06:15", "Sun 2026-02-01 06:45", "Sun 2026-03-01 06:15"]),
        ("@weekly", ["Sun 2026-02-01 00:00", "Sun 2026-02-08 00:00", "Sun 2026-02-15 00:00"]),
        ("@every 90m", ["Fri 2026-01-30 13:30", "Fri 2026-01-30 15:00", "Fri 2026-01-30 16:30"]),
    ],
)
def test_when_a_schedule_fires(text: str, times: list[str]) -> None:
    assert next_times(text, len(times)) == times


def test_a_change_of_clocks_leaves_a_time_out() -> None:
    berlin = datetime(2026, 3, 28, 0, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert next_times("30 2 * * *", 2, berlin) == ["Sat 2026-03-28 02:30", "Mon 2026-03-30 02:30"]


@pytest.mark.parametrize(
    ("text", "what", "suggestion"),
    [
        ("", "empty", ""),
        ("0 2 * *", "4 fields", ""),
        ("0", "1 field instead", ""),
        ("0 0 2 * * *", "no seconds", "0 2 * * *"),
        ("60 * * * *", "minute 60 is outside 0 to 59", ""),
        ("* 24 * * *", "hour 24 is outside", ""),
        ("* * 0 * *", "day of the month 0", ""),
        ("* * * 13 *", "month 13", ""),
        ("0 0 * * 7", "Sunday is 0", ""),
        ("0 0 * * sunday", "`sunday` is no day of the week", ""),
        ("5-2 * * * *", "ends before it begins", ""),
        ("*/0 * * * *", "step of the minute is 0", ""),
        ("*/x * * * *", "step `x`", ""),
        ("0 0 30 2 *", "never fires", ""),
        ("TZ=UTC 0 2 * * *", "time zone", "0 2 * * *"),
        ("@Daily", "unknown", "@daily"),
        ("@reboot", "no `@reboot`", ""),
        ("@every 1d", "`1d` has the unit `d`", "@every 24h"),
        ("@every", "is empty", ""),
    ],
)
def test_what_is_wrong_with_a_schedule(text: str, what: str, suggestion: str) -> None:
    problem = parse_cron(text)
    assert isinstance(problem, CronProblem)
    assert what in problem.what
    assert problem.suggestion == suggestion
    assert problem.span.end <= len(text)


@given(st.text(alphabet="0123456789*/-,? @ajn", max_size=16) | st.text(max_size=16))
def test_any_text_is_a_schedule_or_a_problem(text: str) -> None:
    found = parse_cron(text)
    if isinstance(found, CronProblem):
        assert found.what
        assert 0 <= found.span.start <= found.span.end <= len(text)
    else:
        first = next(upcoming(found, START), None)
        assert first is None or first > START


@given(st.integers(0, 59), st.integers(0, 23))
def test_a_daily_schedule_fires_within_a_day(minute: int, hour: int) -> None:
    (first,) = islice(upcoming(schedule(f"{minute} {hour} * * *"), START), 1)
    assert START < first <= START + timedelta(days=1)
    assert (first.hour, first.minute) == (hour, minute)
