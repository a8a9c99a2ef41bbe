"""A small project whose layers are a few files: what publishing does with them is what it does with large ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from athena_runtime.bundle.archive import write_archive
from athena_runtime.bundle.layer import Entry, digest, layer_file
from athena_runtime.bundle.lock import Lock, Wanted, lock_text
from athena_runtime.bundle.runtime import runtime_digest
from tests.bundle.stores import KEYS

ATHENA = Path(sys.executable).parent / "athena"
FLOW = '''\
"""Greetings."""

from athena_runtime import container, workflow


@container
def greet(name: str) -> str:
    return f"hello {name}"


@workflow
def welcome(name: str = "you") -> str:
    return greet(name)
'''
BIG = 300_000
"""Bytes of noise in the layer `deps`: enough to be interrupted."""


@dataclass(frozen=True)
class Small:
    """The project's folder, with a cache of its own beside it."""

    folder: Path
    endpoint: str
    bucket: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "XDG_CACHE_HOME": str(self.folder.parent / f"{self.folder.name}-cache"),
            "AWS_ACCESS_KEY_ID": KEYS[0],
            "AWS_SECRET_ACCESS_KEY": KEYS[1],
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_COLOR": "1",
        }

    def athena(
        self, *arguments: str | Path, variables: Mapping[str, str | None] | None = None, prefix: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command here. A variable that is None is not set."""
        environment = {**self.environment, **(variables or {})}
        return subprocess.run(
            [*prefix, str(ATHENA), *map(str, arguments)],
            cwd=self.folder,
            env={name: value for name, value in environment.items() if value is not None},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def configure(self, endpoint: str, more: str = "insecure = true") -> None:
        (self.folder / "athena.toml").write_text(
            f'project = "small"\n\n[s3]\nbucket = "{self.bucket}"\nendpoint = "{endpoint}"\n{more}\n'
        )


def small(folder: Path, endpoint: str, bucket: str) -> Small:
    """The project in a new folder, locked, with its layers in its cache."""
    folder.mkdir()
    project = Small(folder, endpoint, bucket)
    (folder / "flow.py").write_text(FLOW)
    project.configure(endpoint)
    noise = bytes(number * number % 251 for number in range(BIG)) + os.urandom(BIG)
    about = {"python": "3.13.5", "architectures": ["x86_64", "aarch64"], "source": "debian"}
    py = _kept(project, "py", (layer_file("py", about), Entry("x86_64/bin/python3", b"", executable=True)))
    deps = _kept(project, "deps", (layer_file("deps", {}), Entry("any/noise.bin", noise)))
    wanted = Wanted("3.13", "debian", ("x86_64", "aarch64"), "", runtime_digest())
    (folder / "athena.lock").write_text(lock_text(Lock(py, deps, "3.13.5", wanted)))
    return project


def _kept(project: Small, kind: str, entries: tuple[Entry, ...]) -> str:
    name = digest(entries)
    path = Path(project.environment["XDG_CACHE_HOME"]) / "athena/layers" / kind / f"{name}.tgz"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_archive(entries, file)
    return name
