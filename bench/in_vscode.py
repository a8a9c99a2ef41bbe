"""From a key to the squiggle in Visual Studio Code itself (code-server in a browser): what a person waits for."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from bench.generate import Program
from tests.e2e.vscode_window import CODE_SERVER, VSIX, browser, code_server, go_to, offline

WAIT = 60_000
WATCH = """() => {
  window.athena = { key: 0, seen: [] };
  addEventListener('keydown', () => { athena.key = performance.now(); }, true);
  const shown = () => document.querySelector('.squiggly-error') !== null;
  let before = shown();
  new MutationObserver(() => {
    if (shown() === before) return;
    before = !before;
    athena.seen.push(performance.now() - athena.key);
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
}"""
"""Measured in the page, by its own clock: from the key to the change of the page."""


def missing() -> str:
    """What is not installed of what this needs; empty when all is there."""
    needed = {"code-server": CODE_SERVER.exists(), "the extension": VSIX.exists()}
    needed["Chromium"] = bool(shutil.which("chromium") or shutil.which("chromium-browser"))
    return ", ".join(name for name, is_there in needed.items() if not is_there)


def squiggles(folder: Path, options: argparse.Namespace, program: Program) -> list[float]:
    """Milliseconds from each key to its squiggle, or to the end of it: a name becomes an unknown one, and back."""
    workspace = folder / "workspace"
    workspace.mkdir(parents=True)
    (workspace / "main.py").write_text(program.text, encoding="utf-8")
    with code_server(folder / "home") as address, browser() as running:
        page = running.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(WAIT)
        offline(page)
        page.goto(f"{address}/?folder={workspace}")
        page.wait_for_selector(".explorer-folders-view .monaco-list-row")
        page.get_by_text("main.py").first.dblclick()
        page.wait_for_selector(".codelens-decoration")
        go_to(page, program.line + 1, program.character + 1)
        page.evaluate(WATCH)
        for _ in range(options.edits):
            seen = page.evaluate("athena.seen.length")
            page.keyboard.press("Backspace" if seen % 2 else "a")
            page.wait_for_function("count => athena.seen.length > count", arg=seen)
            page.wait_for_timeout(60)
        seen_all: list[float] = page.evaluate("athena.seen")
        return seen_all
