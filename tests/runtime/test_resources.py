"""Resource calls outside a pod, and in a folder laid out as a pod's."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from athena_runtime import (
    EphemeralPvc,
    ExternalPvc,
    PodGc,
    Retry,
    Secret,
    Ttl,
    checkpoint,
    config_map,
    contract,
    host,
    load_artifact,
    load_artifact_str,
    progress,
    pvc,
    race,
    run_info,
    save_artifact,
    save_artifact_str,
    secret,
    secret_opt,
)

SCRATCH = EphemeralPvc(size="1Gi", access_modes=["ReadWriteMany"])
MODELS = ExternalPvc("models", read_only=True)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the pod's, outside a pod."""
    monkeypatch.setenv("ATHENA_ROOT", str(tmp_path))
    return tmp_path


@pytest.fixture
def pod(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, as in a pod."""
    monkeypatch.setenv("ATHENA_TEMPLATE", "shop-fetch")
    return root


@pytest.fixture(autouse=True)
def _outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*contract.RESERVED_VARIABLES, contract.PROGRESS_VARIABLE):
        monkeypatch.delenv(variable, raising=False)


def test_a_secret_is_in_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert secret_opt("db-creds", "pass.word") is None
    with pytest.raises(LookupError, match=r"secret\('db-creds', 'pass.word'\): ATHENA_SECRET_DB_CREDS__PASS_WORD is"):
        secret("db-creds", "pass.word")
    monkeypatch.setenv("ATHENA_SECRET_DB_CREDS__PASS_WORD", "hush")
    assert secret("db-creds", "pass.word") == "hush"
    assert isinstance(secret_opt("db-creds", "pass.word"), Secret)


def test_a_secret_never_prints_itself(caplog: pytest.LogCaptureFixture) -> None:
    token = Secret("hush")
    with caplog.at_level(logging.INFO):
        logging.getLogger(__name__).info("token %s, %r", token, token)
    shown = [str(token), repr(token), f"{token}", f"{token!r:>20}", f"{token:>9}", "%s" % token, repr([token])]  # noqa: UP031
    assert [text for text in [*shown, caplog.text] if "hush" in text] == []
    assert f"{token:>5}" == "  ***"


def test_a_secret_is_a_text_for_those_that_need_it() -> None:
    token = Secret("hush")
    assert "Bearer " + token == "Bearer hush"
    assert token.reveal() == "hush"
    assert type(token.reveal()) is str
    assert type("Bearer " + token) is str
    assert token.encode() == b"hush"
    assert {"hush": 1}[token] == 1
    copied = pickle.loads(pickle.dumps(token))
    assert isinstance(copied, Secret)
    assert copied == token


def test_a_config_map_is_in_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LookupError, match="ATHENA_CONFIG_APP__LOG_LEVEL is not set"):
        config_map("app", "log-level")
    monkeypatch.setenv("ATHENA_CONFIG_APP__LOG_LEVEL", "debug")
    assert config_map("app", "log-level") == "debug"


def test_a_host_path_is_this_machines_outside_a_pod(tmp_path: Path) -> None:
    assert host(str(tmp_path)) == tmp_path


def test_a_host_path_that_is_nowhere_says_where_to_put_it(root: Path) -> None:
    place = root / "mounts/5b8d11771a6f946b"
    with pytest.raises(FileNotFoundError) as caught:
        host("/no/such/folder")
    assert str(caught.value).endswith(f"put it at {root / contract.host_mount('/no/such/folder')}")
    place.mkdir(parents=True)
    assert host("/var/lib") == place


def test_a_host_path_without_a_root_says_what_to_set() -> None:
    with pytest.raises(FileNotFoundError, match=r"set ATHENA_ROOT to a folder and put it at mounts/\w{16} there"):
        host("/no/such/folder")


def test_in_a_pod_a_host_path_is_always_the_mount(pod: Path, tmp_path: Path) -> None:
    assert host(str(tmp_path)) == pod / contract.host_mount(str(tmp_path))


def test_an_artifact_is_read_from_where_argo_puts_it(pod: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"load_artifact\('models/best.bin'\)"):
        load_artifact("models/best.bin")
    path = pod / "artifacts/in" / contract.artifact_name("models/best.bin")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\x00")
    assert load_artifact("models/best.bin") == b"\xff\x00"


def test_in_a_pod_what_was_saved_is_not_what_is_loaded(pod: Path) -> None:
    path = pod / contract.loaded_artifact("k")
    path.parent.mkdir(parents=True)
    path.write_text("old", "utf-8")
    save_artifact("k", b"new")
    assert load_artifact_str("k") == "old"
    assert (pod / contract.saved_artifact("k")).read_bytes() == b"new"


def test_a_local_run_loads_what_it_saved(root: Path) -> None:
    save_artifact_str("a/b", "grüße")
    save_artifact_str("a-b", "other")
    assert load_artifact_str("a/b") == "grüße"
    assert load_artifact_str("a-b") == "other"
    assert sorted(path.name for path in (root / "artifacts/out").iterdir()) == [
        "a-b",
        contract.artifact_name("a/b"),
    ]


def test_saving_without_a_root_says_what_to_set() -> None:
    with pytest.raises(LookupError, match=r"save_artifact\('k'\) outside a pod: set ATHENA_ROOT"):
        save_artifact("k", b"")


def test_a_volume_is_a_folder_of_its_own(root: Path) -> None:
    (pvc(SCRATCH) / "file").write_text("x", "utf-8")
    assert (pvc(SCRATCH) / "file").read_text("utf-8") == "x"
    assert pvc(SCRATCH) == root / contract.pvc_mount("scratch")
    assert pvc(MODELS) == root / contract.pvc_mount("models")
    assert pvc(EphemeralPvc("1Gi", ["ReadWriteOnce"], name="named")) == root / contract.pvc_mount("named")


@pytest.mark.usefixtures("root")
def test_a_volume_without_a_name_is_refused() -> None:
    with pytest.raises(LookupError, match="bind the volume to a module-level name"):
        pvc(EphemeralPvc("1Gi", ["ReadWriteOnce"]))


def test_a_volume_without_a_root_says_what_to_set() -> None:
    with pytest.raises(LookupError, match="set ATHENA_ROOT"):
        pvc(SCRATCH)


@pytest.mark.usefixtures("pod")
def test_in_a_pod_a_volume_is_where_the_template_says(monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"no.such.module:X": "/x", f"{__name__}:MODELS": "/m", f"{__name__}:SCRATCH": "/s"}
    monkeypatch.setenv("ATHENA_VOLUMES", json.dumps(places))
    assert pvc(SCRATCH) == Path("/s")
    assert pvc(MODELS) == Path("/m")
    with pytest.raises(LookupError, match="this pod has no such volume"):
        pvc(EphemeralPvc("1Gi", ["ReadWriteMany"]))


def test_progress_goes_to_argos_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress(1, 2)
    monkeypatch.setenv("ARGO_PROGRESS_FILE", str(tmp_path / "progress"))
    progress(1, 2)
    progress(2, 2)
    assert (tmp_path / "progress").read_text("ascii") == "2/2\n"


@pytest.mark.parametrize(("done", "total"), [(-1, 2), (3, 2), (0, 0)])
def test_progress_that_makes_no_sense_is_refused(done: int, total: int) -> None:
    with pytest.raises(ValueError, match="done is 0 to total"):
        progress(done, total)


def test_run_info_outside_a_pod() -> None:
    info = run_info()
    assert (info.pod, info.workflow, info.template) == ("local", "local", "local")
    assert info.attempt == 0
    assert info.scheduled_time is None


@pytest.mark.usefixtures("pod")
def test_run_info_in_a_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATHENA_POD", "shop-x1")
    monkeypatch.setenv("ATHENA_WORKFLOW", "shop-x")
    monkeypatch.setenv("ATHENA_ATTEMPT", "2")
    monkeypatch.setenv("ATHENA_SCHEDULED_TIME", "2030-01-02T03:04:05Z")
    info = run_info()
    assert (info.pod, info.workflow, info.template, info.attempt) == ("shop-x1", "shop-x", "shop-fetch", 2)
    assert info.scheduled_time == datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.usefixtures("pod")
def test_run_info_where_argo_left_its_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, tag in contract.RUN_INFO_VARIABLES.items():
        monkeypatch.setenv(variable, tag)
    info = run_info()
    assert (info.pod, info.attempt, info.scheduled_time) == ("local", 0, None)


def test_a_checkpoint_outside_a_pod_keeps_nothing() -> None:
    state = checkpoint(int)
    state.save(3)
    assert state.load() is None


def test_a_checkpoint_is_loaded_by_the_next_attempt(pod: Path) -> None:
    assert checkpoint(int).load() is None
    checkpoint(int).save(3)
    checkpoint(str, key="page two").save("x")
    assert checkpoint(int).load() == 3
    (pod / "checkpoint/out").rename(pod / "checkpoint/in")
    assert checkpoint(int).load() == 3
    assert checkpoint(str, key="page two").load() == "x"
    checkpoint(int).save(4)
    assert checkpoint(int).load() == 4


def test_the_first_that_returns_wins() -> None:
    release = threading.Event()

    def slow() -> str:
        release.wait(10)
        return "slow"

    def broken() -> str:
        raise OSError

    assert race(slow, lambda: "fast", broken) == "fast"
    release.set()


def test_async_contenders_that_lose_are_cancelled() -> None:
    cancelled = threading.Event()

    async def endless() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return "endless"

    async def quick() -> str:
        await asyncio.sleep(0.01)
        return "quick"

    start = time.monotonic()
    assert race(endless, quick) == "quick"
    assert cancelled.wait(10)
    assert time.monotonic() - start < 10


def test_a_race_that_all_lose_raises_the_first_failure() -> None:
    first = threading.Event()

    def one() -> int:
        try:
            raise ValueError("one")
        finally:
            first.set()

    def two() -> int:
        first.wait(10)
        time.sleep(0.05)
        raise OSError("two")

    with pytest.raises(ValueError, match="one"):
        race(two, one)
    with pytest.raises(ValueError, match="needs a contender"):
        race()


def test_option_types_refuse_what_would_surprise() -> None:
    with pytest.raises(ValueError, match="the limit is 0 or more"):
        Retry(-1)
    with pytest.raises(ValueError, match="needs after_completion="):
        Ttl()
    with pytest.raises(ValueError, match="give a list of one mode or more"):
        EphemeralPvc("1Gi", [])
    assert PodGc("OnPodSuccess") == PodGc("OnPodSuccess", delete_delay=None)
