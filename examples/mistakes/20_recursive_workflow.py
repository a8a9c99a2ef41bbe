# Two workflows that call each other never end. athena prints the whole circle; a loop with a bound is
# `for _ in bounded(n)`.

from athena_runtime import container, workflow


@container
def sweep(room: str) -> str:
    return f"clean {room}"


@workflow
def clean_house(room: str = "kitchen") -> None:
    sweep(room)
    clean_again(room)  # error: [recursive-workflow]


@workflow
def clean_again(room: str = "kitchen") -> None:
    sweep(room)
    clean_house(room)
