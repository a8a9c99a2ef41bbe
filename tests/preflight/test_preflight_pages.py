"""The pages of preflight are its tests: everything reported is expected, and everything expected is reported.

A fence `yaml` is a manifest; one that begins with `- ` holds the templates of a WorkflowTemplate, and one without
`kind` the fields of a Workflow's spec. `# error: [T1] "part"` and `# warning: [X9]` end the line of a finding.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import Expectation, Fence, sections, take_expectations

from athena_lsp.argo.checks.codes import CODES
from tests.preflight.linting import Told, lint

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in (ROOT / "docs" / "preflight").glob("*.md") if path.name != "index.md")
INDEX = ROOT / "docs" / "preflight" / "index.md"
ORDER = ("syntax", "objects", "timetables", "names", "templates", "values", "variables", "graph", "pods", "traps")
HEADING = re.compile(r"^## ([A-Z]\d+): (.+)$", re.MULTILINE)
FENCES = [(page, section.title, fence) for page in PAGES for section in sections(page) for fence in section.fences]
HEADS = {
    "- ": "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: example}\nspec:\n  templates:\n",
    "": "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: example-}\nspec:\n",
}
INTRODUCTION = """\
# Preflight

What Argo's own validation refuses of a manifest, and what it never looks at and a run would fail on. `athena lint`
checks manifests, also hand-written ones; `athena check` and `athena emit` check what athena makes, and show a finding
at its line of Python. Each rule has a code, which ends the message: a letter for the family, and a number.

Argo's own rules keep their codes: P is about reading, O about objects, C about timetables, N about names, T about
templates, I about inputs and outputs, V about variables, D about the order of tasks. K is what Kubernetes refuses,
and X what nobody else looks at. P2, V2 and V5 are missing, because they let things pass: objects of other kinds, what
stands in expressions (X1 looks at it), and some variables whose values come late.

In the examples, a list stands for the templates of a WorkflowTemplate, and fields without a `kind` for the spec of a
Workflow. The comments say what is reported at their line.

| code | finds |
| --- | --- |
"""


@pytest.mark.parametrize(("page", "title", "fence"), FENCES, ids=[f"{p.stem}-{t}-{f.start}" for p, t, f in FENCES])
def test_examples(page: Path, title: str, fence: Fence) -> None:
    assert fence.kind == "yaml", page
    body, expected = take_expectations(fence.body)
    text, shift = whole(body)
    found = list(lint(text))
    left = [one for one in found if not any(meets(one, each, shift) for each in expected)]
    missing = [str(each) for each in expected if not any(meets(one, each, shift) for one in found)]
    assert ([str(one) for one in left], missing) == ([], [])
    code = title.split(":")[0]
    assert any(one.code == code for one in found), f"{code} is not shown"


def test_every_rule_has_its_page_and_every_page_its_rule() -> None:
    checks = (ROOT / "athena_lsp" / "argo" / "checks").glob("*.py")
    sources = [*checks, ROOT / "athena_lsp" / "cli" / "manifests.py"]
    used = {
        code
        for path in sources
        if path.stem != "codes"
        for code in re.findall(r'"([A-Z]\d{1,2})"', path.read_text(encoding="utf-8"))
    }
    described = [code for page in PAGES for code, _ in HEADING.findall(page.read_text(encoding="utf-8"))]
    assert sorted(described) == sorted(used) == sorted(CODES)


def test_the_index_lists_every_rule(update: bool) -> None:
    rows: list[str] = []
    assert {page.stem for page in PAGES} == set(ORDER)
    for name in ORDER:
        for code, title in HEADING.findall((INDEX.parent / f"{name}.md").read_text(encoding="utf-8")):
            rows.append(f"| [{code}]({name}.md#{anchor(f'{code}: {title}')}) | {title} |\n")
    expected = INTRODUCTION + "".join(rows)
    if update:
        INDEX.write_text(expected, encoding="utf-8")
    assert INDEX.read_text(encoding="utf-8") == expected


def whole(body: str) -> tuple[str, int]:
    """The manifest that an example stands for, and how many lines stand before it there."""
    if re.search(r"^kind:", body, re.MULTILINE):
        return body, 0
    head = HEADS["- " if body.startswith("- ") else ""]
    return head + "".join(f"  {line}\n" for line in body.splitlines()), head.count("\n")


def meets(one: Told, expected: Expectation, shift: int) -> bool:
    at = one.line == expected.line + shift and one.severity == expected.severity
    return at and one.code == expected.rule and expected.part in one.message


def anchor(heading: str) -> str:
    """The name that Markdown readers give a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
