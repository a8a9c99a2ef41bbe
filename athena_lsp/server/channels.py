"""Ways to talk to a client: standard input and output, a TCP socket, a WebSocket."""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from importlib import import_module
from queue import SimpleQueue
from typing import Any, BinaryIO, Protocol

from athena_lsp.records import dataclass, field
from athena_lsp.server.pump import BODY_LIMIT, Channel, Framer

CHUNK = 64 * 1024
LOCAL_ORIGINS = (None, re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"))
"""Where a WebSocket may be opened from: programs, which say nothing, and pages of this machine."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class StreamChannel:
    """Bodies with `Content-Length` headers over a pair of byte streams."""

    read: Callable[[int], bytes]
    """Gives at most so many bytes as soon as there are any; none at the end."""
    target: BinaryIO
    framer: Framer = field(default_factory=Framer)
    bodies: deque[bytes] = field(default_factory=deque)
    framed: bool = True
    is_open: bool = True

    def receive(self) -> bytes | None:
        while not self.bodies:
            data = self.read(CHUNK)
            if not data:
                return None
            self.bodies.extend(self.framer.feed(data))
        return self.bodies.popleft()

    def write(self, data: bytes) -> None:
        if not self.is_open:
            return
        try:
            self.target.write(data)
            self.target.flush()
        except (OSError, ValueError) as error:
            self.is_open = False
            log.warning("the client is gone: %s", error)

    def close(self) -> None:
        self.is_open = False


class Socket(Protocol):
    """What is used of a connection of the `websockets` package."""

    def recv(self, *, decode: bool) -> bytes: ...

    def send(self, message: bytes, *, text: bool) -> None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class WebSocketChannel:
    """A body per WebSocket message, without headers."""

    connection: Socket
    gone: tuple[type[Exception], ...]
    """What the connection raises once the client is gone."""
    framed: bool = False
    is_open: bool = True

    def receive(self) -> bytes | None:
        try:
            return self.connection.recv(decode=False)
        except self.gone:
            return None

    def write(self, data: bytes) -> None:
        if not self.is_open:
            return
        try:
            self.connection.send(data, text=True)
        except self.gone as error:
            self.is_open = False
            log.warning("the client is gone: %s", error)

    def close(self) -> None:
        self.is_open = False


def open_stdio() -> StreamChannel:
    """Takes standard output for the protocol alone: whatever else prints, prints to standard error from now on."""
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return StreamChannel(partial(os.read, sys.stdin.fileno()), target)


def accept_tcp(host: str, port: int) -> StreamChannel:
    """Waits for one client. Says on standard error where; port 0 means any that is free."""
    with socket.create_server((host, port)) as listener:
        announce(f"{listener.getsockname()[0]}:{listener.getsockname()[1]}")
        connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return StreamChannel(connection.recv, connection.makefile("wb"))


def announce(where: str) -> None:
    sys.stderr.write(f"athena-lsp listens on {where}\n")
    sys.stderr.flush()


def serve_websocket(host: str, port: int, serve: Callable[[Channel], int]) -> int:
    """Serves the first client that connects and refuses others; the exit code of its conversation.

    A page of a foreign site must not reach the server: browsers say where a page comes from, and only pages of this
    machine are let in. Raises ModuleNotFoundError without the package `websockets`.
    """
    websockets = import_module("websockets.sync.server")
    gone = (import_module("websockets.exceptions").ConnectionClosed,)
    taken = threading.Lock()
    codes: SimpleQueue[int] = SimpleQueue()

    def handle(connection: Any) -> None:
        if taken.acquire(blocking=False):
            code = serve(WebSocketChannel(connection, gone))
            connection.close()
            codes.put(code)

    server = websockets.serve(handle, host, port, origins=LOCAL_ORIGINS, max_size=BODY_LIMIT)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    announce("{}:{}".format(*server.socket.getsockname()[:2]))
    return codes.get()
