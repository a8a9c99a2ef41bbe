"""How a run is shown: lines that fit, messages that a terminal cannot misread, the order of what ends at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from athena_lsp.cli.run_view import RunView, first_failure, fitting, shown
from athena_lsp.engine.model import Outcome, State
from athena_lsp.engine.places import Places
from athena_lsp.engine.program import Program, program_of
from athena_lsp.engine.simulation import simulate

WORK: dict[str, Any] = {"name": "work", "container": {"image": "i", "command": ["true"]}}


def program() -> Program:
    steps = [[{"name": "one", "template": "inner"}], [{"name": "two", "template": "work"}]]
    inner = {"name": "inner", "dag": {"tasks": [{"name": "deep", "template": "work"}]}}
    spec: dict[str, Any] = {"entrypoint": "main", "templates": [{"name": "main", "steps": steps}, inner, WORK]}
    return program_of([{"kind": "Workflow", "metadata": {"name": "w"}, "spec": spec}])


def ended(outcome: Outcome) -> State:
    return simulate(program(), pods=lambda _: outcome).state


@pytest.mark.parametrize(
    ("line", "columns", "expected"),
    [
        ("a step", 80, "a step"),
        ("a step", 3, "a s"),
        ("\x1b[31mx\x1b[0m failed", 3, "\x1b[31mx\x1b[0m f"),
        ("漢字", 3, "漢"),
        ("e\u0301te\u0301", 2, "e\u0301t"),
        ("anything", 0, ""),
    ],
)
def test_a_line_fits_the_columns_of_a_terminal(line: str, columns: int, expected: str) -> None:
    assert fitting(line, columns).rstrip("\u0301") == expected.rstrip("\u0301")


def test_a_message_is_one_line_and_no_command_for_a_terminal() -> None:
    assert shown("two\nlines\x1b[2J \x07") == "two lines [2J  "


def test_what_ends_at_once_is_told_from_the_inside_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    state = ended(Outcome("Succeeded"))
    RunView("w", Places(tmp_path, tmp_path), "lines", colour=False, logs=False)(state, ())
    assert [line.split()[1] for line in capsys.readouterr().err.splitlines()] == ["one.deep", "one", "two"]


def test_the_first_failure_is_named_with_its_reason() -> None:
    assert first_failure(ended(Outcome("Failed", 1, "Error (exit code 1): no\nmoney"))) == (
        "one.deep: Error (exit code 1): no money"
    )
    assert first_failure(ended(Outcome("Succeeded"))) == ""
