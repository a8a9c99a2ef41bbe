"""The server in this process: failures inside it, and what it does when nobody listens."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from athena_lsp.server import app, questions
from athena_lsp.server.main import address, serve, set_up_logging

PROGRAM = """from athena_runtime import container


@container
def fetch(url: str) -> str: ...
"""


class Memory:
    """A client in the same process: what it says is decided step by step, from what it has heard."""

    framed = False

    def __init__(self, folder: Path) -> None:
        self.uri = (folder / "main.py").as_uri()
        self.folder = folder
        self.said: SimpleQueue[bytes | None] = SimpleQueue()
        self.heard: list[Any] = []
        self.steps: list[Callable[[Any], object]] = []
        self.is_open = True

    def receive(self) -> bytes | None:
        return self.said.get(timeout=20)

    def write(self, data: bytes) -> None:
        message = json.loads(data)
        self.heard.append(message)
        if "id" in message and "method" not in message and self.steps:
            self.steps.pop(0)(message)

    def close(self) -> None:
        self.is_open = False

    def say(self, method: str, params: Any = None, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.said.put(json.dumps(message if number is None else {**message, "id": number}).encode())

    def begin(self) -> None:
        params: Any = {"processId": None, "rootUri": self.folder.as_uri(), "capabilities": {}}
        self.say("initialize", params, 1)
        document = {"uri": self.uri, "languageId": "python", "version": 1, "text": PROGRAM}
        self.say("textDocument/didOpen", {"textDocument": document})

    def ask_for_hover(self, number: int) -> None:
        self.say(
            "textDocument/hover",
            {"textDocument": {"uri": self.uri}, "position": {"line": 4, "character": 5}},
            number,
        )

    def end(self) -> None:
        self.say("shutdown", None, 99)
        self.say("exit")
        self.said.put(None)

    def answers(self) -> dict[int, Any]:
        return {message["id"]: message for message in self.heard if "id" in message and "method" not in message}


def test_a_handler_that_fails_is_answered_logged_and_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of all things")

    client = Memory(tmp_path)
    monkeypatch.setattr(questions, "hover", broken)
    hover_twice(client, monkeypatch)
    with caplog.at_level(logging.ERROR):
        assert serve(client) == 0
    answers = client.answers()
    assert answers[2]["error"]["code"] == -32603
    assert "def fetch(url: str) -> str" in answers[3]["result"]["contents"]["value"]
    [record] = [record for record in caplog.records if record.name == app.__name__]
    assert "textDocument/hover failed" in record.getMessage()
    assert PROGRAM in record.getMessage(), "the text that caused it"
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert not [each for each in client.heard if each.get("method") == "window/showMessage"]


def test_an_answer_that_cannot_be_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Memory(tmp_path)
    monkeypatch.setattr("athena_lsp.server.answers.to_hover", lambda *_: {1, 2})
    hover_twice(client, monkeypatch)
    assert serve(client) == 0
    answers = client.answers()
    assert "cannot be written" in answers[2]["error"]["message"]
    assert "def fetch(url: str) -> str" in answers[3]["result"]["contents"]["value"]


def test_a_notification_that_fails_is_logged_and_the_next_message_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no")

    client = Memory(tmp_path)
    client.begin()
    monkeypatch.setattr("athena_lsp.server.session.Session.close", broken)
    client.say("textDocument/didClose", {"textDocument": {"uri": client.uri}})
    client.ask_for_hover(2)
    client.steps = [lambda _: None, lambda _: client.end()]
    with caplog.at_level(logging.ERROR):
        assert serve(client) == 0
    assert client.answers()[2]["result"]
    assert any("textDocument/didClose failed" in record.getMessage() for record in caplog.records)


def test_diagnostics_that_fail_do_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        client.ask_for_hover(2)
        raise RuntimeError("a rule failed")

    client = Memory(tmp_path)
    monkeypatch.setattr("athena_lsp.workspace.Workspace.diagnostics", broken)
    client.begin()
    client.steps = [lambda _: None, lambda _: client.end()]
    with caplog.at_level(logging.ERROR):
        assert serve(client) == 0
    assert client.answers()[2]["result"]
    assert any("no diagnostics of main.py" in record.getMessage() for record in caplog.records)


def test_a_client_that_is_gone_ends_the_conversation(tmp_path: Path) -> None:
    client = Memory(tmp_path)
    client.begin()
    client.steps = [lambda _: client.close()]
    client.ask_for_hover(2)
    client.said.put(None)
    assert serve(client) == 1


def test_the_log_file_holds_what_goes_wrong(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.handlers, root.level)
    root.handlers = []
    try:
        set_up_logging(tmp_path / "athena.log")
        logging.getLogger("athena_lsp.server.app").error("é😋")
        for handler in root.handlers:
            handler.close()
    finally:
        root.handlers, root.level = before
    assert "é😋" in (tmp_path / "athena.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2087", ("127.0.0.1", 2087)), ("localhost:0", ("localhost", 0)), ("[::1]:80", ("::1", 80))],
)
def test_addresses(text: str, expected: tuple[str, int]) -> None:
    assert address(text) == expected


def hover_twice(client: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is patched fails the first request, and is whole again for the second."""
    client.begin()
    client.ask_for_hover(2)

    def again(_: object) -> None:
        monkeypatch.undo()
        client.ask_for_hover(3)

    client.steps = [lambda _: None, again, lambda _: client.end()]
