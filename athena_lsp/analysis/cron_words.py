"""Schedules in words: `0 2 * * 1-5` is "at 02:00, Monday to Friday"."""

from __future__ import annotations

from collections.abc import Iterable

from athena_lsp.analysis.cron import CronProblem, CronSchedule, parse_cron

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MOST_TIMES = 4
"""So many times of a day are listed at most."""


def schedule_in_words(text: str) -> str:
    """When a schedule fires; empty for one that is wrong, or that would take more words than it has signs."""
    schedule = parse_cron(text)
    if isinstance(schedule, CronProblem):
        return ""
    if schedule.every:
        return f"every {_duration(schedule.every)}"
    times, days = _times(schedule), _days(schedule)
    return ", ".join(part for part in (times, days) if part) if times and days is not None else ""


def _times(schedule: CronSchedule) -> str:
    minutes, hours = schedule.minutes, schedule.hours
    if len(hours) == 24:
        if len(minutes) == 60:
            return "every minute"
        if step := _step(minutes, 60):
            return f"every {step} minutes"
        return f"every hour at :{minutes[0]:02}" if len(minutes) == 1 else ""
    if (step := _step(minutes, 60)) and len(hours) > 1 and hours == tuple(range(hours[0], hours[-1] + 1)):
        return f"every {step} minutes from {hours[0]:02}:00 to {hours[-1]:02}:{minutes[-1]:02}"
    if len(minutes) == 1 and (step := _step(hours, 24)):
        return f"every {step} hours at :{minutes[0]:02}"
    if len(minutes) * len(hours) <= MOST_TIMES:
        return "at " + _listed(f"{hour:02}:{minute:02}" for hour in hours for minute in minutes)
    return ""


def _days(schedule: CronSchedule) -> str | None:
    """The days; empty for every day, None when there are no few words for them."""
    every_weekday, every_day = len(schedule.weekdays) == 7, len(schedule.days) == 31
    months = (
        "" if len(schedule.months) == 12 else f" in {_listed(MONTHS[month - 1] for month in sorted(schedule.months))}"
    )
    if every_weekday and every_day:
        return f"every day{months}" if len(schedule.hours) < 24 or months else ""
    if every_day:
        return _weekdays(schedule.weekdays) + months
    if every_weekday:
        of = months.replace(" in ", " of ") or " of the month"
        return f"on day {_listed(str(day) for day in sorted(schedule.days))}{of}"
    return None


def _weekdays(days: frozenset[int]) -> str:
    ordered = sorted(days)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{DAYS[ordered[0]]} to {DAYS[ordered[-1]]}"
    return "on " + _listed(DAYS[day] for day in ordered)


def _step(values: tuple[int, ...], size: int) -> int:
    """The step of `*/n`, when it goes evenly into the whole; else 0."""
    step = values[1] - values[0] if len(values) > 1 else 0
    return step if step > 1 and values == tuple(range(0, size, step)) and size % step == 0 else 0


def _duration(seconds: int) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            count = seconds // size
            return unit if count == 1 else f"{count} {unit}s"
    return f"{seconds} seconds"


def _listed(words: Iterable[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
