"""The tests of an example pass, as somebody runs them who has it before their eyes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ETL = Path(__file__).parent.parent.parent / "examples/etl"


@pytest.mark.timeout(300)
@pytest.mark.slow  # a session of pytest, with processes for the pods of a whole run
def test_the_tests_of_the_nightly_run_pass_and_take_every_branch(update: bool) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    found = subprocess.run(
        [*command, "--athena-cov=src", "--athena-cov-fail-under=100", *(["--athena-update=ci"] if update else [])],
        cwd=ETL,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "6 passed" in found.stdout
    assert "etl.flow.nightly     src/etl/flow.py        3 of 3     100%" in found.stdout
