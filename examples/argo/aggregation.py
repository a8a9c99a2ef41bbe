"""Results of a fan-out are sorted into two lists, and each list fans out again (Argo's parameter-aggregation-dag)."""

from athena_runtime import container, workflow


@workflow
def sort_out(numbers: tuple[int, ...] = (1, 2, 3, 4)) -> list[str]:
    split = divide([double(number) for number in numbers])
    return collect([say(f"odd {number}") for number in split[0]], [say(f"even {number}") for number in split[1]])


@container
def double(number: int) -> int:
    return 2 * number if number > 2 else number


@container
def divide(numbers: list[int]) -> tuple[list[int], list[int]]:
    return [number for number in numbers if number % 2], [number for number in numbers if number % 2 == 0]


@container
def say(text: str) -> str:
    return text


@container
def collect(odd: list[str], even: list[str]) -> list[str]:
    return odd + even
