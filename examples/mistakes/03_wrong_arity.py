# A call of a step gives every parameter that has no default, by its own name. What Python would say in the middle of a
# run is said before anything runs.

from athena_runtime import container, workflow


@container
def resize(picture: str, width: int, height: int) -> str:
    return f"{picture}@{width}x{height}"


@workflow
def thumbnail(picture: str = "cat.png") -> str:
    return resize(picture, width=128)  # error: [wrong-arity]
