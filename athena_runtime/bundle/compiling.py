"""Compiling a layer's modules with the interpreter that will run them: pods cannot write compiled modules themselves.

Compiled modules are of the kind that is never compared with its source (PEP 552, unchecked), since what unpacks a layer
may set any time on its files.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.interpreter import LOADERS
from athena_runtime.bundle.layer import Entries, Entry, entries_below, ordered

MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}

SCRIPT = """
import pathlib, py_compile, sys
root, place, number, count = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
for path in sorted(root.rglob("*.py"))[number::count]:
    shown = f"{place}/{path.relative_to(root).as_posix()}"
    try:
        py_compile.compile(path, dfile=shown, doraise=True, quiet=2,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except (py_compile.PyCompileError, ValueError, RecursionError, UnicodeError):
        pass
"""
"""What does not compile is left to fail when somebody imports it: packages bring templates that end in `.py`."""


def with_compiled(entries: Iterable[Entry], place: str, command: Sequence[str]) -> Entries:
    """The entries and a compiled module for each one that compiles. `place` is the layer's folder in the pod."""
    given = tuple(entries)
    count = min(os.cpu_count() or 1, 4)
    with tempfile.TemporaryDirectory(prefix="athena-") as name:
        folder = Path(name)
        write_entries((entry for entry in given if entry.path.endswith(".py")), folder)
        runs = [
            subprocess.Popen(
                [
                    *command,
                    "-I",
                    "-B",
                    "-X",
                    "utf8",
                    "-W",
                    "ignore",
                    "-c",
                    SCRIPT,
                    name,
                    place,
                    str(number),
                    str(count),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            for number in range(count)
        ]
        said = [run.communicate()[1] for run in runs]
        if any(run.returncode for run in runs):
            text = b"".join(said).decode("utf-8", "replace").strip().splitlines()
            raise BundleError(f"the interpreter of the bundle does not run here: {text[-1] if text else 'no word'}")
        compiled = [Entry(entry.path, entry.read()) for entry in entries_below(folder) if entry.path.endswith(".pyc")]
    return ordered((*given, *compiled))


def write_entries(entries: Iterable[Entry], folder: Path) -> None:
    """The entries as files below a folder."""
    for entry in entries:
        target = folder / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(entry.read())
        target.chmod(0o755 if entry.executable else 0o644)


def start_command(layer: Path, version: str) -> tuple[str, ...]:
    """How to start the interpreter of an unpacked layer `py` on this machine; else another one that compiles as it
    does; nothing when there is none."""
    machine = MACHINES.get(platform.machine().lower(), "")
    own = layer / machine
    loader = own / "lib" / LOADERS.get(machine, "")
    if sys.platform == "linux" and machine and loader.is_file():
        program = str(own / "bin/python3")
        # Named by its whole path, for Python looks for its library from there.
        return str(loader), "--argv0", program, "--library-path", str(own / "lib"), program
    minor = ".".join(version.split(".")[:2])
    if ".".join(map(str, sys.version_info[:2])) == minor:
        return (sys.executable,)
    found = shutil.which(f"python{minor}")
    return (found,) if found else ()
