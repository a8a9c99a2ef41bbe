# The result of one step is the argument of another, and their types must agree: here a text is given where a number is
# wanted. athena names both types, and shows where the parameter was declared.

from athena_runtime import container, workflow


@container
def read_counter(name: str) -> str:
    return f"{name}: 41"


@container
def add_one(count: int) -> int:
    return count + 1


@workflow
def count_up(name: str = "visitors") -> int:
    counter = read_counter(name)
    return add_one(counter)  # error: [edge-type-mismatch]
