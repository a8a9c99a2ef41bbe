"""The preview page's server: one page for one browser on this machine, and nothing for anybody else."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from athena_lsp.web.server import PageServer


@pytest.fixture
def server() -> Iterator[PageServer]:
    running = PageServer()
    yield running
    running.close()


def get(server: PageServer, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def events(server: PageServer) -> Iterator[Any]:
    """The messages that a page gets, as they come."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", f"{server.path}events")
    answer = connection.getresponse()
    assert answer.getheader("Content-Type") == "text/event-stream"
    for line in answer:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


def test_the_page_and_its_parts(server: PageServer) -> None:
    status, headers, text = get(server, server.path)
    assert (status, "page.js" in text, "page.css" in text) == (200, True, True)
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert get(server, f"{server.path}page.js")[0] == 200
    assert get(server, f"{server.path}page.css")[1]["Content-Type"].startswith("text/css")


@pytest.mark.parametrize("path", ["/", "/page.js", "/index.html", "/../page.js"])
def test_without_the_secret_path_there_is_nothing(server: PageServer, path: str) -> None:
    assert get(server, path)[0] == 404


@pytest.mark.parametrize("name", ["server.py", "../server.py", "static/page.js", "nothing", "page.js/.."])
def test_nothing_else_is_served(server: PageServer, name: str) -> None:
    assert get(server, server.path + name)[0] == 404


def test_two_servers_have_paths_of_their_own(server: PageServer) -> None:
    other = PageServer()
    try:
        assert other.path != server.path
        assert len(server.path) > 30
    finally:
        other.close()


def test_a_foreign_host_is_refused(server: PageServer) -> None:
    """A name of somebody else that leads to this machine (DNS rebinding)."""
    assert get(server, server.path, Host=f"evil.example:{server.port}")[0] == 403
    assert get(server, server.path, Host="127.0.0.1")[0] == 403
    assert get(server, server.path, Host=f"localhost:{server.port}")[0] == 200


def test_a_foreign_origin_is_refused(server: PageServer) -> None:
    events_path = f"{server.path}events"
    assert get(server, events_path, Origin="https://evil.example")[0] == 403
    assert get(server, events_path, Origin="null")[0] == 403
    assert get(server, server.path, Origin=f"http://127.0.0.1:{server.port}")[0] == 200


def test_other_methods_are_refused(server: PageServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("POST", server.path, body="x")
    assert connection.getresponse().status == 501
    connection.close()


def test_it_listens_on_this_machine_alone(server: PageServer) -> None:
    assert server.address.startswith(f"http://127.0.0.1:{server.port}/")


def test_a_page_gets_the_newest_message_and_every_later_one(server: PageServer) -> None:
    server.publish({"number": 1})
    server.publish({"number": 2})
    stream = events(server)
    assert next(stream) == {"number": 2}
    server.publish({"number": 3, "text": "é😋\n\ndata: no"})
    assert next(stream) == {"number": 3, "text": "é😋\n\ndata: no"}


def test_many_pages(server: PageServer) -> None:
    seen: list[int] = []

    def read() -> None:
        stream = events(server)
        seen.append(next(stream)["number"])

    server.publish({"number": 7})
    readers = [Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(10)
    assert seen == [7] * 8
