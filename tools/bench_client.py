"""A language client without any editor: starts a server on stdio, edits one file, times what comes back."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO


class Client:
    """One server process. Diagnostics are pushed to it; requests of the server are answered with null."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._input = self.process.stdin
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=_read, args=(self.process.stdout, self._messages), daemon=True).start()
        self._requests = 0
        self._version = 1
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri(),
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
                "capabilities": {"textDocument": {"publishDiagnostics": {"versionSupport": True}}},
            },
        )
        self.notify("initialized", {})

    def request(self, method: str, params: object, timeout: float = 60) -> Any:
        """The result of a request. Raises TimeoutError when none comes in time."""
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": params})
        end = time.perf_counter() + timeout
        while True:
            message = self._next(end)
            if message.get("id") == self._requests and "method" not in message:
                return message.get("result")

    def notify(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def open(self, path: Path, text: str, timeout: float = 60) -> float:
        """Seconds from opening the file to its first diagnostics."""
        start = time.perf_counter()
        document = {"uri": path.as_uri(), "languageId": "python", "version": self._version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        self._diagnostics(path, self._version, start + timeout)
        return time.perf_counter() - start

    def replace(self, path: Path, line: int, start: int, end: int, text: str, timeout: float = 60) -> tuple[float, int]:
        """Seconds from an edit in one line to the diagnostics of that version, and how many there are."""
        self._version += 1
        place = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
        change = {
            "textDocument": {"uri": path.as_uri(), "version": self._version},
            "contentChanges": [{"range": place, "text": text}],
        }
        began = time.perf_counter()
        self.notify("textDocument/didChange", change)
        found = self._diagnostics(path, self._version, began + timeout)
        return time.perf_counter() - began, len(found)

    def memory(self) -> int:
        """Bytes of the resident sets of the server and its children; 0 where the system does not tell."""
        return _memory(self.process.pid)

    def close(self) -> None:
        """End the server, by force when it does not go by itself."""
        try:
            self.request("shutdown", None, timeout=5)
            self.notify("exit", None)
            self.process.wait(timeout=5)
        except (TimeoutError, subprocess.TimeoutExpired, OSError):
            self.process.kill()
            self.process.wait()

    def _diagnostics(self, path: Path, version: int, end: float) -> list[Any]:
        while True:
            message = self._next(end)
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if params["uri"] == path.as_uri() and params.get("version") == version:
                    return list(params["diagnostics"])

    def _next(self, end: float) -> dict[str, Any]:
        try:
            message = self._messages.get(timeout=max(0.0, end - time.perf_counter()))
        except queue.Empty:
            raise TimeoutError(f"{self.process.args!r} did not answer") from None
        if "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._input.flush()


def _memory(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return own + sum(_memory(int(child)) for child in children)


def _read(stream: BinaryIO, messages: queue.Queue[dict[str, Any]]) -> None:
    while header := stream.readline():
        length = 0
        while header.strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            header = stream.readline()
        messages.put(json.loads(stream.read(length)))
