"""What the benchmarks measure is what they say: programs without mistakes, of the same shape for both."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from bench.generate import BAD, BROKEN, GOOD, athena_steps, hera_steps, long_file, write_workspace
from bench.run import line, row

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]


def test_the_long_file_is_right_and_its_spot_is_where_it_says() -> None:
    program = long_file(400)
    assert 400 <= program.text.count("\n") < 460
    project = Project.of({"edited.py": program.text})
    assert project.diagnostics("edited.py") == ()
    lines = program.text.split("\n")
    before, after = lines[program.line][: program.character], lines[program.line][program.character :]
    assert after.startswith(GOOD)
    for text, rules in ((BAD, ["edge-type-mismatch"]), *((text, ["syntax-error"]) for text in BROKEN)):
        lines[program.line] = before + after.replace(GOOD, text)
        found = project.with_text("edited.py", "\n".join(lines)).diagnostics("edited.py")
        assert [each.rule for each in found if not each.stale] == rules


def test_a_workspace_has_as_many_files_as_asked(tmp_path: Path) -> None:
    path, program = write_workspace(tmp_path / "w", 3, 100)
    assert len(list((tmp_path / "w").rglob("*.py"))) == 4
    assert path.read_text(encoding="utf-8") == program.text


def test_both_programs_have_the_same_tasks(tmp_path: Path) -> None:
    pytest.importorskip("hera")
    (tmp_path / "peer.py").write_text(hera_steps(12), encoding="utf-8")
    theirs = subprocess.run(
        [sys.executable, tmp_path / "peer.py"], capture_output=True, text=True, check=True, timeout=50
    ).stdout
    ours = Project.of({"main.py": athena_steps(12)}).emit(Declaration("main.py", "pipeline")).text
    for number in range(12):
        assert f"- name: s{number}\n" in theirs
        assert f"- name: s{number}\n" in ours
    assert theirs.count("depends:") == ours.count("depends:") == 2


def test_a_row_holds_median_and_last_percentile() -> None:
    found = row("what", "who", [float(number) for number in range(1, 102)])
    assert (found.p50, found.p99, found.count) == (51, 100, 101)
    assert "p50     51.0 ms" in line(found)
