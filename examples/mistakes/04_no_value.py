# A step that returns nothing has no result to hand on. Use the order alone (`after=`), or let the step return a value.

from athena_runtime import container, workflow


@container
def warm_cache(region: str) -> None:
    print(f"warming {region}")


@container
def measure(region: str, warm: bool) -> int:
    return 12 if warm else 90


@workflow
def latency(region: str = "eu") -> int:
    warm = warm_cache(region)
    return measure(region, warm)  # error: [no-value]
