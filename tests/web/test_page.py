"""The preview page in a browser: what a person sees, does with mouse and keys, and hears of an edit."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from athena_lsp.web.server import PageServer
from tests.e2e.shop import ENVIRONMENT, ROOT, RUNNING
from tests.e2e.vscode_window import browser

IMAGE = ROOT / "docs/images/preview.png"
EXAMPLE = ROOT / "examples/etl"
RUN = "from athena_lsp.cli.main import main; main()"

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty tab; whatever goes wrong in it fails the test."""
    tab = chromium.new_page(viewport={"width": 1400, "height": 850})
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    tab.set_default_timeout(20_000)
    yield tab
    tab.close()
    assert [problem for problem in problems if "ERR_CONNECTION" not in problem] == []


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address that `athena preview` prints, and the program that it follows."""
    for path in EXAMPLE.rglob("*"):
        if path.is_file() and path.suffix in (".py", ".toml"):
            copy = tmp_path / path.relative_to(EXAMPLE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    program = tmp_path / "src/etl/flow.py"
    command = [sys.executable, "-c", RUN, "preview", str(program), "--no-open"]
    with subprocess.Popen(command, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        yield run.stdout.readline().strip(), program
        run.send_signal(2)
        assert run.wait(20) == 130


def node(page: Page, name: str) -> Any:
    return page.locator(f'.node[data-id="{name}"]')


def test_graph_and_manifest_follow_the_edit(
    page: Page, address: tuple[str, Path], request: pytest.FixtureRequest
) -> None:
    url, program = address
    page.goto(url)
    page.locator(".node").first.wait_for()
    text = program.read_text(encoding="utf-8")
    before = page.locator(".node").count()
    page.locator(".node:not(.box)").first.click()
    page.locator(".line.lit").first.wait_for()
    assert page.locator(".facts h2").text_content()
    if request.config.getoption("--update"):
        page.screenshot(path=str(IMAGE))

    program.write_text(with_audit(text, "audit()"), encoding="utf-8")
    node(page, "audit").wait_for()
    assert page.locator(".node").count() == before + 1
    program.write_text(with_audit(text, "audit(3)"), encoding="utf-8")
    page.locator(".banner", has_text="1 error in the program").wait_for()
    page.locator(".yaml.stale").wait_for()
    program.write_text(text, encoding="utf-8")
    page.locator(".yaml:not(.stale)").wait_for()


def test_a_local_run_colours_the_steps(page: Page, tmp_path: Path) -> None:
    """Waiting, running and how each ended, live; an edit takes the colours away."""
    program = tmp_path / "shop.py"
    program.write_text(RUNNING, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1.0"\n', encoding="utf-8")
    command = [sys.executable, "-c", RUN, "preview", str(program), "--no-open"]
    with subprocess.Popen(command, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        page.goto(run.stdout.readline().strip())
        node(page, "first").wait_for()
        assert page.locator(".node.succeeded").count() == 0
        command = [sys.executable, "-c", RUN, "run", f"{program}:shop"]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=60, check=False)
        assert done.returncode == 1, done.stderr.decode()
        page.locator('.node.succeeded[data-id="first"]').wait_for()
        page.locator('.node.succeeded[data-id="if-1/if-1-then/second"]').wait_for()
        page.locator('.node.skipped[data-id="if-1/if-1-else/second-2"]').wait_for()
        page.locator('.node.failed[data-id="broken"]').wait_for()
        program.write_text(RUNNING.replace("first > 2", "first > 1"), encoding="utf-8")
        page.locator(".node.failed").wait_for(state="detached")
        run.send_signal(2)
        assert run.wait(20) == 130


def with_audit(text: str, call: str) -> str:
    """The example with one step more."""
    text = text.replace("import Cron, Ttl, workflow", "import Cron, Ttl, container, workflow")
    return text.replace("    return summary", f"    {call}\n    return summary") + AUDIT


AUDIT = """

@container
def audit() -> None: ...
"""


@pytest.fixture
def shown(page: Page) -> Iterator[PageServer]:
    """A page that shows what the test publishes."""
    server = PageServer()
    page.goto(server.address)
    yield server
    server.close()


def graph(boxes: int, steps: int) -> dict[str, Any]:
    """Sub-workflows of steps, wired at random but always alike."""
    chance = random.Random(1)
    nodes, edges = [], []
    for box in range(boxes):
        nodes.append(made(f"w{box}", None, "workflow"))
        edges += [edge(f"w{other}", f"w{box}") for other in chance.sample(range(box), min(box, 2))]
        for step in range(steps):
            nodes.append(made(f"w{box}/s{step}", f"w{box}", "container"))
            edges += [edge(f"w{box}/s{other}", f"w{box}/s{step}") for other in chance.sample(range(step), min(step, 2))]
    return {"root": "big", "nodes": nodes, "edges": edges}


def made(name: str, parent: str | None, kind: str) -> dict[str, Any]:
    return {"id": name, "parent": parent, "kind": kind, "label": name, "detail": [], "location": None}


def edge(source: str, target: str) -> dict[str, Any]:
    return {"source": source, "target": target, "kind": "data", "label": "str"}


def publish(server: PageServer, drawn: dict[str, Any], text: str = "kind: WorkflowTemplate\n") -> None:
    emitted = {"text": text, "origins": [], "stale": False, "root": drawn["root"]}
    server.publish({"type": "preview", "graph": drawn, "emitted": emitted})


def test_five_hundred_nodes_open_closed_and_fit(page: Page, shown: PageServer) -> None:
    """Sub-workflows are closed at first; `c` opens everything; whatever is shown is in the window."""
    publish(shown, graph(25, 20))
    page.locator(".node").nth(24).wait_for()
    assert page.locator(".node").count() == 25
    assert "(20 inside)" in (node(page, "w0").text_content() or "")
    page.keyboard.press("c")
    page.locator(".node").nth(524).wait_for()
    window = page.locator("svg.graph").bounding_box()
    assert window is not None
    for name in ("w0", "w24"):
        place = node(page, name).bounding_box()
        assert place["x"] >= window["x"]
        assert place["y"] + place["height"] <= window["y"] + window["height"] + 1


def test_search_finds_and_opens_the_box_around(page: Page, shown: PageServer) -> None:
    publish(shown, graph(25, 20))
    page.locator(".node").nth(24).wait_for()
    page.keyboard.press("/")
    page.keyboard.type("w7/s13")
    page.keyboard.press("Enter")
    page.locator('.node.selected[data-id="w7/s13"]').wait_for()
    assert page.locator(".facts h2").text_content() == "w7/s13"


def test_keys_walk_select_and_fold(page: Page, shown: PageServer) -> None:
    nodes = [made("a", None, "container"), made("b", None, "workflow"), made("b/c", "b", "container")]
    publish(shown, {"root": "small", "nodes": nodes, "edges": [edge("a", "b")]})
    node(page, "a").focus()
    page.keyboard.press("ArrowDown")
    page.locator('.node.selected[data-id="b"]').wait_for()
    assert node(page, "b").get_attribute("aria-expanded") == "true"
    page.keyboard.press("-")
    node(page, "b/c").wait_for(state="detached")
    assert node(page, "b").get_attribute("aria-expanded") == "false"
    page.keyboard.press("+")
    node(page, "b/c").wait_for()


def test_every_node_says_what_it_is(page: Page, shown: PageServer) -> None:
    """What a screen reader reads of a node is its kind, its name and all facts."""
    step = {**made("a", None, "container"), "detail": ["fetch(url)", "gives `str`"]}
    publish(shown, {"root": "small", "nodes": [step], "edges": []})
    assert node(page, "a").get_attribute("aria-label") == "container a. fetch(url). gives `str`"
    assert node(page, "a").get_attribute("role") == "button"


def test_texts_of_the_program_are_texts(page: Page, shown: PageServer) -> None:
    """A label or a manifest with markup in it is shown, and never becomes part of the page."""
    evil = "<img src=x onerror=document.title='owned'>"
    publish(shown, {"root": evil, "nodes": [{**made("a", None, "arm"), "label": evil}], "edges": []}, f"{evil}\n")
    node(page, "a").click()
    assert page.locator("img").count() == 0
    assert page.locator(".line").first.text_content() == f"{evil}\n"
    assert page.title() == f"{evil} \N{EN DASH} athena"


def test_dark_and_light(page: Page, shown: PageServer) -> None:
    publish(shown, graph(1, 1))
    node(page, "w0").wait_for()

    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page.emulate_media(color_scheme="light")
    light = ground()
    page.emulate_media(color_scheme="dark")
    assert ground() != light


def test_an_ended_server_is_told(page: Page) -> None:
    server = PageServer()
    publish(server, graph(1, 1))
    page.goto(server.address)
    node(page, "w0").wait_for()
    server.close()
    page.locator(".banner", has_text="athena preview has ended").wait_for()
    assert node(page, "w0").count() == 1
