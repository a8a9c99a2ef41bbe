"""The time of a test: durations are read as the compiler reads them, and points in time have a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.analysis.durations import UNITS, DurationProblem, parse_duration
from athena_runtime.testing import Clock
from athena_runtime.testing.clock import seconds

LONG = [unit for unit, size in UNITS.items() if size >= 1]
TEXTS = st.lists(st.tuples(st.integers(0, 999), st.sampled_from(LONG), st.sampled_from(["", " "])), min_size=1)


@given(TEXTS)
def test_durations_are_what_the_compiler_takes_them_for(parts: list[tuple[int, str, str]]) -> None:
    text = " ".join(f"{number}{space}{unit}" for number, unit, space in parts)
    known = parse_duration(text)
    if not isinstance(known, DurationProblem):
        assert seconds(text) == known
        assert seconds(timedelta(seconds=known)) == seconds(known) == known


@pytest.mark.parametrize("text", ["", "h", "2", "2 hourz", "1h30", "-1h", "soon"])
def test_what_is_no_duration_is_an_error(text: str) -> None:
    assert isinstance(parse_duration(text), DurationProblem)
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)


def test_time_passes_by_waits_alone() -> None:
    clock = Clock("2024-03-31T00:30:00Z")
    clock.wait("1h30m")
    clock.wait_until("2024-03-31T01:00:00Z")
    assert clock.now == datetime(2024, 3, 31, 2, tzinfo=UTC)
    clock.wait_until(datetime(2024, 4, 1))  # noqa: DTZ001 (without a zone it is UTC)
    assert clock.passed == timedelta(hours=23, minutes=30)
    assert Clock("2024-04-01").now == clock.now
    with pytest.raises(ValueError, match="`noon` is no time: write it as"):
        Clock("noon")
