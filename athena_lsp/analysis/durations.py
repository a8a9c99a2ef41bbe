"""Durations as users write them, read as whole seconds: what Argo counts in (`activeDeadlineSeconds`, `timeout`)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

from athena_lsp.recent import recent
from athena_lsp.records import dataclass

MAX_SECONDS = 2**31 - 1
"""The largest that every one of Argo's fields takes: they are 32-bit integers, or Go durations."""

UNITS: dict[str, Fraction] = {
    **dict.fromkeys(("ns", "nanosecond", "nanoseconds"), Fraction(1, 10**9)),
    **dict.fromkeys(("us", "µs", "μs", "microsecond", "microseconds"), Fraction(1, 10**6)),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), Fraction(1, 1000)),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), Fraction(3600)),
    **dict.fromkeys(("d", "day", "days"), Fraction(86400)),
    **dict.fromkeys(("w", "week", "weeks"), Fraction(604800)),
}
"""Seconds in each unit."""

GO_UNITS = frozenset({"ns", "us", "µs", "μs", "ms", "s", "m", "h"})
"""What Go's `time.ParseDuration` knows: no days."""

PART = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([^\W\d_]+)\s*")


@dataclass(frozen=True, slots=True)
class DurationProblem:
    """Why something is no duration: `what` says so in a phrase after the text; `suggestion` is the nearest one."""

    kind: Literal["malformed", "no-unit", "unknown-unit", "sub-second", "zero", "negative", "too-large"]
    what: str
    suggestion: str = ""


@recent(256)
def parse_duration(text: str) -> int | DurationProblem:
    """The seconds of a text such as `90s`, `1h30m`, `1.5h` or `2 days`: whole, above 0, at most MAX_SECONDS."""
    exact = _parse(text)
    return exact if isinstance(exact, DurationProblem) else check_seconds(exact)


def parse_go_duration(text: str) -> int | DurationProblem:
    """The same for text that Argo hands to Go as it stands (`@every 90m`): no days, no weeks, no words."""
    seconds = parse_duration(text)
    if isinstance(seconds, DurationProblem):
        return seconds
    matches = list(PART.finditer(text))
    foreign = next((match[2] for match in matches if match[2] not in GO_UNITS), "")
    if foreign:
        return DurationProblem("unknown-unit", f"has the unit `{foreign}`, which Go does not know", go_text(seconds))
    if re.search(r"\s", text):
        return DurationProblem("malformed", "has a space in it, which Go does not read", go_text(seconds))
    return seconds


def check_seconds(seconds: int | float | Fraction) -> int | DurationProblem:
    """The same number as a duration in seconds, or what is wrong with it."""
    if seconds != seconds or seconds in (float("inf"), float("-inf")):
        return DurationProblem("malformed", "is not a number of seconds")
    if seconds < 0:
        return DurationProblem("negative", "is negative", duration_text(max(1, int(-seconds))))
    if seconds == 0 or (isinstance(seconds, float) and round(seconds * 10**6) == 0):
        return DurationProblem("zero", "is no time at all")
    if seconds > MAX_SECONDS:
        return DurationProblem("too-large", f"is more than {MAX_SECONDS} seconds, about 68 years")
    # A float has the precision that a `timedelta` has.
    exact = Fraction(round(seconds * 10**6), 10**6) if isinstance(seconds, float) else Fraction(seconds)
    if exact.denominator == 1:
        return int(exact)
    nearest = max(1, int(exact + Fraction(1, 2)))
    what = "is less than a second" if exact < 1 else "is not a whole number of seconds"
    return DurationProblem("sub-second", what, duration_text(nearest))


def duration_text(seconds: int) -> str:
    """The shortest usual text of a number of seconds: 5400 is `1h30m`."""
    return _text(seconds, (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)))


def go_text(seconds: int) -> str:
    """The same in Go's units: two days are `48h`."""
    return _text(seconds, (("h", 3600), ("m", 60), ("s", 1)))


def _text(seconds: int, units: tuple[tuple[str, int], ...]) -> str:
    parts = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts) or "0s"


def _parse(text: str) -> Fraction | DurationProblem:
    stripped = text.strip()
    if not stripped:
        return DurationProblem("malformed", "is empty")
    if re.fullmatch(r"\d+", stripped):
        return DurationProblem("no-unit", "has no unit", f"{int(stripped)}s" if int(stripped) else "")
    if stripped.startswith("-"):
        rest = _parse(stripped[1:])
        suggestion = duration_text(int(rest)) if isinstance(rest, Fraction) and rest >= 1 else ""
        return DurationProblem("negative", "is negative", suggestion)
    total = Fraction(0)
    position = 0
    while position < len(stripped):
        match = PART.match(stripped, position)
        if match is None:
            return DurationProblem("malformed", "is not a number with a unit, or several", _lower_case(stripped))
        if match[2] not in UNITS:
            return DurationProblem("unknown-unit", f"has the unknown unit `{match[2]}`", _lower_case(stripped))
        total += Fraction(match[1]) * UNITS[match[2]]
        position = match.end()
    return total


def _lower_case(text: str) -> str:
    """The text in lower case when that makes it right: `5M` may mean minutes, `1H` an hour."""
    lowered = text.lower()
    if lowered == text:
        return ""
    exact = _parse(lowered)
    seconds = exact if isinstance(exact, DurationProblem) else check_seconds(exact)
    return "" if isinstance(seconds, DurationProblem) else duration_text(seconds)
