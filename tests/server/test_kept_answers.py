"""A server that opens a workspace which was looked at before parses what has changed since, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from athena_lsp.analysis import view
from athena_lsp.cache.store import ENDING
from athena_lsp.cli.parallel import diagnostics
from athena_lsp.syntax.blocks import cut
from athena_lsp.workspace import Workspace
from tests.server.test_changed_files import Talk

STEPS = """from athena_runtime import container


@container
def load_{n}(url: str) -> str: ...
"""
FLOW = """from athena_runtime import workflow
from steps_{n} import load_{n}


@workflow
def flow_{n}() -> str:
    return load_{n}(3)
"""
OPEN = "from athena_runtime import container\n\n\n@container\ndef own(url: str) -> str: ...\n"
COUNT = 4


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATHENA_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"steps_{number}.py").write_text(STEPS.format(n=number), encoding="utf-8")
        (folder / f"flow_{number}.py").write_text(FLOW.format(n=number), encoding="utf-8")
    (folder / "main.py").write_text(OPEN, encoding="utf-8")
    (folder / "athena.toml").write_text("", encoding="utf-8")
    return folder


class Seen(Talk):
    """A client that sees the problems of all files, with the server in this process."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, text: str = OPEN) -> None:
        super().__init__()
        self.root = root
        self.parsed: list[str] = []
        self.problems: dict[str, list[str]] = {}
        with monkeypatch.context() as patch:
            patch.setattr(view, "cut", self._cut)
            self._run(text)

    def _cut(self, text: str) -> Any:
        self.parsed.append(text)
        return cut(text)

    def _run(self, text: str) -> None:
        self.thread.start()
        uri = (self.root / "main.py").as_uri()
        mode = {"initializationOptions": {"diagnosticMode": "workspace"}}
        self.ask("initialize", {"processId": None, "rootUri": self.root.as_uri(), "capabilities": {}, **mode})
        self.tell("initialized", {})
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        while len(self.problems) < COUNT:
            message = self.heard.get(timeout=20)
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if codes := [each["code"] for each in params["diagnostics"]]:
                    self.problems[params["uri"].rpartition("/")[2]] = codes
        if text == OPEN:
            until(
                lambda: any(self.root.with_name("cache").glob(f"*{ENDING}")) or self.root.with_name("cache").is_file()
            )
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.said.put(None)
        self.thread.join(20)


def until(happened: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if happened():
            return
        time.sleep(0.02)
    raise TimeoutError


EXPECTED = {f"flow_{number}.py": ["edge-type-mismatch"] for number in range(COUNT)}


def test_a_second_start_parses_nothing_but_the_open_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Seen(root, monkeypatch)
    assert len(first.parsed) == 2 * COUNT + 1
    second = Seen(root, monkeypatch)
    assert first.problems == second.problems == EXPECTED
    assert second.parsed == [OPEN]


def test_a_start_after_a_check_parses_only_what_has_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace.open([root])
    diagnostics(workspace, workspace.paths(root), root.with_name("cache"))
    moved = f"# more\n{STEPS.format(n=1)}"
    (root / "steps_1.py").write_text(moved, encoding="utf-8")
    seen = Seen(root, monkeypatch)
    assert seen.problems == EXPECTED
    assert sorted({*seen.parsed} - {OPEN}) == sorted([moved, FLOW.format(n=1)])


def test_a_damaged_cache_is_survived(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Seen(root, monkeypatch)
    for file in root.with_name("cache").glob(f"*{ENDING}"):
        file.write_bytes(b"\xff" * 1_000)
    seen = Seen(root, monkeypatch)
    assert seen.problems == EXPECTED
    assert len(seen.parsed) == 2 * COUNT + 1


def test_a_folder_that_cannot_be_made_is_survived(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root.with_name("cache").write_text("a file", encoding="utf-8")
    assert Seen(root, monkeypatch).problems == EXPECTED


def test_what_is_not_saved_never_gets_into_the_cache(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unsaved = OPEN.replace("own", "of_nobody_else")
    assert Seen(root, monkeypatch, unsaved).problems == EXPECTED
    assert not list(root.with_name("cache").glob("*"))
