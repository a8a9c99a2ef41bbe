"""A workflow with two timetables (Argo's cron-workflow-multiple-schedules)."""

from athena_runtime import Cron, container, workflow


@workflow(
    schedule=[
        Cron("0 6 * * 1-5", timezone="Europe/Berlin", overlap="forbid", starting_deadline="10m"),
        Cron("0 10 * * 6,0", timezone="Europe/Berlin", overlap="replace"),
    ]
)
def newspaper(edition: str = "morning") -> str:
    return deliver(edition)


@container
def deliver(edition: str) -> str:
    return f"the {edition} paper is here"
