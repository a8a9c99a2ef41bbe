"""One element after the other, and two at a time, with more than one step each (Argo's loops, parallelism-limit)."""

from athena_runtime import container, parallel, workflow


@workflow
def migrate(tables: tuple[str, ...] = ("people", "orders", "parts")) -> int:
    """Tables are copied in order; their indexes are built two at a time."""
    for table in tables:
        copied = copy_table(table)
        verify(table, copied)
    for table in parallel(tables, limit=2):
        build_index(table)
    return count_tables(tables)


@container
def copy_table(table: str) -> int:
    return len(table)


@container
def verify(table: str, rows: int) -> None:
    assert rows == len(table)


@container
def build_index(table: str) -> None:
    print(f"index of {table}")


@container
def count_tables(tables: tuple[str, ...]) -> int:
    return len(tables)
