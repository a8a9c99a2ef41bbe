# Argo has no loop without an end: a run would grow until the cluster stops it. `for _ in bounded(n)` with a `break` says
# how often at most, and athena offers to write it.

from athena_runtime import container, workflow


@container
def poll_job(job: str) -> bool:
    return job.endswith("!")


@workflow
def wait_for_job(job: str = "train") -> None:
    done = poll_job(job)
    while not done:  # error: [unbounded-loop]
        done = poll_job(job)
