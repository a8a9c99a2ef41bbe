"""Cron expressions as Argo reads them (robfig/cron, standard parser): five fields, or `@daily` and its like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from athena_lsp.analysis.durations import DurationProblem, parse_go_duration
from athena_lsp.records import dataclass
from athena_lsp.text import Span

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
LONGEST_MONTH = {**dict.fromkeys(range(1, 13), 31), 2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
HORIZON = timedelta(days=366 * 8 + 3)
"""A leap day comes at least once in eight years."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One of the five fields: what it counts and from where to where; `names` stand for numbers from `low` on."""

    title: str
    low: int
    high: int
    names: tuple[str, ...] = ()


FIELDS = (
    FieldRule("minute", 0, 59),
    FieldRule("hour", 0, 23),
    FieldRule("day of the month", 1, 31),
    FieldRule("month", 1, 12, MONTHS),
    FieldRule("day of the week", 0, 6, WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """When a schedule fires; weekdays count from Sunday, 0. `every`: seconds between runs, for `@every`, else 0."""

    minutes: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    both_days: bool = True
    """A day must fit the month's field and the week's; when neither begins with `*`, one of them is enough."""
    every: int = 0


@dataclass(frozen=True, slots=True)
class CronProblem:
    """Why a text is no schedule: `what` in a phrase, the place in the text, and the nearest right text, if evident."""

    what: str
    span: Span
    suggestion: str = ""


def parse_cron(text: str) -> CronSchedule | CronProblem:
    """A schedule such as `0 2 * * 1-5`, `@daily` or `@every 90m`."""
    whole = Span(0, len(text))
    if not text.strip():
        return CronProblem("the schedule is empty", whole)
    if text.startswith(("TZ=", "CRON_TZ=")):
        zone, _, rest = text.partition(" ")
        return CronProblem("the time zone stands in the schedule", Span(0, len(zone)), rest.strip())
    if text.startswith("@"):
        return _descriptor(text)
    words = [(match[0], Span(*match.span())) for match in re.finditer(r"\S+", text)]
    if len(words) != 5:
        return _wrong_count(words, whole)
    sets: list[frozenset[int]] = []
    for rule, (word, span) in zip(FIELDS, words, strict=True):
        values = _field(rule, word, span)
        if isinstance(values, CronProblem):
            return values
        sets.append(values)
    starred = any(word[0] in "*?" for word, _ in (words[2], words[4]))
    if starred and min(sets[2]) > max(LONGEST_MONTH[month] for month in sets[3]):
        return CronProblem(f"no such month has {min(sets[2])} days, so it never fires", words[2][1])
    return CronSchedule(tuple(sorted(sets[0])), tuple(sorted(sets[1])), sets[2], sets[3], sets[4], starred)


def upcoming(schedule: CronSchedule, after: datetime) -> Iterator[datetime]:
    """The times at which it fires after `after`, earliest first, in the time zone of `after`, which must have one.

    As Argo does, times that a change of clocks leaves out are skipped.
    """
    if schedule.every:
        time = after.replace(microsecond=0)
        while True:
            time += timedelta(seconds=schedule.every)
            yield time
    day = after.replace(hour=0, minute=0, second=0, microsecond=0)
    last = day.replace(tzinfo=None) + HORIZON
    while day.replace(tzinfo=None) < last:
        if _fits(schedule, day):
            for hour in schedule.hours:
                for minute in schedule.minutes:
                    time = day.replace(hour=hour, minute=minute)
                    if time > after and _exists(time):
                        yield time
        day += timedelta(days=1)


def _exists(time: datetime) -> bool:
    shown = time.astimezone(UTC).astimezone(time.tzinfo)
    return (shown.hour, shown.minute) == (time.hour, time.minute)


def _fits(schedule: CronSchedule, day: datetime) -> bool:
    in_month = day.day in schedule.days
    in_week = day.isoweekday() % 7 in schedule.weekdays
    return day.month in schedule.months and (in_month and in_week if schedule.both_days else in_month or in_week)


def _descriptor(text: str) -> CronSchedule | CronProblem:
    name, _, rest = text.partition(" ")
    whole = Span(0, len(text))
    if name == "@every":
        seconds = parse_go_duration(rest)
        if isinstance(seconds, DurationProblem):
            suggestion = f"@every {seconds.suggestion}" if seconds.suggestion else ""
            return CronProblem(f"the duration `{rest}` {seconds.what}", Span(min(len(text), 7), len(text)), suggestion)
        return CronSchedule(every=seconds)
    if text in DESCRIPTORS:
        return parse_cron(DESCRIPTORS[text])
    if text == "@reboot":
        return CronProblem("a cluster has no `@reboot`", whole)
    lowered = text.strip().lower()
    return CronProblem(f"`{text}` is unknown", whole, lowered if lowered in DESCRIPTORS else "")


def _wrong_count(words: list[tuple[str, Span]], whole: Span) -> CronProblem:
    if len(words) == 6:
        what = "it has 6 fields, and Argo's schedules have no seconds: 5 fields"
        return CronProblem(what, words[0][1], " ".join(word for word, _ in words[1:]))
    return CronProblem(f"it has {len(words)} {'field' if len(words) == 1 else 'fields'} instead of 5", whole)


def _field(rule: FieldRule, word: str, span: Span) -> frozenset[int] | CronProblem:
    values: set[int] = set()
    for part in word.split(","):
        found = _part(rule, part)
        if isinstance(found, str):
            return CronProblem(found, span)
        values.update(found)
    return frozenset(values)


def _part(rule: FieldRule, part: str) -> range | str:
    """The numbers of one part of a list, or what is wrong with it."""
    bounds, slash, step_text = part.partition("/")
    step = 1
    if slash:
        if not (step_text.isascii() and step_text.isdecimal()):
            return f"the step `{step_text}` of the {rule.title} is not a number"
        step = int(step_text)
        if step == 0:
            return f"the step of the {rule.title} is 0"
    if bounds in ("*", "?"):
        return range(rule.low, rule.high + 1, step)
    low_text, dash, high_text = bounds.partition("-")
    low = _number(rule, low_text)
    if isinstance(low, str):
        return low
    high = _number(rule, high_text) if dash else (rule.high if slash else low)
    if isinstance(high, str):
        return high
    if high < low:
        return f"the range `{bounds}` of the {rule.title} ends before it begins"
    return range(low, high + 1, step)


def _number(rule: FieldRule, text: str) -> int | str:
    if text.lower() in rule.names:
        return rule.low + rule.names.index(text.lower())
    if not (text.isascii() and text.isdecimal()):
        return f"`{text}` is no {rule.title}"
    number = int(text)
    if not rule.low <= number <= rule.high:
        hint = ", and Sunday is 0" if rule.title == "day of the week" and number == 7 else ""
        return f"the {rule.title} {number} is outside {rule.low} to {rule.high}{hint}"
    return number
