"""Neovim itself, without a screen, with the configuration that we ship."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shop import ENVIRONMENT, PROGRAM, ROOT

NEOVIM = Path(sys.executable).parent / "nvim"
SERVER = Path(sys.executable).parent / "athena-lsp"
SESSION = Path(__file__).parent / "neovim/session.lua"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not NEOVIM.exists(), reason="Neovim is not installed here"),
]


def test_a_session(folder: Path) -> None:
    """Open, mistake, diagnostic, fix, preview: the transcript says each step, and how long it took."""
    (folder / "main.py").write_text(PROGRAM, encoding="utf-8")
    plugin = ROOT / "clients/neovim"
    done = subprocess.run(
        [NEOVIM, "--headless", "--clean", "-l", SESSION, folder / "main.py", plugin, SERVER],
        env={**ENVIRONMENT, "XDG_STATE_HOME": str(folder), "XDG_CACHE_HOME": str(folder)},
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    steps = [line.split("ms  ", 1)[1].split(":")[0].split(";")[0] for line in done.stdout.splitlines()]
    assert steps[0] == "opened main.py"
    assert steps[2:] == ["typed a mistake", "preview", "fixed", "preview", "hover", "health", "graph", "stopped"]
