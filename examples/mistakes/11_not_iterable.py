# A fan-out runs one step for each element of a list, and a number has no elements. Let the earlier step return the list.

from athena_runtime import container, workflow


@container
def count_pages(book: str) -> int:
    return len(book)


@container
def scan_page(page: int) -> str:
    return f"page {page}"


@workflow
def scan_book(book: str = "Emma") -> list[str]:
    pages = count_pages(book)
    return [scan_page(page) for page in pages]  # error: [not-iterable]
