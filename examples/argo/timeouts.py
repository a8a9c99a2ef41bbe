"""Limits of time: of a step with and without its waiting, and of the whole run (Argo's timeouts-workflow)."""

from datetime import timedelta

from athena_runtime import Ttl, container, workflow


@workflow(active_deadline_if_root="2h", ttl_if_root=Ttl(after_completion="1d"))
def bounded_run(text: str = "quick") -> str:
    return shout(text)


@container(timeout="30m", pod_running_timeout=timedelta(minutes=10), pending_timeout="5m")
def shout(text: str) -> str:
    return text.upper()
