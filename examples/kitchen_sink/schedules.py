"""Workflows that the cluster submits by itself."""

from datetime import datetime

from athena_runtime import Cron, Event, Scheduled, container, workflow


@workflow(
    schedule=[
        Cron("0 2 * * mon-fri", timezone="Europe/Paris", overlap="forbid", starting_deadline="1h"),
        Cron("30 4 1,15 * *", timezone="America/New_York", overlap="replace", suspend=True),
        Cron("@every 6h", overlap="allow"),
    ]
)
def refresh(tables: int = 12) -> int:
    """Every weekday's night, twice a month, and every six hours."""
    return rebuild(tables)


@workflow(schedule=Cron("@weekly", timezone="UTC"))
def archive(days: int = 30) -> int:
    """One timetable needs no list."""
    return rebuild(days)


@workflow(
    schedule=[Cron("@daily", arguments={"days": 1}), Cron("@monthly", arguments={"days": 31})],
    on=Event('discriminator == "sweep"', arguments={"days": "payload.days"}),
)
def sweep(days: int, at: datetime = Scheduled()) -> str:
    """Two timetables with values of their own, and an event; the time is the one for which a run was due."""
    return note(days, at)


@container
def note(days: int, at: datetime) -> str:
    """What was swept."""
    return f"{days} days up to {at:%Y-%m-%d}"


@container
def rebuild(count: int) -> int:
    """What both do."""
    return count + 1
