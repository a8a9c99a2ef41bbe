"""One value out of two branches (Argo's dag-conditional-parameters): no reference leads to a step that did not run."""

from athena_runtime import container, workflow


@workflow
def choose(number: int = 7) -> str:
    if is_even(number):
        result = halve(number)
    else:
        result = triple(number)
    return show(result)


@container
def is_even(number: int) -> bool:
    return number % 2 == 0


@container
def halve(number: int) -> int:
    return number // 2


@container
def triple(number: int) -> int:
    return 3 * number + 1


@container
def show(number: int) -> str:
    return f"next is {number}"
