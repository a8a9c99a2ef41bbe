"""Neovim itself, without a screen, with the configuration that we ship."""

from __future__ import annotations

import re
import shutil
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
    (folder / "main.py").write_text(PROGRAM.replace("-> str: ...", "-> str:\n    return url"), encoding="utf-8")
    plugin = folder / "plugin"
    shutil.copytree(ROOT / "clients/neovim", plugin)
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
    said = dict(line.split("ms  ", 1)[1].split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    assert said["run"] == """it's \\"quoted\\" $HOME \\u00e9\\ud83d\\ude0b", completion url="""
    assert said["help"].endswith("*:AthenaRun*")
    steps = [line.split("ms  ", 1)[1].split(":")[0].split(";")[0] for line in done.stdout.splitlines()]
    assert steps[0] == "opened main.py"
    assert steps[2:] == [
        "typed a mistake",
        "preview",
        "fixed",
        "preview",
        "followed",
        "hover",
        "health",
        "graph",
        "run",
        "help",
        "stopped",
    ]


def test_health_says_what_is_missing_and_what_to_do(folder: Path) -> None:
    """No server, no command, and not enabled: every line that is wrong has advice."""
    script = "vim.opt.runtimepath:append(arg[1]); vim.lsp.config('athena', { cmd = { 'no-such-server' } })"
    script += "; vim.g.athena_command = { 'no-such-command' }; vim.cmd('checkhealth athena')"
    script += "; io.stdout:write(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')); vim.cmd('qall!')"
    (folder / "health.lua").write_text(script, encoding="utf-8")
    command = [str(NEOVIM), "--headless", "--clean", "-l", str(folder / "health.lua"), str(ROOT / "clients/neovim")]
    environment = {**ENVIRONMENT, "XDG_STATE_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert re.search("ERROR no-such-server does not run: .*", done.stdout), done.stdout
    assert re.search("ERROR no-such-command does not run: .*", done.stdout), done.stdout
    assert "WARNING athena is not enabled" in done.stdout
    assert "install athena-lsp where Neovim finds it" in done.stdout
    assert "attached to" not in done.stdout
