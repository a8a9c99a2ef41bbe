# Two workflows that call each other never end. athena prints the whole circle, at every call that is a part of it.

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
    clean_house(room)  # error: [recursive-workflow]
