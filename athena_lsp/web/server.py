"""The preview page on this machine: a page and a stream of events, for nobody but the browser that was sent here."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from queue import Empty, Queue
from typing import Any
from urllib.parse import parse_qsl

HOST = "127.0.0.1"
STATIC = {"page.js": "text/javascript; charset=utf-8", "page.css": "text/css; charset=utf-8"}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="page.css">
<title>athena</title>
</head>
<body><main id="athena"></main><script src="page.js"></script></body>
</html>
"""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
END = b""
"""The last thing in a page's queue."""
ALIVE_EVERY = 15.0
"""Seconds between the comments that tell whether a page is still there."""


class PageServer:
    """Serves the page on a loopback port, below a path that cannot be guessed, until `close`."""

    def __init__(self, port: int = 0) -> None:
        """`port` 0: any that is free. Raises OSError when the port is taken."""
        self.log: Callable[[str], str] = lambda _node: ""
        """What a node of the graph has printed in the run that is shown."""
        self.path = f"/{secrets.token_urlsafe(24)}/"
        self.is_closed = False
        self._last: bytes | None = None
        self._pages: set[Queue[bytes]] = set()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer((HOST, port), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, name="athena-page", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}{self.path}"

    def publish(self, message: Mapping[str, Any]) -> None:
        """Sends a message to every open page, and to each that is opened later."""
        event = f"data: {json.dumps(message, separators=(',', ':'))}\n\n".encode()
        with self._lock:
            self._last = event
            for page in self._pages:
                page.put(event)

    def close(self) -> None:
        """Ends the server; open pages are told so by the end of their events."""
        with self._lock:
            self.is_closed = True
            for page in self._pages:
                page.put(END)
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def join(self) -> Queue[bytes]:
        """The events of a page that has just been opened, the newest message first."""
        events: Queue[bytes] = Queue()
        with self._lock:
            if self._last is not None:
                events.put(self._last)
            self._pages.add(events)
        return events

    def leave(self, events: Queue[bytes]) -> None:
        with self._lock:
            self._pages.discard(events)


def _next(events: Queue[bytes]) -> bytes:
    """The next event, or a comment when there is none for long: only by writing is it noticed that a page is gone."""
    try:
        return events.get(timeout=ALIVE_EVERY)
    except Empty:
        return b": alive\n\n"


# long: a class of the standard library is made for one server, and is one thing
def _handler(server: PageServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """The page, what it is made of, and its events; everything else is refused."""
            if server.is_closed:  # a browser keeps connections for later, and their threads live on
                self.close_connection = True
                return None
            if not self._is_from_here():
                return self._answer(HTTPStatus.FORBIDDEN, "text/plain", b"not for you\n")
            if not secrets.compare_digest(self.path[: len(server.path)].encode(), server.path.encode()):
                return self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"nothing here\n")
            name, _, asked = self.path[len(server.path) :].partition("?")
            if name == "":
                return self._answer(HTTPStatus.OK, "text/html; charset=utf-8", PAGE.encode())
            if name in STATIC:
                content = files("athena_lsp.web").joinpath("static", name).read_bytes()
                return self._answer(HTTPStatus.OK, STATIC[name], content)
            if name == "events":
                return self._stream()
            if name == "log":
                text = server.log(dict(parse_qsl(asked)).get("node", ""))
                return self._answer(HTTPStatus.OK, "text/plain; charset=utf-8", text.encode())
            return self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"nothing here\n")

        def log_message(self, *_: Any) -> None:
            """Nothing: a terminal that shows a workflow is no place for an access log."""

        def _is_from_here(self) -> bool:
            """Whether the browser was sent here, and not by a page of somebody else (DNS rebinding, other origins)."""
            hosts = {f"{HOST}:{server.port}", f"localhost:{server.port}"}
            origin = self.headers.get("Origin")
            return self.headers.get("Host") in hosts and (origin is None or origin.removeprefix("http://") in hosts)

        def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
            self.send_response(status)
            for key, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(content))}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(content)

        def _stream(self) -> None:
            self.close_connection = True
            self.send_response(HTTPStatus.OK)
            for key, value in {**HEADERS, "Content-Type": "text/event-stream", "Connection": "close"}.items():
                self.send_header(key, value)
            self.end_headers()
            events = server.join()
            try:
                while (event := _next(events)) != END:
                    self.wfile.write(event)
                    self.wfile.flush()
            except OSError:
                pass  # the page is gone
            finally:
                server.leave(events)

    return Handler
