"""A pause without a pod (Argo's suspend-template with a duration)."""

from athena_runtime import container, sleep, workflow


@workflow
def settle(service: str = "db") -> str:
    started = launch(service)
    sleep("1s")
    return probe_service(started)


@container
def launch(service: str) -> str:
    return f"{service}-1"


@container
def probe_service(name: str) -> str:
    return f"{name} answers"
