"""A build matrix: check out, try every version on every system, report (Argo's ci and influxdb-ci)."""

from typing import Literal

from athena_runtime import Failed, Ok, Resources, container, workflow

System = Literal["debian", "alpine"]


@workflow(fail_fast=False)
def ci(commit: str = "4f2a") -> str:
    source = check_out(commit)
    debian = [try_out.attempt(source, "debian", version) for version in ("3.11", "3.12", "3.13")]
    alpine = [try_out.attempt(source, "alpine", version) for version in ("3.12", "3.13")]
    return report(commit, debian, alpine)


@container
def check_out(commit: str) -> str:
    return f"git:{commit}"


@container(image="python:{version}-{system}", resources=Resources(cpu="1", memory="2Gi"))
def try_out(source: str, system: System, version: str) -> int:
    if (system, version) == ("alpine", "3.13"):
        raise AssertionError(f"{source} fails on {system}")
    return 120


@container
def report(commit: str, debian: list[Ok[int] | Failed], alpine: list[Ok[int] | Failed]) -> str:
    passed = sum(isinstance(each, Ok) for each in (*debian, *alpine))
    return f"{commit}: {passed} of {len(debian) + len(alpine)} passed"
