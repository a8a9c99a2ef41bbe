"""What a step is given besides plain arguments: files, artifacts, what Argo fills in, joins, what the pod has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from athena_runtime import contract
from tests.pod.steps import Pod

STEPS = """
from __future__ import annotations
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
import functools, os

from athena_runtime import (
    Artifact, EphemeralPvc, Failed, Inject, Ok, Secret, checkpoint, config_map, container, fragment, host,
    load_artifact, load_artifact_str, progress, pvc, race, run_info, save_artifact, save_artifact_str, secret,
    secret_opt,
)

if TYPE_CHECKING:
    from decimal import Decimal
    Price = Decimal

SCRATCH = EphemeralPvc(size="1Gi", access_modes=["ReadWriteOnce"])

@dataclass
class Rows:
    rows: list[int]

def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        print("before")
        return function(*args, **kwargs)
    return wrapper

@container
def take(data: Artifact[bytes], text: Artifact[str], rows: Artifact[Rows], place: Artifact[Path]) -> list[str]:
    return [repr(data), text, str(sum(rows.rows)), ",".join(sorted(p.name for p in place.iterdir()))]

@container
def optional(n: int, model: Artifact[bytes] = b"none") -> str:
    return model.decode()

@container
def give_bytes() -> Artifact[bytes]:
    return b"\\xff"

@container
def give_rows() -> Artifact[Rows]:
    return Rows([1] * 200_000)

@container
def give_file(name: str) -> Artifact[Path]:
    path = Path(os.environ["ATHENA_ROOT"]) / name
    path.write_text("content")
    return path

@container
def give_folder(name: str) -> Artifact[Path]:
    path = Path(os.environ["ATHENA_ROOT"]) / name
    (path / "sub").mkdir(parents=True)
    (path / "sub/file").write_text("content")
    (path / "link").symlink_to(path / "sub/file")
    return path

@container
def give_nothing() -> Artifact[Path]:
    return Path("/nowhere/at/all")

@container
def injected(n: int, *, attempt: Annotated[int, Inject("{{retries}}")] = -1,
             name: Annotated[str, Inject('"{{pod.name}}"')] = "none") -> str:
    return f"{n} {attempt} {name}"

@container
def joined(values: list[int]) -> int:
    return sum(values)

@container
def attempted(end: Ok[Rows] | Failed) -> str:
    match end:
        case Ok(Rows(rows)):
            return f"ok {rows}"
        case Failed(status, code, message):
            return f"{status} {code} {message}"

@container
def hidden(price: Price, kind: Literal["a", "b"] = "a") -> Price:
    return price * 2

@container
@logged
def decorated(n: int) -> int:
    return n

@logged
@container
def decorated_outside(n: int) -> int:
    return n

@fragment
def password() -> Secret:
    return secret("db", "password")

@container
def resources(n: int) -> list[str]:
    (pvc(SCRATCH) / "file").write_text("x")
    progress(n, 10)
    save_artifact("out/a.bin", load_artifact("in/a.bin") + b"!")
    save_artifact_str("out/b", load_artifact_str("in/b"))
    info = run_info()
    node = (host("/srv") / "f").read_text()
    return [password().reveal(), str(secret_opt("db", "user")), config_map("app", "level"), node, info.pod,
            info.workflow, info.template, str(info.attempt), str(info.scheduled_time)]

@container
def resumed() -> int:
    state = checkpoint(Rows)
    before = state.load()
    state.save(Rows([*(before.rows if before else []), 1]))
    if before is None:
        raise RuntimeError("the first attempt fails")
    return len(before.rows)

@container
def quickest() -> str:
    import time
    return race(lambda: time.sleep(5) or "slow", lambda: "fast")

class Methods:
    pass
"""


@pytest.fixture
def steps(pod: Pod) -> Pod:
    pod.write(STEPS)
    return pod


def put(pod: Pod, place: str, data: bytes) -> None:
    path = pod.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_artifacts_come_in(steps: Pod) -> None:
    put(steps, "in/data", b"\xff\x00")
    put(steps, "in/text", "grüße\r\n".encode())
    put(steps, "in/rows", b'{"rows": [1, 2]}')
    put(steps, "in/place/a", b"")
    put(steps, "in/place/b", b"")
    ended = steps.run("take")
    assert json.loads(ended.result or ended.err) == ["b'\\xff\\x00'", "grüße\r\n", "3", "a,b"]


@pytest.mark.parametrize(
    ("place", "data", "message"),
    [
        ("in/rows", b'{"rows": ["a"]}', 'rows.rows[0]: expected int, got "a"'),
        ("in/text", b"\xff", "`text`: the artifact at {root}/in/text cannot be read: 'utf-8' codec"),
        ("in/data/x", b"", "`data`: expected a file with bytes, got the folder {root}/in/data"),
        ("other", b"", "`data`: the artifact is not at {root}/in/data: the step before it produced none"),
    ],
)
def test_an_artifact_that_does_not_fit(steps: Pod, place: str, data: bytes, message: str) -> None:
    for name, content in (("data", b""), ("text", b""), ("rows", b'{"rows": []}'), ("place", b"")):
        if f"in/{name}" not in place and not (place == "other" and name == "data"):
            put(steps, f"in/{name}", content)
    put(steps, place, data)
    ended = steps.run("take")
    assert ended.code == contract.EXIT_BAD_INPUT
    assert ended.err.startswith(f"athena: {message.format(root=steps.root)}")


def test_an_artifact_with_a_default_may_be_missing(steps: Pod) -> None:
    assert steps.run("optional", "1").result == '"none"'
    put(steps, "in/model", b"given")
    assert steps.run("optional", "1").result == '"given"'


def test_artifacts_go_out(steps: Pod) -> None:
    out = steps.root / contract.RETURN_ARTIFACT
    assert steps.run("give-bytes").code == 0
    assert out.read_bytes() == b"\xff"
    assert steps.run("give-rows").code == 0
    assert len(json.loads(out.read_text())["rows"]) == 200_000
    assert steps.run("give-file", "one").code == 0
    assert out.read_text() == "content"
    assert steps.run("give-folder", "two").code == 0
    assert sorted(path.name for path in out.rglob("*")) == ["file", "link", "sub"]
    assert not (out / "link").is_symlink()
    assert steps.run("give-folder", "three").code == 0, "a second result replaces the first"
    assert [path.name for path in out.parent.iterdir()] == ["artifact"]
    assert steps.result() is None


def test_a_file_that_is_not_there_is_no_artifact(steps: Pod) -> None:
    ended = steps.run("give-nothing")
    assert ended.code == contract.EXIT_RAISED
    assert "cannot be written: [Errno 2] No such file or directory: '/nowhere/at/all'" in ended.err
    assert not (steps.root / contract.RETURN_ARTIFACT).exists()


def test_large_arguments_stand_in_files(steps: Pod) -> None:
    path = Path("/tmp/argo_arg_of_the_test_of_athena")
    path.write_text("[1, 2]", encoding="utf-8")
    try:
        switched = {contract.ARGS_FILE_VARIABLE: "/x"}
        assert steps.run("joined", f"@{path}", env=switched).result == "3"
        ended = steps.run("joined", f"@{path}")
        assert (ended.code, ended.err) == (64, f'athena: values: expected list[int], got "@{path}"\n')
    finally:
        path.unlink()
    ended = steps.run("joined", f"@{path}", env={contract.ARGS_FILE_VARIABLE: "/x"})
    assert ended.code == 64
    assert ended.err.startswith(f"athena: `values`: the argument stands in '{path}', which cannot be read: ")


def test_what_argo_fills_in(steps: Pod) -> None:
    assert steps.run("injected", "1", "2", '"pod-1"').result == '"1 2 pod-1"'
    assert steps.run("injected", "1", "{{retries}}", '"{{pod.name}}"').result == '"1 -1 none"'


LOST = '{"status": "Failed", "exit_code": 1, "message": "ValueError: x", "step": "load"}'


def test_an_attempt_is_a_value(steps: Pod) -> None:
    assert steps.run("attempted", '{"value": {"rows": [1]}}').result == '"ok [1]"'
    assert steps.run("attempted", LOST).result == '"Failed 1 ValueError: x"'


def test_names_that_only_checkers_see_are_found(steps: Pod) -> None:
    assert steps.run("hidden", '"1.10"', "b").result == '"2.20"'


def test_other_decorators_run_in_the_pod(steps: Pod) -> None:
    for template in ("decorated", "decorated-outside"):
        ended = steps.run(template, "3")
        assert (ended.out, ended.result) == ("before\n", "3")


def test_what_the_pod_has(steps: Pod) -> None:
    put(steps, contract.loaded_artifact("in/a.bin"), b"\x00")
    put(steps, contract.loaded_artifact("in/b"), "ü".encode())
    put(steps, f"{contract.host_mount('/srv')}/f", b"of the node")
    volume = steps.root / "pvcs/scratch"
    volume.mkdir(parents=True)
    env = {
        contract.VOLUMES_VARIABLE: json.dumps({"flow:SCRATCH": str(volume)}),
        contract.secret_variable("db", "password"): "hush",
        contract.config_map_variable("app", "level"): "debug",
        contract.PROGRESS_VARIABLE: str(steps.root / "progress"),
        contract.POD_VARIABLE: "pod-1",
        contract.WORKFLOW_VARIABLE: "run-1",
        contract.ATTEMPT_VARIABLE: "2",
        contract.SCHEDULED_TIME_VARIABLE: "2026-01-31T02:00:00Z",
    }
    ended = steps.run("resources", "3", env=env)
    assert json.loads(ended.result or ended.err) == [
        "hush", "None", "debug", "of the node", "pod-1", "run-1", "resources", "2", "2026-01-31 02:00:00+00:00",
    ]  # fmt: skip
    assert (steps.root / contract.saved_artifact("out/a.bin")).read_bytes() == b"\x00!"
    assert (volume / "file").read_text() == "x"
    assert (steps.root / "progress").read_text() == "3/10\n"


def test_a_checkpoint_survives_the_attempt_that_failed(steps: Pod) -> None:
    assert steps.run("resumed").code == contract.EXIT_RAISED
    (steps.root / "checkpoint/out").rename(steps.root / "checkpoint/in")  # as Argo does, through the bucket
    assert steps.run("resumed").result == "1"


def test_the_first_of_several_wins(steps: Pod) -> None:
    assert steps.run("quickest").result == '"fast"'
