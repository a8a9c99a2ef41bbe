"""Cutting a file into blocks agrees with parsing it whole, for every text."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from athena_lsp.syntax.blocks import cut
from athena_lsp.syntax.tree import parse

PIECES = st.sampled_from(
    [
        "x = 1\n", "\n", "    ", "(", ")", '"""', "'''", "'", ":", "# c\n", "\\\n", "@d\n", "@d\n\n", "else:\n", "\r",
        "\r\n", "if x:\n    pass\n", "class K:\n    a = b\n", "import os\n", "async ", "return", ";", "\x0c", "é😋",
        "@ b\n", 'f"{',
        "def f(a):\n    '''doc'''\n    return a\n", "X = (1,\n2)\n", "@dec(1)\n@e\ndef h(): ...\n",
        "y = '''\ndef q(): pass\n'''\n", "z = (a\n@ b)\n", 'def g():\n    """\ndef inner():\n"""\n',
        "try:\n    pass\nexcept E:\n    pass\n",
    ]
)  # fmt: skip


@settings(max_examples=600)
@given(st.lists(PIECES, max_size=12).map("".join))
@example("x = (a\n@ b\n@ c)\n")
@example("s = '''\n@a\ndef f(): pass\n\n@b\nclass C: pass\n'''\ndef g(): pass\n")
@example("\\\n@d\n\n@d\ndef f(a):\n    return a\n")
@example("x = 1\n\\\n@d\n\n# c\n@d\ndef f(a):\n    return a\n")
@example("    \x0c@dec(1)\n@e\ndef h(): ...\n")
@example("# only a comment")
@example("")
def test_cutting_agrees_with_parsing_the_whole(text: str) -> None:
    parsed = cut(text)
    assert "".join(parsed.blocks) == text
    whole = _statements(text)
    assert parsed.broken == (whole is None)
    if whole is not None:
        assert [dump for block in parsed.blocks for dump in _statements(block) or ()] == whole


def test_a_syntax_error_stays_in_its_own_definition() -> None:
    parsed = cut("def a():\n    return 1\n\n@deco\ndef b(:\n    pass\n\ndef c():\n    return 3\n")
    assert parsed.broken
    assert [parse(block).problem is not None for block in parsed.blocks] == [False, True, False]


@pytest.mark.parametrize("typed", ["(", '"""', "x = [", "'", "f(a, ", "@", "def", "if x", "{"])
def test_typing_in_one_body_leaves_the_others_alone(typed: str) -> None:
    text = "".join(f"def f{i}():\n    '''Say {i}.'''\n    return {i}\n\n\n" for i in range(9))
    before = cut(text).blocks
    after = cut(text.replace("return 4", f"return 4{typed}")).blocks
    assert set(before[:3]) <= set(after)
    assert sum(block in after for block in before) >= 4


def test_a_string_with_definitions_in_it_is_one_block_once_it_parses() -> None:
    text = 'SQL = """\ndef not_code():\nclass Neither:\n"""\n\n\ndef f():\n    return SQL\n'
    assert len(cut(text).blocks) == 2


@pytest.mark.parametrize(
    "text", ["a\x00b", "\ud800", "(" * 5000, "x = " + "-" * 20000 + "1", "[" * 300 + "]" * 300, "\ufeffx = 1"]
)
def test_no_text_is_too_odd(text: str) -> None:
    assert "".join(cut(text).blocks) == text


def _statements(text: str) -> list[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return [ast.dump(statement) for statement in ast.parse(text).body]
        except (SyntaxError, ValueError):
            return None
