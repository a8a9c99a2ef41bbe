"""The server beside an editor: several folders, settings, files that come and go, long work, the editor's end."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from bench.client import PULL_CLIENT, PUSH_CLIENT, Client, Json, ServerError
from tests.e2e.shop import CALL, ENVIRONMENT, PROGRAM

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

MISTAKE = """from athena_runtime import container, workflow


@container
def load(url: str) -> str: ...


@workflow
def flow(count: int) -> str:
    return load(count)
"""
FULL_CLIENT: Json = {
    **PULL_CLIENT,
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "workspace": {**PULL_CLIENT["workspace"], "didChangeConfiguration": {"dynamicRegistration": True}},
}


def other_project(client: Client, name: str = "market") -> Path:
    """A second project beside the first."""
    folder = client.folder.parent / f"{client.folder.name}-{name}"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1"\n', encoding="utf-8")
    (folder / "flow.py").write_text(MISTAKE, encoding="utf-8")
    return folder


def folders(*paths: Path) -> list[Json]:
    return [{"uri": path.as_uri(), "name": path.name} for path in paths]


def until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_each_root_is_a_project_of_its_own(client: Client) -> None:
    other = other_project(client)
    client.initialize(PUSH_CLIENT, workspaceFolders=folders(client.folder, other))
    main, flow = (client.folder / "main.py").as_uri(), (other / "flow.py").as_uri()
    client.open(main, PROGRAM)
    client.open(flow, MISTAKE)
    assert client.published(main, 1).content["params"]["diagnostics"] == []
    [found] = client.published(flow, 1).content["params"]["diagnostics"]
    assert found["code"] == "edge-type-mismatch"
    assert "name: shop-pipeline" in client.ask("athena/emit", {"uri": main})["text"]
    assert client.ask("athena/emit", {"uri": flow})["root"] == "flow"
    names = {each["name"] for each in client.ask("workspace/symbol", {"query": ""})}
    assert names == {"fetch", "pipeline", "load", "flow"}


def test_a_folder_comes_and_goes(client: Client) -> None:
    other = other_project(client)
    flow = (other / "flow.py").as_uri()
    client.initialize(PUSH_CLIENT)
    client.open(flow, MISTAKE.replace("count: int", "count: str"))
    hover = {"textDocument": {"uri": flow}, "position": {"line": 8, "character": 6}}
    event = {"added": folders(other), "removed": []}
    client.tell("workspace/didChangeWorkspaceFolders", {"event": event})
    assert "market-flow" in client.ask("textDocument/hover", hover)["contents"]["value"]
    event = {"added": [], "removed": folders(other)}
    client.tell("workspace/didChangeWorkspaceFolders", {"event": event})
    assert client.ask("textDocument/hover", hover) is not None
    names = {each["name"] for each in client.ask("workspace/symbol", {"query": ""})}
    assert {"fetch", "pipeline"} <= names


def test_settings_of_the_editor_yield_to_files_and_are_told_when_wrong(client: Client) -> None:
    client.initialize(PUSH_CLIENT, initializationOptions={"project": "market", "image": "python:3.13", "imagge": 3})
    client.open((client.folder / "main.py").as_uri(), PROGRAM)
    warning = client.wait(lambda said: said.get("method") == "window/showMessage").content["params"]
    assert "there is no setting `imagge`" in warning["message"]
    text = client.ask("athena/emit", {"uri": (client.folder / "main.py").as_uri()})["text"]
    assert "name: market-pipeline" in text
    (client.folder / "athena.toml").write_text('project = "shop"\n', encoding="utf-8")
    change = {"changes": [{"uri": (client.folder / "athena.toml").as_uri(), "type": 1}]}
    client.tell("workspace/didChangeWatchedFiles", change)
    text = client.ask("athena/emit", {"uri": (client.folder / "main.py").as_uri()})["text"]
    assert "name: shop-pipeline" in text
    client.tell("workspace/didChangeConfiguration", {"settings": {"athena": {"rules": {"unused-step-result": "off"}}}})
    assert client.ask("shutdown") is None


def test_kinds_of_hints_can_be_switched_off(client: Client) -> None:
    client.initialize(PUSH_CLIENT, initializationOptions={"inlayHints": {"default": False}})
    uri = (client.folder / "main.py").as_uri()
    client.open(uri, PROGRAM)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    labels = [
        each["label"] for each in client.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole})
    ]
    assert [label[0]["value"] if isinstance(label, list) else label for label in labels] == [": str"]
    client.tell("workspace/didChangeConfiguration", {"settings": {"athena": {"inlayHints": {"type": False}}}})
    labels = [
        each["label"] for each in client.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole})
    ]
    assert [label[0]["value"] if isinstance(label, list) else label for label in labels] == [', tag="latest"']


def test_files_that_are_renamed_and_deleted_outside(client: Client) -> None:
    uri = (client.folder / "main.py").as_uri()
    user = PROGRAM.replace(
        '@container(image="ghcr.io/acme/app:{tag}")\ndef fetch(url: str, tag: str = "latest") -> str: ...\n',
        "from steps import fetch\n",
    )
    steps, moved = client.folder / "steps.py", client.folder / "moved.py"
    steps.write_text(
        "from athena_runtime import container\n\n@container\ndef fetch(url: str) -> str: ...\n", encoding="utf-8"
    )
    client.initialize(PUSH_CLIENT)
    client.open(uri, user)
    assert client.published(uri, 1).content["params"]["diagnostics"] == []
    steps.rename(moved)
    rename = {"files": [{"oldUri": steps.as_uri(), "newUri": moved.as_uri()}]}
    since = client.tell("workspace/didRenameFiles", rename)
    found = client.published(uri, 1, since).content["params"]["diagnostics"]
    assert [each["code"] for each in found] == ["not-a-template"]
    moved.rename(steps)
    changes = [{"uri": moved.as_uri(), "type": 3}, {"uri": steps.as_uri(), "type": 1}]
    since = client.tell("workspace/didChangeWatchedFiles", {"changes": changes})
    assert client.published(uri, 1, since).content["params"]["diagnostics"] == []


def test_cells_of_notebooks_and_sides_of_comparisons_are_left_alone(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    cell = "vscode-notebook-cell:/books/one.ipynb#W0sZmlsZQ"
    side = f"git:{client.folder}/main.py?ref=HEAD"
    for uri in (cell, side):
        client.open(uri, MISTAKE)
        client.change(uri, 2, {"text": MISTAKE + "\n"})
        client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        params = {"textDocument": {"uri": uri}, "position": {"line": 8, "character": 6}}
        assert client.ask("textDocument/hover", params) is None
        assert client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}}) == []
    book = {"uri": "file:///book.ipynb", "notebookType": "jupyter-notebook", "version": 1, "cells": []}
    client.tell("notebookDocument/didOpen", {"notebookDocument": book, "cellTextDocuments": []})
    main = (client.folder / "main.py").as_uri()
    client.open(main, PROGRAM)
    client.published(main, 1)
    published = {
        each.content["params"]["uri"] for each in client.arrivals if "publish" in each.content.get("method", "")
    }
    assert published == {main}
    assert client.stop() == 0
    assert "Traceback" not in (client.folder / "stderr.txt").read_text(encoding="utf-8")


def test_a_client_that_wants_it_is_told_what_is_handled(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    uri = (client.folder / "main.py").as_uri()
    client.open(uri, PROGRAM)
    client.published(uri, 1)
    assert not [each for each in client.arrivals if each.content.get("method") == "$/logTrace"]
    client.tell("$/setTrace", {"value": "messages"})
    client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    traced = client.wait(lambda said: said.get("method") == "$/logTrace").content["params"]["message"]
    assert traced.startswith("textDocument/documentSymbol in ")


def test_long_work_is_shown(client: Client) -> None:
    """The first look at a large file, on a machine that is so slow that it takes long: here the patience is shorter."""
    client.kill()
    script = (
        "from athena_lsp.server import progress, main; from argparse import ArgumentParser; progress.PATIENCE = 0.0; "
        "parser = ArgumentParser(); main.add_arguments(parser); main.end_process(main.run(parser.parse_args([])))"
    )
    program = PROGRAM + "".join(
        f"\n\n@container\ndef load_{n}(url: str) -> str: ...\n\n\n@workflow\ndef flow_{n}(url: str) -> str:\n"
        f"    return load_{n}(url)\n"
        for n in range(2000)
    )
    with Client([sys.executable, "-c", script], client.folder, ENVIRONMENT) as slow:
        slow.initialize(FULL_CLIENT)
        uri = (slow.folder / "main.py").as_uri()
        slow.open(uri, program)
        slow.pull(uri)
        begun = slow.wait(
            lambda said: said.get("method") == "$/progress" and said["params"]["value"]["kind"] == "begin"
        )
        assert begun.content["params"]["value"]["title"] == "athena reads the workspace"
        slow.wait(lambda said: said.get("method") == "$/progress" and said["params"]["value"]["kind"] == "end")
        assert slow.stop() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there a pipe ends with the editor in any case")
def test_the_server_ends_when_the_editor_is_gone_although_its_pipe_is_open(client: Client) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client.initialize(PUSH_CLIENT, processId=editor.pid)
    editor.kill()
    editor.wait()
    assert client.process.wait(20) == 1


def test_problems_in_files_that_are_not_open_by_pull(client: Client) -> None:
    (client.folder / "flow.py").write_text(MISTAKE, encoding="utf-8")
    client.initialize(PULL_CLIENT, initializationOptions={"diagnosticMode": "workspace"})
    first = client.ask("workspace/diagnostic", {"previousResultIds": []})["items"]
    assert [(each["uri"].rpartition("/")[2], each["items"][0]["code"]) for each in first] == [
        ("flow.py", "edge-type-mismatch")
    ]
    known = [{"uri": each["uri"], "value": each["resultId"]} for each in first]
    waiting = client.begin("workspace/diagnostic", {"previousResultIds": known})
    (client.folder / "flow.py").unlink()
    changes = {"changes": [{"uri": first[0]["uri"], "type": 3}]}
    client.tell("workspace/didChangeWatchedFiles", changes)
    [gone] = client.answer(waiting)["items"]
    assert (gone["uri"], gone["items"]) == (first[0]["uri"], [])
    held = client.begin(
        "workspace/diagnostic", {"previousResultIds": [{"uri": gone["uri"], "value": gone["resultId"]}]}
    )
    client.tell("$/cancelRequest", {"id": held})
    with pytest.raises(ServerError) as cancelled:
        client.answer(held)
    assert cancelled.value.code == -32800
    assert client.stop() == 0


def test_problems_in_files_that_are_not_open_by_push(client: Client) -> None:
    (client.folder / "flow.py").write_text(MISTAKE, encoding="utf-8")
    flow, main = ((client.folder / name).as_uri() for name in ("flow.py", "main.py"))
    client.initialize(PUSH_CLIENT, initializationOptions={"diagnosticMode": "workspace"})
    client.open(main, PROGRAM)
    assert [each["code"] for each in client.published(flow).content["params"]["diagnostics"]] == ["edge-type-mismatch"]
    since = client.tell(
        "workspace/didChangeConfiguration", {"settings": {"athena": {"diagnosticMode": "openFilesOnly"}}}
    )
    assert client.published(flow, None, since).content["params"]["diagnostics"] == []


def test_yaml_leads_to_python_and_back(client: Client) -> None:
    client.initialize(PULL_CLIENT)
    uri = (client.folder / "main.py").as_uri()
    client.open(uri, PROGRAM)
    emitted = client.ask("athena/emit", {"uri": uri, "root": "pipeline"})
    document = emitted["document"]
    text = client.ask("workspace/textDocumentContent", {"uri": document})["text"]
    at = {"line": CALL[0], "character": CALL[1] - 4}
    [lines, *_] = client.ask("athena/counterpart", {"uri": uri, "position": at})
    assert lines["uri"] == document
    shown = text.splitlines()[lines["range"]["start"]["line"] : lines["range"]["end"]["line"]]
    assert shown[0].strip() == "templateRef:", "of the callee's name"
    start = lines["range"]["start"]
    [back, *_] = client.ask("athena/counterpart", {"uri": document, "position": start})
    assert (back["uri"], back["range"]["start"]["line"]) == (uri, CALL[0])
    assert client.ask("athena/counterpart", {"uri": document, "position": {"line": 10**6, "character": 0}}) == []


def test_what_is_not_saved_is_shown_as_a_change_of_the_manifest(client: Client) -> None:
    client.initialize(PULL_CLIENT)
    uri = (client.folder / "main.py").as_uri()
    client.open(uri, PROGRAM)
    assert client.ask("athena/diff", {"uri": uri})["text"] == ""
    client.change(uri, 2, {"text": PROGRAM.replace("acme/app", "acme/tool")})
    found = client.ask("athena/diff", {"uri": uri})
    changed = [line for line in found["text"].splitlines() if line[:1] in "+-" and line[1:2] == " "]
    assert [line[0] for line in changed] == ["-", "+"]
    assert "acme/tool" in changed[1]
    client.change(uri, 3, {"text": PROGRAM + "def ("})
    assert client.ask("athena/diff", {"uri": uri, "root": "pipeline"})["text"] == ""


def test_a_lens_is_offered_for_what_can_be_done(client: Client) -> None:
    client.initialize(FULL_CLIENT)
    uri = (client.folder / "main.py").as_uri()
    client.open(uri, PROGRAM)
    found = [
        client.ask("codeLens/resolve", each)
        for each in client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
    ]
    titles = [each["command"]["title"] for each in found]
    assert titles == ["Preview YAML", "1 caller", "Preview YAML", "0 callers"]
    command = found[0]["command"]
    client.ask("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    shown = client.wait(lambda said: said.get("method") == "window/showDocument").content["params"]
    assert shown["uri"].startswith("athena-yaml:///fetch.yaml?")
    with pytest.raises(ServerError):
        client.ask("workspace/executeCommand", {"command": "athena.nothing"})


def test_a_client_without_previews_has_no_lens_for_them(client: Client) -> None:
    client.initialize(PUSH_CLIENT, initializationOptions={"commands": ["athena.showReferences", "athena.run"]})
    uri = (client.folder / "main.py").as_uri()
    client.open(uri, PROGRAM)
    found = [
        client.ask("codeLens/resolve", each)
        for each in client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
    ]
    assert [each["command"]["title"] for each in found] == [
        "Run locally",
        "1 caller",
        "Run locally",
        "0 callers",
    ]
    assert found[2]["command"]["command"] == "athena.run"
    assert found[2]["command"]["arguments"] == [uri, "pipeline"]
    [_, _, places] = found[1]["command"]["arguments"]
    assert [place["range"]["start"]["line"] for place in places] == [CALL[0]]


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    script = "import sys; from athena_lsp.cli.lsp import main; sys.argv[0] = 'athena-lsp'; main()"
    command: list[Any] = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60)


def test_a_report_for_a_problem(folder: Path) -> None:
    (folder / "flow.py").write_text(MISTAKE, encoding="utf-8")
    done = run("--diagnose", folder=folder)
    assert done.returncode == 0, done.stderr
    for part in ("pygls 2", "Python 3.", "2 Python files", "settings from", "1 error", f"in {folder}"):
        assert part in done.stdout
    assert run("--diagnose", str(folder / "nothing"), folder=folder).returncode == 0


def test_the_version(folder: Path) -> None:
    assert run("--version", folder=folder).stdout.strip() == version("athena-lsp")
