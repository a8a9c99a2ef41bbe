"""`athena check` and `athena-lsp --check`: formats, exit codes, fixes, and what is refused."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from athena_lsp.cli import lsp, main
from athena_lsp.cli.process import guarded

HEAD = "from athena_runtime import container, workflow\n\n\n@container\ndef load() -> str: ...\n\n\n"
GOOD = HEAD + "@workflow\ndef pipeline() -> str:\n    return load()\n"
BAD = HEAD + "@workflow\ndef pipeline() -> int:\n    return load()\n"
UNUSED = HEAD + "@workflow\ndef pipeline() -> None:\n    page = load()\n"

IMPORTING = "from athena_runtime import workflow\nfrom lib.load import load\n\n" + UNUSED.removeprefix(HEAD)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `athena` in a folder that holds an athena.toml."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / "athena.toml").touch()

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = guarded(lambda: main.run(arguments))
        except SystemExit as end:
            code = int(str(end.code or 0))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")


def test_nothing_to_say_is_exit_0(run: Run) -> None:
    write({"flow.py": GOOD})
    assert run("check") == (0, "", "nothing found in 1 file\n")


def test_an_error_is_exit_1_and_shown_with_its_line(run: Run) -> None:
    write({"a/flow.py": BAD})
    code, out, err = run("check", "a")
    assert code == 1
    assert out.startswith("error[return-type-mismatch]: ")
    assert "  --> a/flow.py:10:12\n" in out
    assert "10 |     return load()\n   |            ^^^^^^\n" in out
    assert err == "1 error in 1 file\n"
    assert run("check", "a", "--exit-zero")[0] == 0


def test_warnings_are_exit_0(run: Run) -> None:
    write({"flow.py": UNUSED})
    code, out, err = run("check")
    assert code == 0
    assert out.startswith("warning[unused-step-result]: ")
    assert err == "1 warning in 1 file; --fix mends 1\n"


def test_only_what_is_asked_about_is_shown_but_all_is_known(run: Run) -> None:
    write({"lib/load.py": HEAD, "flow.py": IMPORTING, "other.py": BAD.replace("load", "read").replace("pipe", "p")})
    code, out, _ = run("check", "flow.py", "lib")
    assert code == 0
    assert "other.py" not in out


def test_several_projects_are_checked_each_with_its_settings(run: Run) -> None:
    write({"one/athena.toml": "[rules]\nunused-step-result = 'off'\n", "one/a.py": UNUSED})
    write({"two/athena.toml": "[rules]\nunused-step-result = 'error'\n", "two/b.py": UNUSED})
    code, out, err = run("check", "one/a.py", "two")
    assert code == 1
    assert "two/b.py" in out
    assert "one/a.py" not in out
    assert err == "1 error in 2 files; --fix mends 1\n"


def test_settings_with_mistakes_are_findings(run: Run) -> None:
    write({"athena.toml": "imagge = 'x'\n", "flow.py": GOOD})
    code, out, _ = run("check", "flow.py")
    assert code == 1
    assert " --> athena.toml:1:1\n" in out
    assert run("check", "--fix", "--unsafe-fixes")[0] == 0
    assert Path("athena.toml").read_text() == "image = 'x'\n"


@pytest.mark.parametrize(
    ("format_name", "read"),
    [
        ("json", lambda text: len(json.loads(text))),
        ("jsonl", lambda text: len([json.loads(line) for line in text.splitlines()])),
        ("sarif", lambda text: len(json.loads(text)["runs"][0]["results"])),
        ("github", lambda text: text.count("::error file=flow.py,line=10,col=12,")),
        ("gitlab", lambda text: len(json.loads(text))),
        ("junit", lambda text: len(ET.fromstring(text).findall(".//failure"))),
    ],
)
def test_every_format_holds_the_finding_and_nothing_else(run: Run, format_name: str, read: Any) -> None:
    write({"flow.py": BAD})
    code, out, err = run("check", "--output-format", format_name)
    assert (code, err) == (1, "")
    assert read(out) == 1


def test_rules_can_be_chosen(run: Run) -> None:
    write({"bad.py": BAD, "unused.py": UNUSED.replace("pipeline", "other")})
    assert "return-type-mismatch" not in run("check", "--select", "unused-step-result")[1]
    assert run("check", "--ignore", "return-type-mismatch,unused-step-result,duplicate-template-name")[:2] == (0, "")
    code, _, err = run("check", "--select", "unused-step-resul")
    assert code == 2
    assert "there is no rule `unused-step-resul`; did you mean `unused-step-result`" in err


def test_statistics_count_by_rule(run: Run) -> None:
    write({"flow.py": UNUSED + "    other = load()\n"})
    assert run("check", "--statistics")[1] == "2  warning  unused-step-result\n"
    rows = json.loads(run("check", "--statistics", "--output-format", "json")[1])
    assert rows == [{"rule": "unused-step-result", "severity": "warning", "count": 2}]
    assert run("check", "--statistics", "--output-format", "sarif")[0] == 2


def test_safe_fixes_are_applied_and_the_rest_is_reported(run: Run) -> None:
    write({"flow.py": UNUSED, "bad.py": BAD.replace("pipeline", "other").replace("load", "read")})
    code, out, err = run("check", "--fix")
    assert code == 1
    assert Path("flow.py").read_text() == UNUSED.replace("page = ", "")
    assert "unused-step-result" not in out
    assert err.startswith("applied 1 fix in 1 file\n")
    assert run("check", "--fix")[2].startswith("1 error")


def test_fixes_keep_encoding_line_ends_and_mode(run: Run) -> None:
    text = ("# coding: latin-1\n# é\n" + UNUSED).replace("\n", "\r\n")
    Path("flow.py").write_bytes(text.encode("latin-1"))
    Path("bom.py").write_bytes(b"\xef\xbb\xbf" + UNUSED.replace("pipeline", "other").replace("load", "read").encode())
    Path("flow.py").chmod(0o755)
    assert run("check", "--fix")[0] == 0
    assert Path("flow.py").read_bytes() == text.replace("page = ", "").encode("latin-1")
    assert Path("bom.py").read_bytes().startswith(b"\xef\xbb\xbffrom athena_runtime")
    assert Path("flow.py").stat().st_mode & 0o777 == 0o755


def test_a_difference_changes_nothing_and_can_be_applied(run: Run) -> None:
    write({"a b.py": UNUSED.rstrip("\n")})
    code, out, err = run("check", "--diff")
    assert (code, err) == (1, "would apply 1 fix in 1 file\n")
    assert Path("a b.py").read_text() == UNUSED.rstrip("\n")
    subprocess.run(["git", "apply"], input=out, text=True, check=True)
    assert Path("a b.py").read_text() == UNUSED.rstrip("\n").replace("page = ", "")
    assert run("check", "--diff")[:2] == (0, "")


def test_a_text_on_standard_input_stands_in_for_a_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"lib/load.py": HEAD, "flow.py": GOOD})
    monkeypatch.setattr("sys.stdin", io.StringIO(IMPORTING))
    code, out, _ = run("check", "-", "--stdin-filename", "flow.py")
    assert code == 0
    assert " --> flow.py:6:5\n" in out
    monkeypatch.setattr("sys.stdin", io.StringIO(IMPORTING))
    code, out, _ = run("check", "-", "--stdin-filename", "flow.py", "--fix")
    assert (code, out) == (0, IMPORTING.replace("page = ", ""))
    assert Path("flow.py").read_text() == GOOD
    monkeypatch.setattr("sys.stdin", io.StringIO("x = 1\n"))
    assert run("check", "-")[:2] == (0, "")


def test_what_cannot_be_read_is_exit_2(run: Run) -> None:
    write({"flow.py": GOOD})
    Path("broken.py").write_bytes(b"\xff")
    code, _, err = run("check")
    assert code == 2
    assert "error: `broken.py` could not be read: byte 0 is not utf-8\n" in err
    assert run("check", "flow.py")[0] == 0


def test_a_path_that_is_not_there_has_near_names(run: Run) -> None:
    write({"flow.py": GOOD})
    code, out, err = run("check", "flw.py")
    assert (code, out) == (2, "")
    assert err == "error: there is no file or folder `flw.py`; did you mean `flow.py`?\n"


def test_a_folder_without_python_is_told(run: Run) -> None:
    Path("empty").mkdir()
    code, _, err = run("check", "empty")
    assert code == 0
    assert "warning: no Python files were found\n" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("-", "flow.py"),
        ("-", "--watch"),
        ("--watch", "--fix"),
        ("--unsafe-fixes",),
        ("--stdin-filename", "x.py"),
        ("--output-format", "yaml"),
        ("--nonsense",),
    ],
)
def test_contradictions_are_exit_2(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run("check", *arguments)
    assert (code, out) == (2, "")
    assert "error: " in err


def test_colours_are_the_terminals_and_the_users_choice(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"flow.py": BAD})
    assert "\x1b" not in run("check")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in run("check")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("check")[1]


def test_athena_lsp_checks_the_same(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    write({"flow.py": BAD})
    expected = run("check", "flow.py")
    monkeypatch.setattr("sys.argv", ["athena-lsp", "--check", "flow.py"])
    monkeypatch.setattr(lsp, "leave", sys.exit)  # the real one ends this process, too
    with pytest.raises(SystemExit) as end:
        lsp.main()
    assert (end.value.code, *capsys.readouterr()) == expected


def test_the_order_is_that_of_paths_and_positions(run: Run) -> None:
    write({"b.py": UNUSED + "    x = load()\n", "a.py": UNUSED.replace("pipeline", "other").replace("load", "read")})
    found = json.loads(run("check", "b.py", "a.py", "--output-format", "json")[1])
    places = [(one["path"], one["range"]["start"]["line"]) for one in found]
    assert places == sorted(places)
    assert {path for path, _ in places} == {"a.py", "b.py"}
