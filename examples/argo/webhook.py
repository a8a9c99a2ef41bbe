"""An event from outside submits the workflow, with an argument out of its payload (Argo's WorkflowEventBinding)."""

from athena_runtime import Event, container, workflow


@workflow(on=Event("payload.action == 'pushed'", arguments={"commit": "payload.commit"}))
def on_push(commit: str = "none") -> str:
    return build_commit(commit)


@container
def build_commit(commit: str) -> str:
    return f"built {commit}"
