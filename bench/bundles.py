"""Bundles: how large each layer is, how long it takes to build, and what an edit of one line sends, into an S3 server.

The server is moto's, on loopback: what is measured is athena and not a store.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

ATHENA = Path(sys.executable).parent / "athena"
PROJECT = """\
[project]
name = "science"
version = "1.0.0"
requires-python = ">=3.11"
dependencies = ["numpy", "pydantic", "orjson"]

[tool.athena.s3]
bucket = "code"
endpoint = "127.0.0.1:{port}"
insecure = true
"""
STEPS = "from athena_runtime import container\n\n\n@container\ndef step(x: int) -> int:\n    return x + {number}\n"


def bundle_rows(folder: Path, options: argparse.Namespace, root: Path) -> Iterator[tuple[str, list[float], str]]:
    """What was measured, milliseconds of each time, and sizes. Nothing where there is no apt-get."""
    if shutil.which("apt-get") is None:
        return
    folder.mkdir(parents=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        run = Runner(folder / "science", {"XDG_CACHE_HOME": str(folder / "cache")}, root)
        run.prepare(port)
        boto3.client("s3", endpoint_url=f"http://{host}:{port}", **KEYS).create_bucket(Bucket="code")
        yield from _measured(run, options)
    finally:
        server.stop()


KEYS = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}


class Runner:
    """Runs athena in a project, with a cache of its own."""

    def __init__(self, folder: Path, variables: dict[str, str], root: Path) -> None:
        self.folder = folder
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
        self.environment = {**os.environ, **keys, **variables, "PYTHONPATH": str(root)}

    def prepare(self, port: int) -> None:
        self.folder.mkdir()
        (self.folder / "pyproject.toml").write_text(PROJECT.format(port=port))
        self.edit(0)
        uv = Path(sys.executable).parent / "uv"
        subprocess.run([uv, "lock", "--quiet"], cwd=self.folder, check=True)

    def edit(self, number: int) -> None:
        (self.folder / "steps.py").write_text(STEPS.format(number=number))

    def timed(self, *arguments: str) -> tuple[float, str]:
        """Milliseconds of a whole process, and what it printed."""
        start = time.perf_counter()
        done = subprocess.run(
            [ATHENA, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        return (time.perf_counter() - start) * 1000, done.stdout


def _measured(run: Runner, options: argparse.Namespace) -> Iterator[tuple[str, list[float], str]]:
    first, _ = run.timed("lock")
    yield "lock: interpreter and packages, two processors, cold", [first], "with downloads"
    again, _ = run.timed("lock", "--upgrade")
    yield "lock --upgrade: the interpreter again", [again], "downloads are there"
    sent, text = run.timed("publish", "--json")
    for layer in json.loads(text)["layers"]:
        about = json.loads(run.timed("bundle", "inspect", layer["name"], "--json")[1])
        note = f"{layer['size'] / 1e6:.3f} MB, unpacked {about['unpacked'] / 1e6:.2f} MB, {about['files']} files"
        yield f"layer {layer['name']}", [0.0], note
    yield "publish: the first time", [sent], f"{_sent(text) / 1e6:.1f} MB"
    same = [run.timed("publish", "--json") for _ in range(options.runs)]
    yield "publish: nothing has changed", [each for each, _ in same], f"{_sent(same[-1][1])} bytes"
    edited: list[tuple[float, str]] = []
    for number in range(1, options.runs + 1):
        run.edit(number)
        edited.append(run.timed("publish", "--json"))
    yield (
        "publish: one line was edited",
        [each for each, _ in edited],
        f"{_sent(edited[-1][1])} bytes; budget 20 KB, 1 s",
    )


def _sent(text: str) -> int:
    return sum(int(layer["sent"]) for layer in json.loads(text)["layers"])
