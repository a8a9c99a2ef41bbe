"""`python -m bench.growth`: how much memory the server takes, and how much more of it after many edits.

The server is a process of its own, and its resident memory is read from /proc after a quiet moment. Growth counts from
the moment when every request has been made three times, each time after a key was typed: the first answers of every
kind are remembered from then on. Words of eight letters are typed anywhere in a long file, letter by letter, and taken
away again; diagnostics are asked for after each key, and a request of another kind after every tenth.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.asking import AT_CURSOR, OF_FILE, OWN, params_at, position
from bench.client import ENVIRONMENT, PULL_CLIENT, PYTHON, Client, ServerError
from bench.generate import write_workspace

LETTERS = 'abcdefgh_.( )"x='
ROUNDS = 3
QUIET = 3.0
"""Seconds until the server has looked for garbage."""
MARKS = (100, 300, 1_000, 3_000, 10_000)


class Typist:
    """Types into one open file."""

    def __init__(self, folder: Path, files: int, lines: int) -> None:
        path, program = write_workspace(folder, files, lines)
        self.uri, self.text, self.version = path.as_uri(), program.text, 1
        self.ends = [at for at, letter in enumerate(self.text) if letter == "\n"]
        self.client = Client([PYTHON, "-m", "athena_lsp.server"], folder, ENVIRONMENT, folder / "athena.log")
        self.client.initialize(PULL_CLIENT)
        self.client.open(self.uri, self.text)
        self.client.pull(self.uri)

    def replace(self, start: int, end: int, new: str) -> None:
        self.version += 1
        change = {"range": {"start": position(self.text, start), "end": position(self.text, end)}, "text": new}
        self.text = self.text[:start] + new + self.text[end:]
        self.client.change(self.uri, self.version, change)
        self.client.pull(self.uri)

    def ask(self, kind: str, at: int) -> None:
        with suppress(ServerError):  # a rename may be refused
            self.client.ask(*params_at(self.uri, self.text, kind, at, min(len(self.text), at + 30)))

    def memory(self) -> float:
        """Resident megabytes once it is quiet."""
        time.sleep(QUIET)
        status = Path(f"/proc/{self.client.process.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def growth(typist: Typist, edits: int, seed: int = 1) -> Iterator[tuple[int, float]]:
    """Edits so far, and megabytes: before the first, at every mark, and after the last."""
    chance = random.Random(seed)
    kinds = (*AT_CURSOR, *OF_FILE, *OWN)
    for _ in range(ROUNDS):
        typist.replace(0, 0, "#")
        typist.replace(0, 1, "")
        at = chance.randrange(len(typist.text))
        for kind in kinds:
            typist.ask(kind, at)
    yield 0, typist.memory()
    done = 0
    for at in iter(lambda: chance.choice(typist.ends), None):
        word = "".join(chance.choice(LETTERS) for _ in range(8))
        keys = [(at + number, at + number, letter) for number, letter in enumerate(word)]
        for start, end, new in (*keys, (at, at + len(word), "")):
            typist.replace(start, end, new)
            done += 1
            if done % 10 == 0:
                typist.ask(chance.choice(kinds), start)
            if done in MARKS or done == edits:
                yield done, typist.memory()
            if done == edits:
                return


def growth_row(folder: Path, lines: int) -> tuple[str, str, float, float, int, str]:
    """The row of the table: what it is, who, megabytes before and after, how many were measured, the curve."""
    typist = Typist(folder, 1000, lines)
    try:
        found = list(growth(typist, MARKS[-1]))
    finally:
        typist.client.kill()
    curve = ", ".join(f"{edits}: {megabytes:.1f}" for edits, megabytes in found)
    note = f"MB: after every request {ROUNDS} times, and after all edits; {curve}"
    return f"memory, 1000 files, {MARKS[-1]} edits", "athena", found[0][1], found[-1][1], len(found), note


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=MARKS[-1])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=3000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        typist = Typist(Path(folder) / "w", options.files, options.lines)
        try:
            first = 0.0
            for edits, megabytes in growth(typist, options.edits):
                first = first or megabytes
                sys.stdout.write(f"{edits:>6} edits: {megabytes:6.1f} MB, {megabytes - first:+5.1f}\n")
                sys.stdout.flush()
        finally:
            typist.client.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
