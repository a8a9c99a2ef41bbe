"""Conditions over two results, with `and`, `or`, `not` and texts (Argo's conditionals-complex)."""

from athena_runtime import container, workflow


@workflow
def conditions(name: str = "release-2024") -> list[str]:
    first, second = toss(1), toss(2)
    steps = jot("start")
    if first == "heads" and second == "heads":
        steps = jot(f"{steps}, both")
    elif (first == "heads") != (second == "heads"):
        steps = jot(f"{steps}, one")
    if name.startswith("release-") or first == "edge":
        steps = jot(f"{steps}, a release")
    if not name.endswith("-rc"):
        steps = jot(f"{steps}, final")
    return [first, second, steps]


@container
def toss(coin: int) -> str:
    return ("heads", "tails")[coin % 2]


@container
def jot(text: str) -> str:
    return text
