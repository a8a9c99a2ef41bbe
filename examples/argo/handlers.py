"""Something else is done when a step fails, and the run goes on (Argo's continue-on and exit-handler patterns)."""

from athena_runtime import StepFailed, container, workflow


@workflow
def publish_page(page: str = "index") -> str:
    try:
        address = upload(page, "primary")
    except StepFailed:
        address = upload(page, "backup")
    return address


@container
def upload(page: str, store: str) -> str:
    if store == "primary":
        raise OSError("the primary store is full")
    return f"{store}/{page}"
