"""A language client that adds little time of its own: raw JSON over standard input and output, every arrival timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

Json: TypeAlias = dict[str, Any]

PYTHON = sys.executable
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(Path(__file__).parent.parent),
    # Byte code is kept, as in an installed package, but outside of the tree.
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "athena-byte-code"),
}

PUSH_CLIENT: Json = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
    },
    "textDocument": {
        "synchronization": {},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    },
}
PULL_CLIENT: Json = {
    **PUSH_CLIENT,
    "workspace": {**PUSH_CLIENT["workspace"], "diagnostics": {"refreshSupport": True}, "textDocumentContent": {}},
    "textDocument": {**PUSH_CLIENT["textDocument"], "diagnostic": {"dynamicRegistration": False}},
}


class ServerError(Exception):
    """The server answered a request with an error; its JSON is the argument."""

    @property
    def code(self) -> int:
        return int(self.args[0]["code"])


class ServerGoneError(Exception):
    """The server ended, or said nothing for too long."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message of the server and when its last byte was read (`time.perf_counter`)."""

    at: float
    content: Json


@dataclass
class Client:
    """A running server and everything that it has said."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    errors: Path | None = None
    """Where the server's standard error goes."""
    arrivals: list[Arrival] = field(default_factory=list)
    gone: bool = False
    number: int = 0

    def __post_init__(self) -> None:
        self.said = threading.Condition()
        self.writing = threading.Lock()
        stderr = self.errors.open("ab") if self.errors else subprocess.DEVNULL
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            list(self.command),
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        threading.Thread(target=self._read, daemon=True).start()

    # --- saying ---------------------------------------------------------------------------------------------------

    def initialize(self, capabilities: Json, **more: Any) -> Json:
        """The handshake; the server's answer."""
        uri = self.folder.as_uri()
        params = {
            "processId": os.getpid(),
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": self.folder.name}],
            "capabilities": capabilities,
            **more,
        }
        answer: Json = self.ask("initialize", params)
        self.tell("initialized", {})
        return answer

    def tell(self, method: str, params: Any = None) -> float:
        """Sends a notification; the time before it was sent."""
        now = time.perf_counter()
        self.send({"jsonrpc": "2.0", "method": method, "params": params})
        return now

    def ask(self, method: str, params: Any = None, timeout: float = 60) -> Any:
        """Sends a request and waits; its result. Raises ServerError."""
        return self.answer(self.begin(method, params), timeout)

    def begin(self, method: str, params: Any = None) -> int:
        """Sends a request; its id."""
        self.number += 1
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        return self.number

    def answer(self, number: int, timeout: float = 60) -> Any:
        content = self.wait(lambda said: said.get("id") == number and "method" not in said, timeout).content
        if "error" in content:
            raise ServerError(content["error"])
        return content.get("result")

    def send(self, content: Json) -> None:
        body = json.dumps(content).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        with self.writing:
            self.process.stdin.write(data)
            self.process.stdin.flush()

    # --- documents ------------------------------------------------------------------------------------------------

    def open(self, uri: str, text: str, version: int = 1) -> float:
        document = {"uri": uri, "languageId": "python", "version": version, "text": text}
        return self.tell("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, *changes: Json) -> float:
        return self.tell(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)},
        )

    def pull(self, uri: str, previous: str | None = None) -> Json:
        params: Json = {"textDocument": {"uri": uri}}
        if previous:
            params["previousResultId"] = previous
        answer: Json = self.ask("textDocument/diagnostic", params)
        return answer

    def published(self, uri: str, version: int | None = None, since: float = 0, timeout: float = 60) -> Arrival:
        """The diagnostics pushed for a document (for that version, after that time), once they are there."""
        return self.wait(
            lambda said: (
                said.get("method") == "textDocument/publishDiagnostics"
                and said["params"]["uri"] == uri
                and (version is None or said["params"].get("version") == version)
            ),
            timeout,
            since,
        )

    # --- hearing --------------------------------------------------------------------------------------------------

    def wait(self, wanted: Callable[[Json], bool], timeout: float = 60, since: float = 0) -> Arrival:
        """The latest message after `since` that is wanted, once there is one. Raises ServerGoneError."""

        def found() -> Arrival | None:
            for arrival in reversed(self.arrivals):
                if arrival.at < since:
                    return None
                if wanted(arrival.content):
                    return arrival
            return None

        with self.said:
            self.said.wait_for(lambda: found() is not None or self.gone, timeout)
            arrival = found()
        if arrival is None:
            raise ServerGoneError("the server ended" if self.gone else f"nothing within {timeout} s")
        return arrival

    def stop(self, timeout: float = 10) -> int:
        """`shutdown` and `exit`; the server's exit code."""
        self.ask("shutdown", None, timeout)
        self.tell("exit")
        return self.process.wait(timeout)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with suppress(OSError, ValueError):  # one of the two ends was closed
            while body := _read_body(self.process.stdout):
                at, content = time.perf_counter(), json.loads(body)
                with self.said:
                    self.arrivals.append(Arrival(at, content))
                    self.said.notify_all()
                if "method" in content and "id" in content:
                    self._agree(content)
        with self.said:
            self.gone = True
            self.said.notify_all()

    def _agree(self, content: Json) -> None:
        """Answers a request of the server: with nothing, of the shape that it wants."""
        items = (content.get("params") or {}).get("items", ())
        result = [None for _ in items] if content["method"] == "workspace/configuration" else None
        self.send({"jsonrpc": "2.0", "id": content["id"], "result": result})


def _read_body(stream: IO[bytes]) -> bytes:
    """The next message; empty at the end."""
    length = 0
    while line := stream.readline():
        if not line.strip():
            return stream.read(length)
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return b""
