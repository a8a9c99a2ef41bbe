"""The nightly run: `athena emit src/etl/flow.py` prints it as WorkflowTemplates and a CronWorkflow."""

from athena_runtime import Cron, Ttl, workflow
from etl.model import Summary
from etl.quality import inspect
from etl.steps import add_up, extract, publish, quarantine, regions_of, say_goodbye, summarise


@workflow(
    schedule=Cron("0 2 * * *", timezone="Europe/Paris", overlap="forbid"),
    on_exit_if_root=say_goodbye,
    ttl_if_root=Ttl(after_completion="168h"),
)
def nightly(day: str = "2024-01-31") -> Summary:
    """Publish the sum of a day's orders.

    Regions are added up in parallel; a batch that fails its checks is put aside.
    """
    batch = extract(day)
    verdict = inspect(batch)
    totals = [add_up(batch, region) for region in regions_of(batch)]
    summary = summarise(day, totals)
    if verdict.good:
        publish(summary)
    else:
        quarantine(day, verdict.problems)
    return summary
