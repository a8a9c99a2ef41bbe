"""A person approves, or nobody answers in time (Argo's suspend-template-outputs and intermediate-parameters)."""

from dataclasses import dataclass
from typing import Literal

from athena_runtime import approval, ask, container, workflow


@dataclass
class Rollout:
    """How the release goes out."""

    region: Literal["eu", "us"] = "eu"
    percent: int = 10


@workflow
def release_build(build: int = 7) -> str:
    tested = test_build(build)
    if not approval("Is the build fit for customers?", timeout="2d", on_timeout="reject"):
        return cancel(build)
    plan = ask(Rollout)
    return roll_out(tested, plan.region, plan.percent)


@container
def test_build(build: int) -> str:
    return f"build-{build}"


@container
def cancel(build: int) -> str:
    return f"build-{build} was cancelled"


@container
def roll_out(build: str, region: str, percent: int) -> str:
    return f"{build} to {percent} % of {region}"
