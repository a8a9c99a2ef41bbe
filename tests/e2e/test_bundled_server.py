"""The server inside the extension, with each Python that the extension takes and that this machine has."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bench.client import PUSH_CLIENT, Client
from tests.e2e.shop import PROGRAM, ROOT
from tests.e2e.vscode_window import need

PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"

pytestmark = [pytest.mark.e2e]


def interpreter(minor: int) -> str:
    """A CPython of that version: on the search path, where it may be a shim without one behind it, or of pyenv."""
    candidates = [shutil.which(f"python3.{minor}"), *sorted(PYENV.glob(f"3.{minor}.*/bin/python3.{minor}"))]
    for each in candidates:
        if each and subprocess.run([each, "-c", ""], capture_output=True, check=False).returncode == 0:
            return str(each)
    pytest.skip(f"this machine has no CPython 3.{minor}")


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_it_starts_and_finds_a_mistake(minor: int, folder: Path) -> None:
    python = interpreter(minor)
    need(ROOT / "vscode-client/bundled/libs", "the extension's server")
    command = [python, "-I", "-B", "-X", "utf8", str(ROOT / "vscode-client/bundled/run.py"), "lsp"]
    with Client(command, folder, dict(os.environ), folder / "stderr.txt") as client:
        client.initialize(PUSH_CLIENT)
        client.open((folder / "main.py").as_uri(), PROGRAM.replace("fetch(url)", "fetch(3)"))
        said = client.wait(lambda each: bool(each.get("params", {}).get("diagnostics")))
    assert [each["code"] for each in said.content["params"]["diagnostics"]] == ["edge-type-mismatch"]
