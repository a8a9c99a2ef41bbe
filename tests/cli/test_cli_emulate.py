"""`athena emulate`: one container as its pod would run it, in real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

STEPS = """\
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
import os

from athena_runtime import (
    Artifact, EphemeralPvc, Inject, PermanentError, TransientError, checkpoint, config_map, container, host,
    load_artifact_str, progress, pvc, run_info, save_artifact, secret, secret_opt, workflow,
)

SCRATCH = EphemeralPvc(size="1Gi", access_modes=["ReadWriteOnce"])
print("the module is imported")

@dataclass
class Order:
    id: int
    lines: list[float]

@container(image="busybox:{tag}", env={"TAG": "v-{tag}", "FIXED": "x"})
def total(
    order: Order, *, tag: str = "latest", mode: Literal["fast", "slow"] = "fast",
    attempt: Annotated[int, Inject("{{retries}}")] = 0,
) -> float:
    print("tag", os.environ["TAG"], "mode", mode, "attempt", attempt, "pod", run_info().pod)
    if order.id == 0:
        raise PermanentError("there is no order 0")
    if order.id < 0:
        raise TransientError("later")
    return sum(order.lines)

@container
def store(weights: Artifact[Path], note: Artifact[str]) -> Artifact[Path]:
    has_user = secret_opt("db", "user") is not None
    print(len(secret("db", "password")), config_map("app", "level"), has_user)
    print(load_artifact_str("a/b").strip(), note.strip(), (host("/etc") / "passwd").exists())
    (pvc(SCRATCH) / "file").write_text("kept")
    progress(1, 2)
    checkpoint(int).save(3)
    save_artifact("reports/a.txt", b"hello")
    folder = Path("result")
    folder.mkdir(exist_ok=True)
    (folder / "weights").write_bytes(weights.read_bytes())
    return folder.absolute()

@container
async def wait() -> None: ...

@workflow
def flow() -> None:
    wait()
"""


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "src/shop").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1.0"\n[tool.athena]\n')
    (tmp_path / "src/shop/__init__.py").write_text("")
    (tmp_path / "src/shop/steps.py").write_text(STEPS)
    return tmp_path


def emulate(shop: Path, *arguments: str, **variables: str) -> Ended:
    program = "from athena_lsp.cli.main import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", program, "emulate", *arguments],
        cwd=shop,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2]), **variables},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def test_a_step_with_its_result(shop: Path) -> None:
    ended = emulate(shop, "total", "-a", 'order={"id": 1, "lines": [1, 2.5]}', "-a", "tag=1.2", "-a", "mode=slow")
    assert ended == Ended(
        0,
        "the module is imported\ntag v-1.2 mode slow attempt 0 pod local\nexit code: 0\nreturn: 3.5\n",
        "",
    )


def test_the_exit_code_is_the_steps(shop: Path) -> None:
    ended = emulate(shop, "shop.steps.total", "-a", 'order={"id": 0, "lines": []}')
    assert ended.code == 64
    assert "exit code: 64 (an input does not decode, or `PermanentError`: never retried)" in ended.out
    assert "message: PermanentError: there is no order 0" in ended.out
    assert ended.err.startswith("Traceback (most recent call last):\n")
    assert "athena_runtime/" not in ended.err
    assert emulate(shop, "total", "-a", 'order={"id": -1, "lines": []}').code == 75


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-a", "ordr={}"), "error: there is no parameter `ordr`; did you mean `order`?\nerror: `order` is missing\n"),
        (("-a", 'order={"id": "x", "lines": []}'), "error: `order.id` must be a whole number, and is in `{"),
        (("-a", 'order={"id": 1, "lines": []}', "-a", "mode=fst"), "error: `mode` must be "),
        (("-a", 'order={"id": 1, "lines": []}', "-a", "attempt=3"), "error: there is no parameter `attempt`"),
        (("-a", "order"), "error: `-a order` is no NAME=VALUE\n"),
        (("--input-file", "none.json"), "error: `none.json` cannot be read: No such file or directory\n"),
    ],
)
def test_arguments_are_checked_before_anything_starts(shop: Path, arguments: tuple[str, ...], message: str) -> None:
    ended = emulate(shop, "total", *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert message in ended.err


def test_what_the_template_takes_is_told(shop: Path) -> None:
    ended = emulate(shop, "total")
    assert ended.err.endswith("`shop-total` takes `order`, `tag` (optional), `mode` (optional)\n")


def test_arguments_from_a_file(shop: Path) -> None:
    (shop / "input.json").write_text('{"order": {"id": 1, "lines": [4]}, "tag": "9"}')
    assert emulate(shop, "total", "--input-file", "input.json", "-a", "tag=10").out.startswith(
        "the module is imported\ntag v-10 mode"
    )
    (shop / "input.json").write_text("[1]")
    assert "`input.json` holds no JSON object of arguments" in emulate(shop, "total", "--input-file", "input.json").err


def test_artifacts_volumes_secrets_and_what_is_left(shop: Path) -> None:
    for name in ("weights.bin", "note.txt", "object"):
        (shop / name).write_text(name)
    (shop / ".env").write_text(
        "# of the test\nexport ATHENA_SECRET_DB__PASSWORD='hush'\nATHENA_CONFIG_APP__LEVEL=debug\n"
    )
    files = ("-a", "weights=weights.bin", "-a", "note=note.txt", "--load", "a/b=object")
    ended = emulate(shop, "store", *files, "--env-file", ".env", "--keep", "pod")
    assert ended.out == (
        "the module is imported\n4 debug False\nobject note.txt True\nexit code: 0\n"
        f"artifact return: folder of 11 bytes, {shop}/pod/out/artifact\n"
        f"artifact save-reports-a-txt-e747a1b5: file of 5 bytes, {shop}/pod/artifacts/out/reports-a-txt-e747a1b5\n"
        f"artifact checkpoint-state: file of 1 bytes, {shop}/pod/checkpoint/out/state\n"
        "progress: 1/2\n"
    )
    assert (shop / "pod/out/artifact/weights").read_text() == "weights.bin"
    assert emulate(shop, "store", *files, "--env-file", ".env", "--keep", "pod").code == 0, "again in the same folder"


def test_secrets_that_are_missing_are_told_before_anything_starts(shop: Path) -> None:
    (shop / "f").write_text("")
    ended = emulate(shop, "store", "-a", "weights=f", "-a", "note=f")
    assert (ended.code, ended.out) == (2, "")
    assert "error: ATHENA_SECRET_DB__PASSWORD is not set, which the pod gets from the cluster\n" in ended.err
    assert "ATHENA_SECRET_DB__USER" not in ended.err


def test_an_artifact_that_is_not_there(shop: Path) -> None:
    ended = emulate(shop, "store", "-a", "weights=nothing")
    assert "error: `weights`: there is no file or folder `nothing`\nerror: `note` is missing\n" in ended.err


def test_json_keeps_the_steps_output_apart(shop: Path) -> None:
    ended = emulate(shop, "total", "-a", 'order={"id": 1, "lines": [1]}', "--json")
    assert json.loads(ended.out) == {"exit_code": 0, "return": 1, "message": "", "artifacts": [], "progress": ""}
    assert "tag v-latest" in ended.err


def test_a_workflow_is_no_step(shop: Path) -> None:
    assert emulate(shop, "flow").err == "error: `flow` is a workflow: one container is one step\n"


def test_a_program_with_errors_is_not_run(shop: Path) -> None:
    (shop / "src/shop/steps.py").write_text(STEPS.replace('tag: str = "latest"', 'tags: str = "latest"'))
    ended = emulate(shop, "total", "-a", 'order={"id": 1, "lines": []}')
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith("nothing is run: `total` reaches files with errors\n")


def test_an_image_needs_a_bundle(shop: Path) -> None:
    assert "`--image-root` and `--bundle` go together" in emulate(shop, "wait", "--image-root", ".").err
    ended = emulate(shop, "wait", "--image-root", ".", "--bundle", "none")
    assert ended.code == 2
    assert "help: `athena bundle build -o DIR` writes the layers" in ended.err
