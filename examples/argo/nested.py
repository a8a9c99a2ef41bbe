"""A dag inside a dag, with inputs that go through both levels (Argo's dag-nested)."""

from athena_runtime import container, workflow


@workflow
def outer(message: str = "hello") -> list[str]:
    first = inner(message, 1)
    second = inner(first, 2)
    return [first, second]


@workflow
def inner(message: str, level: int) -> str:
    """Each call is a run of the same template with values of its own."""
    return mark(mark(message, level), level * 10)


@container
def mark(message: str, level: int) -> str:
    return f"{message}-{level}"
