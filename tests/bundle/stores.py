"""A real S3 store on this machine, and a bad way to it: a proxy that does to requests what networks and stores do."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

CEPH = Path(__file__).parent / "ceph.sh"
PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph-authtool")
KEYS = ("athena", "athenasecret")
GUEST = ("guest", "guestsecret")
ERROR = '<?xml version="1.0"?><Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>'


@dataclass(frozen=True)
class Server:
    """Where a store listens."""

    port: int
    folder: Path

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def client(self, keys: tuple[str, str] = KEYS) -> Any:
        """boto3's own client, for what athena itself does not do."""
        return boto3.client(
            "s3",
            endpoint_url=f"http://{self.endpoint}",
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
        )

    def admin(self, *arguments: str) -> None:
        """Runs Ceph's own tool for users and quotas."""
        environment = {**os.environ, "CEPH_CONF": str(self.folder / "ceph.conf")}
        subprocess.run(["radosgw-admin", *arguments], env=environment, capture_output=True, check=True)


def lacking() -> str:
    """Why there can be no Ceph here; empty when there can."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"needs {', '.join(missing)} (Debian: ceph-mon ceph-osd radosgw ceph-common)" if missing else ""


@contextmanager
def ceph(folder: Path) -> Iterator[Server]:
    """A Ceph with its S3 gateway, in memory, for one run of the tests."""
    port, *monitor = free_ports(3)
    environment = {**os.environ, "MON1": str(monitor[0]), "MON2": str(monitor[1])}
    command = ["bash", str(CEPH), str(folder), str(port)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode:
            raise RuntimeError(f"Ceph does not start: {done.stdout[-500:]}{done.stderr[-500:]}")
        yield Server(port, folder)
    finally:
        for name in ("gateway", "osd", "mon"):
            pid = folder / f"{name}.pid"
            if pid.exists():
                _end(int(pid.read_text()))


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


# --- the proxy --------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What the proxy says by itself, in S3's words."""

    status: int
    code: str
    message: str = "no reason"
    more: str = ""


Behaviour = Callable[["Request"], Answer | None]
"""Decides about a request: an answer of the proxy's own, or None to pass it on."""


@dataclass
class Request:
    """A request that came to the proxy."""

    method: str
    path: str
    headers: dict[str, str]
    read: Callable[[int], bytes]
    cut: Callable[[], None]
    """Ends the connection at once."""


@dataclass
class Proxy:
    """Stands before a store, on a port of its own. `seen` are the requests that came, as `METHOD path`."""

    server: Server
    behaviour: Behaviour
    seen: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def proxy(server: Server, behaviour: Behaviour) -> Iterator[Proxy]:
    it = Proxy(server, behaviour)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(it))
    listening.daemon_threads = True
    it.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield it
    finally:
        listening.shutdown()
        listening.server_close()


def _handler(it: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            it.seen.append(f"{self.command} {self.path}")
            left = int(self.headers.get("Content-Length", 0))

            def read(size: int) -> bytes:
                nonlocal left
                data = self.rfile.read(min(size, left))
                left -= len(data)
                return data

            request = Request(self.command, self.path, dict(self.headers), read, self.cut)
            answer = it.behaviour(request)
            if self.close_connection and self.connection.fileno() < 0:
                return
            body = read(left) if left else b""
            if answer is not None:
                self.say(answer)
                return
            self.forward(body)

        def cut(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            self.connection.close()

        def say(self, answer: Answer) -> None:
            text = ERROR.format(code=answer.code, message=answer.message, more=answer.more).encode()
            text = text if answer.status >= 300 else b""
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

        def forward(self, body: bytes) -> None:
            upstream = http.client.HTTPConnection("127.0.0.1", it.server.port, timeout=60)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
            upstream.request(self.command, self.path, body or None, headers)
            response = upstream.getresponse()
            data = response.read()
            self.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                    self.send_header(name, value)
            length = response.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
            self.send_header("Content-Length", length or "0")
            self.end_headers()
            self.wfile.write(data)
            upstream.close()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002
            return

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any  # noqa: N815

    return Handler


def faithful(request: Request) -> Answer | None:  # noqa: ARG001
    """Passes everything on."""
    return None


def refuses_conditions(request: Request) -> Answer | None:
    """As OpenStack's Swift does."""
    if request.method == "PUT" and "If-None-Match" in request.headers:
        return Answer(501, "NotImplemented", "A header you provided implies functionality that is not implemented")
    return None


def ignores_conditions(server: Server, bucket: str) -> Behaviour:
    """As some small stores do: what is there is written over. (The signature covers the header, so that the proxy
    must write by itself.)"""

    def behave(request: Request) -> Answer | None:
        if request.method != "PUT" or "If-None-Match" not in request.headers:
            return None
        data = request.read(1 << 30)
        key = request.path.partition(f"/{bucket}/")[2].partition("?")[0]
        server.client().put_object(Bucket=bucket, Key=key, Body=data)
        return Answer(200, "OK")

    return behave


def cuts(after: int, times: int = 10**6, part: str = "/layers/deps/") -> Behaviour:
    """Ends the connection in the middle of a body, so many times."""
    left = times

    def behave(request: Request) -> Answer | None:
        nonlocal left
        if request.method == "PUT" and part in request.path and left:
            left -= 1
            request.read(after)
            request.cut()
        return None

    return behave


def answers(answer: Answer, method: str = "PUT", times: int = 10**6) -> Behaviour:
    """Says the same to every request of a method, so many times."""
    left = times

    def behave(request: Request) -> Answer | None:
        nonlocal left
        if request.method in (method, "GET" if method == "HEAD" else method) and left:
            left -= 1
            return answer
        return None

    return behave


def crawls(seconds: float, part: str = "/layers/deps/") -> Behaviour:
    """Takes its time in the middle of a body."""

    def behave(request: Request) -> Answer | None:
        if request.method == "PUT" and part in request.path:
            request.read(1000)
            time.sleep(seconds)
        return None

    return behave
