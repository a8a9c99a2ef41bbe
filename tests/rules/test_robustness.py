"""Whatever stands in a decorator or a default: rules answer, and a fix leaves a program that Python can read."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.project import Project
from athena_lsp.text import apply_edits

PAGES = sorted((Path(__file__).parents[2] / "athena_lsp" / "rules").glob("*.md"))
FENCE = re.compile(r"```python\n(.*?)```", re.S)
PROGRAMS = [program for page in PAGES for program in FENCE.findall(page.read_text(encoding="utf-8"))]
LITERALS = (tokenize.STRING, tokenize.NUMBER)
VALUES = [
    *("None", "True", "-1", "0.5", "1e400", "10**3", '""', '"{x}"', '"90"', '"10 Gi"', 'b"x"', '"\\n`"', '"x" * 3'),
    *("[]", "{}", '{"a": 1}', "(1,)", "...", "lambda: 1", "fetch", "object", "1 if x else 2", 'f"{a}"', "*x", "**x"),
    *("timedelta(1)", "Retry(3)", "Ttl()", 'Mutex("a", "b", "c")'),
]


@settings(max_examples=300)
@given(st.sampled_from(PROGRAMS), st.integers(0, 40), st.sampled_from(VALUES))
def test_rules_answer_and_fixes_can_be_read(program: str, at: int, value: str) -> None:
    text = replaced(program, at, value)
    for finding in Project.of({"main.py": text}).diagnostics("main.py"):
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert finding.message
        assert "\n" not in finding.message
        for fix in finding.fixes:
            fixed = apply_edits(text, [edit.edit for edit in fix.edits if edit.path == "main.py"])
            if can_be_read(text):
                assert can_be_read(fixed), (finding.rule, fix.title, fixed)


@pytest.mark.parametrize("value", VALUES)
def test_any_value_of_any_argument(value: str) -> None:
    text = f"from athena_runtime import *\n\n@container(image={value}, retry={value}, env={value}, name={value})\n"
    project = Project.of({"main.py": text + f"def run(a: str = {value}) -> str: ...\n"})
    for finding in project.diagnostics("main.py"):
        assert finding.message


def replaced(program: str, at: int, value: str) -> str:
    """The program with another value in place of one of its literals."""
    lines = program.split("\n")
    try:
        tokens = [token for token in tokenize.generate_tokens(io.StringIO(program).readline) if token.type in LITERALS]
    except (tokenize.TokenError, IndentationError):
        return program
    if tokens and tokens[at % len(tokens)].start[0] == tokens[at % len(tokens)].end[0]:
        token = tokens[at % len(tokens)]
        row, start, end = token.start[0] - 1, token.start[1], token.end[1]
        lines[row] = lines[row][:start] + value + lines[row][end:]
    return "\n".join(lines)


def can_be_read(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
