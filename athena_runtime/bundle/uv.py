"""Asking uv: for what a `uv.lock` says, for packages, for interpreters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.requirements import PLAIN, PYLOCK, Requirements, Source, requires_something


def requirements_of(source: Source) -> Requirements | None:
    """What to install; None when that is nothing."""
    name = source.path.name
    if not source.is_uv:
        return Requirements(source.text, PYLOCK if name.endswith(".toml") else PLAIN, name)
    chosen = [word for extra in source.extras for word in ("--extra", extra)]
    chosen += [word for group in source.groups for word in ("--group", group)]
    command = ["export", "--frozen", "--no-dev", "--no-emit-workspace", "--format", "requirements-txt", "--quiet"]
    text = run_uv([*command, "--no-header", "--no-annotate", *chosen], source.path.parent, f"what `{name}` locks")
    return Requirements(text, PLAIN, name) if requires_something(text) else None


def run_uv(arguments: Sequence[str], folder: Path, what: str, advice: str = "") -> str:
    """What uv prints. Raises BundleError with what uv says is wrong; `advice` is for what nobody foresaw."""
    command = [find_uv(), *arguments]
    environment = {**os.environ, "NO_COLOR": "1", "UV_NO_PROGRESS": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise BundleError(f"uv does not run: {error}", kind="no-uv") from error
    if done.returncode:
        told = f"uv cannot provide {what}:\n{_indented(done.stderr)}"
        raise BundleError(told, _advice(done.stderr) or advice, kind="uv")
    return done.stdout


def find_uv() -> str:
    """uv: of this environment, else on the path."""
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise BundleError(
            "uv is needed to assemble packages, and it is not here", "pip install 'athena-lsp[publish]'", kind="no-uv"
        )
    return found


def _indented(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(f"  {line}" for line in lines[-12:])


def _advice(said: str) -> str:
    if "no wheels" in said or "no-build" in said or "only-binary" in said or "Building source" in said:
        return "choose a version that has wheels for every architecture, or fewer `architectures`"
    if "hash" in said.lower():
        return "lock the packages anew, with hashes"
    return ""
