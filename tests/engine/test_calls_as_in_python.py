"""One program with attempts, a join, loops, a wait, hooks and `try` gives in emitted manifests what Python gives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from athena_runtime import Failed, Ok, Quorum, StepFailed, container, gather, sleep, workflow

@container
def fetch(url: str) -> str:
    if "bad" in url:
        raise ValueError(f"cannot read {url} {{{{x}}}} $(A)")
    return url.upper()

@container
def describe(page: Ok[str] | Failed) -> str:
    return page.value if isinstance(page, Ok) else f"{page.exit_code} {page.message}"

@container
def pair(a: str, b: int) -> str:
    return f"{a}{b}"

@container
def note(text: str) -> None: ...

@workflow
def main(urls: list[str], n_rows: int = 3) -> list[str]:
    told = describe(fetch.attempt("bad"))
    good = gather([fetch.attempt(url) for url in urls], join=Quorum(2))
    pairs = [pair(f"{a}!", b) for a, b in zip(good, range(n_rows))]
    nested = [[pair(a, b) for b in range(2)] for a in urls if a != "bad2"]
    sleep(1)
    for a in urls:
        if a.startswith("a"):
            note.options(on_exit=lambda: note("hook"))(a)
    try:
        x = fetch("bad3")
    except StepFailed:
        x = fetch("cached {{y}}")
    return pairs + [told, x] + nested[0]
"""
URLS = '["a1", "bad2", "c3"]'
LOCAL = f"import json, flow; print(json.dumps(flow.main({URLS})))"


@pytest.mark.slow  # a process for each of some fifteen pods: five seconds and more
def test_the_run_and_the_call_agree(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(PROGRAM, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("athena")), "run", "flow.py", "-a", f"urls={URLS}", "-q"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    local = subprocess.run([sys.executable, "-c", LOCAL], cwd=tmp_path, capture_output=True, text=True, check=True)
    result = next(line for line in done.stdout.splitlines() if line.startswith("["))
    assert json.loads(result) == json.loads(local.stdout)
