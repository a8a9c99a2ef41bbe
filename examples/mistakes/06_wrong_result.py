# A workflow's result goes to whoever calls it, as a value of the type it declares. This one declares a number and returns
# a text.

from athena_runtime import container, workflow


@container
def name_of(customer: int) -> str:
    return f"customer {customer}"


@workflow
def look_up(customer: int = 7) -> int:
    return name_of(customer)  # error: [return-type-mismatch]
