"""Compiled modules of a project are modules: an import of one is no mistake, and what it gives is opaque."""

from __future__ import annotations

from pathlib import Path

import pytest

from athena_lsp.analysis.layout import layout_of
from athena_lsp.workspace import Workspace

HEAD = "from athena_runtime import container, workflow\n"
BODY = """

@container
def load(path: str) -> int:
    return parse(path)


@container
def take(rows: int) -> None: ...


@workflow
def flow(path: str = "x") -> None:
    take(load(path))
"""
SUFFIXES = [".cpython-312-x86_64-linux-gnu.so", ".abi3.so", ".so", ".cp312-win_amd64.pyd"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "line",
    [
        "from fast._core import parse",
        "from ._core import parse",
        "from . import _core\nparse = _core.parse",
        "import fast._core\nparse = fast._core.parse",
        "import fast\nparse = fast._core.parse",
        "from fast import _core as c\nparse = c.parse",
    ],
)
def test_a_compiled_module_can_be_imported(tmp_path: Path, suffix: str, line: str) -> None:
    package = tmp_path / "src" / "fast"
    package.mkdir(parents=True)
    (tmp_path / "athena.toml").touch()
    (tmp_path / ".gitignore").write_text("*.so\n*.pyd\n")
    (package / "__init__.py").touch()
    (package / f"_core{suffix}").write_bytes(b"\x7fELF" + bytes(2_000_000))
    (package / "flow.py").write_text(HEAD + line + BODY)
    workspace = Workspace.open([tmp_path])
    assert [found.message for found in workspace.diagnostics("src/fast/flow.py")] == []
    assert set(workspace.project.files) == {"src/fast/__init__.py", "src/fast/flow.py"}
    assert not workspace.problems

    (package / f"_core{suffix}").unlink()
    assert workspace.refresh()
    mentioned = line.endswith("import parse")
    assert [found.rule for found in workspace.diagnostics("src/fast/flow.py")] == ["unresolved-import"] * mentioned


def test_the_name_of_a_compiled_module_ends_at_its_first_dot() -> None:
    layout = layout_of(("a/_x.cpython-312-darwin.so", "a/b.py", "_y.pyd"), ())
    assert layout.compiled == {"a/_x", "_y"}
    assert layout.is_compiled("a/b.py", "_x", 1)
    assert layout.is_compiled("a/b.py", "a._x", 0)
    assert layout.is_compiled("a/b.py", "_y", 0)
    assert layout.is_compiled("a/b.py", "_x.inner.more", 1), "a compiled module may hold others"
    assert not layout.is_compiled("a/b.py", "_z", 1)
    assert not layout.is_compiled("a/b.py", "", 1)
