# A field of a step's result becomes a path in an expression of Argo, which answers nothing for a field that is not
# there. athena knows the class, so a misspelled field is found here and not in the cluster.

from dataclasses import dataclass

from athena_runtime import container, workflow


@dataclass
class Invoice:
    number: str
    total: int


@container
def load_invoice(number: str) -> Invoice:
    return Invoice(number, 120)


@container
def charge(amount: int) -> None:
    print(f"charging {amount}")


@workflow
def bill(number: str = "2024-17") -> None:
    invoice = load_invoice(number)
    charge(invoice.totl)  # error: [unknown-field]
