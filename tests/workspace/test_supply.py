"""What pods will be able to import, by the locks of real tools and the packages that are installed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from athena_lsp.environment import Environment
from athena_lsp.settings import BundleSettings, Supply
from athena_lsp.supply import find_supply
from athena_lsp.workspace import Workspace

UV_LOCK = """\
version = 1

[[package]]
name = "attrs"
version = "25.1.0"
source = { registry = "index" }

[[package]]
name = "colorama"
version = "0.4.6"
source = { registry = "index" }

[[package]]
name = "pytest"
version = "9.0.0"
source = { registry = "index" }
dependencies = [
    { name = "pluggy" },
]

[[package]]
name = "pluggy"
version = "1.0.0"
source = { registry = "index" }

[[package]]
name = "pyyaml"
version = "6.0.1"
source = { registry = "index" }
dependencies = [
    { name = "attrs" },
]

[[package]]
name = "shop"
version = "1.0.0"
source = { virtual = "." }
dependencies = [
    { name = "colorama", marker = "sys_platform == 'win32'" },
    { name = "pyyaml" },
]

[package.dev-dependencies]
dev = [
    { name = "pytest" },
]

[package.metadata]
requires-dist = [{ name = "pyyaml" }]
"""
PYLOCK = 'lock-version = "1.0"\n[[packages]]\nname = "PyYAML"\n[[packages]]\nname = "attrs"\n'
PYLOCK += '[[packages]]\nname = "colorama"\nmarker = "sys_platform == \'win32\'"\n'
REQUIREMENTS = "pyyaml==6.0.1 \\\n    --hash=sha256:{0}\nattrs==25.1.0 \\\n    --hash=sha256:{0}\n".format("0" * 64)
REQUIREMENTS += f"colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:{'0' * 64}\n"


def installed(folder: Path, **packages: str) -> Environment:
    """An environment with packages, each with the one file that it has."""
    for name, path in packages.items():
        metadata = folder / f"{name}-1.0.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "RECORD").write_text(f"{path},sha256=x,1\n{metadata.name}/METADATA,,\n../../bin/tool,,\n")
    return Environment((folder,))


def supply(root: Path, environment: Environment, **settings: str) -> Supply | None:
    return find_supply(root, BundleSettings(**settings), lambda: environment)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text"), [("uv.lock", UV_LOCK), ("pylock.toml", PYLOCK), ("requirements.txt", REQUIREMENTS)]
)
def test_locked_packages_provide_their_modules(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    site = tmp_path / "site"
    environment = installed(site, PyYAML="yaml/__init__.py", attrs="attr/__init__.py", pytest="pytest/__init__.py")
    found = supply(tmp_path, environment)
    assert found is not None
    assert (found.lock, found.complete) == (name, True)
    assert [found.provides(module) for module in ("yaml", "attr", "attrs", "yaml.nodes", "pytest", "requests")] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]


def test_packages_that_are_not_installed_may_provide_anything(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(UV_LOCK)
    found = supply(tmp_path, installed(tmp_path / "site", PyYAML="yaml/__init__.py"))
    assert found is not None
    assert found.provides("requests")


def test_a_lock_is_named_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "prod.txt").write_text(REQUIREMENTS)
    found = supply(tmp_path, Environment(), lock="prod.txt")
    assert found is not None
    assert found.lock == "prod.txt"


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ('[project]\nname = "a"\ndependencies = []\n', True),
        ('[project]\nname = "a"\ndependencies = ["athena-lsp>=1"]\n', True),
        ('[project]\nname = "a"\ndependencies = ["numpy"]\n', False),
        ('[project]\nname = "a"\ndependencies = [\n  "athena_lsp",\n  "numpy>=2",\n]\n', False),
        ("[tool.black]\n", False),
        ("", False),
    ],
)
def test_without_a_lock_only_a_project_without_dependencies_is_known(tmp_path: Path, text: str, is_told: bool) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert (supply(tmp_path, Environment()) is not None) == is_told


@pytest.mark.parametrize("text", ["", "[[package]]", "[[package]]\nname = 3\n", "\0", "name" * 1000])
def test_no_text_of_a_lock_makes_it_fail(tmp_path: Path, text: str) -> None:
    (tmp_path / "uv.lock").write_text(text)
    assert supply(tmp_path, Environment()) is not None


def test_the_editor_is_told_when_a_lock_changes(tmp_path: Path) -> None:
    program = (
        "import requests\nfrom athena_runtime import container\n\n\n@container\ndef f(x: str) -> str:\n    return x\n"
    )
    (tmp_path / "main.py").write_text(program)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\ndependencies = []\n')
    workspace = Workspace.open([tmp_path])
    assert [found.rule for found in workspace.diagnostics("main.py")] == ["missing-dependency"]
    (tmp_path / "requirements.txt").write_text(REQUIREMENTS.replace("attrs", "requests"))
    workspace.refresh()
    assert workspace.diagnostics("main.py") == ()
