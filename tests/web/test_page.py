"""The preview page in a browser: what a person sees, does with mouse and keys, and hears of an edit."""

from __future__ import annotations

import os
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
AXE = ROOT / "vscode-client/node_modules/axe-core/axe.min.js"
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


def in_a_run(drawn: dict[str, Any]) -> dict[str, Any]:
    """The graph with a run of it, in which nodes stand in every way."""
    ways = ("succeeded", "failed", "running", "waiting", "skipped")
    nodes = [{**each, "status": ways[number % 5]} for number, each in enumerate(drawn["nodes"])]
    nodes[1] |= {"retries": 2, "message": "Error (exit code 1): ValueError: 3"}
    return {**drawn, "nodes": nodes, "run": {"id": "abcde", "phase": "failed"}}


def test_how_a_run_stands(page: Page, shown: PageServer) -> None:
    """By colour, by a sign and in words; what a failed step printed is below the graph."""
    shown.log = lambda name: f"== {name}\nTraceback"
    publish(shown, in_a_run(graph(1, 4)))
    broken = node(page, "w0/s0")
    broken.wait_for()
    assert "failed, after 2 retries. Error (exit code 1): ValueError: 3" in (broken.get_attribute("aria-label") or "")
    assert page.locator('[data-of="w0/s0"] .badge').all_text_contents() == ["\N{MULTIPLICATION X}", "\u21bb2"]
    assert page.locator(".run").text_content() == "run abcde: failed"
    broken.click()
    page.locator(".log", has_text="== w0/s0").wait_for()
    node(page, "w0/s1").click()
    page.locator(".log").wait_for(state="detached")
    page.get_by_role("button", name="Show what it has printed").click()
    page.locator(".log", has_text="== w0/s1").wait_for()
    publish(shown, graph(1, 4))
    page.locator(".badge").first.wait_for(state="detached")
    assert page.locator(".run").text_content() == ""


def test_a_run_moves_nothing(page: Page, shown: PageServer) -> None:
    """Selection, focus, zoom and closed boxes stay as a run goes on, and as the program is edited."""
    publish(shown, graph(3, 4))
    node(page, "w1").focus()
    page.keyboard.press("-")
    node(page, "w1/s0").wait_for(state="detached")
    page.get_by_role("button", name="Zoom in").click()
    node(page, "w0/s1").click()
    before = page.locator("svg.graph > g").get_attribute("transform")
    for drawn in (in_a_run(graph(3, 4)), in_a_run(graph(3, 5))):
        publish(shown, drawn)
        page.wait_for_function(
            "count => document.querySelectorAll('.badge').length >= count", arg=len(drawn["nodes"]) - 6
        )
        assert page.locator("svg.graph > g").get_attribute("transform") == before
        assert page.locator(".selected").get_attribute("data-id") == "w0/s1"
        assert page.evaluate("document.activeElement.dataset.id") == "w0/s1"
        assert node(page, "w1/s0").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1400])
def test_nothing_stands_in_the_way_of_assistive_technology(
    page: Page, shown: PageServer, scheme: Any, width: int
) -> None:
    """axe-core finds nothing to complain of, and the page is not wider than a narrow window."""
    if not AXE.exists():
        pytest.fail("run make check-client first") if os.environ.get("CI") else pytest.skip("axe-core is not installed")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    shown.log = lambda _: "printed\n" * 50
    publish(shown, in_a_run(graph(3, 4)), "kind: WorkflowTemplate\n" * 50)
    node(page, "w0/s0").click()
    page.locator(".log").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("s1")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert len(found["passes"]) > 10
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_one_press_of_tab_leads_into_the_graph_and_one_out_of_it(page: Page, shown: PageServer) -> None:
    publish(shown, graph(3, 4))
    node(page, "w0").wait_for()
    page.get_by_role("button", name="YAML").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.id") == "w0"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "yaml"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.classList.contains('selected')")


def test_a_server_that_comes_back_is_shown_again(page: Page) -> None:
    """At the same address, as after a computer slept."""
    server = PageServer()
    publish(server, graph(1, 1))
    page.goto(server.address)
    node(page, "w0").wait_for()
    server.close()
    page.locator("#athena.gone .banner", has_text="athena preview has ended").wait_for()
    again = PageServer(server.port)
    again.path = server.path
    publish(again, graph(1, 2))
    node(page, "w0/s1").wait_for()
    assert page.locator(".banner").text_content() == ""
    assert page.locator("#athena.gone").count() == 0
    again.close()


def test_motion_and_colours_are_as_the_system_wants_them(page: Page, shown: PageServer) -> None:
    publish(shown, in_a_run(graph(1, 4)))
    running = page.locator(".node.running > rect").first

    def style(name: str) -> str:
        return str(running.evaluate(f"each => getComputedStyle(each).{name}"))

    running.wait_for()
    assert style("animationName") == "run"
    page.emulate_media(reduced_motion="reduce")
    assert style("animationName") == "none"
    page.emulate_media(forced_colors="active", color_scheme="light")
    assert (style("fill"), style("stroke")) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")


def test_on_paper_the_whole_graph_and_the_whole_manifest(page: Page, shown: PageServer) -> None:
    publish(shown, graph(1, 4), "line: 1\n" * 200)
    node(page, "w0").wait_for()
    page.get_by_role("button", name="Zoom in").click()
    before = page.locator("svg.graph > g").get_attribute("transform")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("svg.graph").get_attribute("viewBox")
    assert page.locator(".bar").is_hidden()
    assert page.locator(".yaml").evaluate("each => each.scrollHeight === each.clientHeight")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("svg.graph > g").get_attribute("transform") == before


def test_a_manifest_of_ten_thousand_lines(page: Page, shown: PageServer) -> None:
    """Only what is in the window is laid out; the last line is reached, lit and numbered."""
    place = {"uri": "a.py", "range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 4}}}
    drawn = {"root": "long", "nodes": [{**made("a", None, "container"), "location": place}], "edges": []}
    text = "".join(f"key{number}: value\n" for number in range(10_000))
    origins = [{"lines": [9_998, 9_999], "location": place}]
    emitted = {"text": text, "origins": origins, "stale": False, "root": "long"}
    shown.publish({"type": "preview", "graph": drawn, "emitted": emitted})
    node(page, "a").click()
    page.locator(".line.lit", has_text="key9999").wait_for()
    page.wait_for_function("document.querySelector('.lit').getBoundingClientRect().top < innerHeight")
    assert page.locator(".line.lit").last.get_attribute("data-number") == "10000"
    assert page.locator(".lines").count() == 100


def test_from_afar_the_names_of_boxes_can_be_read(page: Page, shown: PageServer) -> None:
    publish(shown, graph(25, 20))
    node(page, "w0").wait_for()
    assert page.locator(".names").is_hidden()
    page.keyboard.press("c")
    names = page.locator(".names text")
    names.nth(24).wait_for()
    assert min(names.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")) > 9
