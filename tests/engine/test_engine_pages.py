"""Every section of the pages is a manifest, pods that are lines of text, and how the run goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import Section, rewritten, sections

from athena_lsp.cli.manifests import read_manifests
from athena_lsp.engine.program import ProgramError, program_of
from athena_lsp.engine.refusals import refusals
from athena_lsp.engine.simulation import simulate
from athena_lsp.text import Source
from tests.engine.fake_pods import FakePods, shown

PAGES = sorted((Path(__file__).parent / "pages").glob("*.md"))
SECTIONS = [section for page in PAGES for section in sections(page)]


def run_of(section: Section) -> str:
    """How the section's manifest runs, or why it does not."""
    bodies = {fence.kind: fence.body for fence in section.fences}
    version = next((fence.argument for fence in section.fences if fence.kind == "yaml" and fence.argument), "")
    documents = [manifest.value for manifest in read_manifests(Source(bodies["yaml"]).text)]
    numbers = tuple(map(int, version.split("."))) if version else (4, 1, 2)
    try:
        program = program_of(documents, name="w", version=numbers)  # type: ignore[arg-type]  # YAML's values
    except ProgramError as error:
        return f"not run: {error}\n"
    if refused := refusals(program):
        return "".join(f"not run: {why}\n" for why in refused)
    pods = FakePods.of(bodies.get("pods", ""))
    return shown(simulate(program, pods=pods.outcome, seconds=pods.seconds, answers=pods.answer))


@pytest.mark.parametrize("section", SECTIONS, ids=str)
def test_section(section: Section, update: bool) -> None:
    expected = next(fence for fence in section.fences if fence.kind == "run")
    actual = run_of(section)
    if update and expected.body != actual:
        fresh = next(again for again in sections(section.page) if again.number == section.number)
        fence = next(fence for fence in fresh.fences if fence.kind == "run")
        text = section.page.read_text(encoding="utf-8")
        section.page.write_text(rewritten(text, [(fence, actual)]), encoding="utf-8")
        return
    assert actual == expected.body, f"{section.page.name}:{expected.start}"
