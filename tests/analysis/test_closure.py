"""Which modules go with the containers of a project, under which names; and what they need from outside."""

from __future__ import annotations

import pytest

from athena_lsp.analysis.code import Code
from athena_lsp.analysis.imports import Import, imports_in
from athena_lsp.project import Project

HEAD = "from athena_runtime import container\n"
FLOW = "\n\n@workflow\ndef f() -> str:\n    return step('')\n"
STEP = "\n\n@container\ndef step(x: str) -> str:\n    return x\n"


def code(files: dict[str, str], roots: tuple[str, ...] = ("",)) -> Code:
    return Project.of(files, roots=roots).code()


def places(files: dict[str, str], roots: tuple[str, ...] = ("",)) -> list[str]:
    return [module.place for module in code(files, roots).modules]


def test_a_project_with_a_source_folder() -> None:
    files = {
        "src/shop/__init__.py": "",
        "src/shop/steps.py": f"{HEAD}from shop import tools\nfrom shop.model import Order{STEP}",
        "src/shop/tools.py": "from . import paths",
        "src/shop/paths.py": "",
        "src/shop/model.py": "",
        "src/shop/unused.py": "",
        "src/shop/flow.py": f"from athena_runtime import workflow\nfrom shop.steps import step{FLOW}",
    }
    found = code(files, ("", "src"))
    names = ["__init__", "model", "paths", "steps", "tools"]
    assert [module.place for module in found.modules] == [f"shop/{name}.py" for name in names]
    assert found.templates == (("project-step", "shop.steps:step"),)
    assert (found.outside, found.problems) == ((), ())


@pytest.mark.parametrize(
    "statement",
    [
        "import a.b.c",
        "import a.b.c as d",
        "from a.b import c",
        "from a.b.c import x",
        "from a.b.c import *",
        "def f():\n    import a.b.c",
        "try:\n    import a.b.c\nexcept ImportError:\n    pass",
        "if True:\n    import a.b.c",
        "class A:\n    from a.b import c",
    ],
)
def test_every_way_to_import_a_module(statement: str) -> None:
    files = {"main.py": f"{HEAD}{statement}{STEP}", "a/__init__.py": "", "a/b/__init__.py": "", "a/b/c.py": "x = 1"}
    assert places(files) == ["a/__init__.py", "a/b/__init__.py", "a/b/c.py", "main.py"]


def test_folders_without_an_init_are_packages_too() -> None:
    files = {"main.py": f"{HEAD}from a.b.c import x{STEP}", "a/b/c.py": "x = 1", "a/b/d.py": ""}
    assert places(files) == ["a/b/c.py", "main.py"]


def test_imports_upwards_and_in_circles() -> None:
    files = {
        "p/__init__.py": "",
        "p/q/__init__.py": "from . import steps",
        "p/q/steps.py": f"{HEAD}from ..other import x{STEP}",
        "p/other.py": "from p.q import steps",
    }
    assert places(files) == ["p/__init__.py", "p/other.py", "p/q/__init__.py", "p/q/steps.py"]


def test_what_is_for_type_checkers_stays_behind() -> None:
    head = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import hidden\nelse:\n    import shown\n"
    files = {"main.py": f"{HEAD}{head}{STEP}", "hidden.py": "", "shown.py": ""}
    assert places(files) == ["main.py", "shown.py"]


def test_a_stub_stands_for_its_program() -> None:
    files = {"main.py": f"{HEAD}import fast{STEP}", "fast.py": "import slow", "fast.pyi": "", "slow.py": ""}
    assert places(files) == ["fast.py", "main.py", "slow.py"]


def test_a_script_beside_its_modules_is_imported_as_it_imports() -> None:
    files = {"jobs/main.py": f"{HEAD}import helper{STEP}", "jobs/helper.py": ""}
    assert places(files) == ["helper.py", "jobs/main.py"]


def test_what_packages_must_provide() -> None:
    files = {
        "main.py": f"{HEAD}import os.path, numpy.linalg\nimport helper\nfrom google.cloud import storage{STEP}",
        "helper.py": "import yaml, athena_runtime\ntry:\n    import fast\nexcept ImportError:\n    pass\n",
    }
    assert code(files).outside == (("google.cloud", "main.py"), ("numpy.linalg", "main.py"), ("yaml", "helper.py"))


def test_tests_are_left_out() -> None:
    files = {
        "main.py": f"{HEAD}{STEP}",
        "tests/test_main.py": f"{HEAD}import pytest{STEP.replace('step', 'fake')}",
        "conftest.py": f"{HEAD}{STEP.replace('step', 'other')}",
    }
    found = code(files)
    assert [module.place for module in found.modules] == ["main.py"]
    assert [template for template, _ in found.templates] == ["project-step"]


def test_modules_that_cannot_lie_side_by_side() -> None:
    one, other = f"{HEAD}import tools{STEP}", f"{HEAD}import tools{STEP.replace('step', 'other')}"
    files = {"a/x.py": one, "a/tools.py": "", "b/y.py": other, "b/tools.py": ""}
    [problem] = code(files).problems
    assert problem == "`a/tools.py` and `b/tools.py` are both imported as `tools`: a pod has one of them"


def test_a_module_with_the_name_of_pythons_own() -> None:
    [problem] = code({"main.py": f"{HEAD}import queue{STEP}", "queue.py": ""}).problems
    assert problem == "`queue.py` is called like Python's own module `queue`, which a pod imports instead"


def test_broken_files_do_not_make_it_fail() -> None:
    files = {
        "main.py": f"{HEAD}import broken{STEP}",
        "broken.py": "import this is no python\n\nimport other\n",
        "other.py": "",
    }
    assert places(files)[:2] == ["broken.py", "main.py"]


def test_an_import_in_a_body_counts_as_soon_as_it_is_typed() -> None:
    before = Project.of({"main.py": f"{HEAD}{STEP}", "lazy.py": ""})
    assert [module.path for module in before.code().modules] == ["main.py"]
    after = before.with_text("main.py", f"{HEAD}{STEP}".replace("return x", "import lazy; return x"))
    assert [module.path for module in after.code().modules] == ["lazy.py", "main.py"]


@pytest.mark.parametrize(
    "text", ["import", "from . import", "from", "import (", "\0import x", "# import x", "'import x'"]
)
def test_texts_that_import_nothing(text: str) -> None:
    assert imports_in(text) == ()


def test_spans_are_those_of_the_names() -> None:
    text = "from  .a.b  import c\nimport d.e as f, g\n"
    assert [(each, text[span.start : span.end]) for each, span in imports_in(text)] == [
        (Import("a.b", 1, ("c",)), ".a.b"),
        (Import("d.e"), "d.e"),
        (Import("g"), "g"),
    ]
