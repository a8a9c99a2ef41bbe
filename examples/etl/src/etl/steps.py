"""The containers: each runs in a pod of its own."""

import csv
from datetime import timedelta

from athena_runtime import Artifact, Resources, Retry, container
from etl.model import Batch, Order, Region, Summary, Total
from etl.site import orders_file, signature


@container(retry=Retry(limit=3, backoff="30s", factor=2), timeout=timedelta(minutes=10))
def extract(day: str) -> Artifact[Batch]:
    """Read the day's orders."""
    with orders_file(day).open(newline="") as lines:
        orders = [Order(row["number"], Region(row["region"]), int(row["cents"])) for row in csv.DictReader(lines)]
    return Batch(day, orders)


@container
def regions_of(batch: Artifact[Batch]) -> list[Region]:
    """The regions that ordered anything, in a fixed order."""
    return sorted({order.region for order in batch.orders}, key=lambda region: region.value)


@container(resources=Resources(cpu="500m", memory="256Mi"), labels={"region": "{region}"})
def add_up(batch: Artifact[Batch], region: Region) -> Total:
    """What one region ordered."""
    cents = [order.cents for order in batch.orders if order.region is region]
    return Total(region, len(cents), sum(cents))


@container
def summarise(day: str, totals: list[Total]) -> Summary:
    """The day as a whole."""
    return Summary(day, sum(total.orders for total in totals), sum(total.cents for total in totals))


@container
def publish(summary: Summary) -> str:
    """Write the signed report to the log, where the accountants find it."""
    text = f"{summary.day}: {summary.orders} orders, {summary.cents / 100:.2f}"
    signed = signature(text)
    print(text, signed)
    return signed


@container
def quarantine(day: str, problems: list[str]) -> str:
    """Say why there is no report."""
    print(f"{day} is not published: {'; '.join(problems)}")
    return ""


@container
def say_goodbye() -> None:
    """Runs at the very end, however the run ended."""
    print("done")
