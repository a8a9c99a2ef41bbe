"""`athena run` and `athena runs`, as somebody types them, on programs whose pods are real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine.crashes import run as crash

ATHENA = str(Path(sys.executable).parent / "athena")
PROGRAM = """
from dataclasses import dataclass
from enum import Enum
from athena_runtime import Retry, container, workflow

class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"

@dataclass
class Report:
    title: str
    size: int

@container
def fetch(url: str) -> list[int]:
    print("fetching", url)
    return [1, 2, 3]

@container(retry=Retry(limit=1))
def square(x: int) -> int:
    return x * x

@container
def total(xs: list[int], title: str, mode: Mode) -> Report:
    if title == "bad":
        raise ValueError("no good title")
    return Report(title, sum(xs))

@container
def show(title: str, size: int) -> str:
    return f"{title}:{size}"

@workflow
def pipeline(url: str, title: str = "x", mode: Mode = Mode.FAST) -> str:
    numbers = fetch(url)
    squares = [square(number) for number in numbers]
    report = total(squares, title, mode)
    return show(report.title, report.size)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flow.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def athena(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    return subprocess.run(
        [ATHENA, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env=environment,
        stdin=subprocess.DEVNULL,
    )


def test_a_run_gives_its_result_and_is_listed(folder: Path) -> None:
    found = athena(folder, "run", "flow.py", "-a", "url=http://x", "--logs")
    assert (found.stdout, found.returncode) == ('"x:14"\n', 0), found.stderr
    assert "numbers | fetching http://x" in found.stderr
    assert "succeeded after" in found.stderr
    shown = json.loads(athena(folder, "runs", "show", "--json").stdout)
    assert shown["phase"] == "Succeeded"
    assert shown["arguments"] == {"url": '"http://x"'}
    assert {node["name"] for node in shown["nodes"]} >= {"numbers", "squares.each(0:1)", "report"}

    only = athena(folder, "run", "flow.py", "--only", "report", "-a", "title=y", "-q")
    assert json.loads(only.stdout) == {"title": "y", "size": 14}
    assert "x has no parameter" not in only.stderr

    begun = athena(folder, "run", "flow.py", "-a", "url=http://x", "--from", "report", "--set", "report=" + BIG)
    assert begun.stdout == '"z:9"\n', begun.stderr
    assert "fetching" not in begun.stderr
    assert "numbers succeeded" in begun.stderr

    assert len(athena(folder, "runs").stdout.splitlines()) == 3
    assert athena(folder, "runs", "prune", "--keep", "1").stderr == "removed 2 runs\n"
    assert len(athena(folder, "runs").stdout.splitlines()) == 1


BIG = '{"title": "z", "size": 9}'


def test_what_fails_is_told_with_its_traceback(folder: Path) -> None:
    found = athena(folder, "run", "flow.py", "-a", "url=u", "-a", "title=bad", "--fail", "squares.each:1")
    assert found.returncode == 1
    assert found.stdout == ""
    assert "report failed: Error (exit code 1): ValueError: no good title" in found.stderr
    assert 'raise ValueError("no good title")' in found.stderr
    assert "it fails on purpose (--fail)" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ((), "`url` is missing"),
        (("-a", "ur=x"), "there is no parameter `ur`; did you mean `url`?"),
        (("-a", "url"), "`-a url` is no NAME=VALUE"),
        (("-a", "url=x", "-a", "mode=quick"), '`mode` must be `"fast"` or `"slow"`, and is `"quick"`'),
        (("-a", "url=x", "--from", "report"), "has not run yet"),
        (("--resume", "last"), "there is no run to go on with"),
        (("-a", "url=x", "-j", "0"), "-j needs a number above 0"),
        (("-a", "url=x", "--argo-version", "new"), "is no version of Argo"),
        (("-a", "url=x", "--image-mode", "podman"), "podman`"),
        (("-a", "url=x", "--input-file", "none.json"), "`none.json` cannot be read"),
    ],
)
def test_wrong_arguments_are_told_before_anything_runs(folder: Path, arguments: tuple[str, ...], what: str) -> None:
    found = athena(folder, "run", "flow.py", *arguments)
    assert found.returncode == 2
    assert what in found.stderr
    assert "Traceback" not in found.stderr
    assert not (folder / ".athena" / "runs").exists()


def test_events_as_json(folder: Path) -> None:
    (folder / "inputs.json").write_text('{"url": "u", "mode": "slow"}', encoding="utf-8")
    found = athena(folder, "run", "flow.py", "--input-file", "inputs.json", "--json")
    events = [json.loads(line) for line in found.stdout.splitlines()]
    last = events[-1]
    assert last.pop("started") < last.pop("ended")
    assert last == {"event": "run", "phase": "Succeeded", "message": "", "outputs": {"return": '"x:14"'}}
    assert {"numbers", "report", "show"} <= {event["name"] for event in events[1:-1]}


MANIFEST = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hand-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who, value: world}]}
  templates:
  - name: main
    inputs: {parameters: [{name: who}]}
    outputs: {parameters: [{name: greeting, valueFrom: {parameter: '{{tasks.greet.outputs.parameters.text}}'}}]}
    dag:
      tasks:
      - {name: make, template: make, arguments: {parameters: [{name: who, value: '{{inputs.parameters.who}}'}]}}
      - name: greet
        depends: make
        template: greet
        arguments: {artifacts: [{name: file, from: '{{tasks.make.outputs.artifacts.file}}'}]}
  - name: make
    inputs: {parameters: [{name: who}]}
    outputs: {artifacts: [{name: file, path: /data/out.txt}]}
    container: {image: busybox, command: [sh, -c], args: ['echo "hello {{inputs.parameters.who}}" > /data/out.txt']}
  - name: greet
    inputs: {artifacts: [{name: file, path: /etc/greeting/in.txt}]}
    outputs: {parameters: [{name: text, valueFrom: {path: /tmp/result}}]}
    script:
      image: busybox
      command: [sh]
      source: tr a-z A-Z < /etc/greeting/in.txt > /tmp/result
"""


def test_a_hand_written_manifest_sees_its_paths(tmp_path: Path) -> None:
    from athena_lsp.engine.views import can_unshare  # noqa: PLC0415

    (tmp_path / "hand.yaml").write_text(MANIFEST, encoding="utf-8")
    found = athena(tmp_path, "run", "hand.yaml", "-a", "who=there")
    if not can_unshare():
        assert "can only be shown to a pod in a mount namespace" in found.stderr
        return
    assert found.stdout == '{"greeting": "HELLO THERE"}\n', found.stderr
    assert not Path("/data/out.txt").exists()


DAEMON = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{generateName: served-}}
spec:
  entrypoint: main
  templates:
  - name: main
    outputs: {{parameters: [{{name: text, valueFrom: {{parameter: '{{{{steps.ask.outputs.result}}}}'}}}}]}}
    steps:
    - - {{name: server, template: server}}
    - - name: ask
        template: ask
        arguments: {{parameters: [{{name: ip, value: '{{{{steps.server.ip}}}}'}}]}}
  - name: server
    daemon: true
    container:
      image: python
      command: [sh, -c, 'sleep 0.7; echo served > index.html; exec {python} -m http.server --bind 127.0.0.1 {port}']
      ports: [{{name: web, containerPort: {port}}}]
      readinessProbe: {probe}
  - name: ask
    inputs: {{parameters: [{{name: ip}}]}}
    script:
      image: python
      command: ['{python}']
      source: |
        from urllib.request import urlopen
        print(urlopen("http://{{{{inputs.parameters.ip}}}}:{port}/").read().decode())
"""


@pytest.mark.parametrize(
    "probe",
    [
        "{httpGet: {path: /index.html, port: web}}",
        "{tcpSocket: {port: PORT}}",
        "{exec: {command: ['PYTHON', -c, 'import socket; socket.create_connection((\"127.0.0.1\", PORT))']}}",
    ],
)
def test_a_daemon_is_ready_when_its_probe_is_content(tmp_path: Path, probe: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    probe = probe.replace("PORT", str(port)).replace("PYTHON", sys.executable)
    text = DAEMON.format(port=port, python=sys.executable, probe=probe)
    (tmp_path / "served.yaml").write_text(text, encoding="utf-8")
    found = athena(tmp_path, "run", "served.yaml", "-j", "1")
    assert json.loads(found.stdout)["text"].strip() == "served", found.stderr


def test_ctrl_c_ends_every_process_and_the_run_can_go_on(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(SLOW, encoding="utf-8")
    process = subprocess.Popen([ATHENA, "run", "flow.py"], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    marker = tmp_path / "began"
    until = time.monotonic() + 60
    while not (marker.exists() and marker.read_text(encoding="utf-8")) and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)  # whatever the marker holds: nothing is left running
    _, err = process.communicate(timeout=60)
    pid = int(marker.read_text(encoding="utf-8"))
    assert process.returncode == 130, err
    assert b"goes on where it was" in err
    assert not Path(f"/proc/{pid}").exists()
    (tmp_path / "go").touch()
    again = athena(tmp_path, "run", "--resume", "last")
    assert (again.stdout, again.returncode) == ('"quick slow"\n', 0), again.stderr
    assert (tmp_path / "quick").read_text(encoding="utf-8") == "x"


SLOW = """
import os, time
from pathlib import Path
from athena_runtime import container, workflow

HERE = Path(__file__).parent

@container
def quick() -> str:
    with open(HERE / "quick", "a") as file:
        file.write("x")
    return "quick"

@container
def slow(before: str) -> str:
    (HERE / "began").write_text(str(os.getpid()))
    while not (HERE / "go").exists():
        time.sleep(0.01)
    return before + " slow"

@workflow
def pipeline() -> str:
    return slow(quick())
"""


@pytest.mark.slow  # each crash is two whole runs
def test_after_a_crash_nothing_that_succeeded_runs_again() -> None:
    outcome = crash(3, seed=5)
    assert outcome.problems == []
    # A kill may come too late for a run that was quick: then there was nothing to go on with.
    assert outcome.crashes > 0


@pytest.mark.slow  # each crash is two whole runs
@pytest.mark.skipif(sys.platform != "linux", reason="finds what a process has started in /proc")
def test_after_the_end_of_everything_what_had_ended_does_not_run_again() -> None:
    outcome = crash(3, seed=8, everything=True)
    assert outcome.problems == []
    assert outcome.crashes > 0
