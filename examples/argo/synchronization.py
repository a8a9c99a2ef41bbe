"""At most one run at a table, at most so many at a service, at most two pods at a time (Argo's synchronization-*)."""

from athena_runtime import Mutex, Semaphore, container, workflow


@workflow(parallelism=2, semaphores=[Semaphore("limits", "warehouse")])
def load_all(tables: tuple[str, ...] = ("orders", "parts", "people")) -> int:
    return sum_rows([fill(table) for table in tables])


@container(mutexes=[Mutex("table-{table}")])
def fill(table: str) -> int:
    return len(table)


@container
def sum_rows(rows: list[int]) -> int:
    return sum(rows)
