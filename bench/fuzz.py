"""`python -m bench.fuzz`: everything that a client must not say, in any order, to a real server.

Messages before `initialize`, a second one, versions out of order, documents that nobody opened, places that are
nowhere, garbage between messages, bodies that are no JSON and no UTF-8, headers that lie, texts of megabytes, brackets
twenty thousand deep, requests after `shutdown`, and half a message at the end. Every request must be answered once, a
plain question afterwards as if nothing had been, and the process must end as it is told, with nothing in its log.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.asking import AT_CURSOR, OF_FILE, OWN
from bench.client import ENVIRONMENT, PULL_CLIENT, PUSH_CLIENT, PYTHON, Client, Json, ServerError

SERVER = [PYTHON, "-m", "athena_lsp.server"]
PROGRAM = """from athena_runtime import container, workflow


@container(image="app:{tag}")
def fetch(url: str, tag: str = "latest") -> str: ...


@workflow
def pipeline(url: str) -> str:
    return fetch(url)
"""
DEEP = 20_000
KINDS = (*AT_CURSOR, *OF_FILE, *OWN, "athena/graph", "workspace/textDocumentContent", "nothing/known")
TEXTS: tuple[Callable[[], str], ...] = (
    lambda: "",
    lambda: PROGRAM,
    lambda: PROGRAM.replace("fetch(url)", "fetch("),
    lambda: "x = " + "[" * DEEP + "]" * DEEP + "\n",
    lambda: PROGRAM + "y = " + "(" * DEEP,
    lambda: PROGRAM + "z = " + "-" * DEEP + "1\n",
    lambda: PROGRAM + "a" + ".a" * DEEP + "\n",
    lambda: PROGRAM + "# " + "\u00e9\U0001f60b" * 500_000,
    lambda: PROGRAM + "t = '" + "a" * 3_000_000 + "'\n",
    lambda: "\x00\ufeff\r\x0c\u2028\n" * 50,
    lambda: PROGRAM.replace("\n", "\r"),
    lambda: "if x:\n" + "".join(" " * depth + "if x:\n" for depth in range(1, 150)),
    lambda: "@workflow\n" * 3000,
    lambda: "\ud800 = '\udfff'\n",
)
GARBAGE = (
    b"hello\r\n\r\n",
    b"Content-Length: x\r\n\r\n",
    b"Content-Length: -3\r\n\r\n",
    b"Content-Length: 99999999999999999999\r\n\r\n",
    b"Content-Length: 3\r\n\r\n{{{",
    b"content-length:2\r\nX: y\r\n\r\n[]",
    b"Content-Length: 4\r\n\r\n\xff\xfe\x00\x01",
    b'Content-Length: 8\r\n\r\n{"a": \xc3\x28',
    b"Content-Length: 4\n\nnull",
    b"Content-Length: 40001\r\n\r\n" + b"[" * 40_001,
    b"\r\n\r\n\r\n",
)


@dataclass
class Counts:
    """What happened."""

    servers: int = 0
    messages: int = 0
    requests: int = 0
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"fuzz: {self.servers} servers, {self.messages} messages, {self.requests} requests, "
            f"{len(self.problems)} problems"
        )


class Stranger:
    """A client that says what it likes."""

    def __init__(self, folder: Path, seed: int, counts: Counts) -> None:
        self.chance = random.Random(seed)
        self.counts = counts
        self.client = Client(SERVER, folder, ENVIRONMENT, folder / "server.log")
        self.uri = (folder / "main.py").as_uri()
        self.asked: list[int] = []

    def say(self) -> None:
        """One thing, of any kind."""
        self.counts.messages += 1
        chance, client = self.chance, self.client
        match chance.randrange(12):
            case 0:
                client.send_bytes(chance.choice(GARBAGE))
            case 1 | 2:
                client.open(self.document(), chance.choice(TEXTS)(), chance.randrange(9))
            case 3 | 4:
                client.change(self.document(), chance.randrange(9), self.change(), self.change())
            case 5:
                client.tell("textDocument/didClose", {"textDocument": {"uri": self.document()}})
            case 6:
                client.tell("$/cancelRequest", {"id": chance.choice([*self.asked[-3:], "x", None, {}])})
            case 7:
                self.tell_nonsense()
            case 8:
                uris = [{"uri": self.document(), "type": chance.choice([1, 2, 3])} for _ in range(3)]
                client.tell("workspace/didChangeWatchedFiles", {"changes": uris})
            case _:
                self.asked.append(client.begin(*self.question()))

    def document(self) -> str:
        odd = (
            "untitled:x",
            "",
            "file:///%00",
            "file://else/where.py",
            "nowhere",
            "athena-yaml:///a.yaml?b#c",
            "http://x/y.py",
        )
        return self.chance.choice((self.uri, self.uri, self.uri, f"{self.uri[:-7]}other.py", *odd))

    def change(self) -> Json:
        text = self.chance.choice(("", "x", "(", "\n", "\r", '"""', "\U0001f60b", "@workflow\ndef f(): ..."))
        if self.chance.random() < 0.2:
            return {"text": self.chance.choice(TEXTS)()}
        return {"range": {"start": self.position(), "end": self.position()}, "text": text}

    def position(self) -> Json:
        numbers = (0, 3, 9, 17, 10**6, 2**31 - 1)
        return {"line": self.chance.choice(numbers), "character": self.chance.choice(numbers)}

    def question(self) -> tuple[str, Json]:
        kind = self.chance.choice(KINDS)
        document = self.document()
        params: Json = {"textDocument": {"uri": document}, "uri": document, "position": self.position()}
        params |= {"range": {"start": self.position(), "end": self.position()}, "positions": [self.position()]}
        params |= {"context": {"diagnostics": [], "includeDeclaration": True}, "query": self.chance.choice("pf(\u00e9")}
        params |= {"newName": self.chance.choice(("fresh", "", "no", "class")), "previousResultId": "1"}
        if self.chance.random() < 0.1:
            params[self.chance.choice(list(params))] = self.chance.choice((None, 7, "x", [], {}, -1, 2**70))
        method = kind if "/" in kind and not kind.startswith("semantic") else f"textDocument/{kind}"
        return method, params

    def tell_nonsense(self) -> None:
        content: object = self.chance.choice((
            {}, {"jsonrpc": "1.0", "method": "initialized"}, {"jsonrpc": "2.0", "id": 77, "result": {}},
            {"jsonrpc": "2.0", "id": "no", "error": {"code": 1, "message": ""}}, {"jsonrpc": "2.0", "method": 3},
            {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": []},
            {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": None}},
            {"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": {"settings": {"athena": 3}}},
            {"jsonrpc": "2.0", "method": "$/setTrace", "params": {"value": "loud"}}, {"id": None, "method": "x"},
        ))  # fmt: skip
        body = json.dumps(content).encode()
        self.client.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def expect(self, condition: object, what: str) -> None:
        if not condition:
            self.counts.problems.append(what)


def talk(folder: Path, seed: int, messages: int, counts: Counts) -> None:
    """One server, from too early to too late."""
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n', encoding="utf-8")
    (folder / "main.py").write_text(PROGRAM, encoding="utf-8")
    stranger = Stranger(folder, seed, counts)
    client, chance = stranger.client, stranger.chance
    counts.servers += 1
    with client:
        for _ in range(chance.randrange(6)):
            stranger.say()
        client.initialize(chance.choice((PULL_CLIENT, PUSH_CLIENT, {})))
        for _ in range(messages):
            stranger.say()
        stranger.asked.append(client.begin("initialize", {"processId": None, "rootUri": None, "capabilities": {}}))
        as_ever(stranger)
        stranger.asked.append(client.begin("shutdown"))
        stranger.asked.append(client.begin(*stranger.question()))
        for number in stranger.asked:
            with suppress(ServerError):
                client.answer(number)
        answers = [each.content["id"] for each in client.arrivals if "method" not in each.content]
        once = [answers.count(number) for number in stranger.asked]
        stranger.expect(set(once) <= {1}, f"seed {seed}: not every request was answered once")
        counts.requests += len(stranger.asked)
        if chance.random() < 0.5:
            client.send_bytes(b'Content-Length: 500\r\n\r\n{"jsonrpc":')
            assert client.process.stdin is not None
            client.process.stdin.close()
        else:
            client.tell("exit")
        stranger.expect(client.process.wait(20) == 0, f"seed {seed}: the server did not end well")
    log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    stranger.expect("Traceback" not in log, f"seed {seed}: {log[-3000:]}")


def as_ever(stranger: Stranger) -> None:
    """A plain question is answered as if nothing had been."""
    client = stranger.client
    client.open(stranger.uri, PROGRAM, 100)
    params = {"textDocument": {"uri": stranger.uri}, "position": {"line": 9, "character": 13}}
    hover = client.ask("textDocument/hover", params)
    stranger.expect("Task `fetch`" in str(hover), f"the hover was {hover}")


def fuzz(folder: Path, seeds: range, messages: int) -> Counts:
    counts = Counts()
    for seed in seeds:
        place = folder / str(seed)
        place.mkdir()
        talk(place, seed, messages, counts)
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=30)
    parser.add_argument("--messages", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = fuzz(Path(folder), range(options.seed, options.seed + options.servers), options.messages)
    sys.stdout.write(counts.line() + "\n")
    for problem in counts.problems[:5]:
        sys.stdout.write(problem + "\n")
    return 1 if counts.problems else 0


if __name__ == "__main__":
    sys.exit(main())
