"""The containers: each runs in a pod of its own."""

import csv
from datetime import timedelta

from athena_runtime import Artifact, PermanentError, Resources, Retry, container
from etl.model import Batch, Order, Region, Summary, Total
from etl.site import orders_file, signature


@container(retry=Retry(limit=3, backoff="30s", factor=2), timeout=timedelta(minutes=10))
def extract(day: str) -> Artifact[Batch]:
    """Read the day's orders."""
    with orders_file(day).open(newline="") as lines:
        orders = [Order(row["number"], Region(row["region"]), int(row["cents"])) for row in csv.DictReader(lines)]
    return Batch(day, orders)


@container(resources=Resources(cpu="500m", memory="256Mi"), labels={"region": "{region}"})
def add_up(batch: Artifact[Batch], region: Region) -> Total:
    """What one region ordered."""
    cents = [order.cents for order in batch.orders if order.region is region]
    return Total(region, len(cents), sum(cents))


@container
def summarise(day: str, europe: Total, america: Total) -> Summary:
    """The day as a whole."""
    return Summary(day, europe.orders + america.orders, europe.cents + america.cents)


@container
def publish(summary: Summary, problems: list[str]) -> str:
    """Write the signed report to the log, where the accountants find it, or say why there is none."""
    if problems:
        raise PermanentError(f"{summary.day} is not published: {'; '.join(problems)}")
    text = f"{summary.day}: {summary.orders} orders, {summary.cents / 100:.2f}"
    signed = signature(text)
    print(text, signed)
    return signed


@container
def say_goodbye() -> None:
    """Runs at the very end, however the run ended."""
    print("done")
