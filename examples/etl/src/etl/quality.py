"""The checks of a batch: a workflow of its own, which others call like a step."""

from athena_runtime import Artifact, container, workflow
from etl.model import Batch, Verdict


@workflow
def inspect(batch: Artifact[Batch]) -> Verdict:
    """Look at a batch from two sides at once."""
    return judge(count_duplicates(batch), count_negatives(batch))


@container
def count_duplicates(batch: Artifact[Batch]) -> int:
    """Orders whose number has been seen before."""
    return len(batch.orders) - len({order.number for order in batch.orders})


@container
def count_negatives(batch: Artifact[Batch]) -> int:
    """Orders that would pay the customer."""
    return sum(order.cents < 0 for order in batch.orders)


@container
def judge(duplicates: int, negatives: int) -> Verdict:
    """Both counts as one verdict."""
    counts = {"orders counted twice": duplicates, "orders below zero": negatives}
    problems = [f"{count} {what}" for what, count in counts.items() if count]
    return Verdict(not problems, problems)
