"""Runs on this machine as an editor sees them: what a workflow takes, how its last run stands, what a step printed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bench.client import PULL_CLIENT, Client
from tests.e2e.shop import ENVIRONMENT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PROGRAM = """
from enum import Enum
from typing import Literal

from athena_runtime import Artifact, Retry, container, workflow


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@container(retry=Retry(limit=1))
def broken(given: int) -> None:
    print("about to fail")
    raise ValueError(given)


@container
def number(given: int) -> int:
    return given


@workflow
def shop(given: int = 3, size: Size = Size.SMALL, kind: Literal["a", 2] = "a", names: list[str] = ["x"]) -> None:
    first = number(given)
    broken(first)


@container
def other(text: str, data: Artifact[str], flag: bool = False) -> None: ...
"""


@pytest.fixture
def uri(folder: Path, client: Client) -> str:
    """The program, open in an editor."""
    file = folder / "main.py"
    file.write_text(PROGRAM, encoding="utf-8")
    client.initialize(PULL_CLIENT)
    client.open(file.as_uri(), PROGRAM)
    return file.as_uri()


def run(folder: Path, *arguments: str) -> int:
    command = [sys.executable, "-c", "from athena_lsp.cli.main import main; main()", "run", "main.py:shop", *arguments]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, timeout=60, check=False).returncode


def graph(client: Client, uri: str) -> Any:
    return client.ask("athena/graph", {"uri": uri, "root": "shop", "runs": True})


def statuses(client: Client, uri: str) -> dict[str, str]:
    return {node["id"]: node["status"] for node in graph(client, uri)["nodes"] if "status" in node}


def test_a_run_is_told_of_until_the_program_is_another_one(client: Client, uri: str, folder: Path) -> None:
    assert statuses(client, uri) == {}
    begun = time.perf_counter()
    assert run(folder) == 1
    client.wait(lambda message: message.get("method") == "athena/changed", since=begun)
    told = graph(client, uri)
    assert told["run"]["phase"] == "failed"
    assert statuses(client, uri) == {"first": "succeeded", "broken": "failed"}
    node = next(node for node in told["nodes"] if node["id"] == "broken")
    assert (node["retries"], node["message"]) == (1, "Error (exit code 1): ValueError: 3")

    edited = time.perf_counter()
    whole = {"text": PROGRAM.replace("about to", "going to")}
    client.change(uri, 2, whole)
    client.wait(lambda message: message.get("method") == "athena/changed", since=edited)
    assert statuses(client, uri) == {}


def test_without_being_asked_nothing_is_said_of_runs(client: Client, uri: str, folder: Path) -> None:
    run(folder)
    told = client.ask("athena/graph", {"uri": uri, "root": "shop"})
    assert "run" not in told


def test_what_a_step_printed(client: Client, uri: str, folder: Path) -> None:
    """Every attempt below a line that names it."""
    run(folder)
    text = client.ask("athena/log", {"uri": uri, "root": "shop", "node": "broken"})
    lines = text.splitlines()
    assert lines[0] == "== broken(0), failed: Error (exit code 1): ValueError: 3"
    assert lines.count("about to fail") == 2
    assert "ValueError: 3" in lines
    assert client.ask("athena/log", {"uri": uri, "root": "shop", "node": "nothing"}) == ""
    assert client.ask("athena/log", {"uri": uri, "root": "nothing", "node": "broken"}) == ""


def test_looking_writes_nothing(client: Client, uri: str, folder: Path) -> None:
    """Not the file, and no other beside it."""
    run(folder)
    state = folder / ".athena"

    def everything() -> dict[str, tuple[int, bytes]]:
        found = (path for path in state.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in found}

    before = everything()
    assert statuses(client, uri)["broken"] == "failed"
    assert everything() == before


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_holds_no_runs(client: Client, uri: str, folder: Path, content: bytes) -> None:
    (folder / ".athena").mkdir()
    (folder / ".athena/runs.db").write_bytes(content)
    assert statuses(client, uri) == {}


def test_a_run_whose_name_leads_elsewhere_is_passed_over(client: Client, uri: str, folder: Path) -> None:
    """Who clones a repository with a made-up file of runs in it sees no other file."""
    run(folder)
    with sqlite3.connect(folder / ".athena/runs.db") as base:
        base.execute("update runs set id = '../..'")
        base.execute("update nodes set run = '../..'")
    assert statuses(client, uri) == {}
    assert client.ask("athena/log", {"uri": uri, "root": "shop", "node": "broken"}) == ""


def test_what_a_workflow_takes(client: Client, uri: str) -> None:
    found = client.ask("athena/inputs", {"uri": uri, "root": "shop"})
    assert [(each["name"], each["type"], each["default"], each["choices"]) for each in found] == [
        ("given", "int", "3", []),
        ("size", "Size", "s", ["s", "l"]),
        ("kind", "Literal['a', 2]", "a", ["a", "2"]),
        ("names", "list[str]", '["x"]', []),
    ]
    found = client.ask("athena/inputs", {"uri": uri, "root": "other"})
    assert [(each["name"], each["isRequired"], each["isArtifact"], each["choices"]) for each in found] == [
        ("text", True, False, []),
        ("data", True, True, []),
        ("flag", False, False, ["true", "false"]),
    ]
    assert client.ask("athena/inputs", {"uri": uri, "root": "nothing"}) is None


@pytest.mark.parametrize(
    ("root", "name", "text", "wrong"),
    [
        ("shop", "given", "4", ""),
        ("shop", "given", "four", '`given` must be a whole number, and is `"four"`'),
        ("shop", "given", "", '`given` must be a whole number, and is `""`'),
        ("shop", "size", "l", ""),
        ("shop", "size", "m", '`size` must be `"s"` or `"l"`, and is `"m"`'),
        ("shop", "names", '["a", 3]', '`names[1]` must be a text, and is in `["a", 3]`'),
        ("other", "text", "3", ""),
        ("other", "text", "", ""),
        ("other", "flag", "True", '`flag` must be `true` or `false`, and is `"True"`'),
        ("other", "nothing", "3", ""),
    ],
)
def test_what_is_wrong_with_an_argument(client: Client, uri: str, root: str, name: str, text: str, wrong: str) -> None:
    assert client.ask("athena/input", {"uri": uri, "root": root, "name": name, "text": text}) == wrong
