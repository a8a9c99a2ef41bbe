"""Go on until something is reached, at most so often (Argo's recursive-for-loop)."""

from athena_runtime import bounded, container, workflow


@workflow
def grow(size: int = 1, enough: int = 100) -> int:
    for turn in bounded(12):
        size = enlarge(size, turn)
        if size >= enough:
            break
    return size


@container
def enlarge(size: int, turn: int) -> int:
    print(f"turn {turn}: {size}")
    return size * 2
