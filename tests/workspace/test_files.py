"""Files are found as git would find them, and read whatever their encoding is."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from athena_lsp.files import LARGEST_FILE, Level, Text, Unreadable, find_root, ignore_rules, is_ignored, read_text, walk


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_walk_leaves_out_what_is_not_the_users_program(tmp_path: Path) -> None:
    names = (
        "a.py a.pyi b/c.py b/pyproject.toml b/data.txt .hidden/x.py env/pyvenv.cfg env/lib/x.py node_modules/x.py "
        "v/site-packages/x.py __pycache__/x.py skip/x.py b/skip_me.py b/keep.py"
    )
    write(tmp_path, dict.fromkeys(names.split(), ""))
    write(tmp_path, {".gitignore": "skip/\n*_me.py\n", "big.py": "#" * (LARGEST_FILE + 1)})
    assert walk(tmp_path) == ("a.py", "a.pyi", "b/c.py", "b/keep.py", "b/pyproject.toml")
    assert walk(tmp_path, ["b/k*", "a.py*"]) == ("b/c.py", "b/pyproject.toml")
    assert walk(tmp_path, packages_only=True) == ("a.py", "a.pyi")


def test_ignore_files_count_at_every_level_and_above_the_root(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", ".gitignore": "gen/\n*.tmp.py\n", "p/.gitignore": "!keep.tmp.py\n/only.py\n"})
    write(tmp_path, dict.fromkeys(["p/gen/a.py", "p/keep.tmp.py", "p/b.tmp.py", "p/only.py", "p/q/only.py"], ""))
    assert walk(tmp_path / "p") == ("keep.tmp.py", "q/only.py")
    assert walk(tmp_path / "p", ["keep*"]) == ("q/only.py",)


def test_links_lead_to_no_loop_and_no_double(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"a.py": "", "b/c.py": ""})
    write(tmp_path, {"outside.py": ""})
    (root / "b" / "loop").symlink_to(root)
    (root / "double.py").symlink_to(root / "a.py")
    (root / "dangling.py").symlink_to(root / "nowhere.py")
    (root / "other.py").symlink_to(tmp_path / "outside.py")
    os.mkfifo(root / "pipe.py")
    assert walk(root) == ("a.py", "b/c.py", "other.py")


def test_a_deep_tree_is_walked(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(400):
        folder /= "d"
        folder.mkdir()
    (folder / "x.py").touch()
    assert walk(tmp_path) == ("d/" * 400 + "x.py",)


PATTERN = st.lists(st.sampled_from(["*", "**", "?", "/", "a", "b", "[ab]", "[!a]", "\\a", ".", "!"]), max_size=6)
# Of `a**/b` git's manual says that the stars are one star; git itself reads `**/b` behind a literal beginning.
LINE = PATTERN.map("".join).filter(lambda line: not re.search(r"[^/*]\*{2,}(/|$)", line))
PATHS = ["a", "b", "ab", "a.b", "a/b", "a/ab", "b/a/b", "a/b/a/b", "b/b"]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, min_size=1, max_size=4))
def test_patterns_mean_what_git_means(repository: Path, lines: list[str]) -> None:
    (repository / ".gitignore").write_text("\n".join(lines) + "\n")
    asked = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z", "-v", "-n"],
        cwd=repository,
        input="\0".join(PATHS),
        capture_output=True,
        text=True,
        check=False,
    )
    fields = asked.stdout.split("\0")
    theirs = {
        fields[i + 3]: bool(fields[i + 2]) and not fields[i + 2].startswith("!") for i in range(0, len(fields) - 3, 4)
    }
    level = Level("/r", ignore_rules("\n".join(lines)))

    def ours(path: str) -> bool:
        parts = path.split("/")
        parents = ["/".join(parts[:length]) for length in range(1, len(parts))]
        inside = any(is_ignored((level,), f"/r/{parent}", folder=True) for parent in parents)
        return inside or is_ignored((level,), f"/r/{path}", folder=False)

    assert {path: ours(path) for path in PATHS} == theirs


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"x = 1\r\n", "x = 1\r\n", "utf-8"),
        ("é".encode(), "é", "utf-8"),
        (b"\xef\xbb\xbfx", "x", "utf-8-sig"),
        ("# -*- coding: latin-1 -*-\né".encode("latin-1"), "# -*- coding: latin-1 -*-\né", "latin-1"),
        (
            "#!x\n# vim: set fileencoding=cp1252 :\n€".encode("cp1252"),
            "#!x\n# vim: set fileencoding=cp1252 :\n€",
            "cp1252",
        ),
        ('x = 1\n# coding: latin-1\n"é"'.encode(), 'x = 1\n# coding: latin-1\n"é"', "utf-8"),
    ],
)
def test_texts_are_read_in_their_own_encoding(tmp_path: Path, data: bytes, text: str, encoding: str) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(data)
    assert read_text(path) == Text(text, encoding)
    assert text.encode(encoding) == data


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"x = '\xff'", "byte 5 is not utf-8"),
        (b"# coding: klingon\n", "nobody knows the encoding 'klingon'"),
        (b"# coding: base64\n", "nobody knows the encoding 'base64'"),
        (None, "no such file or directory"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, data: bytes | None, why: str) -> None:
    path = tmp_path / "x.py"
    if data is not None:
        path.write_bytes(data)
    assert read_text(path) == Unreadable(str(path), why)


def test_the_root_is_the_nearest_folder_that_configures_athena(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", "p/pyproject.toml": "", "p/q/pyproject.toml": "", "p/q/r/x.py": "", "s/x.py": ""})
    assert find_root(tmp_path / "p/q/r/x.py") == (tmp_path / "p/q", True)
    assert find_root(tmp_path / "s") == (tmp_path, True)
    write(tmp_path, {"p/pyproject.toml": "[tool.athena]\n"})
    assert find_root(tmp_path / "p/q/r") == (tmp_path / "p", True)
    write(tmp_path, {"p/q/athena.toml": ""})
    assert find_root(tmp_path / "p/q/r/x.py") == (tmp_path / "p/q", True)


def test_without_any_mark_the_folder_itself_is_the_root(tmp_path: Path) -> None:
    write(tmp_path, {"x.py": ""})
    assert find_root(tmp_path / "x.py") == (tmp_path, False)
    assert find_root(tmp_path) == (tmp_path, False)
