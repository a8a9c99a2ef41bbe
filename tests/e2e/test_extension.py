"""The extension from inside: tests that run in VS Code's extension host (`inhost/run.js`).

They run beside fakes of the two Python extensions, since the real ones come from a gallery that tests do not reach.
"""

from __future__ import annotations

import json
import re
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.shop import ROOT
from tests.e2e.vscode_window import browser, extension_host, offline

INHOST = ROOT / "tests/e2e/inhost"
FAKES = (INHOST / "ms-python.python", INHOST / "ms-python.vscode-python-envs")
NAMES = re.findall(r'^  async "(.*)"\(\) \{$', (INHOST / "run.js").read_text(encoding="utf-8"), re.MULTILINE)
FAILURES = ROOT / "build/screenshots"
QUICKSTART = (ROOT / "examples/quickstart/pipeline.py").read_text(encoding="utf-8")
MUTABLE = """

@container
def several(names: list[str] = []) -> None: ...
"""
OTHER = """from athena_runtime import container, workflow

@container
def load(url: str) -> str: ...


@workflow
def other():

    load(3)
"""
SMALL = """import sys
from pathlib import Path

from athena_runtime import container


@container
def small() -> None:
    Path({path!r}).write_text(sys.prefix, encoding="utf-8")
"""
STEPS = """from athena_runtime import container, workflow


@container
def first(given: int) -> int:
    with open({path!r}, "a") as ran:
        ran.write(f"first {{given}}\\n")
    return given + 1


@container
def second(given: int) -> None:
    with open({path!r}, "a") as ran:
        ran.write(f"second {{given}}\\n")


@workflow
def steps() -> None:
    one = first(1)
    second(one)
"""
ASKS = """import json
from pathlib import Path
from typing import Literal

from athena_runtime import container


@container
def asks(text: str, size: Literal["small", "large"] = "small", count: int = 3) -> None:
    Path({path!r}).write_text(json.dumps([text, size, count]), encoding="utf-8")
"""
OLD = "#!/bin/sh\necho 3.9.18\n"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,  # starts an editor and a browser
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def results(running: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each test in the extension host."""
    home = tmp_path_factory.mktemp("inhost")
    folder = _project(home)
    environments = [home / name / "bin/python" for name in ("one", "two", "three")]
    for environment in environments:
        venv.create(environment.parent.parent, symlinks=True)
    given = {"environments": [str(each) for each in environments], "installed": sys.executable}
    (home / "given.json").write_text(json.dumps(given), encoding="utf-8")
    with extension_host(home / "server", FAKES, trusted=True) as address:
        page = running.new_page(viewport={"width": 1440, "height": 900})
        _open(page, address, folder, tests=True)
        found = _finished(page, home)
        page.close()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_in_the_extension_host(name: str, results: dict[str, Any]) -> None:
    assert results[name]["said"] == ""


def test_all_tests_in_the_extension_host_are_seen(results: dict[str, Any]) -> None:
    assert list(results) == NAMES


def test_without_trust_the_project_s_python_is_not_started(running: Browser, tmp_path: Path) -> None:
    """The setting of the workspace is not heeded either; the mistake is found all the same."""
    folder = _project(tmp_path)
    (folder / ".vscode").mkdir()
    started = tmp_path / "started"
    theirs = tmp_path / "theirs"
    theirs.write_text(f'#!/bin/sh\necho $0 >{started}\nexec python3 "$@"\n', encoding="utf-8")
    theirs.chmod(0o755)
    (folder / ".vscode/settings.json").write_text(json.dumps({"athena.interpreter": str(theirs)}), encoding="utf-8")
    with extension_host(tmp_path / "server", FAKES, trusted=False) as address:
        page = running.new_page(viewport={"width": 1440, "height": 900})
        _open(page, address, folder, tests=False)
        page.get_by_text("other.py").first.dblclick()
        page.wait_for_selector(".squiggly-error", timeout=60_000)
        assert page.locator(".statusbar-item", has_text="Restricted Mode").count() == 1
        page.close()
    assert not started.exists()


def _project(home: Path) -> Path:
    folder = home / "shop"
    folder.mkdir()
    (folder / "pipeline.py").write_text(QUICKSTART + MUTABLE, encoding="utf-8")
    (folder / "other.py").write_text(OTHER, encoding="utf-8")
    (folder / "small.py").write_text(SMALL.format(path=str(folder / "ran-by")), encoding="utf-8")
    (folder / "steps.py").write_text(STEPS.format(path=str(folder / "steps-ran")), encoding="utf-8")
    (folder / "asks.py").write_text(ASKS.format(path=str(folder / "asked")), encoding="utf-8")
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "0.1.0"\n', encoding="utf-8")
    old = home / "old-python"
    old.write_text(OLD, encoding="utf-8")
    old.chmod(0o755)
    return folder


def _open(page: Page, address: str, folder: Path, *, tests: bool) -> None:
    """A window of the editor with the extension under development."""
    offline(page)
    remote = address.replace("http://", "vscode-remote://")
    payload = [["extensionDevelopmentPath", f"{remote}{ROOT / 'vscode-client'}"]]
    if tests:
        payload.append(["extensionTestsPath", f"{remote}{INHOST}/run.js"])
    page.goto(f"{address}/?folder={folder}&payload={quote(json.dumps(payload))}")
    page.wait_for_selector(".monaco-workbench")


def _finished(page: Page, home: Path) -> dict[str, Any]:
    """Presses the keys that the tests ask for, until they have ended."""
    until = time.monotonic() + 200
    while not (home / "results.json").exists():
        if time.monotonic() > until:
            FAILURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(FAILURES / "extension.png"))
            pytest.fail("the tests in the extension host have not ended: build/screenshots/extension.png")
        wanted = home / "press.json"
        if wanted.exists():
            asked = json.loads(wanted.read_text(encoding="utf-8"))
            if page.locator(asked["where"]).first.is_visible():
                page.keyboard.type(asked.get("text", ""))
                if asked["key"]:
                    page.keyboard.press(asked["key"])
                wanted.unlink()
        page.wait_for_timeout(50)
    found: dict[str, Any] = json.loads((home / "results.json").read_text(encoding="utf-8"))
    return found
