"""Every argument of a decorator on every kind of function: taken, or sent to where it works."""

from __future__ import annotations

import re

import pytest

from athena_lsp.analysis.options import OPTIONS, options_of
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.ir.model import Kind
from athena_lsp.project import Project

TEMPLATES = (Kind.CONTAINER, Kind.WORKFLOW)
NAMES = sorted({option.name for option in OPTIONS})
ELSEWHERE = [(name, kind) for name in NAMES for kind in Kind if name not in options_of(kind)]
SHORT = sorted(name.removesuffix("_if_root") for name in NAMES if name.endswith("_if_root"))


def found(name: str, kind: Kind) -> list[Diagnostic]:
    """What is said of an argument on one kind of function."""
    source = f"from athena_runtime import *\n@{kind.value}({name}=None)\ndef f(a: str) -> None: ..."
    return list(Project.of({"main.py": source}).diagnostics("main.py"))


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for kind in TEMPLATES for name in options_of(kind)])
def test_an_argument_is_taken_where_it_works(name: str, kind: Kind) -> None:
    assert found(name, kind) == []


@pytest.mark.parametrize(("name", "kind"), ELSEWHERE)
def test_an_argument_is_refused_where_argo_would_pass_it_over(name: str, kind: Kind) -> None:
    (only,) = found(name, kind)
    assert only.rule == "unknown-argument"
    assert re.search(r": .", only.message), "the reason is missing"
    assert only.hints, "nothing says where it works"


@pytest.mark.parametrize("kind", TEMPLATES)
@pytest.mark.parametrize("name", SHORT)
def test_a_name_without_its_ending_is_sent_to_the_whole_one(name: str, kind: Kind) -> None:
    if name in options_of(kind):
        return
    (only,) = found(name, kind)
    whole = f"{name}_if_root"
    if whole in options_of(kind):
        assert any(whole in hint for hint in only.hints)
        assert any(whole in edit.edit.new_text for fix in only.fixes for edit in fix.edits) or name == "on_exit"


@pytest.mark.parametrize(("name", "kind"), ELSEWHERE)
def test_what_is_offered_instead_is_taken_there(name: str, kind: Kind) -> None:
    """Or nothing, where the argument can only be removed."""
    for fix in found(name, kind)[0].fixes:
        (edit,) = fix.edits
        assert edit.edit.new_text in (*options_of(kind), "")
