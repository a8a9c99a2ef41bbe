"""Durations are whole seconds or a problem that says what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.analysis.durations import (
    MAX_SECONDS,
    DurationProblem,
    check_seconds,
    duration_text,
    go_text,
    parse_duration,
    parse_go_duration,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("2d", 172800),
        ("1w", 604800),
        ("1.5h", 5400),
        (".5m", 30),
        ("2 days", 172800),
        ("1 hour 5 minutes", 3900),
        ("  10 min ", 600),
        ("500ms500ms", 1),
        ("2147483647s", MAX_SECONDS),
    ],
)
def test_texts_that_are_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "kind", "suggestion"),
    [
        ("", "malformed", ""),
        ("later", "malformed", ""),
        ("h", "malformed", ""),
        ("1h later", "malformed", ""),
        ("90", "no-unit", "90s"),
        ("0", "no-unit", ""),
        ("0s", "zero", ""),
        ("-5m", "negative", "5m"),
        ("-x", "negative", ""),
        ("500ms", "sub-second", "1s"),
        ("1h500ms", "sub-second", "1h1s"),
        ("1h1ms", "sub-second", "1h"),
        ("1.5s", "sub-second", "2s"),
        ("1H", "unknown-unit", "1h"),
        ("5M", "unknown-unit", "5m"),
        ("3 fortnights", "unknown-unit", ""),
        ("2147483648s", "too-large", ""),
        ("70000w", "too-large", ""),
    ],
)
def test_texts_that_are_none(text: str, kind: str, suggestion: str) -> None:
    problem = parse_duration(text)
    assert isinstance(problem, DurationProblem)
    assert (problem.kind, problem.suggestion) == (kind, suggestion)


@pytest.mark.parametrize(("seconds", "whole"), [(1.15 * 60, 69), (0.1 * 30, 3), (2.0, 2)])
def test_floats_count_as_exactly_as_a_timedelta(seconds: float, whole: int) -> None:
    assert check_seconds(seconds) == whole


@pytest.mark.parametrize("number", [1e-9, 0, -1, 0.5, 1.25, float("nan"), float("inf"), MAX_SECONDS + 1])
def test_numbers_that_are_none(number: float) -> None:
    assert isinstance(check_seconds(number), DurationProblem)


@given(st.integers(1, MAX_SECONDS))
def test_a_printed_duration_reads_back(seconds: int) -> None:
    assert parse_duration(duration_text(seconds)) == seconds
    assert parse_go_duration(go_text(seconds)) == seconds
    assert check_seconds(seconds) == seconds
    assert check_seconds(float(seconds)) == seconds


@given(st.text(alphabet="0123456789.hmsd -+nuµwM", max_size=12) | st.text(max_size=12))
def test_every_suggestion_is_a_duration(text: str) -> None:
    found = parse_duration(text)
    if isinstance(found, DurationProblem):
        assert found.what
        assert not found.suggestion or isinstance(parse_duration(found.suggestion), int)
    else:
        assert 1 <= found <= MAX_SECONDS


@pytest.mark.parametrize(
    ("text", "suggestion"), [("1d", "24h"), ("1h 30m", "1h30m"), ("2 hours", "2h"), ("5min", "5m")]
)
def test_go_knows_fewer_units(text: str, suggestion: str) -> None:
    assert isinstance(parse_duration(text), int)
    problem = parse_go_duration(text)
    assert isinstance(problem, DurationProblem)
    assert problem.suggestion == suggestion
