"""The nightly run: `athena emit src/etl/flow.py` prints it as WorkflowTemplates and a CronWorkflow."""

from athena_runtime import Cron, Ttl, workflow
from etl.model import Region, Summary
from etl.quality import inspect
from etl.steps import add_up, extract, publish, say_goodbye, summarise


@workflow(
    schedule=Cron("0 2 * * *", timezone="Europe/Paris", overlap="forbid"),
    on_exit_if_root=say_goodbye,
    ttl_if_root=Ttl(after_completion="7d"),
)
def nightly(day: str = "2024-01-31") -> Summary:
    """Publish the sum of a day's orders.

    The checks and both regions run in parallel: they need the batch and nothing of each other.
    """
    batch = extract(day)
    verdict = inspect(batch)
    europe = add_up(batch, Region.EU)
    america = add_up(batch, Region.US)
    summary = summarise(day, europe, america)
    publish(summary, verdict.problems)
    return summary
