"""The server as a process: order of messages, garbage, endings, speed of typing, files that change."""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from athena_lsp.server.questions import QUESTIONS
from bench.client import PULL_CLIENT, PUSH_CLIENT, Client, Json, ServerError
from tests.e2e.shop import CALL, ENVIRONMENT, PROGRAM, SERVER

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

NOT_INITIALIZED, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, CANCELLED = -32002, -32600, -32601, -32602, -32800


def uri_of(client: Client, name: str = "main.py") -> str:
    return (client.folder / name).as_uri()


def at(line: int, start: int, end: int, text: str) -> Json:
    return {
        "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
        "text": text,
    }


def hover_params(client: Client) -> Json:
    return {"textDocument": {"uri": uri_of(client)}, "position": {"line": CALL[0], "character": CALL[1] - 4}}


# --- life cycle -----------------------------------------------------------------------------------------------------


def test_the_server_ends_as_it_was_told(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    assert client.stop() == 0


def test_leaving_without_saying_so_is_an_error(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    client.tell("exit")
    assert client.process.wait(10) == 1


def test_the_server_ends_with_its_client(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(10) == 1


def test_messages_out_of_order_are_refused(client: Client) -> None:
    client.tell("textDocument/didOpen", {"nonsense": True})
    with pytest.raises(ServerError) as early:
        client.ask("textDocument/hover", hover_params(client))
    assert early.value.code == NOT_INITIALIZED
    client.initialize(PUSH_CLIENT)
    with pytest.raises(ServerError) as twice:
        client.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert twice.value.code == INVALID_REQUEST
    client.ask("shutdown")
    with pytest.raises(ServerError) as late:
        client.ask("textDocument/hover", hover_params(client))
    assert late.value.code == INVALID_REQUEST
    client.tell("exit")
    assert client.process.wait(10) == 0


def test_a_client_that_can_do_nothing_is_served(client: Client) -> None:
    client.initialize({}, rootUri=None, workspaceFolders=None)
    client.open(uri_of(client), PROGRAM)
    assert client.published(uri_of(client)).content["params"]["diagnostics"] == []
    hover = client.ask("textDocument/hover", hover_params(client))
    assert "Task `raw`" in hover["contents"]["value"]
    flat = client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri_of(client)}})
    assert [(each["name"], each.get("containerName")) for each in flat] == [
        ("fetch", None),
        ("pipeline", None),
        ("raw", "pipeline"),
    ]


# --- what does not follow the protocol --------------------------------------------------------------------------------


def test_what_is_not_understood_is_answered(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    for method, params, code in (
        ("athena/nothing", {}, METHOD_NOT_FOUND),
        ("textDocument/hover", {"textDocument": 3}, INVALID_PARAMS),
        ("textDocument/hover", None, INVALID_PARAMS),
        ("athena/emit", {"position": "here"}, INVALID_PARAMS),
    ):
        with pytest.raises(ServerError) as refused:
            client.ask(method, params)
        assert refused.value.code == code, method
    client.tell("$/unknown", {"x": 1})
    client.tell("textDocument/didChange", {"textDocument": None})
    client.send({"jsonrpc": "2.0", "id": 77, "result": {"of": "nothing that was asked"}})
    client.send({"jsonrpc": "2.0", "id": 78, "result": ["a list"]})
    client.send({"jsonrpc": "2.0", "id": 79})
    client.send({"jsonrpc": "1.0", "method": "initialized"})
    client.send({})
    assert client.stop() == 0


def test_garbage_between_messages_is_skipped(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    for garbage in (
        b"hello\r\n\r\n",
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: 3\r\n\r\n{{{",
        b"content-length: 2\r\n\r\n[]",
        b"Content-Length: 4\r\n\r\n\xff\xfe\x00\x01",
    ):
        client.send_bytes(garbage)
    answer = client.wait(lambda said: said.get("id") is None and "error" in said)
    assert answer.content["error"]["code"] == -32700
    client.open(uri_of(client), PROGRAM)
    client.published(uri_of(client), 1)
    assert client.stop() == 0


def test_half_a_message_and_then_silence(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    client.send_bytes(b'Content-Length: 500\r\n\r\n{"jsonrpc":')
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(10) == 1


@pytest.mark.parametrize("seed", range(6))
def test_any_messages_in_any_order_leave_the_server_alive(client: Client, seed: int) -> None:
    client.initialize(PULL_CLIENT if seed % 2 else PUSH_CLIENT)
    chance = random.Random(seed)
    asked = [client.begin(*random_message(client, chance)) for _ in range(60) if tell_something(client, chance)]
    for number in asked:
        with suppress(ServerError):
            client.answer(number)
    answered = [each.content["id"] for each in client.arrivals if "method" not in each.content and "id" in each.content]
    assert sorted(answered) == sorted({*answered, *asked}), "one answer each"
    assert client.stop() == 0
    assert "Traceback" not in (client.folder / "stderr.txt").read_text(encoding="utf-8")


METHODS = sorted({lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.TEXT_DOCUMENT_DIAGNOSTIC, *QUESTIONS})


@pytest.mark.parametrize(
    "more",
    [
        'x = "' + "a" * 2_000_000 + '"\n',
        "x = " + "[" * 20_000 + "]" * 20_000 + "\n",
        "x = (" + "a, " * 100_000,
        "#" * 10**6,
    ],
    ids=["a long text", "deep brackets", "a long list that is open", "a long comment"],
)
def test_texts_of_any_size_are_answered(client: Client, more: str) -> None:
    client.initialize(PULL_CLIENT)
    uri = uri_of(client)
    client.open(uri, PROGRAM + more)
    client.pull(uri)
    params = {"textDocument": {"uri": uri}, "position": {"line": PROGRAM.count("\n"), "character": 40}}
    for name in ("hover", "completion", "signatureHelp", "documentHighlight", "semanticTokens/full", "foldingRange"):
        client.ask(f"textDocument/{name}", params, timeout=20)
    assert client.stop() == 0


def random_message(client: Client, chance: random.Random) -> tuple[str, Any]:
    position = {"line": chance.choice([0, 9, 400, 2**31 - 1]), "character": chance.choice([0, 12, 2**31 - 1])}
    document = {"uri": chance.choice([uri_of(client), uri_of(client, "gone.py"), "untitled:x", "", "file:///%00"])}
    params: Json = {"textDocument": document, "position": position, "range": {"start": position, "end": position}}
    params |= {"context": {"diagnostics": []}, "uri": document["uri"]}
    params |= {"newName": chance.choice(["fresh", "", "no", 7]), "query": "p", "previousResultId": "1"}
    params |= {
        "positions": [position],
        "item": {"data": chance.choice([None, {"path": "main.py", "name": "pipeline"}])},
    }
    return chance.choice([*METHODS, "athena/emit", "workspace/textDocumentContent"]), params


def tell_something(client: Client, chance: random.Random) -> bool:
    uri = chance.choice([uri_of(client), uri_of(client, "other.py"), "untitled:x"])
    texts = ["", "\x00", "\r", "é😋\u2028", "@workflow\ndef pipeline(", PROGRAM, ")" * 50, "\ufeff", "    "]
    match chance.randrange(5):
        case 0:
            client.open(uri, chance.choice(texts), chance.randrange(9))
        case 1:
            client.change(uri, chance.randrange(9), {"text": chance.choice(texts)})
        case 2:
            line, start = chance.choice([0, 3, 9, 10**6]), chance.choice([0, 5, 10**6])
            client.change(uri, chance.randrange(9), at(line, start, chance.choice([0, 7, 10**6]), chance.choice(texts)))
        case 3:
            client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        case _:
            client.tell("$/cancelRequest", {"id": client.number})
    return True


# --- pygls 2.1.1, worked around ---------------------------------------------------------------------------------------


def test_a_printed_word_does_not_reach_the_client() -> None:
    script = (
        "import os; from athena_lsp.server.channels import open_stdio; channel = open_stdio(); "
        "print('stray'); os.write(1, b'stray too'); channel.write(b'message')"
    )
    done = subprocess.run([sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, check=True, timeout=30)
    assert done.stdout == b"message"
    assert b"stray" in done.stderr
    assert b"stray too" in done.stderr


def test_a_client_that_stopped_listening_ends_the_server_quietly(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    client.open(uri_of(client), PROGRAM)
    client.published(uri_of(client), 1)
    assert client.process.stdout is not None
    os.close(client.process.stdout.fileno())
    try:
        for version in range(2, 40):
            client.change(uri_of(client), version, at(*CALL, CALL[1] + 1, "x"))
            client.begin("textDocument/hover", hover_params(client))
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert client.process.wait(10) == 1
    assert (client.folder / "stderr.txt").stat().st_size < 20_000, "an error about an error about an error"


def test_requests_cancelled_at_once_are_answered_once_and_hold_nothing_up(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    client.open(uri_of(client), PROGRAM)
    numbers = []
    for _ in range(50):
        numbers.append(client.begin("textDocument/hover", hover_params(client)))
        client.tell("$/cancelRequest", {"id": numbers[-1]})
    client.ask("textDocument/hover", hover_params(client))
    answers = [each.content for each in client.arrivals if each.content.get("id") in numbers]
    assert len(answers) == 50
    assert {each["error"]["code"] for each in answers if "error" in each} <= {CANCELLED}


# --- typing -----------------------------------------------------------------------------------------------------------


def test_the_last_version_is_what_counts(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    uri = uri_of(client)
    client.open(uri, PROGRAM)
    client.published(uri, 1)
    line, column = CALL
    client.change(uri, 2, at(line, column, column + 3, ""))
    for version, letter in enumerate("123456789" * 3, start=3):
        client.change(uri, version, at(line, column + version - 3, column + version - 3, letter))
    last = client.published(uri, 29)
    assert [each["code"] for each in last.content["params"]["diagnostics"]] == ["edge-type-mismatch"]
    assert last.content["params"]["diagnostics"][0]["range"]["end"]["character"] == column + 27
    versions = [each.content["params"]["version"] for each in published(client)]
    assert versions == sorted(versions), "never an older answer after a newer one"


def test_a_line_of_ten_megabytes(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    uri = uri_of(client)
    long = PROGRAM + "TEXT = '" + "é" * 5_000_000 + "'\n"
    client.open(uri, long)
    client.published(uri, 1)
    line, column = CALL
    client.change(uri, 2, at(line, column, column + 3, "3"))
    found = client.published(uri, 2).content["params"]["diagnostics"]
    assert [each["code"] for each in found] == ["edge-type-mismatch"]
    assert client.stop() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_count_in_the_negotiated_encoding(client: Client, encoding: str) -> None:
    answer = client.initialize({**PUSH_CLIENT, "general": {"positionEncodings": [encoding]}})
    assert answer["capabilities"]["positionEncoding"] == encoding
    text = PROGRAM.replace("fetch(url)", 'fetch("é😋", 3)')
    client.open(uri_of(client), text)
    [found] = client.published(uri_of(client), 1).content["params"]["diagnostics"]
    size = {"utf-8": 6, "utf-16": 3, "utf-32": 2}[encoding]
    start = CALL[1] + len('"", ') + size
    assert [found["range"][end]["character"] for end in ("start", "end")] == [start, start + 1]


# --- other files ------------------------------------------------------------------------------------------------------

STEPS = "from athena_runtime import container\n\n\n@container\ndef fetch(url: str) -> str: ...\n"
USER = """from athena_runtime import workflow
from steps import fetch


@workflow
def pipeline(url: str) -> str:
    raw = fetch(url)
    return raw
"""


def two_files(client: Client, capabilities: Json) -> tuple[str, str]:
    (client.folder / "steps.py").write_text(STEPS, encoding="utf-8")
    (client.folder / "main.py").write_text(USER, encoding="utf-8")
    client.initialize(capabilities)
    steps, user = uri_of(client, "steps.py"), uri_of(client)
    client.open(user, USER)
    client.open(steps, STEPS)
    return steps, user


def test_a_changed_signature_is_seen_in_other_open_files(client: Client) -> None:
    steps, user = two_files(client, PUSH_CLIENT)
    client.published(user, 1)
    since = client.change(steps, 2, at(4, 15, 18, "int"))
    found = client.published(user, 1, since).content["params"]["diagnostics"]
    assert [each["code"] for each in found] == ["edge-type-mismatch"]
    assert found[0]["relatedInformation"][0]["location"]["uri"] == steps
    since = client.tell("textDocument/didClose", {"textDocument": {"uri": steps}})
    assert client.published(user, 1, since).content["params"]["diagnostics"] == [], "the disk still says str"


def test_a_client_that_pulls_is_told_to_pull_again(client: Client) -> None:
    steps, user = two_files(client, PULL_CLIENT)
    assert client.pull(user)["items"] == []
    since = client.change(steps, 2, at(4, 15, 18, "int"))
    client.pull(steps)
    client.wait(lambda said: said.get("method") == "workspace/diagnostic/refresh", since=since)
    assert [each["code"] for each in client.pull(user)["items"]] == ["edge-type-mismatch"]
    assert not published(client), "never both"


def test_files_that_change_on_the_disk_are_read_again(client: Client) -> None:
    (client.folder / "steps.py").write_text(STEPS, encoding="utf-8")
    client.initialize(PUSH_CLIENT)
    registered = client.wait(lambda said: said.get("method") == "client/registerCapability").content["params"]
    assert [each["method"] for each in registered["registrations"]] == ["workspace/didChangeWatchedFiles"]
    client.open(uri_of(client), USER)
    assert client.published(uri_of(client), 1).content["params"]["diagnostics"] == []
    time.sleep(0.01)  # another time stamp
    (client.folder / "steps.py").write_text(STEPS.replace("url: str", "url: float"), encoding="utf-8")
    changed = {"changes": [{"uri": uri_of(client, "steps.py"), "type": 2}]}
    since = client.tell("workspace/didChangeWatchedFiles", changed)
    found = client.published(uri_of(client), 1, since).content["params"]["diagnostics"]
    assert [each["code"] for each in found] == ["edge-type-mismatch"]


PACKAGE = "from dataclasses import dataclass\n\n\n@dataclass\nclass Order:\n    id: str\n"
CUSTOMER = """from athena_runtime import container, workflow
from shoplib import Order


@container
def fetch() -> Order: ...


@container
def send(number: int) -> None: ...


@workflow
def pipeline() -> None:
    order = fetch()
    send(order.id)
"""


@pytest.mark.parametrize("capabilities", [PUSH_CLIENT, PULL_CLIENT], ids=["push", "pull"])
def test_types_come_from_the_environment_that_the_editor_gives(
    client: Client, tmp_path_factory: pytest.TempPathFactory, capabilities: Json
) -> None:
    environment = tmp_path_factory.mktemp("environment")
    packages = environment / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    packages.mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}\n", encoding="utf-8")
    (packages / "shoplib.py").write_text(PACKAGE, encoding="utf-8")
    at_start = capabilities is PULL_CLIENT
    client.initialize(capabilities, initializationOptions={"python": str(environment)} if at_start else None)
    uri = uri_of(client)
    client.open(uri, CUSTOMER)
    if not at_start:
        settings = {"athena": {"python": str(environment)}}
        client.tell("workspace/didChangeConfiguration", {"settings": settings})

    def codes() -> list[str]:
        if capabilities is PULL_CLIENT:
            return [each["code"] for each in client.pull(uri)["items"]]
        return [each["code"] for each in client.published(uri, 1).content["params"]["diagnostics"]]

    until = time.monotonic() + 20
    while "edge-type-mismatch" not in codes() and time.monotonic() < until:
        time.sleep(0.05)
    assert "edge-type-mismatch" in codes(), "`Order.id` is a text"


def test_the_disk_is_looked_at_for_a_client_that_watches_nothing(client: Client) -> None:
    client.initialize({})
    client.open(uri_of(client), USER)
    assert client.published(uri_of(client), 1).content["params"]["diagnostics"], "there is no steps.py"
    (client.folder / "steps.py").write_text(STEPS, encoding="utf-8")
    since = client.tell("textDocument/didSave", {"textDocument": {"uri": uri_of(client)}})
    assert client.published(uri_of(client), 1, since).content["params"]["diagnostics"] == []


def test_settings_are_checked_where_they_stand_and_count_at_once(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    uri = uri_of(client, "pyproject.toml")
    text = '[tool.athena]\nproject = "shop"\nimagge = "x"\n'
    document = {"uri": uri, "languageId": "toml", "version": 1, "text": text}
    client.tell("textDocument/didOpen", {"textDocument": document})
    [found] = client.published(uri, 1).content["params"]["diagnostics"]
    assert (found["code"], found["range"]["start"]["line"]) == ("unknown-config-key", 2)
    client.change(uri, 2, {"text": '[tool.athena]\nproject = "market"\n'})
    assert client.published(uri, 2).content["params"]["diagnostics"] == []
    client.open(uri_of(client), PROGRAM)
    assert "name: market-pipeline" in client.ask("athena/emit", {"uri": uri_of(client)})["text"]


@pytest.mark.parametrize(("name", "project"), [("prod.toml", "market"), ("missing.toml", "shop")])
def test_settings_that_the_environment_names(folder: Path, name: str, project: str) -> None:
    (folder / "prod.toml").write_text('project = "market"\n', encoding="utf-8")
    environment = {**ENVIRONMENT, "ATHENA_CONFIG": str(folder / name)}
    with Client(SERVER, folder, environment, folder / "stderr.txt") as client:
        client.initialize(PUSH_CLIENT)
        client.open(uri_of(client), PROGRAM)
        assert f"name: {project}-pipeline" in client.ask("athena/emit", {"uri": uri_of(client)})["text"]


def test_texts_in_other_languages_are_left_alone(client: Client) -> None:
    client.initialize(PUSH_CLIENT)
    other = {"uri": uri_of(client, "x.yaml"), "languageId": "yaml", "version": 1, "text": "a: ["}
    client.tell("textDocument/didOpen", {"textDocument": other})
    client.change(uri_of(client, "x.yaml"), 2, {"text": "b: ["})
    client.tell("textDocument/didClose", {"textDocument": {"uri": other["uri"]}})
    client.open(
        "untitled:Untitled-1", PROGRAM.replace("(url)", "(3)").replace("fetch", "get").replace("pipeline", "other")
    )
    found = client.published("untitled:Untitled-1", 1).content["params"]["diagnostics"]
    assert [each["code"] for each in found] == ["edge-type-mismatch"]
    assert {each.content["params"]["uri"] for each in published(client)} == {"untitled:Untitled-1"}


# --- previews ---------------------------------------------------------------------------------------------------------


def test_a_preview_says_where_its_lines_come_from(client: Client) -> None:
    client.initialize(PULL_CLIENT)
    client.open(uri_of(client), PROGRAM)
    emitted = client.ask("athena/emit", {"uri": uri_of(client), "position": {"line": 4, "character": 5}})
    assert (emitted["root"], emitted["version"], emitted["stale"]) == ("fetch", 1, False)
    lines = emitted["text"].splitlines()
    [image] = [number for number, line in enumerate(lines) if "image:" in line]
    [origin] = [each for each in emitted["origins"] if each["lines"][0] <= image <= each["lines"][1]]
    assert origin["location"]["uri"] == uri_of(client)
    assert origin["location"]["range"]["start"] == {"line": 3, "character": 17}
    assert client.ask("athena/emit", {"uri": uri_of(client), "root": "nothing"}) is None


def test_the_client_is_told_when_a_preview_changes(client: Client) -> None:
    client.initialize(PULL_CLIENT)
    uri = uri_of(client)
    client.open(uri, PROGRAM)
    emitted = client.ask("athena/emit", {"uri": uri, "root": "pipeline"})
    document = emitted["document"]
    assert client.ask("workspace/textDocumentContent", {"uri": document})["text"] == emitted["text"]
    line, column = CALL
    since = client.change(uri, 2, at(line, column, column + 3, '"x"'))
    refresh = client.wait(lambda said: said.get("method") == "workspace/textDocumentContent/refresh", since=since)
    assert refresh.content["params"] == {"uri": document}
    changed = client.wait(lambda said: said.get("method") == "athena/changed", since=since)
    assert changed.content["params"] == {"uri": uri, "root": "pipeline", "version": 2}
    assert """'"x"'""" in client.ask("workspace/textDocumentContent", {"uri": document})["text"]


def test_while_the_text_is_broken_the_last_good_preview_stays(client: Client) -> None:
    client.initialize(PULL_CLIENT)
    uri = uri_of(client)
    client.open(uri, PROGRAM)
    good = client.ask("athena/emit", {"uri": uri, "root": "pipeline"})["text"]
    line, column = CALL
    client.change(uri, 2, at(line, column, column + 4, ""))
    stale = client.ask("athena/emit", {"uri": uri, "root": "pipeline"})
    assert stale["stale"]
    assert stale["text"].partition("\n")[2] == good
    assert [each["code"] for each in stale["diagnostics"]] == ["syntax-error"]


# --- other ways to talk -----------------------------------------------------------------------------------------------


def started(folder: Path, *options: str) -> tuple[subprocess.Popen[bytes], int]:
    """A server that waits for its client, and its port."""
    process = subprocess.Popen([*SERVER, *options], env=ENVIRONMENT, cwd=folder, stderr=subprocess.PIPE)
    assert process.stderr is not None
    found = re.search(rb":(\d+)", process.stderr.readline())
    assert found is not None
    return process, int(found[1])


def test_tcp(folder: Path) -> None:
    process, port = started(folder, "--tcp", "127.0.0.1:0")
    with socket.create_connection(("127.0.0.1", port), 10) as connection, connection.makefile("rb") as stream:
        for message in handshake(folder):
            body = json.dumps(message).encode()
            connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        read = b""
        while b'"id": 2' not in read:
            read += stream.read1()
    assert b'"capabilities"' in read
    assert process.wait(10) == 0
    assert process.stderr is not None
    process.stderr.close()


def test_web_socket(folder: Path) -> None:
    websockets = pytest.importorskip("websockets.sync.client")
    process, port = started(folder, "--ws", "127.0.0.1:0")
    with pytest.raises(Exception, match="403"):
        websockets.connect(f"ws://127.0.0.1:{port}", origin="https://elsewhere.example").__enter__()
    with websockets.connect(f"ws://127.0.0.1:{port}") as connection:
        for message in handshake(folder):
            connection.send(json.dumps(message))
        answers = [json.loads(connection.recv(10)) for _ in range(2)]
    assert [each["id"] for each in answers if "method" not in each] == [1, 2]
    assert process.wait(10) == 0
    assert process.stderr is not None
    process.stderr.close()


def handshake(folder: Path) -> list[Json]:
    """A conversation from its first message to its last."""
    params: Json = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}
    return [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params},
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "id": 2, "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "exit"},
    ]


def published(client: Client) -> list[Any]:
    return [each for each in client.arrivals if each.content.get("method") == "textDocument/publishDiagnostics"]
