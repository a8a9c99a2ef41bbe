"""Argo's own examples as programs: each is clean, becomes manifests that Argo takes, and gives what its table says."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Kind, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.render.text import render_text
from athena_lsp.workspace import Workspace
from tests.argo.manifest_checks import check_manifest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "examples/argo"
RUN = "from athena_lsp.cli.main import main; main()"
ROW = re.compile(r"^\| \[(\w+\.py)\]\(\1\) \| [^|]+ \| (in a pod: |answered: )?`(.*)` \|$", re.MULTILINE)
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
TABLE = {file: (result, bool(in_pod)) for file, in_pod, result in ROW.findall(PAGE)}
ANSWERS = {"approval.py": ("--answer", "approval=yes", "--answer", "region=us", "--answer", "percent=25")}
FILES = sorted(path.name for path in FOLDER.glob("*.py"))


@cache
def project() -> Project:
    return Workspace.open([FOLDER]).project


def root(file: str) -> Declaration:
    """The workflow of a file that no other one in it calls."""
    faces = (face for face in project().signatures() if face.declaration.path == file)
    own = {face.declaration for face in faces if face.kind is Kind.WORKFLOW}
    called: set[Declaration] = set()
    for declaration in own:
        definition = project().facts.definition(declaration)
        assert definition is not None
        assert isinstance(definition.body, WorkflowBody)
        called.update(step.callee.declaration for step in definition.body.every_step)
    (found,) = own - called
    return found


def test_every_program_is_in_the_table() -> None:
    assert sorted(TABLE) == FILES
    assert len(FILES) >= 30


@pytest.mark.parametrize("file", FILES)
def test_it_has_no_findings(file: str) -> None:
    found = [each for each in project().diagnostics(file) if each.severity is not Severity.INFO]
    assert found == [], render_text(found, {file: project().source(file)})


@pytest.mark.parametrize("file", FILES)
def test_it_becomes_manifests_that_argo_takes(file: str) -> None:
    text = project().emit(root(file)).text
    check_manifest(text, newer_than_hera=("pendingTimeout",))
    assert project().emit(root(file)).text == text


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_run_from_its_manifests_it_gives_the_same(file: str, tmp_path: Path) -> None:
    """`athena run`: the manifests, interpreted as Argo does, each pod a process."""
    folder = tmp_path / "argo"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns(".athena", "__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", RUN, "run", "--quiet", file, *ANSWERS.get(file, ())],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    expected = re.sub(r"<\w+\.\w+: (.*)>", r"\1", TABLE[file][0])
    assert json.loads(done.stdout) == json.loads(json.dumps(ast.literal_eval(expected)))


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The programs as modules, until the test is over."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    for name in {file.removesuffix(".py") for file in FILES} & set(sys.modules):
        del sys.modules[name]


@pytest.mark.usefixtures("importable")
@pytest.mark.parametrize("file", [file for file, (_, in_pod) in TABLE.items() if not in_pod])
def test_called_in_one_process_it_gives_what_the_table_says(file: str) -> None:
    workflow = getattr(importlib.import_module(file.removesuffix(".py")), root(file).name)
    assert repr(workflow()) == TABLE[file][0]
