"""Questions of `athena run`: answered at a terminal, which is a real one here, or beforehand."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ATHENA = str(Path(sys.executable).parent / "athena")
PROGRAM = """
from dataclasses import dataclass
from typing import Literal
from athena_runtime import approval, ask, container, workflow

@dataclass
class Rollout:
    region: Literal["eu", "us"]
    percent: int = 10

@workflow
def release() -> str:
    if approval("Deploy?", timeout="1d"):
        rollout = ask(Rollout, "How far?", timeout="1d")
        return f"{rollout.region}:{rollout.percent}"
    return "refused"
"""


def answered(folder: Path, typed: str, *options: str) -> tuple[object, str]:
    (folder / "flow.py").write_text(PROGRAM)
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed.encode())
        command = [ATHENA, "run", "flow.py", *options]
        done = subprocess.run(
            command, cwd=folder, stdin=theirs, capture_output=True, text=True, timeout=30, check=False
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_the_terminal_is_asked_and_asked_again_after_a_wrong_answer(tmp_path: Path) -> None:
    result, told = answered(tmp_path, "yes\nmars\neu\n20\n")
    assert result == "eu:20"
    assert "approval-1.answer: Deploy?" in told
    assert "`region` must be one of eu, us, not `mars`" in told
    assert told.count("How far?") == 3


@pytest.mark.parametrize(
    ("answers", "result"),
    [(("approval=no",), "refused"), (("approve=yes", "region=us", "percent=20"), "us:20")],
)
def test_answers_are_given_beforehand(tmp_path: Path, answers: tuple[str, ...], result: str) -> None:
    found, told = answered(tmp_path, "", *(f"--answer={answer}" for answer in answers))
    assert found == result
    assert "Deploy?" not in told
