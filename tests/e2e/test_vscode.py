"""A session in Visual Studio Code as a person has it, with the extension that `make vsix` builds installed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page

from tests.e2e.shop import ROOT, RUNNING
from tests.e2e.vscode_window import browser, code_server, command, cursor_at, go_to, offline

IMAGE = ROOT / "docs/images/vscode.png"
RUN_IMAGE = ROOT / "docs/images/run.png"
FAILURES = ROOT / "build/screenshots"
PROGRAM = (ROOT / "examples/quickstart/pipeline.py").read_text(encoding="utf-8")
WAIT = 30_000

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,  # starts an editor and a browser
    pytest.mark.timeout(300),
]


@dataclass(frozen=True)
class Editor:
    """VS Code with the extension; a window of it is a tab of a browser."""

    address: str
    browser: Browser
    home: Path


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    home = tmp_path_factory.mktemp("vscode") / "home"
    with code_server(home) as address, browser() as running:
        yield Editor(address, running, home)


@pytest.fixture
def window(editor: Editor, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """VS Code with the quickstart open; a picture of it is kept when the test fails."""
    folder = tmp_path / "quickstart"
    folder.mkdir()
    (folder / "pipeline.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[project]\nname = "quickstart"\nversion = "0.1.0"\n', encoding="utf-8")
    before = request.session.testsfailed
    page = editor.browser.new_page(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-write", "clipboard-read"]
    )
    page.set_default_timeout(WAIT)
    offline(page)
    page.goto(f"{editor.address}/?folder={folder}")
    page.wait_for_selector(".explorer-folders-view .monaco-list-row")
    page.get_by_text("pipeline.py").first.dblclick()
    page.wait_for_selector(".monaco-editor .view-line")
    cursor_at(page, "Python").wait_for()  # commands for Python are in the palette from now on
    yield page
    if request.session.testsfailed > before:
        FAILURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(FAILURES / f"{request.node.name}.png"))
    page.close()


def test_a_session(window: Page, request: pytest.FixtureRequest) -> None:
    """Mistake, Problems panel, quick fix, preview; a click in the YAML, or in the graph, moves the cursor.

    Both are there again when the window has been loaded anew.
    """
    line, column = _place(PROGRAM, "fetch(url)", "url")
    command(window, "athena: Preview YAML")
    preview = window.locator(".editor-group-container").nth(1)
    preview.get_by_text("apiVersion").first.wait_for()

    go_to(window, line, column)
    for _ in "url":
        window.keyboard.press("Shift+ArrowRight")
    window.keyboard.type("3")
    window.wait_for_selector(".squiggly-error")
    window.keyboard.press("Control+Shift+M")
    problem = window.locator(".markers-panel .monaco-list-row", has_text="takes `str`, but gets `int`")
    assert "edge-type-mismatch" in (problem.first.text_content() or "")

    problem.first.click()
    window.keyboard.press("Control+1")
    go_to(window, line, column)
    window.keyboard.press("Control+.")
    window.locator(".action-widget .monaco-list-row").first.wait_for()
    window.keyboard.press("Enter")
    window.locator(".view-line", has_text=re.compile(r'fetch\("3"\)')).first.wait_for()
    window.wait_for_selector(".squiggly-error", state="detached")
    preview.locator(".view-line", has_text="""value: '"3"'""").wait_for()

    go_to(window, 1, 1)
    preview.locator(".view-line", has_text="""value: '"3"'""").click()
    cursor_at(window, f"Ln {line}, Col").wait_for()

    command(window, "athena: Show Graph")
    page = window.frame_locator("iframe.webview.ready").frame_locator("#active-frame")
    page.locator("[data-id=clean]").click()
    page.locator(".facts", has_text="transform(raw, 3)").wait_for()
    cursor_at(window, f"Ln {line + 1}, Col").wait_for()
    assert window.locator(".notification-list-item").all_text_contents() == []
    if request.config.getoption("--update"):
        _picture(window, IMAGE)

    window.wait_for_timeout(7_000)  # in a browser, the editor writes down what is open every few seconds
    window.reload()
    page.locator("[data-id=clean]").wait_for(timeout=2 * WAIT)
    window.locator(".tab", has_text="pipeline.yaml").click()
    preview.locator(".view-line", has_text="""value: '"3"'""").wait_for()


def test_a_local_run_in_the_graph(window: Page, request: pytest.FixtureRequest) -> None:
    """The steps take their colours while it runs; a failed one tells why; an edit takes the colours away."""
    page = _graph_of(window, RUNNING)
    page.locator('.node[data-id="first"]').wait_for()
    assert page.locator(".badge").count() == 0
    window.locator(".codelens-decoration a", has_text="Run locally").last.click()
    window.locator(".quick-input-list .monaco-list-row", has_text="With the defaults").click()
    page.locator('.node.succeeded[data-id="first"]').wait_for()
    page.locator('.node.skipped[data-id="if-1/if-1-else/second-2"]').wait_for()
    page.locator('.node.failed[data-id="broken"]').click()
    page.locator(".log", has_text="ValueError: 3").wait_for()
    page.locator(".standing.failed", has_text="Error (exit code 1): ValueError: 3").wait_for()
    if request.config.getoption("--update"):
        _picture(window, RUN_IMAGE)
    page.get_by_role("button", name="Open what it has printed as a text").click()
    window.locator(".tab.active", has_text="broken.log").wait_for()

    window.locator(".tab", has_text="pipeline.py").click()
    line, column = _place(RUNNING, "first > 2", "2")
    go_to(window, line, column)
    window.keyboard.type("1")
    page.locator(".badge").first.wait_for(state="detached")


def _picture(window: Page, path: Path) -> None:
    """Program and page alone, for the documentation."""
    for key in ("Control+1", "Control+j", "Control+b"):
        window.keyboard.press(key)
    window.wait_for_timeout(1000)
    window.screenshot(path=str(path))


def _graph_of(window: Page, program: str) -> FrameLocator:
    """The page in the webview, once the open file has this program."""
    window.keyboard.press("Control+1")
    window.locator(".editor-instance").first.click()
    window.keyboard.press("Control+a")
    window.evaluate("text => navigator.clipboard.writeText(text)", program)
    window.keyboard.press("Control+v")
    window.keyboard.press("Control+s")
    window.locator(".codelens-decoration", has_text="Run locally").first.wait_for()
    go_to(window, len(program.splitlines()), 1)
    command(window, "athena: Show Graph")
    return window.frame_locator("iframe.webview.ready").frame_locator("#active-frame")


def test_a_killed_server_comes_back(editor: Editor, window: Page) -> None:
    """The server is started again by itself, and finds the mistake that was made meanwhile; a graph says so."""
    window.locator(".codelens-decoration", has_text="Preview YAML").first.wait_for()
    command(window, "athena: Show Graph")
    page = window.frame_locator("iframe.webview.ready").frame_locator("#active-frame")
    page.locator("[data-id=clean]").wait_for()
    before = servers(editor.home)
    for server in before:
        os.kill(server, 9)
    page.locator("#athena.gone .banner", has_text="athena is not running").wait_for()
    line, column = _place(PROGRAM, "fetch(url)", "url")
    go_to(window, line, column)
    window.keyboard.type("3 + ")
    window.wait_for_selector(".squiggly-error")
    assert set(servers(editor.home)) - set(before)
    page.locator("#athena:not(.gone)").wait_for()


def servers(folder: Path) -> list[int]:
    """The servers that the extension in this folder has started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if any(word.startswith(bytes(folder)) and word.endswith(b"/bundled/run.py") for word in words):
            found.append(int(process.name))
    return found


def _place(text: str, line: str, part: str) -> tuple[int, int]:
    """Where `part` stands in the one line that holds `line`, counted from 1."""
    (number,) = [number for number, each in enumerate(text.splitlines(), 1) if line in each]
    found = text.splitlines()[number - 1]
    return number, found.index(part, found.index(line)) + 1
