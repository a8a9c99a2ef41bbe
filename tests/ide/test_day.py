"""A day in the life: somebody writes the README's program by keys, completions and fixes, and is told nothing false.

The program is typed letter by letter, with closing brackets and quotes put in by the editor, as most do. After each key
everything that is reported must be about the word at the cursor, or about what the text still lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from athena_lsp.diagnostics import Diagnostic, FileEdit
from athena_lsp.ide.completion import completions
from athena_lsp.ide.items import Item
from athena_lsp.project import Project
from athena_lsp.syntax.blocks import cut
from athena_lsp.text import Span, TextEdit, apply_edits

STOP = re.compile(r"\$\{\d+(?::([^}]*))?\}|\$\d")
PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"'}
STEPS = '''

@container
def fetch(url: str) -> str:
    """Load a page."""
    return url


@container(image="ghcr.io/acme/app:{tag}", retry=Retry(limit=3, policy="OnError", backoff="30s"))
def transform(data: str, factor: int, tag: str = "latest") -> Report: ...


@container
def publish(id: str) -> None: ...
'''
WORKFLOW = """

@workflow
def pipeline(url: str = SAMPLE) -> Report:
    raw = fetch(url)  # three calls
    clean = transform(raw, 3)
    publish(clean.id)
    return clean
"""
HEAD = """from dataclasses import dataclass

from athena_runtime import Retry, container, workflow

SAMPLE = "https://example.com/data"


@dataclass
class Report:
    id: str
    rows: int
"""
PROGRAM = HEAD + STEPS + WORKFLOW
UNFINISHED = {
    "syntax-error": "the text of the block is not Python yet",
    "missing-return": "the `return` is not written yet",
}
"""What a text that is not finished lacks, wherever the cursor stands in its block."""


@dataclass
class Editor:
    """A file and a cursor."""

    text: str = ""
    at: int = 0

    def __post_init__(self) -> None:
        self.project = Project.of({"main.py": self.text})

    def type(self, keys: str) -> Iterator[str]:
        """Types letter by letter as editors do; gives each text on the way."""
        for key in keys:
            behind = self.text[self.at : self.at + 1]
            if key == behind and key in PAIRS.values():
                self.at += 1
                continue
            inside_text = self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at].count('"') % 2 == 1
            pair = PAIRS.get(key, "") if not inside_text or key == "{" else ""
            self._set(self.text[: self.at] + key + pair + self.text[self.at :], self.at + 1)
            yield self.text

    def write(self, keys: str) -> None:
        for _ in self.type(keys):
            pass

    def accept(self, label: str) -> Item:
        """Takes an offer: what it writes, without tab stops, and what it imports; the cursor goes behind it."""
        found = completions(self.project, "main.py", self.at)
        assert found is not None, self._line
        item = next(each for each in found.items if each.label == label)
        text = STOP.sub(lambda stop: stop[1] or "", item.text)
        edits = (TextEdit(found.span, text), *item.imports)
        moved = sum(len(each.new_text) for each in item.imports if each.span.start <= found.span.start)
        self._set(apply_edits(self.text, edits), found.span.start + len(text) + moved)
        return item

    def replace(self, stop: str, text: str) -> None:
        """Types a text in place of what a tab stop holds, right before the cursor."""
        start = self.text.rindex(stop, 0, self.at)
        end = start + len(stop)
        self._set(self.text[:start] + text + self.text[end:], self.at + len(text) - len(stop))

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.project.diagnostics("main.py")

    def apply(self, edits: tuple[FileEdit, ...]) -> None:
        assert {each.path for each in edits} == {"main.py"}
        self._set(apply_edits(self.text, [each.edit for each in edits]), len(self.text))

    def _set(self, text: str, at: int) -> None:
        self.text, self.at = text, at
        self.project = self.project.with_text("main.py", text)

    @property
    def _line(self) -> str:
        return self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at]


ALONE = "has no function of its own"
"""What is said of a decorator whose `def` is not written yet."""


def strangers(editor: Editor, begin: int, known: frozenset[tuple[str, str]]) -> list[str]:
    """What is reported outside the block that is typed, and was not there before; or in it, and has nothing to do with
    the cursor's line."""
    found: list[str] = []
    line = Span(editor.text.rfind("\n", 0, editor.at) + 1, max(editor.text.find("\n", editor.at), editor.at))
    for each in editor.diagnostics():
        is_own = begin <= each.span.start <= editor.at + 2
        is_here = each.span.start <= line.end and line.start <= each.span.end
        is_lack = is_own and (each.rule in UNFINISHED or each.stale or ALONE in each.message)
        if (each.rule, each.message) not in known and not (is_own and is_here) and not is_lack:
            found.append(f"{editor.text[line.start : line.end]!r}: {each.rule}: {each.message}")
    return found


TRANSFORM = STEPS[STEPS.index("@container(image") : STEPS.index("\n\n\n@container\ndef publish")]
BEGINNER = (
    HEAD
    + STEPS.replace("OnError", "onError").replace("{tag}", "{tga}")
    + WORKFLOW.replace("fetch(url)", "fetch")
    .replace("clean.id", "clean.ide")
    .replace("    return clean\n", "")
    .replace("raw, 3", "raw, factr=3")
)
MENDED = PROGRAM.replace("raw, 3", "raw, factor=3").replace("fetch(url)  #", "fetch(url=url)  #")
BLOCKS = cut(PROGRAM).blocks


def test_from_an_empty_file_to_the_end() -> None:
    editor = Editor()
    begin = 0
    for _ in editor.type(PROGRAM):
        begin = max((start for start in cut(editor.text).starts if start < editor.at), default=0)
        assert strangers(editor, begin, frozenset()) == []
    assert editor.text == PROGRAM
    assert editor.diagnostics() == ()


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_typed_between_the_others(number: int) -> None:
    """Neighbours are what they were: nothing is said of them but what was to be said without the new block."""
    before, after = "".join(BLOCKS[:number]), "".join(BLOCKS[number + 1 :])
    editor = Editor(f"{before}\n\n\n{after}", len(before))
    known = frozenset((each.rule, each.message) for each in editor.diagnostics())
    for _ in editor.type(BLOCKS[number].rstrip("\n")):
        # A class that loses its fields is another class to all who use it.
        changed = [each for each in strangers(editor, len(before), known) if "`Report" not in each]
        assert changed == [], editor.text[len(before) : editor.at]
    assert editor.diagnostics() == ()


def test_a_container_by_completions_and_fixes_alone() -> None:
    editor = Editor(HEAD.replace("Retry, container, workflow", "workflow"))
    editor.at = len(editor.text)
    editor.write("\n\n@cont")
    editor.accept("container")
    editor.write('\ndef transform(data: str, factor: int, tag: str = "latest") -> Report: ...\n')
    editor.at = editor.text.index("@container") + len("@container")
    editor.write("(ima")
    editor.accept("image=")
    editor.write('"ghcr.io/acme/app:{')
    editor.accept("tag")
    editor.write('}", re')
    editor.accept("retry=")
    editor.accept("Retry(...)")
    editor.at -= 1
    editor.write(", pol")
    editor.accept("policy=")
    editor.write('"')
    editor.accept("OnError")
    editor.write('", back')
    editor.accept("backoff=")
    editor.write('"30s"')
    assert TRANSFORM in editor.text
    assert "import workflow, container, Retry\n" in editor.text
    assert editor.diagnostics() == ()


def test_the_workflow_by_completions_and_fixes_alone() -> None:
    editor = Editor(HEAD.replace("Retry, container, workflow", "Retry, container") + STEPS)
    editor.at = len(editor.text)
    editor.write("\n\n@work")
    editor.accept("workflow")
    editor.write("\ndef pipeline(url: str = SAMPLE) -> Report:\n    raw = fe")
    editor.accept("fetch")
    editor.write("\n    clean = tr")
    assert editor.accept("transform").text == "transform(raw, ${1:factor})"
    editor.replace("factor", "3")
    editor.write("\n    pub")
    editor.accept("publish")
    editor.write("\n    return ")
    editor.accept("clean")
    assert editor.text == HEAD + STEPS + WORKFLOW.replace("  # three calls", "").rstrip("\n")
    assert editor.diagnostics() == ()


def test_mistakes_of_a_beginner_are_mended_by_fixes_alone() -> None:
    """Typed from memory: names, words, calls and returns that are not quite right."""
    editor = Editor(BEGINNER)
    for _ in range(20):
        fixes = [fix for each in editor.diagnostics() for fix in each.fixes[:1]]
        if not fixes:
            break
        editor.apply(fixes[0].edits)
    assert editor.diagnostics() == ()
    assert editor.text == MENDED


@pytest.mark.parametrize(("end", "indent"), [("\r\n", "    "), ("\n", "\t"), ("\r\n", "\t")])
def test_fixes_keep_line_ends_and_tabs(end: str, indent: str) -> None:
    editor = Editor(styled(BEGINNER, end, indent))
    for _ in range(20):
        fixes = [fix for each in editor.diagnostics() for fix in each.fixes[:1]]
        if not fixes:
            break
        editor.apply(fixes[0].edits)
    assert editor.text == styled(MENDED, end, indent)
    editor.at = editor.text.index("clean.id") + len("clean.i")
    found = completions(editor.project, "main.py", editor.at)
    assert found is not None
    assert [item.label for item in found.items] == ["id", "rows"]


def styled(text: str, end: str, indent: str) -> str:
    """The program with other line ends and another indent, and letters beyond the first plane of Unicode."""
    return text.replace("Load a page", "Load \U0001d4b3").replace("    ", indent).replace("\n", end)
