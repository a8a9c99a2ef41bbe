"""Workflows that the cluster submits by itself."""

from athena_runtime import Cron, container, workflow


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


@container
def rebuild(count: int) -> int:
    """What both do."""
    return count + 1
