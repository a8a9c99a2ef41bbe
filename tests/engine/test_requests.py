"""Templates of the kind `http` against a real server on this machine."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from athena_lsp.engine.model import Outcome, StartPod
from athena_lsp.engine.places import Places
from athena_lsp.engine.podspec import Machine, absent_here
from athena_lsp.engine.processes import STDOUT, Running, run_pod
from athena_lsp.engine.program import program_of


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked; the path is the code."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        told = {"method": self.command, "token": self.headers.get("x-token"), "body": body}
        self.send_response(int(self.path.strip("/")))
        self.send_header("x-seen", "yes")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    do_POST = do_GET  # noqa: N815  # the names are the server's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def asked(tmp_path: Path, fields: dict[str, Any]) -> Outcome:
    start = StartPod("w.ask", "w-ask-1", {"name": "ask", "http": fields}, {}, (), 0)
    machine = Machine("python", tmp_path, tmp_path, {"X_TOKEN": "s3cret"})
    places = Places(tmp_path, tmp_path / "run")
    outcome = run_pod(start, machine, places, Running())
    if outcome.result is not None:
        assert (places.pod("w.ask") / STDOUT).read_text(encoding="utf-8") == outcome.result
    return outcome


def test_the_answer_is_the_result(tmp_path: Path, url: str) -> None:
    secret = {"secretKeyRef": {"name": "api", "key": "token"}}
    headers = [{"name": "X-Token", "valueFrom": secret}]
    outcome = asked(tmp_path, {"url": f"{url}/200", "method": "POST", "body": "hello", "headers": headers})
    assert outcome.phase == "Succeeded"
    assert json.loads(outcome.result or "") == {"method": "POST", "token": "s3cret", "body": "hello"}
    given = {"bytes": base64.b64encode(b"x").decode()}
    sent = asked(tmp_path, {"url": f"{url}/201", "method": "POST", "bodyFrom": given})
    assert json.loads(sent.result or "")["body"] == "x"


@pytest.mark.parametrize(
    ("code", "condition", "phase", "message"),
    [
        (204, "", "Succeeded", ""),
        (404, "", "Failed", "received non-2xx response code: 404"),
        (404, "response.statusCode == 404", "Succeeded", ""),
        (200, "len(response.body) == 0", "Failed", "successCondition 'len(response.body) == 0' evaluated false"),
        (200, "response.headers['X-Seen'][0] == 'yes' && request.method == 'GET'", "Succeeded", ""),
        (200, "response.statusCode", "Failed", "unable to cast expression result '200' to bool"),
    ],
)
def test_the_condition_decides(tmp_path: Path, url: str, code: int, condition: str, phase: str, message: str) -> None:
    outcome = asked(tmp_path, {"url": f"{url}/{code}", "successCondition": condition})
    assert (outcome.phase, outcome.message) == (phase, message)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"url": "http://127.0.0.1:1/"}, "Connection refused"),
        ({"url": "file:///etc/passwd"}, "unsupported protocol scheme `file`"),
        ({"url": "nothing"}, "unknown url type"),
        ({"url": "http://127.0.0.1:1/", "bodyFrom": {"bytes": "?"}}, "bodyFrom.bytes is no base64"),
    ],
)
def test_what_gets_no_answer_is_an_error(tmp_path: Path, fields: dict[str, Any], what: str) -> None:
    outcome = asked(tmp_path, fields)
    assert outcome.phase == "Error"
    assert what in outcome.message


def test_a_secret_that_is_not_here_is_told_before_a_run(tmp_path: Path) -> None:
    header = {"name": "X-Key", "valueFrom": {"secretKeyRef": {"name": "api", "key": "k"}}}
    spec: dict[str, Any] = {
        "entrypoint": "a",
        "templates": [{"name": "a", "http": {"url": "http://x", "headers": [header]}}],
    }
    program = program_of([{"kind": "Workflow", "metadata": {"name": "w"}, "spec": spec}])
    assert absent_here(program, Machine("python", tmp_path, tmp_path, {})) == (
        "the secret `api`, key `k`, is not on this machine: set X_KEY in `.env`",
    )
