"""How a step ends: exit codes, tracebacks, messages, signals, and that a result is there wholly or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from athena_runtime import contract
from tests.pod.steps import Pod

ENDS = """
import asyncio, os, sys, time
from athena_runtime import PermanentError, Retry, StepFailed, Terminated, TransientError, container, workflow
from helper import deeper

@container(retry=Retry(limit=3, on=(KeyError,)))
def end(how: str) -> int:
    if how == "cause":
        try:
            deeper()
        except ZeroDivisionError as error:
            raise ValueError("two\\nlines") from error
    if how == "group":
        raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])
    if how == "exit":
        sys.exit("stopped by itself")
    if how == "loud":
        sys.excepthook = lambda kind, error, trace: print("hook:", error, file=sys.stderr)
        raise RuntimeError("seen")
    endings = {"lookup": LookupError, "key": KeyError, "transient": TransientError, "permanent": PermanentError}
    if how in endings:
        raise endings[how]("no")
    if how.isdigit():
        sys.exit(int(how))
    return "text" if how == "text" else 1

@container
def big(size: int) -> str:
    return "x" * size

@container
def wait() -> str:
    print("waiting")
    try:
        time.sleep(60)
    except KeyboardInterrupt as error:
        print("told:", type(error).__name__)
        raise
    finally:
        print("cleaned")
    return "never"

@container
async def wait_async() -> str:
    try:
        print("waiting")
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(0.01)
        print("cancelled")
        raise
    return "never"

@container
def stubborn() -> str:
    try:
        print("waiting")
        time.sleep(60)
    except Terminated:
        pass
    return "done all the same"

@container
def says(text: str) -> int:
    raise ValueError(text)

@container
def calls(n: int) -> int:
    return inner(n) + 1

@container
def inner(n: int) -> int:
    return 10 // n

@container
def tell(maybe: bool) -> None:
    sys.exit()

@container
def find(maybe: bool) -> int | None:
    sys.exit(0)
"""
HELPER = "def deeper():\n    return 1 // 0\n"


@pytest.fixture
def ends(pod: Pod) -> Pod:
    pod.write(ENDS, helper=HELPER)
    return pod


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("ok", contract.EXIT_OK),
        ("lookup", contract.EXIT_RAISED),
        ("key", contract.EXIT_TRANSIENT),
        ("transient", contract.EXIT_TRANSIENT),
        ("permanent", contract.EXIT_BAD_INPUT),
        ("7", 7),
        ("0", contract.EXIT_RAISED),
        ("text", contract.EXIT_RAISED),
    ],
)
def test_the_exit_code(ends: Pod, how: str, code: int) -> None:
    ended = ends.run("end", how)
    assert ended.code == code
    assert (ended.result is not None) == (how == "ok")


@pytest.mark.parametrize("step", ["tell", "find"])
def test_a_step_that_may_give_none_may_end_itself(ends: Pod, step: str) -> None:
    ended = ends.run(step, "true")
    assert (ended.code, ended.result, ended.err) == (0, "null", "")


def test_a_module_that_ends_the_process_is_no_step(pod: Pod) -> None:
    pod.write("import sys\nsys.exit(0)\ndef end(how: str) -> None: ...\n")
    ended = pod.run("end", "ok")
    assert ended.code == contract.EXIT_RAISED
    assert "while the module was imported" in ended.err


def test_a_traceback_is_the_programs_own(ends: Pod) -> None:
    ended = ends.run("end", "cause")
    folder = ends.root / "app"
    files = [line.split('"')[1] for line in ended.err.splitlines() if line.startswith("  File ")]
    assert files == [f"{folder}/flow.py", f"{folder}/helper.py", f"{folder}/flow.py"]
    assert "The above exception was the direct cause of the following exception:" in ended.err
    assert ended.message == "ValueError: two\nlines"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("ok", None),
        ("cause", "ValueError: two lines"),
        ("exit", "stopped by itself"),
        ("7", None),
        ("0", "`end` called `sys.exit()` and gave no result"),
        ("text", 'the result of `end`: return: expected int, got "text"'),
    ],
)
def test_an_attempt_is_told_why(ends: Pod, how: str, reason: str | None) -> None:
    assert ends.run("end", how).reason == reason


def test_nothing_is_taken_from_a_reason(ends: Pod) -> None:
    """Neither Argo's tags nor Kubernetes' variables stand in the text, and a long one is cut."""
    ended = ends.run("says", "{{workflow.name}} $(HOME) é" + "x" * 2000)
    text = (ends.root / contract.RETURN).read_text(encoding="ascii")
    assert "{{" not in text
    assert "$(" not in text
    assert ended.reason is not None
    assert ended.reason.startswith("ValueError: {{workflow.name}} $(HOME) éxxx")
    assert len(ended.reason) == contract.RAISED_LIMIT


def test_a_call_of_another_container_leaves_no_frames_of_athena(ends: Pod) -> None:
    ended = ends.run("calls", "0")
    files = {line.split('"')[1] for line in ended.err.splitlines() if line.startswith("  File ")}
    assert files == {f"{ends.root}/app/flow.py"}
    assert ended.err.endswith("ZeroDivisionError: integer division or modulo by zero\n")


def test_every_exception_of_a_group_is_shown(ends: Pod) -> None:
    err = ends.run("end", "group").err
    assert "ValueError: one" in err
    assert "TypeError: two" in err
    assert "athena_runtime" not in err


def test_the_programs_own_hook_for_exceptions_counts(ends: Pod) -> None:
    assert ends.run("end", "loud").err == "hook: seen\n"


def test_a_text_for_sys_exit_is_shown(ends: Pod) -> None:
    ended = ends.run("end", "exit")
    assert (ended.code, ended.err, ended.message) == (1, "stopped by itself\n", "stopped by itself")


def test_a_result_that_does_not_fit_is_told(ends: Pod) -> None:
    ended = ends.run("end", "text")
    assert ended.err == 'athena: the result of `end`: return: expected int, got "text"\n'


def test_a_large_result_is_told_to_be_an_artifact(ends: Pod) -> None:
    assert ends.run("big", str(contract.LARGEST_RESULT - 2)).code == 0
    (ends.root / contract.RETURN).unlink()
    ended = ends.run("big", str(contract.LARGEST_RESULT))
    assert (ended.code, ended.result) == (1, None)
    assert ended.err == (
        "athena: the result of `big` has 262,146 bytes of JSON, more than the 262,144 that a parameter may have: "
        "return `Artifact[str]`\n"
    )
    assert ends.run("big", "300000", env={contract.LARGEST_RESULT_VARIABLE: "400000"}).code == 0
    ended = ends.run("big", "1", env={contract.LARGEST_RESULT_VARIABLE: "lots"})
    assert (ended.code, ended.err) == (64, "athena: ATHENA_LARGEST_RESULT is a number of bytes, not 'lots'\n")


def test_a_result_that_cannot_be_written_leaves_nothing(ends: Pod) -> None:
    (ends.root / "out").write_text("in the way")
    ended = ends.run("end", "ok")
    assert ended.code == contract.EXIT_RAISED
    assert ended.err.startswith("athena: the result of `end` cannot be written: ")


def test_no_parts_of_a_result_are_left_behind(ends: Pod) -> None:
    ends.run("end", "ok")
    assert [path.name for path in (ends.root / "out").iterdir()] == ["return"]


@pytest.mark.parametrize(
    ("template", "out", "code", "result"),
    [
        ("wait", "waiting\ntold: Terminated\ncleaned\n", contract.EXIT_TERMINATED, None),
        ("wait-async", "waiting\ncancelled\n", contract.EXIT_TERMINATED, None),
        ("stubborn", "waiting\n", 0, '"done all the same"'),
    ],
)
def test_a_function_is_told_to_stop(ends: Pod, template: str, out: str, code: int, result: str | None) -> None:
    process = subprocess.Popen(
        [*ends.command(), "--"], env=ends.environment(template), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    first = process.stdout.readline()  # output is live: it is here before the function ends
    assert first == b"waiting\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    rest, err = process.communicate(timeout=20)
    assert ((first + rest).decode(), process.returncode, ends.result()) == (out, code, result)
    assert err.decode() == ("athena: the pod was told to stop (SIGTERM)\n" if code else "")


def test_a_step_that_is_killed_leaves_no_result(ends: Pod) -> None:
    process = subprocess.Popen([*ends.command(), "--"], env=ends.environment("wait"), stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    assert ends.result() is None


def test_a_closed_standard_output_is_the_programs_affair(ends: Pod) -> None:
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [*ends.command(), "--", "1"], env=ends.environment("inner"), stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (ended.returncode, ends.result()) == (0, "10")


BROKEN = {
    "syntax": ("def f(:\n", 1, "SyntaxError"),
    "import": ("import nothing_like_this\n", 1, "ModuleNotFoundError: No module named 'nothing_like_this'"),
    "raises": ("raise RuntimeError('at import')\n", 1, "RuntimeError: at import"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_module_that_does_not_import(pod: Pod, name: str) -> None:
    text, code, message = BROKEN[name]
    pod.write(text)
    index = {"version": 1, "templates": {"step": "flow:step"}, "path": [str(pod.root / contract.APP)]}
    (pod.root / contract.INDEX).write_text(json.dumps(index))
    ended = pod.run("step")
    assert ended.code == code
    assert message in ended.err
    assert "importlib" not in ended.err
    assert "athena_runtime" not in ended.err


def test_there_is_nothing_to_run(pod: Pod) -> None:
    ended = pod.run("step")
    path = Path(pod.root) / contract.INDEX
    assert (ended.code, ended.err) == (
        64,
        f"athena: {path} is not there: it says which function stands behind `step`\n",
    )
    pod.write(ENDS, helper=HELPER)
    command = [*pod.command(), "--"]
    bare = subprocess.run(command, env={contract.ROOT_VARIABLE: str(pod.root)}, check=False, capture_output=True)
    assert bare.stderr == b"athena: ATHENA_TEMPLATE is not set: it names the template to run\n"


POOL = """
import json, sys
from multiprocessing import get_context
from athena_runtime import container
from helper import double

@container
def pooled(values: list[int]) -> list[int]:
    print("once")
    with get_context("spawn").Pool(2) as pool:
        return pool.map(double, values)

@container
def beside(name: str) -> bool:
    import importlib.util
    return importlib.util.find_spec(name) is not None
"""


@pytest.mark.parametrize("options", [(), ("-S",)], ids=["module", "path"])
def test_processes_of_the_function_do_not_start_the_step_again(pod: Pod, options: tuple[str, ...]) -> None:
    there = Pod(pod.root, options=options)
    there.write(POOL, helper="def double(value):\n    return 2 * value\n")
    ended = there.run("pooled", "[1,2,3]")
    assert (ended.out, ended.err, ended.result) == ("once\n", "", "[2,4,6]")


def test_what_lies_beside_the_runtime_is_not_imported(pod: Pod) -> None:
    there = Pod(pod.root, options=("-S",))
    there.write(POOL, helper="def double(value): ...\n")
    index = json.loads((pod.root / contract.INDEX).read_text())
    (pod.root / contract.INDEX).write_text(json.dumps({**index, "path": [str(pod.root / "app")]}))
    assert there.run("beside", "athena_lsp").result == "false"
    assert there.run("beside", "athena_runtime").result == "true"
