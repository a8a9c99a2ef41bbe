"""Times and durations in expressions: `now`, `date`, `duration`, and the durations of manifests."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from athena_lsp.engine.values import Duration, Time, Value, ValueProblem, kind

UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
PART = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
LAYOUTS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%H:%M:%S")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def parse_duration(text: str) -> int | None:
    """The nanoseconds of a Go duration such as `1h30m`; None for what is none."""
    sign, bare = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    if bare == "0":
        return 0
    total, position = 0.0, 0
    for part in PART.finditer(bare):
        if part.start() != position:
            return None
        total += float(part[1]) * UNITS[part[2]]
        position = part.end()
    return sign * int(total) if bare and position == len(bare) else None


def seconds_of(text: str) -> float | None:
    """The seconds of a duration in a manifest: Go's, or a bare number of seconds."""
    if re.fullmatch(r"[+-]?[0-9]+", text):
        return float(text)
    nanoseconds = parse_duration(text)
    return None if nanoseconds is None else nanoseconds / 1e9


def duration(text: Value) -> Value:
    nanoseconds = parse_duration(text) if isinstance(text, str) else None
    if nanoseconds is None:
        raise ValueProblem(f"time: invalid duration {text!r}")
    return Duration(nanoseconds)


def now() -> Value:
    return Time(datetime.now(UTC))


def date(text: Value, *more: Value) -> Value:
    """Of the layouts that Go knows, those of ISO 8601; others are refused before a run."""
    if not isinstance(text, str):
        raise ValueProblem(f"`date` takes a string, not {kind(text)}")
    if more:
        raise ValueProblem("`date` with a layout is not known to the local engine")
    if RFC3339.fullmatch(text):
        return Time(datetime.fromisoformat(text))
    for layout in LAYOUTS:
        try:
            return Time(datetime.strptime(text, layout).replace(tzinfo=UTC))
        except ValueError:
            continue
    raise ValueProblem(f"invalid date {text}")


def timezone(_: Value) -> Value:
    raise ValueProblem("`timezone` is not known to the local engine")
