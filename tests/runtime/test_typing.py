"""Type checkers in strict mode accept right programs, see their types, and refuse wrong ones where they are wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CHECKERS = ("mypy", "pyright", "basedpyright")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, set[int]]]:
    """For each checker that is installed and each program, the lines with errors."""
    folder = tmp_path_factory.mktemp("typing")
    for name in ("typing_ok.py", "typing_bad.py"):
        # The empty line keeps the numbers of the others; without it the project's own run would report the mistakes.
        text = (HERE / name).read_text(encoding="utf-8").replace("# mypy: ignore-errors\n", "\n", 1)
        (folder / name).write_text(text, encoding="utf-8")
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "extraPaths": [str(ROOT)], "include": ["."]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return {name: error_lines(name, command, folder) for name in CHECKERS if (command := find(name))}


def find(name: str) -> str | None:
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def error_lines(name: str, command: str, folder: Path) -> dict[str, set[int]]:
    arguments = (
        ["--strict", "--config-file=", f"--cache-dir={folder / 'cache'}", "typing_ok.py", "typing_bad.py"]
        if name == "mypy"
        else ["-p", str(folder / "pyrightconfig.json")]
    )
    result = subprocess.run(
        [command, *arguments],
        check=False,
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
    )
    if "typing_bad.py" not in result.stdout:
        pytest.fail(f"{name} did not check the programs: {result.stdout}{result.stderr}")
    found: dict[str, set[int]] = {"typing_ok.py": set(), "typing_bad.py": set()}
    for file, line in re.findall(r"(typing_\w+\.py):(\d+):(?:\d+ -)? error", result.stdout):
        found[file].add(int(line))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_right_programs_are_accepted(checker: str, reports: dict[str, dict[str, set[int]]]) -> None:
    if checker not in reports:
        pytest.skip(f"{checker} is not installed")
    assert reports[checker]["typing_ok.py"] == set()


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_wrong_programs_are_refused_where_they_are_wrong(checker: str, reports: dict[str, dict[str, set[int]]]) -> None:
    if checker not in reports:
        pytest.skip(f"{checker} is not installed")
    lines = (HERE / "typing_bad.py").read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# error")}
    assert len(marked) >= 50
    assert reports[checker]["typing_bad.py"] == marked


@pytest.mark.slow
def test_mypy_and_a_pyright_are_among_the_checkers(reports: dict[str, dict[str, set[int]]]) -> None:
    assert "mypy" in reports
    if not {"pyright", "basedpyright"} & set(reports):
        pytest.skip("neither pyright nor basedpyright is installed")
