"""`athena run --image-mode podman`: steps in their images by a real podman, the code from a bundle.

The image is a busybox and nothing else, made here: no registry is asked.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.bundle.conftest import ATHENA, Built, athena, lacks
from tests.bundle.roots import build

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(600)]  # builds a bundle, and an image
IMAGE = "localhost/athena-busybox:1"
CONFIGURATION = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
"""
"""A machine may allow less than podman asks for."""
STORAGE = """
[storage]
driver = "vfs"
graphroot = "{folder}/images"
runroot = "{folder}/run"
"""
FLOW = f"""
import os, time
from pathlib import Path
from athena_runtime import container, secret, workflow

@container(image="{IMAGE}", env={{"PATH": "/bin"}})
def first(count: int) -> list[int]:
    token = secret("db", "password")
    print("sees", sorted(os.listdir("/")))
    assert os.environ["PATH"] == "/bin"
    return [len(token)] * count

@container(image="{IMAGE}")
def total(xs: list[int], fails: bool) -> int:
    if fails:
        raise ValueError("no good")
    return sum(xs)

@container(image="{IMAGE}")
def forever() -> None:
    print("waiting", flush=True)
    time.sleep(600)

@workflow
def flow(fails: bool = False) -> int:
    return total(first(3), fails)

@workflow
def endless() -> None:
    forever()
"""
MANIFEST = f"""
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{generateName: hand-}}
spec:
  entrypoint: main
  templates:
  - name: main
    outputs: {{parameters: [{{name: text, valueFrom: {{parameter: '{{{{tasks.read.outputs.parameters.text}}}}'}}}}]}}
    dag:
      tasks:
      - {{name: make, template: make}}
      - name: read
        depends: make
        template: read
        arguments: {{artifacts: [{{name: file, from: '{{{{tasks.make.outputs.artifacts.file}}}}'}}]}}
  - name: make
    outputs: {{artifacts: [{{name: file, path: /made/out.txt}}]}}
    container: {{image: '{IMAGE}', command: [sh, -c], args: ['mkdir /made; echo hello > /made/out.txt']}}
  - name: read
    inputs: {{artifacts: [{{name: file, path: /given/in.txt}}]}}
    outputs: {{parameters: [{{name: text, valueFrom: {{path: /result}}}}]}}
    script: {{image: '{IMAGE}', command: [sh], source: 'cat /given/in.txt /given/in.txt > /result'}}
"""


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The variables of a podman with images of its own, in which there is a busybox."""
    if shutil.which("podman") is None:
        lacks("needs podman (Debian: podman and runc)")
    folder = tmp_path_factory.mktemp("podman")
    runtime = '[engine]\nruntime = "runc"\n' if shutil.which("runc") else ""
    (folder / "containers.conf").write_text(CONFIGURATION + runtime)
    (folder / "storage.conf").write_text(STORAGE.format(folder=folder))
    configuration = {
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
    }
    environment = {**os.environ, **configuration}
    root = build("busybox", "x86_64", folder, folder / "packages")
    archive = shutil.make_archive(str(folder / "root"), "tar", root.folder)
    subprocess.run(["podman", "import", "-q", archive, IMAGE], env=environment, check=True, capture_output=True)
    tried = subprocess.run(
        ["podman", "run", "--rm", IMAGE, "/bin/sh", "-c", "id"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if tried.returncode:
        pytest.skip(f"podman runs no container on this machine: {tried.stderr.strip()}")
    yield configuration
    left = subprocess.run(["podman", "ps", "-aq"], env=environment, capture_output=True, text=True, check=True)
    assert left.stdout == "", "a container is left over"


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory,
    podman: Mapping[str, str],
    environment: Mapping[str, str],
    etl: Built,  # noqa: ARG001  # it has built the interpreter
) -> tuple[Path, Mapping[str, str]]:
    folder = tmp_path_factory.mktemp("in-images")
    (folder / "flow.py").write_text(FLOW, encoding="utf-8")
    (folder / "hand.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / ".env").write_text("ATHENA_SECRET_DB__PASSWORD=12345\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text('[project]\nname = "images"\nversion = "1.0"\nrequires-python = ">=3.11"\n')
    variables = {**environment, **podman}
    athena("bundle", "build", "-o", "layers", cwd=folder, environment=variables)
    return folder, variables


RUN = ("--image-mode", "podman", "--bundle", "layers")


def test_steps_run_in_their_image_and_see_nothing_else(project: tuple[Path, Mapping[str, str]]) -> None:
    folder, variables = project
    done = athena("run", "flow.py", "--root", "flow", *RUN, "--logs", cwd=folder, environment=variables)
    assert done.stdout == "15\n", done.stderr
    seen = next(line for line in done.stderr.splitlines() if line.startswith("first | sees"))
    assert "'athena'" in seen
    assert "'home'" not in seen, "the root of this machine"


def test_what_a_step_raises_is_told(project: tuple[Path, Mapping[str, str]]) -> None:
    folder, variables = project
    arguments = ("run", "flow.py", "--root", "flow", *RUN, "-a", "fails=true")
    done = athena(*arguments, cwd=folder, environment=variables, code=1)
    assert "total failed: Error (exit code 1): ValueError: no good" in done.stderr


def test_outputs_are_fetched_from_anywhere_in_an_image(project: tuple[Path, Mapping[str, str]]) -> None:
    folder, variables = project
    done = athena("run", "hand.yaml", "--image-mode", "podman", cwd=folder, environment=variables)
    assert done.stdout == '{"text": "hello\\nhello"}\n', done.stderr


def test_an_image_that_is_nowhere_is_an_error_of_its_step(project: tuple[Path, Mapping[str, str]]) -> None:
    folder, variables = project
    (folder / "none.yaml").write_text(MANIFEST.replace(IMAGE, "localhost/athena-none:1"), encoding="utf-8")
    arguments = ("run", "none.yaml", "--image-mode", "podman")
    done = athena(*arguments, cwd=folder, environment=variables, code=1)
    assert "make error: " in done.stderr
    assert "localhost/athena-none:1" in done.stderr


def test_ctrl_c_leaves_no_container(project: tuple[Path, Mapping[str, str]]) -> None:
    folder, variables = project
    environment = {**os.environ, **variables}
    command = [str(ATHENA), "run", "flow.py", "--root", "endless", *RUN]
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    until = time.monotonic() + 60
    while not any(path.read_text() for path in folder.glob(".athena/runs/*/pods/*forever*/stdout.log")):
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    left = subprocess.run(["podman", "ps", "-aq"], env=environment, capture_output=True, text=True, check=True)
    assert left.stdout == ""
