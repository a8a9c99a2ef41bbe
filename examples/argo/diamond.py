"""Four tasks in a diamond: two run at once, and the last waits for both (Argo's dag-diamond)."""

from athena_runtime import container, workflow


@workflow
def diamond(start: str = "A") -> str:
    """B and C need A's result and nothing of each other."""
    a = echo(start)
    return join(echo(f"{a}B"), echo(f"{a}C"))


@container
def echo(text: str) -> str:
    print(text)
    return text


@container
def join(left: str, right: str) -> str:
    return f"{left} {right}"
