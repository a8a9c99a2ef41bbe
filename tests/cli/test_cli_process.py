"""What a process sees of the commands: help, pages, broken pipes, interrupts, failures, and what is imported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from athena_lsp.cli import main, parallel
from athena_lsp.cli.process import MISUSE, guarded, meant
from athena_lsp.rules.base import all_rules
from athena_lsp.workspace import Workspace

UNUSED = """\
from athena_runtime import container, workflow


@container
def load() -> str: ...


@workflow
def pipeline() -> None:
    page = load()
"""
ATHENA = (sys.executable, "-c", "from athena_lsp.cli.main import main; main()")
ATHENA_LSP = (sys.executable, "-c", "from athena_lsp.cli.lsp import main; main()")
ROOT = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "", **more}


def call(*command: str, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=environment(**more), capture_output=True, text=True, check=False, timeout=60
    )


def test_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [rule.name for rule in all_rules()]
    assert main.run(["rules", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["rule"] for one in listed] == [rule.name for rule in all_rules()]
    assert set(listed[0]) == {"rule", "summary", "severity", "fixable", "required", "since", "url"}


def test_a_rule_is_explained_by_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    for spelling in ("unused-suppression", "unused_suppression", "[unused-suppression]", "Unused-Suppression"):
        assert main.run(["explain", spelling]) == 0
        assert capsys.readouterr().out.startswith("# unused-suppression\n")
    assert guarded(lambda: main.run(["explain", "unused-supression"])) == MISUSE
    assert "did you mean `unused-suppression`" in capsys.readouterr().err


def test_unknown_commands_have_near_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: main.run(["emitt"])) == MISUSE
    assert "there is no command `emitt`; did you mean `emit`?" in capsys.readouterr().err
    assert meant("zzz", ["emit"]) == ""


@pytest.mark.parametrize("arguments", [(), ("--help",), ("check", "--help"), ("emit", "-h")])
def test_help_is_help(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main.run(arguments)
    assert end.value.code == 0
    assert "usage: athena" in capsys.readouterr().out


@pytest.mark.e2e
@pytest.mark.parametrize("program", [ATHENA, ATHENA_LSP])
def test_the_version_is_told(program: tuple[str, ...]) -> None:
    done = call(*program, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


@pytest.mark.e2e
@pytest.mark.parametrize("arguments", [("emit",), ("--check", "."), ("check", ".")])
def test_no_command_imports_the_server(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "flow.py").write_text(UNUSED)
    program = ATHENA_LSP if arguments[0] == "--check" else ATHENA
    shown = program[2] + "\n"
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*(set(sys.modules) & {'pygls', 'lsprotocol', 'asyncio', 'boto3', 'jedi'})))\n"
        f"{shown}"
    )
    done = call(sys.executable, "-c", script, *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == ""


@pytest.mark.e2e
def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(UNUSED + "".join(f"    page{n} = load()\n" for n in range(3000)))
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*ATHENA, "check"], cwd=tmp_path, env=environment(), stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr
    assert done.returncode == 0


@pytest.mark.e2e
def test_watch_reports_again_after_a_change_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    file.write_text(UNUSED)
    process = subprocess.Popen(
        [*ATHENA, "check", "--watch"],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        # A shell in the background ignores Ctrl-C, and so does all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # no threads here
    )
    assert process.stderr is not None
    try:
        assert process.stderr.readline().startswith("1 warning in 1 file")
        assert process.stderr.readline().startswith("watching")
        time.sleep(0.1)
        file.write_text(UNUSED.replace("page = ", ""))
        assert process.stderr.readline() == "nothing found in 1 file\n"
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(10) == 130
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.wait()


def test_several_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        (tmp_path / f"flow_{number}.py").write_text(UNUSED.replace("pipeline", f"pipeline_{number}"))
    workspace = Workspace.open([tmp_path])
    monkeypatch.setattr(parallel, "FEWEST_FILES", 2)
    monkeypatch.setattr(parallel, "CHUNK", 3)
    paths = workspace.paths(tmp_path)
    alone = parallel.diagnostics(workspace, paths, processes=1)
    assert parallel.diagnostics(Workspace.open([tmp_path]), paths, processes=2) == alone
    assert [path for path, _ in alone] == list(paths)
    assert all(found for _, found in alone)


def test_no_traceback_reaches_the_user(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> int:
        raise KeyError("x")

    monkeypatch.delenv("ATHENA_TRACEBACK", raising=False)
    assert guarded(fail) == MISUSE
    err = capsys.readouterr().err
    assert "athena itself failed (KeyError: 'x')" in err
    assert "Traceback" not in err
    monkeypatch.setenv("ATHENA_TRACEBACK", "1")
    with pytest.raises(KeyError):
        guarded(fail)


@pytest.mark.e2e
def test_output_survives_a_terminal_without_unicode(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(UNUSED.replace("page", "süß"), encoding="utf-8")
    done = call(*ATHENA, "check", cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0
    assert "s\\xfc\\xdf" in done.stdout
