"""Running a section of a page: its program's findings against its expectations, its outputs against its fences.

A `python` fence is a file (`main.py`, or the name in a line `` `lib/load.py`: `` before it), a `toml` fence the
project's configuration (`athena.toml`, or `pyproject.toml` when it is named so). Files below `site-packages/` are
installed packages: they are found and read as those of an environment. `text` and `sh` fences are prose.
Every other kind is an output: a function in OUTPUTS from the checked program to the fence's text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from checked import Checked
from outputs import OUTPUTS
from pages import Expectation, Program, Section, program, rewritten, sections

from athena_lsp.config.read import read_config
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.environment import Environment
from athena_lsp.packages import NOTHING_READ, Packages
from athena_lsp.project import Project
from athena_lsp.settings import Settings, Supply
from athena_lsp.supply import find_supply
from athena_lsp.text import Source

FILE_KINDS = {"python": "main.py", "toml": "athena.toml"}
INSTALLED = "site-packages/"
PROSE_KINDS = ("", "text", "sh")


def check(given: Program) -> Checked:
    config_texts = {path: text for path, text in given.files.items() if path.endswith(".toml")}
    installed = {path: text for path, text in given.files.items() if path.startswith(INSTALLED)}
    texts = {path: text for path, text in given.files.items() if path not in config_texts and path not in installed}
    config = read_config("project", config_texts)
    settings = replace(config.settings, supply=supply_of(config_texts, config.settings))
    project = Project.of(texts, settings=settings)
    if installed:
        project = with_packages(project, installed)
    reported = [*config.diagnostics, *(found for path in sorted(texts) for found in project.diagnostics(path))]
    reported.sort(key=lambda found: (found.path, found.span, found.rule))
    sources = {path: Source(text) for path, text in given.files.items()}
    return Checked(project, sources, tuple(reported), given.cursor, given.selected_to)


def complaints(section: Section) -> Iterator[str]:
    """What differs from what the section says; nothing when it passes."""
    given = program(section, FILE_KINDS)
    yield from _fence_complaints(section)
    checked = check(given)
    own_rule = section.page_title if is_rule_page(section.page) else ""
    yield from _finding_complaints(given, checked, own_rule)
    for fence in section.fences:
        if fence.kind in OUTPUTS and (actual := _output(checked, fence.kind, fence.argument)) != fence.body:
            yield f"{section.page}:{fence.start}: the `{fence.kind}` fence should hold:\n{actual}"


def update_page(section: Section) -> None:
    """Write the outputs of one section anew; nothing else of the page changes."""
    fresh = next(again for again in sections(section.page) if again.number == section.number)
    checked = check(program(fresh, FILE_KINDS))
    outputs = [(fence, _output(checked, fence.kind, fence.argument)) for fence in fresh.fences if fence.kind in OUTPUTS]
    before = section.page.read_text(encoding="utf-8")
    after = rewritten(before, outputs)
    if after != before:
        section.page.write_text(after, encoding="utf-8")


def supply_of(texts: dict[str, str], settings: Settings) -> Supply | None:
    """What pods get, by the project's metadata: there are no locks in pages."""
    with TemporaryDirectory() as folder:
        for path, text in texts.items():
            Path(folder, path).write_text(text, encoding="utf-8")
        return find_supply(Path(folder), settings.bundle, Environment)


def with_packages(project: Project, installed: dict[str, str]) -> Project:
    """The project with all that its types need of these packages."""
    with TemporaryDirectory() as folder:
        site = Path(folder, INSTALLED)
        for path, text in installed.items():
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_text(text, encoding="utf-8")
        packages = Packages(Environment((site,)), lambda path: path.relative_to(folder).as_posix())
        project = project.with_library(NOTHING_READ)
        while True:
            for path in project.files:
                project.diagnostics(path)
            if not project.wanted:
                return project
            project = project.with_library(packages.load(project, float("inf")))


def is_rule_page(page: Path) -> bool:
    return page.parent.name == "rules" and page.parent.parent.name == "athena_lsp"


def _output(checked: Checked, kind: str, argument: str) -> str:
    text = OUTPUTS[kind](replace(checked, argument=argument))
    return text if text.endswith("\n") or not text else text + "\n"


def _fence_complaints(section: Section) -> Iterator[str]:
    for fence in section.fences:
        if fence.kind not in (*FILE_KINDS, *PROSE_KINDS, *OUTPUTS):
            known = ", ".join(sorted((*FILE_KINDS, *OUTPUTS)))
            yield f"{section.page}:{fence.start}: nobody knows fences of kind `{fence.kind}`; known: {known}"


def _finding_complaints(given: Program, checked: Checked, own_rule: str) -> Iterator[str]:
    for path, source in checked.sources.items():
        reported = [found for found in checked.diagnostics if found.path == path]
        for expectation in given.expected[path]:
            hit = next((found for found in reported if _meets(found, expectation, source, own_rule)), None)
            if hit is None:
                yield f"{path}:{expectation.line + 1}: expected and not reported: {expectation}"
            else:
                reported.remove(hit)
        for found in reported:
            line = source.line_of(found.span.start) + 1
            yield f'{path}:{line}: reported and not expected: {found.severity.value}: [{found.rule}] "{found.message}"'
    for found in checked.diagnostics:
        if found.path not in checked.sources:
            yield f"[{found.rule}] is reported in {found.path!r}, which is no file of the section"


def _meets(found: Diagnostic, expectation: Expectation, source: Source, own_rule: str) -> bool:
    rule = expectation.rule or own_rule
    return (
        source.line_of(found.span.start) == expectation.line
        and found.severity.value == expectation.severity
        and rule in ("", found.rule)
        and expectation.part in found.message
    )
