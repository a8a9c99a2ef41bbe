"""Something runs at the end, however the run or a step ended (Argo's exit-handlers and exit-handler-dag-level)."""

from athena_runtime import container, workflow


@container
def clean_up() -> None:
    print("the table is unlocked")


@container
def note(text: str) -> None:
    print(text)


@workflow(on_exit_if_root=clean_up)
def nightly(table: str = "orders") -> int:
    locked = lock(table)
    return load.options(after=[locked], on_exit=lambda: note("loaded, or not"))(table)


@container
def lock(table: str) -> bool:
    return bool(table)


@container
def load(table: str) -> int:
    return len(table)
