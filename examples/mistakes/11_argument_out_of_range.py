# With no step at a time nothing ever runs. Numbers have their ranges, and they are checked before the cluster waits in
# vain.

from athena_runtime import container, workflow


@container
def bake(loaf: str) -> str:
    return f"warm {loaf}"


@workflow(parallelism=0)  # error: [argument-out-of-range]
def bakery(loaf: str = "rye") -> str:
    return bake(loaf)
