"""A step for each element of a list that another step has made, with one filtered out (Argo's loops-param-result)."""

from dataclasses import dataclass

from athena_runtime import container, workflow


@dataclass
class Job:
    name: str
    seconds: int


@workflow
def schedule(limit: int = 25) -> int:
    waited = [wait(job.name, job.seconds) for job in plan() if job.seconds < limit]
    return total(waited)


@container
def plan() -> list[Job]:
    return [Job(f"job {number}", number) for number in (20, 30, 21, 22)]


@container
def wait(name: str, seconds: int) -> int:
    print(f"{name} would sleep {seconds} s")
    return seconds


@container
def total(seconds: list[int]) -> int:
    return sum(seconds)
