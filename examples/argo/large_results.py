"""A result too large for a parameter goes through object storage (Argo's handle-large-output-results)."""

from athena_runtime import Artifact, container, workflow


@workflow
def crunch(rows: int = 50_000) -> int:
    return add_up(produce(rows))


@container
def produce(rows: int) -> Artifact[list[int]]:
    return list(range(rows))


@container
def add_up(numbers: Artifact[list[int]]) -> int:
    return sum(numbers)
