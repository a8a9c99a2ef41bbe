"""Files that an editor says it has made and deleted; several projects, and what is about which."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from athena_lsp.server.main import serve

USER = """from athena_runtime import workflow
from steps import load


@workflow
def pipeline(url: str) -> str:
    return load(url)
"""
STEPS = """from athena_runtime import container


@container
def load(url: str) -> str: ...
"""


class Talk:
    """A client in the same process, with the server in another thread."""

    framed = False
    is_open = True

    def __init__(self) -> None:
        self.said: SimpleQueue[bytes | None] = SimpleQueue()
        self.heard: SimpleQueue[Any] = SimpleQueue()
        self.number = 0
        self.thread = threading.Thread(target=serve, args=(self,), daemon=True)

    def receive(self) -> bytes | None:
        return self.said.get(timeout=20)

    def write(self, data: bytes) -> None:
        self.heard.put(json.loads(data))

    def close(self) -> None:
        self.is_open = False

    def tell(self, method: str, params: Any) -> None:
        self.said.put(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())

    def ask(self, method: str, params: Any) -> Any:
        self.number += 1
        self.said.put(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}).encode())
        while True:
            message = self.heard.get(timeout=20)
            if message.get("id") == self.number and "method" not in message:
                return message["result"]


def test_the_editor_says_what_it_does_with_files(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(USER, encoding="utf-8")
    talk = Talk()
    talk.thread.start()
    capabilities = {"workspace": {"fileOperations": {"didCreate": True, "didDelete": True, "didRename": True}}}
    answer = talk.ask("initialize", {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": capabilities})
    operations = answer["capabilities"]["workspace"]["fileOperations"]
    assert set(operations) == {"didCreate", "didDelete", "didRename"}
    uri = (tmp_path / "main.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": USER}
    talk.tell("textDocument/didOpen", {"textDocument": document})
    call = {"textDocument": {"uri": uri}, "position": {"line": 6, "character": 13}}
    assert talk.ask("textDocument/hover", call) is None
    (tmp_path / "steps.py").write_text(STEPS, encoding="utf-8")
    files = {"files": [{"uri": (tmp_path / "steps.py").as_uri()}]}
    talk.tell("workspace/didCreateFiles", files)
    assert "Task `load`" in talk.ask("textDocument/hover", call)["contents"]["value"]
    (tmp_path / "steps.py").unlink()
    talk.tell("workspace/didDeleteFiles", files)
    assert talk.ask("textDocument/hover", call) is None
    talk.ask("shutdown", None)
    talk.tell("exit", None)
    talk.said.put(None)
    talk.thread.join(10)
    assert not talk.thread.is_alive()
