"""Steps that run when another one has started, succeeded or failed (Argo's life-cycle-hooks-tmpl-level)."""

from athena_runtime import container, workflow


@container
def tell(text: str) -> None:
    print(text)


@container
def work(amount: int) -> int:
    return amount * 2


@workflow
def watched(amount: int = 21) -> int:
    return work.options(
        name="work",
        hooks={"tasks['work'].status == 'Running'": lambda: tell("begun")},
        on_success=lambda: tell("well done"),
        on_failure=[lambda: tell("it failed"), lambda: tell("somebody must look")],
    )(amount)
