"""A sub-workflow is tried again as a whole (Argo's retry-with-steps)."""

from athena_runtime import container, workflow


@workflow
def ship_order(order: str = "A-17") -> str:
    return pick_and_pack(order)


@workflow(retry=2)
def pick_and_pack(order: str) -> str:
    return pack(pick(order))


@container
def pick(order: str) -> list[str]:
    return [f"{order}/{part}" for part in ("box", "lid")]


@container
def pack(parts: list[str]) -> str:
    return " + ".join(parts)
