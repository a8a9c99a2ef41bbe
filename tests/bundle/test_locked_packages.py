"""Packages from real locks, by uv, for both processors; and the locks that cannot be had. Needs the package index."""

from __future__ import annotations

import json
import subprocess
from io import StringIO
from pathlib import Path

import pytest

from athena_lsp.cli.progress import Progress
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import Entry, digest
from athena_runtime.bundle.packages import packages_layer
from athena_runtime.bundle.requirements import Requirements, Source, find_source
from athena_runtime.bundle.uv import find_uv, requirements_of

MACHINES = ("x86_64", "aarch64")
PROJECT = """\
[project]
name = "shop"
version = "1.0.0"
requires-python = ">=3.11"
dependencies = ["six==1.17.0"]

[project.optional-dependencies]
fast = ["markupsafe==3.0.3"]

[dependency-groups]
dev = ["iniconfig"]
pods = ["typing-extensions"]
"""
pytestmark = [pytest.mark.slow, pytest.mark.e2e]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, locked in each of the three ways."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "pyproject.toml").write_text(PROJECT)
    uv(folder, "lock")
    uv(folder, "export", "--frozen", "--no-dev", "--no-emit-project", "--format", "pylock.toml", "-o", "pylock.toml")
    uv(folder, "export", "--frozen", "--no-dev", "--no-emit-project", "-o", "requirements.txt")
    return folder


def uv(folder: Path, *arguments: str) -> str:
    done = subprocess.run([find_uv(), *arguments, "--quiet"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def layer(folder: Path, name: str, *, extras: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> dict[str, Entry]:
    source = find_source(folder, name, extras, groups)
    assert source is not None
    entries = packages_layer(requirements_of(source), "3.13", MACHINES, ())
    return {entry.path: entry for entry in entries}


def packages(found: dict[str, Entry]) -> list[str]:
    names: list[str] = json.loads(found["layer.json"].read())["packages"]
    return [name.split()[0] for name in names]


def test_three_ways_to_lock_make_one_layer(project: Path) -> None:
    found = [layer(project, name) for name in ("uv.lock", "pylock.toml", "requirements.txt")]
    assert packages(found[0]) == ["six"]
    assert "any/six.py" in found[0]
    assert "any/six-1.17.0.dist-info/METADATA" in found[0]
    assert not any(path.endswith(("RECORD", "INSTALLER", ".pyc")) for path in found[0])
    assert len({digest(each.values()) for each in found}) == 1


def test_compiled_packages_are_there_for_each_processor(project: Path) -> None:
    found = layer(project, "uv.lock", extras=("fast",))
    assert packages(found) == ["markupsafe", "six"]
    for machine in MACHINES:
        [compiled] = [path for path in found if path.startswith(f"{machine}/markupsafe/") and path.endswith(".so")]
        assert machine in compiled
        assert found[compiled].executable


def test_groups_are_taken_when_they_are_named(project: Path) -> None:
    assert packages(layer(project, "uv.lock", groups=("pods",))) == ["six", "typing_extensions"]


def test_the_runtime_is_there_without_what_publishes(project: Path) -> None:
    found = layer(project, "uv.lock")
    assert "any/athena_runtime/__main__.py" in found
    assert not any(path.startswith("any/athena_runtime/bundle/") for path in found)


def test_a_hash_that_does_not_fit_is_told() -> None:
    text = f"six==1.17.0 --hash=sha256:{'0' * 64}\n"
    with pytest.raises(BundleError, match=r"uv cannot provide the packages of requirements\.txt for x86_64") as told:
        packages_layer(Requirements(text), "3.13", ("x86_64",), ())
    assert "lock the packages anew" in told.value.advice


def test_a_package_without_a_wheel_is_told(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("docopt==0.6.2\n")
    text = uv(tmp_path, "pip", "compile", "--universal", "--generate-hashes", "--no-header", "in.txt")
    with pytest.raises(BundleError, match="docopt") as told:
        packages_layer(Requirements(text), "3.13", ("aarch64",), ())
    assert "wheels" in told.value.advice


def test_an_extra_that_is_not_there_is_told(project: Path) -> None:
    source = Source(project / "uv.lock", "", ("nothing",))
    with pytest.raises(BundleError, match="nothing"):
        requirements_of(source)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_a_bar_on_a_terminal_and_a_line_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal, file = Terminal(), StringIO()
    for stream in (terminal, file):
        with Progress(stream) as progress:
            for done in (0, 500_000, 1_000_000):
                progress.report("athena/layers/app/abc.tgz", done, 1_000_000)
    assert "app/abc.tgz" in terminal.getvalue()
    assert "[########################] 1.0 of 1.0 MB\n" in terminal.getvalue()
    assert file.getvalue() == "sent athena/layers/app/abc.tgz, 1,000,000 bytes\n"
