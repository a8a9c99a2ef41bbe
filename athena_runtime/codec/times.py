"""The JSON forms of dates, times and spans of time: ISO 8601, read alike by every Python."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from athena_runtime.codec.form import CodecError
from athena_runtime.codec.written import Text

__all__ = ["TIMES", "duration_text"]

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<zh>[0-9]{2}):?(?P<zm>[0-9]{2})(?::(?P<zs>[0-9]{2})(?:\.(?P<zf>[0-9]+))?)?)?"
)
_DURATION = re.compile(
    r"(?P<sign>[+-])?P(?=[0-9T])(?:(?P<weeks>[0-9]+)W)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?"
    r"(?:(?P<seconds>[0-9]+)(?:[.,](?P<fraction>[0-9]+))?S)?)?"
)
_FINEST = 6
"""Digits behind the point: Python's times are counted in microseconds."""


def duration_text(span: timedelta) -> str:
    """A span of time in ISO 8601, as seconds: `PT5400.5S`."""
    total = (span.days * 86400 + span.seconds) * 10**_FINEST + span.microseconds
    whole, fraction = divmod(abs(total), 10**_FINEST)
    part = f".{fraction:0{_FINEST}}".rstrip("0") if fraction else ""
    return f"{'-' if total < 0 else ''}PT{whole}{part}S"


def _read_duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise CodecError("ISO 8601, such as PT90S")
    names = ("weeks", "days", "hours", "minutes", "seconds")
    parts = {name: int(found[name] or 0) for name in names}
    span = timedelta(**parts, microseconds=_microseconds(found["fraction"]))
    return -span if found["sign"] == "-" else span


def _read_date(text: str) -> date:
    found = _DATE.fullmatch(text)
    if found is None:
        raise CodecError("such as 2026-01-31")
    return date(*map(int, found.groups()))


def _read_time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise CodecError("such as 23:59:00")
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    return time(hour, minute, second, _microseconds(found["fraction"]), _zone(found))


def _read_datetime(text: str) -> datetime:
    day, separator, clock = text[:10], text[10:11], text[11:]
    if not _DATE.fullmatch(day) or separator not in ("T", "t", " ") or not _TIME.fullmatch(clock):
        raise CodecError("such as 2026-01-31T23:59:00Z")
    return datetime.combine(_read_date(day), _read_time(clock))


def _zone(found: re.Match[str]) -> tzinfo | None:
    if not found["zone"]:
        return None
    if found["sign"] is None:
        return timezone.utc  # noqa: UP017 (Python 3.10 has no `datetime.UTC`)
    offset = timedelta(
        hours=int(found["zh"]),
        minutes=int(found["zm"]),
        seconds=int(found["zs"] or 0),
        microseconds=_microseconds(found["zf"]),
    )
    return timezone(-offset if found["sign"] == "-" else offset)


def _microseconds(fraction: str | None) -> int:
    digits = (fraction or "").rstrip("0")
    if len(digits) > _FINEST:
        raise CodecError("in microseconds at the finest")
    return int(digits.ljust(_FINEST, "0"))


def _write_time(value: time) -> str:
    if value.tzinfo is not None and value.utcoffset() is None:
        raise CodecError("the zone of the time has no fixed offset from UTC")
    return value.isoformat()


TIMES = {
    datetime: Text("datetime", (datetime,), datetime.isoformat, _read_datetime),
    date: Text("date", (date,), date.isoformat, _read_date, not_kinds=(datetime,)),
    time: Text("time", (time,), _write_time, _read_time),
    timedelta: Text("timedelta", (timedelta,), duration_text, _read_duration),
}
