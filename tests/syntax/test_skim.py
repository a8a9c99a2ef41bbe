"""Skimming cuts a module where Python's own parser does, and what it leaves out of classes is methods alone."""

from __future__ import annotations

import ast
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.syntax.skim import LARGE, cut_exactly, defined_name, skim, without_methods
from athena_lsp.syntax.tree import parse

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = sorted(path for path in LIBRARY.glob("*.py") if path.stat().st_size < 300_000)
LINES = (
    "class A:", "    x: int = 1", "@deco", "@deco(1,", "def f(", "):", "    return 1", '"""', "'''", '"a', "# it's",
    "x = (", ")", "if x:", "else:", "try:", "    pass", "except E:", "finally:", "import os", "from a import (",
    "    b,", "x = '''", "async def g():", "\\", "", "  # c", 'r"""', "class B(A):", "y: 'A' = f\"{x['a']}\"",
    "elif y:", "with x:", "é = 1", "\f",
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=30).map("\n".join))
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(skim(text)) == text
    assert "".join(cut_exactly(text)) == text


@pytest.mark.parametrize("path", MODULES[::7], ids=lambda path: path.name)
def test_modules_of_the_standard_library_are_cut_as_python_cuts_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    skimmed = [name for piece in skim(text) if (name := defined_name(piece))]
    statements = parse(text).statements
    expected = [s.name for s in statements if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    assert skimmed == expected
    assert all(parse(piece).problem is None for piece in skim(text)), sys.version


def test_strings_comments_and_decorators_do_not_mislead() -> None:
    text = (
        '"""Text.\n\nclass Fake: in it\n"""\n'
        "import os\n"
        "@deco\n# why\n@other(\n    1,\n)\nclass A:\n    '''\nclass Fake: again\n    '''\n"
        "try:\n    import fast\nexcept ImportError:\n    fast = None\nelse:\n    pass\nfinally:\n    pass\n"
        "x = f'''\ndef fake(): {os}\n'''\n"
        "if x:\n    y = 1\nelif y:\n    z = 1\n# class Fake\n"
        "async def g():\n    pass\n"
    )
    pieces = skim(text)
    assert [piece.split("\n")[0] for piece in pieces] == [
        '"""Text.', "import os", "@deco", "try:", "x = f'''", "if x:", "async def g():",
    ]  # fmt: skip
    assert [defined_name(piece) for piece in pieces if defined_name(piece)] == ["A", "g"]
    assert all(parse(piece).problem is None for piece in pieces)


def test_the_exact_cut_is_right_where_the_quick_one_is_not() -> None:
    text = "x = [\n1,\ny,\n]\n@deco\nclass A: ...\nz = 1\n"
    assert any(parse(piece).problem for piece in skim(text))
    assert cut_exactly(text) == ("x = [\n1,\ny,\n]\n", "@deco\nclass A: ...\n", "z = 1\n")
    assert cut_exactly("class A(:\n") == ("class A(:\n",)


def test_a_large_class_loses_its_methods_and_nothing_else() -> None:
    methods = "".join(
        f"    @property\n    def m{n}(self) -> int:\n        x: int = {n}\n        return x\n" for n in range(500)
    )
    head = '@deco(\n    1,\n)\nclass A(\n    B,\n    metaclass=M,\n):\n    """Text\ndef fake(): ...\n    """\n'
    fields = "    a: int\n    b: dict[\n        str, int\n    ] = {}\n    class Inner:\n        c: int\n"
    piece = f"{head}{fields}{methods}    last = 3\n"
    assert len(piece) > LARGE
    (bare,) = parse(without_methods(piece)).statements
    assert isinstance(bare, ast.ClassDef)
    assert [type(statement).__name__ for statement in bare.body] == [
        "Expr", "AnnAssign", "AnnAssign", "ClassDef", "Assign", "Pass",
    ]  # fmt: skip
    assert len(bare.decorator_list) == len(bare.bases) == len(bare.keywords) == 1


def test_methods_that_say_something_about_data_stay() -> None:
    fill = "    def fill(self) -> None:\n        x = 1\n" * LARGE
    for method in (
        "    @computed_field\n    @property\n    def area(self) -> int:\n        return 1\n",
        "    @computed_field(\n        alias='a',\n    )\n    def area(self) -> int: ...\n",
        "    @size.default\n    def _(self): return 3\n",
        "    def __new__(cls, value): ...\n",
        "    @staticmethod\n    def _generate_next_value_(name, *rest): return name\n",
    ):
        (bare,) = parse(without_methods(f"class A:\n    size: int\n{fill}{method}{fill}")).statements
        (whole,) = parse(f"class A:\n    size: int\n{method}\n    pass\n").statements
        assert ast.dump(bare) == ast.dump(whole)
    for method in ("    @property # of a kind\n    def a(self): ...\n", "    @a.setter\n    def a(self, v): ...\n"):
        (bare,) = parse(without_methods(f"class A:\n    size: int\n{method}{fill}")).statements
        assert ast.dump(bare) == ast.dump(parse("class A:\n    size: int\n    pass").statements[0])


def test_small_classes_and_functions_stay_as_they_are() -> None:
    for piece in ("class A:\n    def f(self): ...\n", "x = 1\n" * LARGE, "def f():\n" + "    x = 1\n" * LARGE):
        assert without_methods(piece) is piece


@given(st.lists(st.sampled_from(LINES), max_size=12).map(lambda lines: "\n    ".join(["class A:", *lines])))
def test_a_class_without_methods_still_parses_when_it_did(piece: str) -> None:
    large = f"{piece}\n    x = {'1 + ' * LARGE}1\n"
    if parse(large).problem is None:
        assert parse(without_methods(large)).problem is None
