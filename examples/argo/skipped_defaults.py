"""A step that may not run, and what counts when it did not (Argo's skipped-output-defaults)."""

from athena_runtime import container, workflow


@workflow
def price(customer: str = "new") -> int:
    discount = 0
    if customer == "regular":
        discount = discount_of(customer)
    return final(100, discount)


@container
def discount_of(customer: str) -> int:
    return len(customer)


@container
def final(price: int, discount: int) -> int:
    return price - discount
