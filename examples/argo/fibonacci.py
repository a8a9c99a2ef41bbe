"""Numbers that a loop hands on from turn to turn (Argo's fibonacci-seq-conditional-param), each addition remembered."""

from athena_runtime import Cache, bounded, container, workflow


@workflow
def fibonacci(below: int = 50) -> int:
    """The largest Fibonacci number below a limit."""
    a, b = 0, 1
    for _ in bounded(60):
        if b >= below:
            break
        a, b = b, add(a, b)
    return a


@container(cache=Cache("fibonacci", max_age="24h"))
def add(left: int, right: int) -> int:
    return left + right
