"""Many random edits with all that happens beside them: no error, no growth, and the answers of a server that is new.

Every request is made in between; files are closed and opened, and change on the disk; questions are taken back, and
garbage is sent. From time to time the texts are made to parse, and two servers are asked everything: the one that has
seen all edits, and one that has just been started with the texts as they are. (While a text does not parse, the old
server knows its last good form and the new one does not: then nothing can be compared.)
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.asking import AT_CURSOR, OF_FILE, OWN, params_at, position
from bench.client import ENVIRONMENT, PULL_CLIENT, PYTHON, Client, Json, ServerError
from bench.fuzz import GARBAGE

SERVER = [PYTHON, "-m", "athena_lsp.server"]
REFUSED, CANCELLED = -32803, -32800
MODELS = """from dataclasses import dataclass
from enum import Enum


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Report:
    id: str
    rows: int
    colour: Colour = Colour.RED
"""
STEPS = """from typing import Annotated

from athena_runtime import Inject, Mutex, Resources, Retry, container, fragment, secret
from models import Report


@fragment
def token(name: str) -> str:
    return secret("shop", "token").reveal() + name


@container(image="app:{tag}", retry=Retry(limit=3, backoff="30s"), mutexes=[Mutex("load-{tag}")])
def load(url: str, tag: str = "latest", tries: Annotated[int, Inject("{{retries}}")] = 0) -> Report:
    \"\"\"Fetch a page. 😋\"\"\"
    return Report(url, len(tag) if token(url) else 0)


@container(resources=Resources(cpu="500m"), timeout="1h", labels={"id": "{report.id}"})
def publish(report: Report, title: str = "é😋") -> None:
    print(report, title)
"""
MAIN = """import steps
from athena_runtime import Cron, container, workflow
from beside import beside
from models import Report
from steps import load, publish as show


@container
def count(reports: list[Report]) -> int: ...


@workflow(schedule=Cron("0 2 * * 1-5", timezone="Europe/Paris"))
def nightly(url: str = "https://example.com/é😋") -> int:
    first = load(url)
    more = [load(name, tag="1") for name in [url, "b"]]
    if first.rows > 3:
        show(first, title=first.id)
    total = count(more)
    return total


@workflow(steps=True)
def other(report: Report) -> Report:
    steps.publish(report)  # athena: ignore[unused-step-result]
    again = nightly()
    beside(report, note=report.id)
    return load(report.id)
"""
BESIDE = """from athena_runtime import container
from models import Report


@container
def beside(report: Report, note: str = "") -> str: ...
"""
ACTIONS: Json = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
CLIENT: Json = {
    **PULL_CLIENT,
    "textDocument": {
        **PULL_CLIENT["textDocument"],
        "codeAction": {**PULL_CLIENT["textDocument"]["codeAction"], **ACTIONS},
    },
}
FILES = {"models.py": MODELS, "steps.py": STEPS, "main.py": MAIN}
PIECES = (
    "x", "(", ")", "[", "]", '"', "\n", "    ", "\r\n", "\t", ".", ",", ":", "=", "{", "}", "#", "é😋", "\u2028", "0",
    "\x0c", "load", "url", "report.", "first.rows", "\n\n\n@workflow\ndef fresh(a: str) -> str:\n    return a\n",
    "\n    again = load(url)\n", ", tag=url", '"""', "Report", "str", "\n@container\n", "def ", "return ", "*", "\\",
    "if first.rows > 3:\n        ", "for x in more:\n        ", "await ", "lambda: ", "# athena: ignore[untyped-edge]",
)  # fmt: skip


@dataclass
class Counts:
    """What happened."""

    edits: int = 0
    requests: int = 0
    reopened: int = 0
    on_disk: int = 0
    """Changes of a file that is not open."""
    taken_back: int = 0
    """Requests that were cancelled at once."""
    garbage: int = 0
    """What was sent that is no message."""
    comparisons: int = 0
    compared: int = 0
    """Answers that were compared."""
    errors: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    """When a tenth, a half and all of the edits were done."""
    seconds: float = 0.0

    def line(self) -> str:
        return (
            f"soak: {self.edits} edits, {self.requests} requests, {len(self.errors)} errors; "
            f"{self.reopened} files reopened, {self.on_disk} changed on the disk, "
            f"{self.taken_back} requests taken back, {self.garbage} times garbage; "
            f"{self.compared} answers compared with {self.comparisons} new servers, "
            f"{len(self.differences)} differences; "
            f"{', '.join(f'{each:.1f}' for each in self.megabytes)} MB after a tenth, a half and all; "
            f"{self.seconds:.0f} s"
        )


class Typist:
    """A client that holds the three files open in one server."""

    def __init__(self, folder: Path, texts: dict[str, str], log: Path) -> None:
        self.client = Client(SERVER, folder, ENVIRONMENT, log)
        self.texts = dict(texts)
        self.version = 1
        self.client.initialize(CLIENT)
        for name, text in texts.items():
            self.client.open(self.uri(name), text)

    def uri(self, name: str) -> str:
        return (self.client.folder / name).as_uri()

    def replace(self, name: str, start: int, end: int, new: str) -> None:
        """Types over a part of a file."""
        text = self.texts[name]
        self.texts[name] = text[:start] + new + text[end:]
        self.version += 1
        change: Json = {"range": {"start": position(text, start), "end": position(text, end)}, "text": new}
        self.client.change(self.uri(name), self.version, change)

    def whole(self, name: str, text: str) -> None:
        self.texts[name] = text
        self.version += 1
        self.client.change(self.uri(name), self.version, {"text": text})

    def memory(self) -> float:
        status = Path(f"/proc/{self.client.process.pid}/status")
        text = status.read_text(encoding="utf-8") if status.exists() else "VmRSS: 0"
        return int(text.split("VmRSS:")[1].split()[0]) / 1024


def soak(folder: Path, edits: int, seed: int, every: int) -> Counts:
    """The whole run."""
    chance = random.Random(seed)
    counts = Counts()
    begun = time.perf_counter()
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n', encoding="utf-8")
    for name, text in {**FILES, "beside.py": BESIDE}.items():
        (folder / name).write_text(text, encoding="utf-8")
    typist = Typist(folder, FILES, folder / "server.log")
    good = dict(FILES)
    for number in range(1, edits + 1):
        edit(typist, chance, good)
        counts.edits += 1
        disturb(typist, chance, counts)
        for _ in range(3):
            ask(typist, *random_request(typist, chance), counts)
        if number % every == 0:
            compare(typist, folder, good, counts)
        if number in (edits // 10, edits // 2, edits):
            counts.megabytes.append(settled(typist))
    counts.seconds = time.perf_counter() - begun
    if typist.client.stop() != 0:
        counts.errors.append("the server did not end as it was told")
    log = (folder / "server.log").read_text(encoding="utf-8")
    if "Traceback" in log:
        counts.errors.append(log[-4000:])
    return counts


def disturb(typist: Typist, chance: random.Random, counts: Counts) -> None:
    """Now and then what happens beside typing: a file is closed and opened, another one changes on the disk, a question
    is taken back, and what arrives is no message at all."""
    match chance.randrange(40):
        case 0:
            name = chance.choice(list(FILES))
            typist.client.tell("textDocument/didClose", {"textDocument": {"uri": typist.uri(name)}})
            typist.version += 1
            typist.client.open(typist.uri(name), typist.texts[name], typist.version)
            counts.reopened += 1
        case 1:
            place = typist.client.folder / "beside.py"
            kind = 2 if place.exists() else 1
            if place.exists() and chance.random() < 0.3:
                place.unlink()
                kind = 3
            else:
                place.write_text(BESIDE.replace("str", chance.choice(("str", "int", "list[str]"))), encoding="utf-8")
            change = {"uri": place.as_uri(), "type": kind}
            typist.client.tell("workspace/didChangeWatchedFiles", {"changes": [change]})
            counts.on_disk += 1
        case 2:
            asked = typist.client.begin(*random_request(typist, chance))
            typist.client.tell("$/cancelRequest", {"id": asked})
            counts.taken_back += 1
            with suppress(ServerError):
                typist.client.answer(asked)
        case 3:
            typist.client.send_bytes(chance.choice(GARBAGE))
            counts.garbage += 1
        case _:
            return


def settled(typist: Typist) -> float:
    """The memory once the server has looked for garbage, which it does when nobody asks."""
    time.sleep(2.5)
    return typist.memory()


def edit(typist: Typist, chance: random.Random, good: dict[str, str]) -> None:
    """One random change; now and then back to a text that parses."""
    name = chance.choice(list(FILES))
    text = typist.texts[name]
    if parses(text):
        good[name] = text
    match chance.randrange(12):
        case 0:
            typist.whole(name, good[name])
        case 1:
            typist.whole(name, FILES[name])
        case 2 | 3 | 4:
            start = chance.randrange(len(text) + 1)
            typist.replace(name, start, min(len(text), start + chance.randrange(1, 20)), "")
        case 5:
            start = chance.randrange(len(text) + 1)
            end = min(len(text), start + chance.randrange(1, 300))
            typist.replace(name, start, end, text[start:end][::-1] if chance.random() < 0.2 else text[end : end + 50])
        case _:
            start = chance.randrange(len(text) + 1)
            typist.replace(name, start, start, chance.choice(PIECES))


def parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def random_request(typist: Typist, chance: random.Random) -> tuple[str, Json]:
    name = chance.choice(list(FILES))
    text = typist.texts[name]
    at = chance.randrange(len(text) + 1)
    kind = chance.choice((*AT_CURSOR, *OF_FILE, *OWN))
    return request(typist, name, kind, at, min(len(text), at + chance.randrange(80)))


def request(typist: Typist, name: str, kind: str, at: int, end: int) -> tuple[str, Json]:
    """The method and the parameters of a request about a place, or from there to another."""
    return params_at(typist.uri(name), typist.texts[name], kind, at, end)


def ask(typist: Typist, method: str, params: Json, counts: Counts) -> Any:
    """The answer, and what follows from it; a refusal is an answer, too."""
    counts.requests += 1
    try:
        answer = typist.client.ask(method, params)
        follow(typist, method, answer, counts)
    except ServerError as error:
        if error.code not in (REFUSED, CANCELLED):
            counts.errors.append(f"{method}: {error} {json.dumps(params)[:300]}")
        return {"error": error.args[0].get("message")}
    return answer


def follow(typist: Typist, method: str, answer: Any, counts: Counts) -> None:
    """The requests that a client makes with what it has been given."""
    further: list[tuple[str, Any]] = []
    if method.endswith("prepareCallHierarchy") and answer:
        further += [(f"callHierarchy/{kind}Calls", {"item": answer[0]}) for kind in ("incoming", "outgoing")]
    elif method.endswith("/completion") and answer and answer["items"]:
        further.append(("completionItem/resolve", answer["items"][-1]))
    elif method.endswith("/codeLens") and answer:
        further += [("codeLens/resolve", each) for each in answer]
    elif method.endswith("/codeAction") and answer:
        further.append(("codeAction/resolve", answer[-1]))
    elif method.endswith("semanticTokens/full") and answer and "resultId" in answer:
        document = {"uri": typist.uri(next(iter(FILES)))}
        params = {"textDocument": document, "previousResultId": answer["resultId"]}
        further.append(("textDocument/semanticTokens/full/delta", params))
    for each, params in further:
        counts.requests += 1
        typist.client.ask(each, params)


def compare(typist: Typist, folder: Path, good: dict[str, str], counts: Counts) -> None:
    """Ask this server and a new one the same about the same texts, which all parse."""
    for name, text in typist.texts.items():
        if not parses(text):
            typist.whole(name, good[name])
    fresh = Typist(folder, typist.texts, folder / "fresh.log")
    counts.comparisons += 1
    try:
        for method, params in everything(typist):
            old, new = (plain(ask(each, method, params, counts)) for each in (typist, fresh))
            counts.compared += 1
            if old != new:
                counts.differences.append(
                    f"{method} {json.dumps(params)[:400]}\n  old: {old[:1500]}\n  new: {new[:1500]}"
                )
        fresh.client.stop()
    finally:
        fresh.client.kill()


def everything(typist: Typist) -> Iterator[tuple[str, Json]]:
    chance = random.Random(len("".join(typist.texts.values())))
    for name, text in typist.texts.items():
        for kind in (*OF_FILE, *OWN):
            yield request(typist, name, kind, 0, len(text))
        for _ in range(4):
            at = chance.randrange(len(text) + 1)
            for kind in AT_CURSOR:
                yield request(typist, name, kind, at, min(len(text), at + chance.randrange(60)))


def plain(answer: Any) -> str:
    """An answer without what tells of a server's history: result ids, versions, the last manifest without errors."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            history = {"resultId", "version", *(("text",) if value.get("stale") else ())}
            return {key: stripped(each) for key, each in value.items() if key not in history}
        return [stripped(each) for each in value] if isinstance(value, list) else value

    return json.dumps(stripped(answer), ensure_ascii=False, sort_keys=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=200, help="edits between two comparisons with a new server")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = soak(Path(folder), options.edits, options.seed, options.every)
    print(counts.line())
    for text in (*counts.errors[:5], *counts.differences[:5]):
        print(text)
    return 1 if counts.errors or counts.differences else 0


if __name__ == "__main__":
    sys.exit(main())
