"""What must not be in the repository: addresses of registries, paths of somebody's machine, promises, stray files."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8"
).stdout.split("\0")[:-1]
LOCKS = [name for name in TRACKED if re.search(r"^requirements/.*\.txt$|package-lock\.json$|\.lock$", name)]
NPM = [name for name in TRACKED if Path(name).name == "package.json"]
LARGEST_FILE = 1_000_000

MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+|tmp/\w+)/[\w.]")
PROMISE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\(#\d+\))")
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)


def texts() -> list[tuple[str, str]]:
    """Every tracked text file that is there, with its text."""
    found: list[tuple[str, str]] = []
    for name in TRACKED:
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if b"\0" not in content:
                found.append((name, content.decode("utf-8")))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_no_address_to_download_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"https?://\S+|git\+\S+|--(?:extra-)?index-url.*|--find-links.*|--trusted-host.*", text) == []


def test_every_locked_requirement_has_a_version_and_hashes() -> None:
    for name, requirement in locked().items():
        assert re.match(r"[\w.-]+==\d", requirement), name
        assert "--hash=sha256:" in requirement, name


def test_all_that_the_project_asks_for_is_locked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*settings["project"]["dependencies"], *settings["dependency-groups"]["dev"]]
    assert {plain_name(each) for each in asked} - set(locked()) == set()


def test_every_dependency_has_its_reason() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    explained = {plain_name(name) for name in re.findall(r"^\| `([@\w./-]+)` \|", page, re.MULTILINE)}
    asked = [*settings["project"]["dependencies"], *settings["dependency-groups"]["dev"]]
    for name in NPM:
        package = json.loads((ROOT / name).read_text(encoding="utf-8"))
        asked += [*package["dependencies"], *package.get("devDependencies", ())]
    assert explained == {plain_name(each) for each in asked}


def test_no_path_of_a_machine() -> None:
    assert [(name, match[0]) for name, text in texts() for match in MACHINE_PATH.finditer(text)] == []


def test_no_promise_without_an_issue() -> None:
    assert [(name, match[0]) for name, text in texts() for match in PROMISE.finditer(text)] == []


def test_no_unfinished_merge() -> None:
    assert [name for name, text in texts() if CONFLICT.search(text)] == []


def test_no_large_files() -> None:
    sizes = {name: (ROOT / name).stat().st_size for name in TRACKED if (ROOT / name).is_file()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE} == {}


def test_scripts_are_executable() -> None:
    scripts = [name for name, text in texts() if text.startswith("#!")]
    assert [name for name in scripts if not (ROOT / name).stat().st_mode & 0o100] == []


def test_the_licence_is_one_and_complete() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "Apache License\n" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert settings["project"]["license"] == "Apache-2.0"
    assert settings["project"]["license-files"] == ["LICENSE"]
    assert "Apache-2.0" in (ROOT / "README.md").read_text(encoding="utf-8")


def locked() -> dict[str, str]:
    """The requirements of the lock by name, each with its hashes."""
    text = (ROOT / "requirements/dev.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^[A-Za-z].*(?:\n .*)*", text, re.MULTILINE)
    return {plain_name(entry): entry for entry in entries}


def plain_name(requirement: str) -> str:
    """The distribution's name as registries compare names."""
    name = re.match(r"@?[\w./-]+", requirement)
    assert name is not None, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_test_files_have_names_of_their_own() -> None:
    """pytest imports them by name alone."""
    names = Counter(Path(name).name for name in TRACKED if Path(name).name.startswith("test_") and name.endswith(".py"))
    assert [name for name, count in names.items() if count > 1] == []
