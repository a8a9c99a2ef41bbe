"""Keystroke to diagnostics beside other language servers, on the same files in the same run: 500 and 3,000 lines.

The peers are those in this environment, and in the environment that ATHENA_PEERS names (its folder); who is in neither
is named. Each is sent the same edits at the same pace; an answer counts when it is for the version that was sent last.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.client import PYTHON, ServerGoneError
from bench.generate import BROKEN, write_workspace
from bench.run import SCRIPTS, Peer, Row, Typist, line, report, row

UNKNOWN = "unknown_name"
"""Instead of an attribute: a mistake for everybody that looks at names."""
HALF = BROKEN[0]
"""A mistake in the syntax, for those that look at nothing else."""


class PeerTypist(Typist):
    """Also waits for servers that give no version with their diagnostics: then the next that come are taken."""

    def answer(self, since: float) -> float:
        arrival = self.client.wait(
            lambda said: (
                said.get("method") == "textDocument/publishDiagnostics"
                and said["params"]["uri"] == self.uri
                and said["params"].get("version") in (None, self.version)
            ),
            since=since,
        )
        return (arrival.at - since) * 1000

    def memory(self) -> float:
        """Resident megabytes of the server and of all processes that it has started."""
        return sum(map(resident, [self.client.process.pid, *descendants(self.client.process.pid)]))


def descendants(process: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            if parent == process:
                yield int(folder.name)
                yield from descendants(int(folder.name))


def resident(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return int(text.split("VmRSS:")[1].split()[0]) / 1024 if "VmRSS:" in text else 0.0


def known_peers() -> Iterator[tuple[Peer, str]]:
    """Each peer with the package that it comes in."""
    yield Peer("athena", [PYTHON, "-m", "athena_lsp.server"]), "athena-lsp"
    yield Peer("ruff", ["ruff", "server"], bad=UNKNOWN), "ruff"
    yield Peer("ty", ["ty", "server"], bad=UNKNOWN), "ty"
    yield Peer("zuban", ["zuban", "server"], bad=UNKNOWN), "zuban"
    yield Peer("basedpyright", ["basedpyright-langserver", "--stdio"], bad=UNKNOWN), "basedpyright"
    yield Peer("jedi", ["jedi-language-server"], bad=HALF), "jedi-language-server"


def installed(command: str) -> str | None:
    """Where a command is; None when it is in no environment that is looked at."""
    folders = [SCRIPTS, Path(os.environ.get("ATHENA_PEERS", "/nowhere"), "bin")]
    return next((str(folder / command) for folder in folders if (folder / command).exists()), None)


def measure(folder: Path, lines: int, options: argparse.Namespace) -> Iterator[Row]:
    """The rows of one length."""
    folder.mkdir(parents=True, exist_ok=True)
    path, program = write_workspace(folder, 0, lines)
    for peer, package in known_peers():
        command = peer.command[0] if Path(peer.command[0]).is_absolute() else installed(peer.command[0])
        if command is None:
            yield Row(f"keystroke -> diagnostics, {lines} lines", peer.name, 0, 0, 0, f"`{package}` is not installed")
            continue
        there = Peer(peer.name, [command, *peer.command[1:]], peer.good, peer.bad)
        try:
            with PeerTypist(there, folder, path, program) as typist:
                yield from of_peer(typist, there, lines, options)
        except ServerGoneError as error:
            yield Row(f"keystroke -> diagnostics, {lines} lines", peer.name, 0, 0, 0, f"gave up: {error}")


def of_peer(typist: Typist, peer: Peer, lines: int, options: argparse.Namespace) -> Iterator[Row]:
    where = f"{lines} lines"
    yield row(f"start -> first diagnostics, {where}", peer.name, [typist.first])
    yield row(f"keystroke -> diagnostics, {where}", peer.name, typist.toggle((peer.bad, peer.good), options.edits))
    if peer.name != "jedi":  # its first mistake is one of these already
        broken = typist.toggle(BROKEN, options.edits)
        yield row(f"keystroke -> diagnostics while broken, {where}", peer.name, broken)
    yield row(f"burst of 15 keys -> diagnostics, {where}", peer.name, typist.bursts(peer.bad, options.bursts))
    yield row(f"hover right after a keystroke, {where}", peer.name, typist.hovers(20))
    before = typist.memory()
    typist.toggle((peer.bad, peer.good), options.edits)
    growth = typist.memory() - before
    yield Row(
        f"memory, {where}", peer.name, round(before, 1), round(growth, 1), options.edits, "MB; growth over n edits"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=60)
    parser.add_argument("--bursts", type=int, default=8)
    parser.add_argument("--output", type=Path, default=Path("bench-peers.json"))
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for lines in (500, 3000):
            for found in measure(Path(folder, str(lines)), lines, options):
                rows.append(found)
                print(line(found), flush=True)
    options.output.write_text(json.dumps(report(rows, options), indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
