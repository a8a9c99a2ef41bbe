"""The tutorial of docs/testing.md is true: its files are written, its commands run, and what they print is there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent.parent / "docs/testing.md"
PART = re.compile(
    r"^(?P<more>More of )?`(?P<path>[\w/.]+)`:\n\n```\w+\n(?P<file>.*?)^```$"
    r"|^```sh\n(?P<command>pytest.*?)\n```\n\n```text\n(?P<output>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.slow  # four sessions of pytest, with processes for pods
@pytest.mark.timeout(300)
def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    commands = 0
    for part in PART.finditer(PAGE.read_text(encoding="utf-8")):
        if part["path"]:
            path = tmp_path / part["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            before = f"{path.read_text(encoding='utf-8')}\n\n" if part["more"] else ""
            path.write_text(before + part["file"], encoding="utf-8")
            continue
        commands += 1
        printed = run(tmp_path, part["command"])
        position = 0
        for line in part["output"].splitlines():
            found = printed.find(line, position)
            assert found >= 0, f"{line!r} is not there, or not in this order:\n{printed}"
            position = found + len(line)
    assert commands == 4


def run(folder: Path, command: str) -> str:
    words = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", *words[1:]],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "CI"))},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    return done.stdout + done.stderr
