"""Editors that need no plugin of ours: what docs/editor/others.md says is tested, run as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shop import ENVIRONMENT, PROGRAM, ROOT
from tests.e2e.vscode_window import need

PAGE = (ROOT / "docs/editor/others.md").read_text(encoding="utf-8")
ALE = "/usr/share/vim/vimfiles/pack/dist-bundle/opt/ale"
EGLOT = next(Path("/usr/share/emacs/site-lisp/elpa-src").glob("eglot-*"), None)
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
EMACS = """
(find-file "main.py")
(setq eglot-sync-connect 30 eglot-autoshutdown t)
(call-interactively 'eglot)
(let ((end (+ (float-time) 30)))
  (while (and (not (flymake-diagnostics)) (< (float-time) end))
    (accept-process-output nil 0.1))
  (princ (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) "\\n")))
"""
VIM = """
let g:ale_linters = {'python': ['athena']}
edit main.py
let g:tries = 0
while g:tries < 300 && empty(ale#engine#GetLoclist(bufnr('')))
  sleep 100m
  let g:tries += 1
endwhile
call writefile(map(copy(ale#engine#GetLoclist(bufnr(''))), {_, found -> found.text}), 'found.txt')
qall!
"""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


@pytest.fixture
def home(folder: Path) -> Path:
    """A project with a mistake, which is the home of the user as well."""
    (folder / "main.py").write_text(PROGRAM.replace("fetch(url)", "fetch(3)"), encoding="utf-8")
    return folder


def snippet(language: str) -> str:
    """The first text in this language on the page."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def run(home: Path, *command: str) -> str:
    environment = {**ENVIRONMENT, "PATH": PATH, "HOME": str(home)}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=100, check=False)
    return done.stdout + done.stderr


def test_emacs(home: Path) -> None:
    emacs = need(shutil.which("emacs"), "Emacs")
    need(EGLOT, "eglot")
    (home / "try.el").write_text(f"{snippet('elisp')}\n(require 'eglot)\n{EMACS}", encoding="utf-8")
    assert "`url` of `fetch` takes `str`, but gets `int`" in run(home, str(emacs), "--batch", "-l", "try.el")


def test_vim(home: Path) -> None:
    vim = need(shutil.which("vim.nox") or shutil.which("vim"), "Vim")
    need(ALE, "ALE")
    text = f"set nocompatible\nfiletype plugin on\npackadd ale\n{snippet('vim')}{VIM}"
    (home / "try.vim").write_text(text, encoding="utf-8")
    said = run(home, "script", "-qec", f"{vim} -N -u NONE -S try.vim", "/dev/null")
    found = home / "found.txt"
    assert found.exists(), said
    assert "`url` of `fetch` takes `str`, but gets `int`" in found.read_text(encoding="utf-8")
