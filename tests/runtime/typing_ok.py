"""Programs that type checkers accept in strict mode, with the types that they must see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, assert_type

import athena_runtime as athena
from athena_runtime import (
    All,
    AnyOf,
    Artifact,
    AtLeast,
    Cache,
    Checkpoint,
    Cron,
    EphemeralPvc,
    ExternalPvc,
    Failed,
    HostMount,
    Inject,
    Mutex,
    Ok,
    Percentage,
    PermanentError,
    PodGc,
    Quorum,
    Resources,
    Retry,
    Secret,
    Semaphore,
    Sidecar,
    StepFailed,
    Template,
    Toleration,
    TransientError,
    Ttl,
    Within,
    answering,
    approval,
    ask,
    bounded,
    checkpoint,
    config_map,
    container,
    external,
    fragment,
    gather,
    host,
    load_artifact,
    load_artifact_str,
    parallel,
    progress,
    pvc,
    race,
    run_info,
    save_artifact,
    save_artifact_str,
    secret,
    secret_opt,
    sleep,
    wait_until,
    workflow,
)
from athena_runtime.testing import Clock, EmittedRun, Golden, Local, LocalRun, run_emitted, run_workflow, upcoming


@dataclass
class Report:
    id: str
    rows: int


class State(Enum):
    NEW = "new"
    RUNNING = "running"
    DONE = "done"


@dataclass
class Form:
    """May we deploy?"""

    reason: str
    size: Literal["small", "large"] = "small"


SCRATCH = EphemeralPvc(size="10Gi", access_modes=["ReadWriteMany"], storage_class=None)
MODELS = ExternalPvc("models", read_only=True)


@container
def fetch(url: str) -> str:
    return url


@container(image="ghcr.io/acme/app:{tag}", retry=Retry(limit=3, policy="OnError", backoff="30s"))
def transform(data: str, factor: int, tag: str = "latest") -> Report:
    return Report(data * factor + tag, factor)


@container
def publish(key: str) -> None:
    print(key)


@container(retry=3, timeout="1h30m")
async def measure(text: str) -> int:
    return len(text)


@container
async def measure_bare(text: str) -> int:
    return len(text)


@container
def advance(state: State) -> State:
    return State.DONE if state is State.RUNNING else State.RUNNING


@athena.container
def notify(text: str = "over") -> None:
    print(text)


@workflow
def pipeline(url: str = "https://example.com/data") -> Report:
    raw = fetch(url)
    assert_type(raw, str)
    clean = transform(raw, 3)
    assert_type(clean, Report)
    publish(clean.id)
    return clean


@container
def counted(attempt: Annotated[int, Inject("{{retries}}")] = 0) -> int:
    return attempt


@container(
    image="a:{x}",
    name="every-option",
    service_account="robot",
    node_selector={"zone": "{x}"},
    env={"MODE": "{x}"},
    annotations={"example.com/a": "b"},
    labels={"app": "x"},
    resources=Resources(
        cpu="500m", memory="1Gi", ephemeral_storage=10_000_000, gpu=1, requests={"cpu": 0.25}, limits={"memory": "2Gi"}
    ),
    image_pull_policy="IfNotPresent",
    working_dir="/work",
    privileged=True,
    run_as_user=1000,
    daemon=True,
    interpreter="image",
    retry=Retry(
        "unlimited", backoff=30, factor=2, cap=timedelta(minutes=5), max_duration="1h", on=(OSError, TransientError)
    ),
    timeout=60,
    pod_running_timeout=timedelta(hours=1),
    pending_timeout="10m",
    mutexes=[Mutex("db-{x}")],
    semaphores=[Semaphore("limits", "db")],
    tolerations=[Toleration("gpu", operator="Exists", effect="NoSchedule")],
    affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
    pod_spec_patch={"terminationGracePeriodSeconds": 5},
    host_mounts=[HostMount("/host", "/pod", read_only=True)],
    sidecars=[Sidecar(name="db", image="postgres", args=["-c", "fsync=off"], env={"A": "b"})],
    init_containers=[Sidecar("wait", "busybox", command=["sh", "-c", "true"])],
    cache=Cache("results", max_age="24h"),
    on_exit_if_root=notify,
    ttl_if_root=Ttl(after_completion="1d", after_success=timedelta(days=1)),
    pod_gc_if_root="OnPodSuccess",
    active_deadline_if_root="2h",
    mutexes_if_root=[Mutex("run", namespace="shared")],
    semaphores_if_root=[Semaphore("limits", "runs")],
    tolerations_if_root=[Toleration("spot", value="yes")],
    affinity_if_root={},
    pod_spec_patch_if_root={},
    image_pull_secrets_if_root=["registry"],
    priority_if_root=5,
)
def everything(x: str) -> int:
    return len(x)


@workflow(
    name="every-option-w",
    retry=Retry(2),
    mutexes=(Mutex("m"),),
    semaphores=[],
    steps=True,
    parallelism=4,
    fail_fast=False,
    boundary_node_selector={"zone": "a"},
    boundary_tolerations=[],
    boundary_affinity={},
    schedule=[Cron("0 2 * * *", timezone="Europe/Paris", overlap="forbid", starting_deadline="5m", suspend=False)],
    on_exit_if_root=notify,
    ttl_if_root=Ttl(3600),
    pod_gc_if_root=PodGc("OnWorkflowCompletion", delete_delay="1m"),
    node_selector_if_root={"zone": "{x}"},
    parallelism_if_root=10,
)
def scheduled(x: str = "x") -> int:
    return everything(x)


@workflow(schedule=Cron("@daily"))
def daily() -> None:
    sleep("2h")
    sleep(timedelta(minutes=1))
    wait_until("2030-01-01T00:00:00Z")
    wait_until(datetime.fromisoformat("2030-01-01T00:00:00+00:00"))


@workflow
def calls(urls: list[str]) -> list[Report]:
    first = fetch.options(
        name="first", retry=2, when="{{= true }}", hooks={"tasks['first'].status == 'Failed'": notify}
    )("a")
    assert_type(first, str)
    second = measure.options(
        after=[first],
        on_exit=notify,
        on_success=lambda: publish(first),
        on_failure=[notify, lambda: publish("x")],
        on_error=notify,
    )(first)
    assert_type(second, int)
    assert_type(measure_bare("a"), int)
    pages = [fetch(url) for url in urls if url != ""]
    assert_type(pages, list[str])
    for page in parallel(pages, limit=8):
        assert_type(page, str)
        publish(page)
    for page in pages:
        publish(page)
    return [transform(page, second) for page in pages]


@workflow
def attempts(url: str) -> str:
    outcome = fetch.attempt(url)
    assert_type(outcome, Ok[str] | Failed)
    match outcome:
        case Ok(value):
            assert_type(value, str)
            publish(value)
        case Failed(status, code, message):
            assert_type(code, int | None)
            publish(status + message)
    both = gather(measure.attempt("a"), measure.attempt("b"), join=Quorum(1))
    assert_type(both, list[int])
    many = gather([measure.attempt(u) for u in [url, url]], join=Percentage(0.5))
    assert_type(many, list[int])
    assert_type(gather(fetch.attempt(url), fetch.attempt(url)), list[str])
    gather(fetch.attempt(url), fetch.attempt(url), join=All())
    gather(fetch.attempt(url), fetch.attempt(url), join=AnyOf())
    gather(fetch.attempt(url), fetch.attempt(url), join=AtLeast(1))
    gather(fetch.attempt(url), fetch.attempt(url), join=Within("10m"))
    try:
        text = fetch(url)
    except StepFailed as error:
        text = error.message
    else:
        publish(text)
    finally:
        notify()
    return text


@workflow
def machine() -> State:
    state = State.NEW
    for turn in bounded(20):
        assert_type(turn, int)
        match state:
            case State.NEW | State.RUNNING:
                state = advance(state)
            case State.DONE:
                break
    return state


legacy = external("legacy-etl", template="main", inputs={"day": str, "limit": int}, returns=list[str])
untyped_legacy = external("clean-up")


@dataclass
class LegacyInputs:
    day: str
    limit: int = 10


typed_legacy = external("legacy-etl", inputs=LegacyInputs, returns=Report)


@workflow
def people() -> None:
    if approval("Deploy?", timeout="2d", on_timeout="fail"):
        form = ask(Form, timeout=timedelta(days=1), on_timeout="default")
        assert_type(form, Form)
        publish(form.reason + form.size)
    assert_type(legacy(day="2030-01-01", limit=3), list[str])
    assert_type(typed_legacy("2030-01-01", limit=3), Report)
    untyped_legacy()
    pipeline()


@fragment
def connection(name: str) -> str:
    return config_map(name, "host") + secret(name, "password")


@fragment
async def reader(path: Path) -> bytes:
    return path.read_bytes()


@container
def pod(data: Artifact[bytes], page: Artifact[Path], rows: Artifact[list[Report]]) -> Artifact[bytes]:
    assert_type(connection("db"), str)
    assert_type(host("/var/lib"), Path)
    assert_type(secret("a", "b"), Secret)
    assert_type(secret_opt("a", "b"), Secret | None)
    assert_type(load_artifact("k"), bytes)
    assert_type(load_artifact_str("k"), str)
    save_artifact("k", data)
    save_artifact_str("k", "text")
    assert_type(pvc(SCRATCH), Path)
    assert_type(pvc(MODELS), Path)
    saved = checkpoint(Report)
    assert_type(saved, Checkpoint[Report])
    assert_type(saved.load(), Report | None)
    saved.save(rows[0])
    progress(1, 2)
    assert_type(run_info().scheduled_time, datetime | None)
    assert_type(race(lambda: measure("a"), lambda: 3), int)
    if not page.exists():
        raise PermanentError("no page")
    return data + load_artifact("k")


async def slow() -> int:
    return 1


@container
def racing() -> int:
    return race(slow, slow)


@workflow
def artifacts(page: Artifact[Path]) -> Artifact[bytes]:
    return pod(b"", page, [])


def use(template: Template[[str], str], thunk: Callable[[], object]) -> Iterator[str]:
    thunk()
    with answering(lambda question: question.kind == "approval"):
        yield template("a")


assert_type(list(use(fetch, notify)), list[str])


def test_pipeline(athena_golden: Golden) -> None:
    clock = Clock(datetime(2024, 1, 1, tzinfo=UTC))
    run = run_workflow(pipeline, "u", fakes={fetch: "page", "publish": None}, fail={transform: 2}, clock=clock)
    assert_type(run.result, Report)
    assert_type(run.calls(fetch)[0].error, BaseException | None)
    local = Local(fakes={fetch: str.upper}, took={"fetch": "2h", transform: timedelta(hours=1)}, answers={"a": True})
    assert_type(local.run(pipeline, url="u"), LocalRun[Report])
    assert_type(run_emitted(pipeline, {"url": "u"}, fail=[fetch], results={transform: None}), EmittedRun[Report])
    assert_type(run_emitted("flow.py:pipeline", took={fetch: 60}, clock=None).result, Any)
    assert_type(upcoming(daily, clock, 3), list[datetime])
    athena_golden(pipeline)
