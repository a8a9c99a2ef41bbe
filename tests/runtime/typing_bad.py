# mypy: ignore-errors
"""Mistakes that type checkers must refuse: the lines marked `# error`, and no others."""

from __future__ import annotations

from dataclasses import dataclass

import athena_runtime
from athena_runtime import (
    Artifact,
    Cron,
    EphemeralPvc,
    ExternalPvc,
    PodGc,
    Quorum,
    Resources,
    Retry,
    Toleration,
    approval,
    ask,
    bounded,
    checkpoint,
    container,
    external,
    gather,
    host,
    pvc,
    save_artifact,
    secret,
    workflow,
)
from athena_runtime.testing import Local, run_emitted


@dataclass
class Report:
    id: str
    rows: int


@container
def fetch(url: str) -> str:
    return url


@container(image="a")
def transform(data: str, factor: int) -> Report:
    return Report(data, factor)


@container
async def measure(text: str) -> int:
    return len(text)


@container(retry=1)
async def measure_again(text: str) -> int:
    return len(text)


@workflow
def calls(url: str) -> Report:
    fetch(1)  # error
    fetch()  # error
    fetch(url, url)  # error
    fetch(address=url)  # error
    transform(fetch(url), "3")  # error
    transform(measure(url), 3)  # error
    transform(url, measure_again(1))  # error
    fetch(transform(url, 3).name)  # error
    fetch(measure.attempt(url))  # error
    transform.attempt(url)  # error
    return fetch(url)  # error


@workflow
def options(url: str) -> None:
    fetch.options(on_exit=transform)(url)  # error
    fetch.options(nmae="x")(url)  # error
    fetch.options(retry="3")(url)  # error
    fetch.options(after=3)(url)  # error
    fetch.options(name="x")(1)  # error
    measure.options(name="x")(url).upper()  # error
    gather(fetch.attempt(url), fetch.attempt(url), join=2)  # error
    gather(fetch(url), fetch(url), join=Quorum(1))  # error
    for i in bounded("3"):  # error
        fetch(i)  # error
    approval("Deploy?", on_timeout="explode")  # error
    ask(Report("a", 1))  # error


@container(imgae="a")  # error
def a() -> None: ...


@container(steps=True)  # error
def b() -> None: ...


@workflow(image="a")  # error
def c() -> None: ...


@workflow(timeout=3)  # error
def d() -> None: ...


@container("a")  # error
def e() -> None: ...


@container(image_pull_policy="Sometimes")  # error
def f() -> None: ...


@container(retry="3")  # error
def g() -> None: ...


@container(env={"A": 1})  # error
def h() -> None: ...


@container(pod_gc_if_root="Never")  # error
def i() -> None: ...


@container(on_exit_if_root=fetch)  # error
def j() -> None: ...


athena_runtime.contanier()  # error
Retry()  # error
Retry(limit="many")  # error
Retry(3, policy="Sometimes")  # error
Resources(cpus=1)  # error
Toleration("a", operator="Like")  # error
Cron("@daily", overlap="skip")  # error
PodGc()  # error
PodGc("Never")  # error
EphemeralPvc("1Gi", access_modes=["Shared"])  # error
ExternalPvc()  # error
host(3)  # error
secret("a")  # error
pvc("claim")  # error
save_artifact("k", "text")  # error
checkpoint(Report).save(3)  # error
external("x", inputs=Report, returns=int)("a", "b")  # error


@container
def artifact(data: Artifact[bytes]) -> Artifact[str]:
    return data  # error


@workflow
def tested(url: str) -> Report:
    return Report(url, 1)


Local().run(tested)  # error
Local().run(tested, 3)  # error
Local().run(tested, ur="a")  # error
Local(clock="2024-01-01")  # error
print(run_emitted(tested).result.nothing)  # error
