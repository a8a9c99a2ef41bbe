"""A workspace follows the disk and the editor, and its project is at any time what a fresh one would be."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from athena_lsp.workspace import Workspace

FLOW = "from athena_runtime import container\nfrom lib.types import Row\n\n@container\ndef load() -> Row: ...\n"
TYPES = "from dataclasses import dataclass\n\n@dataclass\nclass Row:\n    id: int\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for number, (name, text) in enumerate(files.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        # Two writes in one tick of the file system's clock would look like one.
        os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000 * number + len(text)))
    return root


def messages(workspace: Workspace, path: str) -> list[str]:
    return [found.rule for found in workspace.diagnostics(path)]


def same_as_fresh(workspace: Workspace) -> bool:
    fresh = Workspace.open([workspace.root])
    assert {path: file.text for path, file in workspace.project.files.items()} == {
        path: file.text for path, file in fresh.project.files.items()
    }
    assert workspace.project.layout == fresh.project.layout
    return all(workspace.diagnostics(path) == fresh.diagnostics(path) for path in fresh.project.files)


def test_a_file_opens_its_whole_project(tmp_path: Path) -> None:
    root = write(tmp_path, {"pyproject.toml": "[project]\nname='shop'\n", "flows/a.py": FLOW, "lib/types.py": TYPES})
    workspace = Workspace.open([root / "flows/a.py"])
    assert workspace.root == root
    assert sorted(workspace.project.files) == ["flows/a.py", "lib/types.py"]
    assert workspace.project.settings.project == "shop"
    assert messages(workspace, "flows/a.py") == []


def test_imports_start_from_every_package_folder_and_its_src(tmp_path: Path) -> None:
    files = {
        ".git/HEAD": "",
        "one/pyproject.toml": "",
        "one/src/lib/types.py": TYPES,
        "one/src/flow.py": FLOW,
        "src/top.py": "",
        "two/pyproject.toml": "",
        "two/src/notes.txt": "",
    }
    workspace = Workspace.open([write(tmp_path, files)])
    assert workspace.project.layout.roots == ("", "one", "one/src", "src", "two")
    assert workspace.project.layout.projects == (("one", ("one", "one/src")), ("two", ("two",)), ("", ("", "src")))
    assert messages(workspace, "one/src/flow.py") == []


def test_unsaved_text_hides_the_disk_until_it_is_closed(tmp_path: Path) -> None:
    workspace = Workspace.open([write(tmp_path, {"athena.toml": "", "a.py": "x = 1\n"})])
    workspace.set_text("a.py", "y = 1\n")
    write(tmp_path, {"a.py": "z = 1\n"})
    workspace.read_again(["a.py"])
    assert workspace.project.files["a.py"].text == "y = 1\n"
    workspace.close("a.py")
    assert workspace.project.files["a.py"].text == "z = 1\n"


def test_a_text_that_is_no_file_comes_and_goes(tmp_path: Path) -> None:
    workspace = Workspace.open([write(tmp_path, {"athena.toml": ""})])
    workspace.set_text("untitled:Untitled-1", FLOW)
    assert "untitled:Untitled-1" in workspace.project.files
    workspace.close("untitled:Untitled-1")
    assert workspace.project.files == {}


def test_the_disk_is_followed(tmp_path: Path) -> None:
    root = write(tmp_path, {"athena.toml": "", "flow.py": FLOW, "lib/types.py": TYPES, ".gitignore": "gen/\n"})
    workspace = Workspace.open([root])
    assert messages(workspace, "flow.py") == []
    assert not workspace.refresh()
    (root / "lib/types.py").rename(root / "lib/kinds.py")
    workspace.read_again(["lib/types.py", "lib/kinds.py"])
    assert "lib/kinds.py" in workspace.project.files
    assert same_as_fresh(workspace)
    assert messages(workspace, "flow.py") != []
    write(root, {"gen/x.py": "", "lib/types.py": TYPES, "p/pyproject.toml": "", "p/src/m.py": ""})
    assert workspace.refresh()
    assert "gen/x.py" not in workspace.project.files
    assert messages(workspace, "flow.py") == []
    assert same_as_fresh(workspace)


def test_settings_are_followed_on_disk_and_while_they_are_written(tmp_path: Path) -> None:
    root = write(tmp_path, {"athena.toml": "image = 'a'\n", "a.py": "", "b.py": ""})
    workspace = Workspace.open([root])
    workspace.set_text("athena.toml", "image = 'b'\nimagge = 'c'\n")
    assert workspace.project.settings.image == "b"
    assert messages(workspace, "athena.toml") == ["unknown-config-key"]
    workspace.set_text("athena.toml", "image = 'open\n")
    assert workspace.project.settings.image == "b"
    assert messages(workspace, "athena.toml") == ["invalid-config"]
    workspace.close("athena.toml")
    assert workspace.project.settings.image == "a"
    write(root, {"athena.toml": "exclude = ['b.py']\n"})
    workspace.read_again(["athena.toml"])
    assert sorted(workspace.project.files) == ["a.py"]


def test_what_cannot_be_read_is_a_problem_and_no_more_when_it_can(tmp_path: Path) -> None:
    root = write(tmp_path, {"athena.toml": "", "good.py": ""})
    (root / "bad.py").write_bytes(b"\xff\xfe\x00")
    workspace = Workspace.open([root])
    assert workspace.problems == {"bad.py": "byte 0 is not utf-8"}
    assert sorted(workspace.project.files) == ["good.py"]
    write(root, {"bad.py": "x = 1\n"})
    assert workspace.refresh()
    assert workspace.problems == {}
    assert sorted(workspace.project.files) == ["bad.py", "good.py"]


def test_a_named_file_counts_although_it_is_ignored(tmp_path: Path) -> None:
    root = write(tmp_path, {"athena.toml": "", ".gitignore": "a.py\n", "a.py": "", "b.py": ""})
    assert sorted(Workspace.open([root / "a.py"]).project.files) == ["a.py", "b.py"]
    assert sorted(Workspace.open([root]).project.files) == ["b.py"]


def test_a_file_without_any_project_sees_its_folder_and_packages_only(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.py": "", "b.py": "", "pack/__init__.py": "", "other/c.py": ""})
    assert sorted(Workspace.open([root / "a.py"]).project.files) == ["a.py", "b.py", "pack/__init__.py"]


def test_a_file_without_any_project_sees_the_folders_that_it_imports_from(tmp_path: Path) -> None:
    files = {
        "a.py": "import one.two.steps\nfrom three import four, five as f\n",
        "one/two/steps.py": "from . import other\nfrom .deep.x import y\n",
        "one/two/deep/x.py": "",
        "three/four.py": "",
        "three/five/six.py": "",
        "seven/eight.py": "import far.away",
        "far/away.py": "",
    }
    root = write(tmp_path, files)
    wanted = ["a.py", "one/two/deep/x.py", "one/two/steps.py", "three/five/six.py", "three/four.py"]
    assert sorted(Workspace.open([root / "a.py"]).project.files) == wanted


def test_a_file_opened_from_elsewhere_brings_its_neighbours(tmp_path: Path) -> None:
    here = write(tmp_path / "here", {"athena.toml": "", "a.py": ""})
    there = write(tmp_path / "there", {"pyproject.toml": "", "flow.py": FLOW, "lib/types.py": TYPES})
    workspace = Workspace.open([here])
    path = (there / "flow.py").as_posix()
    workspace.set_text(path, FLOW)
    assert messages(workspace, path) == []
    workspace.close(path)
    assert path in workspace.project.files


def test_paths_are_those_below_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path, {"athena.toml": "", "a.py": "", "b/c.py": "", "bc.py": ""})
    workspace = Workspace.open([root])
    assert workspace.paths(root) == ("a.py", "athena.toml", "b/c.py", "bc.py")
    assert workspace.paths(root / "b") == ("b/c.py",)
    assert workspace.paths(root / "nothing") == ()
    monkeypatch.chdir(root / "b")
    assert workspace.paths(Path("../bc.py")) == ("bc.py",)
    assert Workspace.open([]).root == root / "b"


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


def test_git_says_whether_this_is_a_release(tmp_path: Path) -> None:
    root = write(tmp_path, {"athena.toml": "version = '1.2'\n"})
    assert Workspace.open([root], git=True).project.settings.version_tag == "1-2"
    git(root, "init", "-q", "-b", "main")
    assert Workspace.open([root], git=True).project.settings.version_tag == "dev-local"
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x")
    assert Workspace.open([root], git=True).project.settings.version_tag == "1-2"
    write(root, {"new.py": ""})
    settings = Workspace.open([root], git=True).project.settings
    assert settings.version_tag.startswith("dev-")
    assert len(settings.version_tag) == len("dev-1234567")
    assert settings.channel == "dev"
    assert Workspace.open([root], git=True, tag="1.2").project.settings.channel == "release"
    assert Workspace.open([root]).project.settings.version_tag == "1-2"


def test_any_depth_and_any_folder_is_survived(tmp_path: Path) -> None:
    assert Workspace.open([tmp_path / "nothing.py"]).problems == {"nothing.py": "no such file or directory"}
    assert Workspace.open([tmp_path / "no" / "folder"]).project.files == {}
