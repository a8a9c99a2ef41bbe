"""A database that runs beside the steps after it, and ends with the workflow (Argo's daemon-step)."""

from athena_runtime import container, workflow


@workflow(steps=True)
def integration(rows: int = 3) -> int:
    database(5432)
    return query(rows)


@container(image="postgres:16", daemon=True)
def database(port: int) -> None:
    print(f"listening on {port}")


@container
def query(rows: int) -> int:
    return rows * 2
