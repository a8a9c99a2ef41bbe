"""Each way that the compiler lists, in any program of the pages and the examples, is one that a probe can tell of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import FILE_KINDS
from pages import program, sections

from athena_lsp.argo.ways import Hooked
from athena_lsp.cli.ways import workflow_of
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Kind
from athena_lsp.project import Project
from athena_lsp.workspace import Workspace
from athena_runtime.testing.probes import _NAME, _Forks

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*(ROOT / "docs/language").glob("*.md"), *(ROOT / "tests/mdtest/lowering").glob("*.md"), ROOT / "docs/outcomes.md"]
)
EXAMPLES = [ROOT / "examples" / name for name in ("quickstart", "etl", "argo", "kitchen_sink")]
TOLD = {
    "holds": ("if-true", "if-false"),
    "turns": ("element", "no-element", "through", "bound"),
    "whole": ("no-element",),
    "kept": ("choice-true", "choice-false", "element", "no-element"),
    "final": ("finally-succeeded", "finally-failed"),
    "hooks": ("hook",),
    "site": ("retry",),
}
Way = tuple[str, tuple[int, ...]]


def probes(text: str) -> set[Way]:
    """The ways that the probes of all functions of a file can tell of."""
    lines = text.splitlines(keepends=True)
    found: set[Way] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            found.update(_told_in(_Forks(lines).visit(node)))
    return found


def _told_in(node: ast.AST) -> Iterator[Way]:
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=args) if name == _NAME:
                constants = [_value(each) for each in args if isinstance(each, ast.Constant | ast.Tuple)]
                texts = [each for each in constants if isinstance(each, str)]
                places = [each for each in constants if isinstance(each, tuple) and len(each) == 4]
                if method == "fork":
                    yield from ((f"{texts[0]}-{truth}", places[0]) for truth in ("true", "false"))
                elif method == "tell":
                    yield texts[0], places[0]
                else:
                    yield from ((kind, places[0]) for kind in TOLD.get(method, ()))
            case _:
                pass


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def untold(project: Project, skipped: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """The ways that no probe tells of, but for what Argo's own expressions decide, and the end of a run."""
    for face in project.signatures():
        definition = project.facts.definition(face.declaration)
        path = face.declaration.path
        if face.kind is not Kind.WORKFLOW or definition is None or path in skipped:
            continue
        known = probes(project.files[path].text)
        for way, shown in workflow_of(project, Path("/"), definition).ways:
            is_local = not (isinstance(way.sign, Hooked) and (not way.sign.task or way.sign.key.startswith("when")))
            if is_local and (shown.kind, shown.at) not in known:
                yield f"{path}:{face.declaration.name}", f"{shown.kind} {shown.at} {shown.text}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_programs_of_pages(page: Path) -> None:
    wrong: list[tuple[str, tuple[str, str]]] = []
    for section in sections(page):
        given = program(section, FILE_KINDS)
        project = Project.of({path: text for path, text in given.files.items() if path.endswith(".py")})
        try:
            broken = frozenset(
                path
                for path in project.files
                if any(each.severity is Severity.ERROR for each in project.diagnostics(path))
            )
            wrong += ((str(section), each) for each in untold(project, broken))
        except SyntaxError:  # a program for a later Python
            continue
    assert wrong == []


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_examples(folder: Path) -> None:
    assert list(untold(Workspace.open([folder]).project)) == []
