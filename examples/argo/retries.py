"""Retries with a pause that grows, for some failures only (Argo's retry-backoff and retry-conditional)."""

from athena_runtime import PermanentError, Retry, TransientError, container, run_info, workflow


@workflow
def call(service: str = "weather") -> int:
    return parse(ask(service))


@container(retry=Retry(limit=5, on=(TransientError,), backoff="1s", factor=2, cap="30s"))
def ask(service: str) -> str:
    """Answers at the second try; a service that does not exist is not asked twice."""
    if service == "none":
        raise PermanentError("there is no such service")
    if run_info().attempt < 1:
        raise TransientError(f"{service} is busy")
    return f"{service}=7"


@container(retry=Retry(limit=2, policy="OnError"))
def parse(text: str) -> int:
    return int(text.partition("=")[2])
