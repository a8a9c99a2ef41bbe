"""Where imports start: the project nearest to a file, its `src/`, what the settings say; stubs beside modules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from athena_lsp.analysis.layout import Layout
from athena_lsp.workspace import Workspace

STEP = "from athena_runtime import container\n\n\n@container(name='{0}')\ndef step() -> {0}: ...\n"
FLOW = (
    "from athena_runtime import workflow\nfrom lib.steps import step\n\n\n"
    "@workflow(name='{0}')\ndef flow() -> str:\n    return step()\n"
)


def opened(root: Path, files: Mapping[str, str]) -> Workspace:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Workspace.open([root])


def rules(workspace: Workspace, path: str) -> list[str]:
    return [found.rule for found in workspace.diagnostics(path)]


def test_the_nearest_project_decides(tmp_path: Path) -> None:
    """Three projects with a `lib` of their own: one flat, one in `src/`, and the one around them."""
    files = {
        "athena.toml": "",
        "lib/steps.py": STEP.format("bytes"),
        "flow.py": FLOW.format("a"),
        "flat/pyproject.toml": "",
        "flat/lib/steps.py": STEP.format("int"),
        "flat/flow.py": FLOW.format("b"),
        "src-layout/pyproject.toml": "",
        "src-layout/src/lib/steps.py": STEP.format("str"),
        "src-layout/src/flow.py": FLOW.format("c"),
        "src-layout/tests/flow.py": FLOW.format("d"),
        "other/flow.py": FLOW.format("e"),
    }
    workspace = opened(tmp_path, files)
    messages = {path: [found.message for found in workspace.diagnostics(path)] for path in files if "flow" in path}
    assert messages == {
        "flow.py": ["`flow` declares `str`, but returns `bytes`"],
        "flat/flow.py": ["`flow` declares `str`, but returns `int`"],
        "src-layout/src/flow.py": [],
        "src-layout/tests/flow.py": [],
        "other/flow.py": ["`flow` declares `str`, but returns `bytes`"],
    }


def test_one_member_of_a_repository_imports_another(tmp_path: Path) -> None:
    files = {
        "athena.toml": "",
        "steps/pyproject.toml": "",
        "steps/src/lib/steps.py": STEP.format("int"),
        "flows/pyproject.toml": "",
        "flows/src/flows/main.py": FLOW.format("a"),
    }
    assert rules(opened(tmp_path, files), "flows/src/flows/main.py") == ["return-type-mismatch"]


def test_settings_say_where_imports_start(tmp_path: Path) -> None:
    files = {"athena.toml": "", "code/lib/steps.py": STEP.format("int"), "main.py": FLOW.format("a")}
    workspace = opened(tmp_path, files)
    assert rules(workspace, "main.py") == ["not-a-template"]
    for roots in ('["code"]', '["./code/"]', '[".", "code"]'):
        workspace.set_text("athena.toml", f"roots = {roots}\n")
        assert rules(workspace, "main.py") == ["return-type-mismatch"], roots
    workspace.close("athena.toml")
    assert rules(workspace, "main.py") == ["not-a-template"]


def test_settings_may_name_folders_in_an_order(tmp_path: Path) -> None:
    files = {
        "athena.toml": 'roots = ["two", "one"]\n',
        "one/lib/steps.py": STEP.format("int"),
        "two/lib/steps.py": STEP.format("str"),
        "main.py": FLOW.format("a"),
    }
    assert rules(opened(tmp_path, files), "main.py") == []


def test_a_project_inside_keeps_its_own_roots(tmp_path: Path) -> None:
    files = {
        "athena.toml": 'roots = ["code"]\n',
        "code/lib/steps.py": STEP.format("int"),
        "inner/pyproject.toml": "",
        "inner/src/lib/steps.py": STEP.format("str"),
        "inner/main.py": FLOW.format("a"),
    }
    assert rules(opened(tmp_path, files), "inner/main.py") == []


def test_a_script_imports_what_stands_beside_it(tmp_path: Path) -> None:
    files = {"athena.toml": "", "jobs/lib/steps.py": STEP.format("int"), "jobs/main.py": FLOW.format("a")}
    assert rules(opened(tmp_path, files), "jobs/main.py") == ["return-type-mismatch"]


def test_stub_files_are_found_and_followed(tmp_path: Path) -> None:
    text = FLOW.format("a").replace("lib.steps import step", "steps import step")
    step = "from athena_runtime import container\nfrom models import Name\n\n\n@container\ndef step() -> Name: ...\n"
    files = {"athena.toml": "", "main.py": text, "steps.py": step, "models.py": "Name = make()\n"}
    workspace = opened(tmp_path, files)
    assert rules(workspace, "steps.py") == ["not-serializable"]
    (tmp_path / "models.pyi").write_text("Name = int\n", encoding="utf-8")
    workspace.refresh()
    assert rules(workspace, "steps.py") == []
    assert rules(workspace, "main.py") == ["return-type-mismatch"]
    assert rules(workspace, "models.pyi") == []


LAYOUT = Layout(
    frozenset({"a/x.py", "a/__init__.py", "a/x.pyi", "b/c/d.py", "src/e.py", "p/f.pyi", "p/f/__init__.py"}),
    ("", "src"),
)


@pytest.mark.parametrize(
    ("importer", "module", "level", "path"),
    [
        ("m.py", "a", 0, "a/__init__.py"),
        ("m.py", "a.x", 0, "a/x.pyi"),
        ("m.py", "e", 0, "src/e.py"),
        ("m.py", "p.f", 0, "p/f/__init__.py"),
        ("m.py", "b.c.d", 0, "b/c/d.py"),
        ("m.py", "b.c", 0, None),
        ("m.py", "", 0, None),
        ("a/x.py", "", 1, "a/__init__.py"),
        ("a/x.py", "x", 1, "a/x.pyi"),
        ("b/c/d.py", "a", 3, "a/__init__.py"),
        ("b/c/d.py", "a", 9, "a/__init__.py"),
    ],
)
def test_modules_of_a_layout(importer: str, module: str, level: int, path: str | None) -> None:
    assert LAYOUT.module(importer, module, level) == path


def test_folders_and_stubs_of_a_layout() -> None:
    assert LAYOUT.is_namespace("m.py", "b", 0)
    assert LAYOUT.is_namespace("m.py", "b.c", 0)
    assert LAYOUT.is_namespace("b/e.py", "c", 1)
    assert not LAYOUT.is_namespace("m.py", "a", 0)
    assert not LAYOUT.is_namespace("m.py", "c", 0)
    assert LAYOUT.is_project_module("m.py", "a.nothing")
    assert not LAYOUT.is_project_module("m.py", "b")
    assert LAYOUT.program_of("a/x.pyi") == "a/x.py"
    assert LAYOUT.program_of("p/f.pyi") is None
    assert LAYOUT.program_of("a/x.py") is None
    assert [LAYOUT.module_name(path) for path in ("a/x.pyi", "a/__init__.py", "src/e.py")] == ["a.x", "a", "e"]


def test_in_a_folder_that_is_no_project_only_packages_are_looked_into(tmp_path: Path) -> None:
    """Whatever is below it need not be the user's: a module that is not seen may be there all the same."""
    package = tmp_path / "shop"
    (package / "parts").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "parts" / "steps.py").write_text("def load(): ...\n")
    (package / "flow.py").write_text(
        "from athena_runtime import container\nfrom .parts.steps import load\nfrom . import nothing\n\n\n"
        "@container\ndef run() -> None:\n    print(load, nothing)\n"
    )
    assert [each.message for each in Workspace.open([tmp_path]).diagnostics("shop/flow.py")] == [
        "`.` has nothing called `nothing`"
    ]
    (tmp_path / "athena.toml").touch()
    assert [each.message for each in Workspace.open([tmp_path]).diagnostics("shop/flow.py")] == [
        "`.` has nothing called `nothing`"
    ]
    (package / "parts" / "steps.py").unlink()
    assert "there is no module `.parts.steps`" in [
        each.message for each in Workspace.open([tmp_path]).diagnostics("shop/flow.py")
    ]
