"""The outline, and what can be done about findings."""

from __future__ import annotations

from athena_lsp.diagnostics import Diagnostic, FileEdit, Fix, Severity
from athena_lsp.ide.actions import FIX_ALL, actions, fix_all, quick_fixes
from athena_lsp.ide.symbols import symbols
from athena_lsp.project import Project
from athena_lsp.text import Span, TextEdit, apply_edits
from tests.ide.cursor import at

PROGRAM = """from athena_runtime import EphemeralPvc, container, fragment, workflow

SCRATCH = EphemeralPvc(size="1Gi", access_modes=["ReadWriteOnce"])


@fragment
def helper() -> None: ...


@container
def fetch(url: str) -> str: ...


@workflow
def pipeline(url: str) -> str:
    raw = fetch(fetch(3))
    return raw
$0"""


def test_the_outline_holds_templates_with_their_steps() -> None:
    place = at(PROGRAM)
    found = symbols(place.project, "main.py")
    assert [(each.kind, each.name) for each in found] == [
        ("volume", "SCRATCH"),
        ("fragment", "helper"),
        ("container", "fetch"),
        ("workflow", "pipeline"),
    ]
    workflow = found[-1]
    assert [(each.kind, each.name, each.detail) for each in workflow.children] == [
        ("step", "fetch", "fetch() -> str"),
        ("step", "raw", "fetch() -> str"),
    ]
    text = place.text()
    assert workflow.name_span.of(text) == "pipeline"
    for each in (*found, *workflow.children):
        assert each.span.start <= each.name_span.start <= each.name_span.end <= each.span.end


def test_a_file_without_athena_has_no_outline() -> None:
    assert symbols(Project.of({"main.py": "def f(): ...\n"}), "main.py") == ()


def test_a_fix_is_offered_where_its_finding_is() -> None:
    place = at(PROGRAM)
    [found] = [each for each in place.project.diagnostics("main.py") if each.fixes]
    [fix] = quick_fixes(place.project, "main.py", Span(found.span.start, found.span.start))
    assert (fix.kind, fix.diagnostic, fix.preferred) == ("quickfix", found, True)
    fixed = apply_edits(place.text(), [each.edit for each in fix.edits])
    assert 'fetch("3")' in fixed
    assert not any(each.severity is Severity.ERROR for each in Project.of({"main.py": fixed}).diagnostics("main.py"))
    assert quick_fixes(place.project, "main.py", Span(0, 0)) == ()


class Found(Project):
    """A project whose findings are given."""

    def diagnostics(self, path: str) -> tuple[Diagnostic, ...]:
        return tuple(FINDINGS) if path == "main.py" else ()


def fix(title: str, *edits: tuple[int, int, str], safe: bool = True) -> Fix:
    return Fix(title, tuple(FileEdit("main.py", TextEdit(Span(a, b), text)) for a, b, text in edits), safe)


def finding(at: int, *fixes: Fix, stale: bool = False) -> Diagnostic:
    return Diagnostic("a-rule", Severity.ERROR, "main.py", Span(at, at + 1), "wrong", fixes=fixes, stale=stale)


FINDINGS: list[Diagnostic] = []


def test_all_safe_fixes_that_do_not_clash_are_done_together() -> None:
    FINDINGS[:] = [
        finding(1, fix("a", (1, 2, "A"), (0, 0, "import x\n"))),
        finding(2, fix("clashes", (1, 3, "Z"))),
        finding(4, fix("unsafe", (4, 5, "U"), safe=False), fix("d", (5, 6, "D"), (0, 0, "import x\n"))),
        finding(8, fix("stale", (8, 9, "S")), stale=True),
    ]
    everything = fix_all(Found.of({"main.py": "abcdefghij"}), "main.py")
    assert everything is not None
    assert everything.kind == FIX_ALL
    done = apply_edits("0123456789", [each.edit for each in everything.edits])
    assert done == "import x\n0A234D6789"


def test_the_first_fix_is_preferred_when_it_is_safe_or_the_only_one() -> None:
    FINDINGS[:] = [
        finding(1, fix("only", (1, 2, ""), safe=False)),
        finding(3, fix("safe", (3, 4, "")), fix("other", (3, 4, "x"))),
        finding(5, fix("one", (5, 6, ""), safe=False), fix("another", (5, 6, "x"), safe=False)),
    ]
    found = actions(Found.of({"main.py": ""}), "main.py", Span(0, 9))
    assert [(each.title, each.preferred) for each in found if each.kind == "quickfix"] == [
        ("only", True),
        ("safe", True),
        ("other", False),
        ("one", False),
        ("another", False),
    ]


def test_without_safe_fixes_there_is_nothing_to_do_at_once() -> None:
    FINDINGS[:] = [finding(1, fix("only", (1, 2, ""), safe=False))]
    assert fix_all(Found.of({"main.py": ""}), "main.py") is None
