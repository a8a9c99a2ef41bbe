"""What a project promises: no text makes a question fail, an edit costs what it touches, history changes nothing."""

from __future__ import annotations

import gc
import random
import weakref
from collections import Counter
from collections.abc import Iterator

import pytest

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.memo import FACES, WORKED_OUT, Key, Memo
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.settings import Settings
from athena_lsp.syntax.blocks import cut

MODELS = """from dataclasses import dataclass
from enum import Enum


class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"


@dataclass
class Report:
    id: str
    rows: list[int]
    mode: Mode = Mode.FAST
"""
STEPS = '''from athena_runtime import Retry, container, fragment, host, secret
from models import Mode, Report


@fragment
def connect() -> str:
    return secret("db", "password") + str(host("/data"))


@container(image="ghcr.io/acme/app:{tag}", retry=Retry(limit=3, backoff="30s"))
def load(url: str, tag: str = "latest") -> Report:
    """Load the rows."""
    connect()
    return Report(id=url, rows=[], mode=Mode.FAST)


@container
def publish(id: str) -> None:
    print(id)
'''
FLOW = """from athena_runtime import workflow
from models import Report
import steps


@workflow
def pipeline(url: str = "https://example.com") -> Report:
    report = steps.load(url)
    steps.publish(report.id)
    return report


@workflow
def nightly() -> None:
    result = pipeline()
    steps.publish(id=result.id)
"""
FILES = {"models.py": MODELS, "steps.py": STEPS, "flow.py": FLOW}
FRAGMENTS = (
    "x", "\n", "    ", "(", ")", '"""', "'", ":", "# athena: ignore[edge-type-mismatch]", "\\\n", "@container\n",
    "if x:\n        pass\n", "", "", "", "[", "]", "\n\n", "{", "}",
    "import os\n", "return", "report", ".id", "url", "str", "int", "=",
    ",", "Report", "é😋", "\x0c",
    "\r", "\x00", "Artifact[bytes]", "retry=3", "None", "1", "*", "lambda: 0", "steps.load(url)",
    "match x:\n", "class A:\n",
)  # fmt: skip


def test_a_good_program_has_nothing_to_report() -> None:
    project = Project.of(FILES)
    assert {path: [(d.rule, d.message) for d in project.diagnostics(path)] for path in FILES} == {
        path: [] for path in FILES
    }
    assert project.roots() == (Declaration("flow.py", "nightly"),)


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_never_fail_and_leave_no_trace_of_history(seed: int) -> None:
    """After any sequence of edits the answers are those of a project made afresh from the same texts."""
    rng = random.Random(seed)
    project = Project.of(FILES)
    texts = dict(FILES)
    compared = 0
    for path, text in _edits(rng, texts, 60):
        texts[path] = text
        project = project.with_text(path, text)
        fresh = Project.of(texts)
        reported = {other: project.diagnostics(other) for other in texts}
        anew = {other: fresh.diagnostics(other) for other in texts}
        if not any(file.parsed.broken for file in project.files.values()):
            assert reported == anew, (seed, path)
            compared += 1
        project.roots()
        for name in ("load", "pipeline", "Report"):
            project.locate(Declaration("steps.py", name))
    assert compared > 0


def test_an_edit_in_one_body_asks_little_again() -> None:
    project = Project.of(FILES)
    _check_all(project)
    project = project.with_text("steps.py", STEPS.replace("print(id)", "print(id, id)"))
    assert _computed(project) == {"steps.py"}


def test_a_changed_signature_is_seen_by_those_who_use_it() -> None:
    project = Project.of(FILES)
    _check_all(project)
    project = project.with_text("steps.py", STEPS.replace("def publish(id: str)", "def publish(id: int)"))
    assert _computed(project) == {"steps.py", "flow.py"}
    assert {d.rule for d in project.diagnostics("flow.py")} == {"edge-type-mismatch"}


def test_a_changed_signature_costs_only_the_blocks_that_use_it() -> None:
    steps = "".join(f"\n\n@container\ndef step{n}(url: str) -> str:\n    return url\n" for n in range(30))
    flows = "".join(f"\n\n@workflow\ndef flow{n}() -> str:\n    return step{n}('x')\n" for n in range(30))
    text = f"from athena_runtime import container, workflow\n{steps}{flows}"
    project = Project.of({"main.py": text})
    project.diagnostics("main.py")
    before = dict(project.memo.entries)
    project = project.with_text("main.py", text.replace("step7(url: str)", "step7(url: str, tries: int = 3)"))
    project.diagnostics("main.py")
    computed = {
        key[2] for key, entry in project.memo.entries.items() if key[0] == "findings" and before.get(key) is not entry
    }
    assert computed == {block for block in project.files["main.py"].parsed.blocks if "step7(" in block}


def test_a_changed_field_is_seen_through_two_files() -> None:
    project = Project.of(FILES)
    _check_all(project)
    project = project.with_text("models.py", MODELS.replace("    id: str", "    key: str"))
    assert "unknown-field" in {d.rule for d in project.diagnostics("flow.py")}
    project = project.with_text("models.py", MODELS)
    assert project.diagnostics("flow.py") == ()


def test_neighbours_go_by_the_last_good_text_of_a_broken_block() -> None:
    project = Project.of(FILES)
    _check_all(project)
    project = project.with_text(
        "steps.py", STEPS.replace("def publish(id: str) -> None:", "def publish(id: str -> None:")
    )
    assert [d.rule for d in project.diagnostics("steps.py")] == ["syntax-error"]
    assert project.diagnostics("flow.py") == ()


def test_findings_of_a_block_stay_while_it_does_not_parse() -> None:
    wrong = FLOW.replace("report.id", "report.idd")
    project = Project.of(FILES | {"flow.py": wrong})
    before = [d for d in project.diagnostics("flow.py") if d.rule == "unknown-field"]
    broken = wrong.replace("    return report\n", "    return report(\n", 1)
    project = project.with_text("flow.py", broken)
    now = project.diagnostics("flow.py")
    assert [(d.rule, d.stale) for d in now] == [("unknown-field", True), ("syntax-error", False)]
    assert now[0].span == before[0].span


def test_memory_is_shared_by_snapshots_but_not_the_snapshots() -> None:
    project = Project.of(FILES)
    for number in range(50):
        project = project.with_text("steps.py", STEPS + f"# {number}\n")
        _check_all(project)
    assert project.before is None
    assert project.facts.before is None
    assert isinstance(project.memo, Memo)


def test_a_snapshot_is_freed_when_nobody_holds_it() -> None:
    """At once, and not when Python looks for garbage: the server has it look in quiet moments only."""
    project = Project.of(FILES)
    gc.disable()
    try:
        for number in range(3):
            _check_all(project)
            gone = weakref.ref(project), weakref.ref(project.facts)
            text = STEPS + f"# {number}\n" if number % 2 else STEPS.replace("url: str", f"url{number}: str")
            project = project.with_text("steps.py", text)
            _check_all(project)
            assert [each() for each in gone] == [None, None]
    finally:
        gc.enable()


def test_a_changed_signature_is_looked_at_by_its_dependants_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 300 files two hundred call it: their blocks are lowered again, and no look-up of another file is repeated."""
    head = "from athena_runtime import container, workflow\n"
    step = "\n\n@container\ndef load(url: str) -> str:\n    return url\n"
    users = {
        f"user{n}.py": f"from steps import load\n{head}\n\n@workflow\ndef flow{n}() -> None:\n    load('x')\n"
        for n in range(200)
    }
    others = {f"other{n}.py": f"{head}{step.replace('load', f'own{n}')}" for n in range(100)}
    project = Project.of({"steps.py": head + step, **users, **others})
    _check_all(project)
    changed = project.with_text("steps.py", head + step.replace("url: str", "address: str, tries: int = 3"))
    looked: list[Key] = []
    look_up = Facts.look_up

    def count(facts: Facts, key: Key) -> object:
        looked.append(key)
        return look_up(facts, key)

    monkeypatch.setattr(Facts, "look_up", count)
    assert _computed(changed) == {"steps.py", *users}
    per_file = Counter(key[1] for key in looked if key[0] in FACES - WORKED_OUT)
    assert not set(per_file) & set(others)
    assert max(count for path, count in per_file.items() if path in users) <= 10


def test_files_without_athena_are_left_alone() -> None:
    project = Project.of({"plain.py": "def broken(:\n"})
    assert project.diagnostics("plain.py") == ()


def test_other_settings_give_other_names() -> None:
    project = Project.of(FILES, Settings(project="my_shop"))
    assert [face.template for face in project.signatures()] == [
        "my-shop-nightly", "my-shop-pipeline", "my-shop-load", "my-shop-publish",
    ]  # fmt: skip


def test_a_file_that_goes_takes_its_names_with_it() -> None:
    project = Project.of(FILES)
    _check_all(project)
    project = project.without("steps.py")
    assert "not-a-template" in {d.rule for d in project.diagnostics("flow.py")} or project.diagnostics("flow.py")
    project = project.with_text("steps.py", STEPS)
    assert project.diagnostics("flow.py") == ()


def test_renaming_reaches_every_use() -> None:
    project = Project.of(FILES)
    places = project.references(Declaration("steps.py", "publish"))
    assert [(place.path, place.span.of(project.files[place.path].text)) for place in places] == [
        ("flow.py", "publish"), ("flow.py", "publish"), ("steps.py", "publish"),
    ]  # fmt: skip
    places = project.references(Declaration("steps.py", "load", "tag"))
    assert [place.span.of(STEPS) for place in places] == ["tag", "tag"]
    places = project.references(Declaration("steps.py", "publish", "id"))
    assert [place.path for place in places] == ["flow.py", "steps.py", "steps.py"]


def _check_all(project: Project) -> None:
    for path in project.files:
        project.diagnostics(path)


def _computed(project: Project) -> set[str]:
    """The files of which some block had to be checked again."""
    before = dict(project.memo.entries)
    _check_all(project)
    now = project.memo.entries.items()
    return {str(key[1]) for key, entry in now if key[0] == "findings" and before.get(key) is not entry}


def _edits(rng: random.Random, texts: dict[str, str], count: int) -> Iterator[tuple[str, str]]:
    """Edits as a typist makes them, most of them taken back by the next one."""
    for _ in range(count):
        path = rng.choice(sorted(texts))
        text = texts[path]
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice((0, 0, 1, 3, 12)))
        changed = text[:start] + rng.choice(FRAGMENTS) + text[end:]
        yield path, changed
        if rng.random() < 0.85 or cut(changed).broken:
            yield path, text
