"""The quick fix of every `unsupported-expression` in a page: a program with fewer errors, whose container can run."""

from __future__ import annotations

import ast
import builtins

import pytest
from checked import Checked
from harness import FILE_KINDS, check
from pages import Program, Section, program
from test_fixes import SECTIONS, fixed

from athena_lsp.diagnostics import Fix, Severity
from athena_lsp.ide.actions import actions

RULE = "unsupported-expression"
TITLE = "Compute it in a container"
HELD = [each for each in SECTIONS if any(RULE in fence.body for fence in each.fences) or each.page.stem == RULE]


@pytest.mark.parametrize("section", HELD, ids=str)
def test_a_container_for_what_a_workflow_cannot_hold(section: Section) -> None:
    offered(section)


def test_pages_have_some() -> None:
    assert sum(offered(each) for each in HELD) > 8


def offered(section: Section) -> int:
    given = program(section, FILE_KINDS)
    before, count = check(given), 0
    for found in before.diagnostics:
        if found.rule == RULE:
            for action in actions(before.project, found.path, found.span):
                if action.title == TITLE:
                    count += 1
                    after = fixed(given, Fix(action.title, action.edits))
                    assert errors(check(after)) < errors(before), found.message
                    assert unbound(given, after, found.path) == set(), found.message
    return count


def errors(checked: Checked) -> int:
    return sum(found.severity is Severity.ERROR for found in checked.diagnostics)


def unbound(given: Program, after: Program, path: str) -> set[str]:
    """The names that the new containers read and nothing binds."""
    old, new = ast.parse(given.files[path]), ast.parse(after.files[path])
    known = {each.name for each in old.body if isinstance(each, ast.FunctionDef)}
    top = {name for node in new.body for name in bound_by(node)} | set(vars(builtins))
    made = [each for each in new.body if isinstance(each, ast.FunctionDef) and each.name not in known]
    assert len(made) == 1
    inside = {name for node in ast.walk(made[0]) for name in bound_by(node)}
    read = {each.id for each in ast.walk(made[0]) if isinstance(each, ast.Name)}
    return read - inside - top


def bound_by(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
            return {name}
        case ast.Name(id=name, ctx=ast.Store()):
            return {name}
        case ast.Assign() | ast.AnnAssign():
            return {
                each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            }
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {(each.asname or each.name).partition(".")[0] for each in names}
        case _:
            return set()
