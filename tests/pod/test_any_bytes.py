"""Whatever bytes a pod is given, it says what is wrong in a line, and never shows a traceback of athena's own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from athena_runtime import contract
from athena_runtime.pod.entry import run
from tests.pod.steps import Pod

PROGRAM = """
from __future__ import annotations
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any
from athena_runtime import Artifact, Failed, Ok, container

class Colour(Enum):
    RED = "red"

@dataclass
class Tree:
    name: str
    day: date | None
    inner: list[Tree]
    by: dict[int, Colour]

@container
def plain(a: int, b: Tree, c: str | None, d: set[float], e: Any, f: Ok[Tree] | Failed) -> str:
    return "ran"

@container
def stored(rows: Artifact[Tree], text: Artifact[str], data: Artifact[bytes]) -> str:
    return "ran"
"""
TREE = '{"name": "a", "day": null, "inner": [], "by": {"1": "red"}}'
GOOD = ("1", TREE, '"x"', "[1.5]", "{}", f'{{"value": {TREE}}}')


@pytest.fixture(scope="module")
def pod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pod]:
    """A folder that all examples share; the steps run in this process, which is a thousand times as fast."""
    made = Pod(tmp_path_factory.mktemp("fuzz") / "athena")
    made.write(PROGRAM)
    index = json.loads((made.root / contract.INDEX).read_text())
    (made.root / "app/flow.py").rename(made.root / "app/fuzzed_flow.py")
    index["templates"] = {name: place.replace("flow:", "fuzzed_flow:") for name, place in index["templates"].items()}
    (made.root / contract.INDEX).write_text(json.dumps(index))
    before = list(sys.path)
    yield made
    sys.path[:] = before
    sys.modules.pop("fuzzed_flow", None)


def ended(pod: Pod, template: str, argv: list[str], **variables: str) -> tuple[int, str]:
    """The exit code and what stands on standard error."""
    err = io.StringIO()
    with patch.dict(os.environ, {**pod.environment(template), **variables}), contextlib.redirect_stderr(err):
        return run(argv, str(pod.root)), err.getvalue()


def is_clear(code: int, err: str) -> bool:
    """Nothing to say of a step that ran, one line of one that did not."""
    if code == contract.EXIT_OK:
        return err == ""
    wanted = (contract.EXIT_BAD_INPUT, contract.EXIT_JOIN)
    return code in wanted and err.startswith("athena: ") and err.count("\n") == 1 and "Traceback" not in err


def test_good_arguments_run(pod: Pod) -> None:
    assert ended(pod, "plain", ["--", *GOOD]) == (contract.EXIT_OK, "")


EXAMPLES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
ANY_TEXT = st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape"))
PREFIXED = st.builds(
    str.__add__,
    st.sampled_from(["@/tmp/argo_arg_", "athena:absent", "athena:timeout", "{", "[", '"']),
    ANY_TEXT,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["name", "day", "inner", "by", "ok"]), inner),
).map(json.dumps)


@EXAMPLES
@given(st.lists(ANY_TEXT | PREFIXED | JSON, max_size=8))
def test_any_arguments(pod: Pod, argv: list[str]) -> None:
    for template in ("plain", "stored", "nothing"):
        assert is_clear(*ended(pod, template, argv))


@EXAMPLES
@given(st.integers(0, len(GOOD) - 1), ANY_TEXT | PREFIXED | JSON)
def test_one_argument_among_good_ones(pod: Pod, index: int, text: str) -> None:
    argv = ["--", *GOOD[:index], text, *GOOD[index + 1 :]]
    variables = {contract.ARGS_FILE_VARIABLE: "/x"}
    code, err = ended(pod, "plain", argv, **variables)
    assert is_clear(code, err)


@EXAMPLES
@given(st.binary() | JSON.map(str.encode))
def test_any_file_of_arguments(pod: Pod, data: bytes) -> None:
    path = Path("/tmp/argo_arg_of_the_fuzz_of_athena")
    path.write_bytes(data)
    try:
        argv = ["--", GOOD[0], f"@{path}", *GOOD[2:]]
        assert is_clear(*ended(pod, "plain", argv, **{contract.ARGS_FILE_VARIABLE: "/x"}))
    finally:
        path.unlink()


@EXAMPLES
@given(st.binary() | JSON.map(str.encode), st.binary(), st.binary())
def test_any_artifacts(pod: Pod, rows: bytes, text: bytes, data: bytes) -> None:
    folder = pod.root / "in"
    folder.mkdir(exist_ok=True)
    for name, content in (("rows", rows), ("text", text), ("data", data)):
        (folder / name).write_bytes(content)
    assert is_clear(*ended(pod, "stored", ["--"]))


@EXAMPLES
@given(st.binary() | JSON.map(str.encode) | st.builds(lambda inner: f'{{"templates": {inner}}}'.encode(), JSON))
def test_any_index(pod: Pod, data: bytes) -> None:
    path = pod.root / contract.INDEX
    good = path.read_bytes()
    path.write_bytes(data)
    try:
        code, err = ended(pod, "plain", ["--", *GOOD])
    finally:
        path.write_bytes(good)
    assert code == contract.EXIT_BAD_INPUT
    assert is_clear(code, err)


def test_real_processes_given_real_bytes(pod: Pod) -> None:
    random = Random(7)
    for _ in range(12):
        texts = [random.randbytes(random.randrange(40)).replace(b"\0", b"") for _ in GOOD]
        ended = subprocess.run(
            [*map(os.fsencode, pod.command()), b"--", *texts],
            env=pod.environment("plain"),
            check=False,
            capture_output=True,
            timeout=60,
        )
        assert (ended.returncode, ended.stdout) == (contract.EXIT_BAD_INPUT, b"")
        assert ended.stderr.startswith(b"athena: ")
        assert ended.stderr.count(b"\n") == 1
