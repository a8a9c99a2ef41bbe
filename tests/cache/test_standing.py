"""What is kept between runs is good for a workspace that goes on changing, exactly as long as it is true."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from athena_lsp.cache import answers, store
from athena_lsp.cache.standing import Standing
from athena_lsp.workspace import Workspace
from tests.cache.test_answers import CHANGES, FILES, GOOD, OTHER, cache, check, checked, kept, write

__all__ = ["cache"]


def opened(root: Path, cache: Path) -> tuple[Workspace, Standing]:
    workspace = Workspace.open([root])
    return workspace, Standing(cache, workspace)


def keep(standing: Standing) -> None:
    for _ in standing.keeping():
        pass


def programs(workspace: Workspace) -> list[str]:
    return [path for path, file in workspace.project.files.items() if file.is_program]


@pytest.mark.parametrize("seed", range(10))
def test_after_any_edits_an_answer_is_that_of_a_fresh_look(tmp_path: Path, cache: Path, seed: int) -> None:
    rng = random.Random(seed)
    start = GOOD if seed % 2 else FILES
    files = dict(start)
    root = write(tmp_path / "project", files)
    check(root, cache)
    workspace, standing = opened(root, cache)
    used = 0
    for number in range(30):
        if number % 6 == 0:
            files = dict(start)
            for name, text in files.items():
                workspace.set_text(name, text)
        name, old, new = rng.choice(CHANGES)
        if name == "athena.toml":
            continue
        files[name] = files[name].replace(old, new, 1) if old in files[name] and rng.random() < 0.4 else start[name]
        workspace.set_text(name, files[name])
        if number > 12 and rng.random() < 0.1:
            workspace.set_text("new.py", OTHER.replace("other", rng.choice(["other", "publish", "mine"])))
        for path in programs(workspace):
            found = standing.diagnostics(path)
            used += found is not None
            assert found is None or found == workspace.diagnostics(path)
        if not standing.is_current:
            standing = Standing(cache, workspace)
    assert used


def test_an_edit_takes_only_what_depends_on_it(tmp_path: Path, cache: Path) -> None:
    root = write(tmp_path / "project", GOOD)
    check(root, cache)
    workspace, standing = opened(root, cache)
    assert [path for path in programs(workspace) if standing.diagnostics(path) is None] == []
    workspace.set_text("steps.py", GOOD["steps.py"].replace("    print(id)", "    print(id, id)"))
    assert [path for path in programs(workspace) if standing.diagnostics(path) is None] == ["steps.py"]
    workspace.set_text("steps.py", GOOD["steps.py"].replace("id: str)", "id: str, more: int = 1)"))
    assert {path for path in programs(workspace) if standing.diagnostics(path) is None} == {"steps.py", "flow.py"}
    workspace.set_text("steps.py", GOOD["steps.py"].replace("def publish", "def sent"))
    assert {path for path in programs(workspace) if standing.diagnostics(path) is None} == set(programs(workspace))
    workspace.set_text("steps.py", GOOD["steps.py"])
    assert [path for path in programs(workspace) if standing.diagnostics(path) is None] == []


def test_what_is_found_is_kept_for_a_check(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "project", FILES)
    _, standing = opened(root, cache)
    keep(standing)
    assert checked(root, cache, monkeypatch) == set()
    assert check(root, cache) == check(root, None)


def test_the_file_is_not_written_again_for_little(tmp_path: Path, cache: Path) -> None:
    root = write(tmp_path / "project", FILES)
    workspace, standing = opened(root, cache)
    keep(standing)
    written = kept(cache).stat().st_mtime_ns
    write(root, {"other.py": FILES["other.py"] + "# more\n"})
    workspace.refresh()
    os.utime(kept(cache), ns=(written - 10**9, written - 10**9))
    keep(standing)
    assert kept(cache).stat().st_mtime_ns == written - 10**9
    keep(Standing(cache, workspace))
    assert kept(cache).stat().st_mtime_ns >= written


def test_a_text_that_is_not_saved_is_not_kept(tmp_path: Path, cache: Path) -> None:
    root = write(tmp_path / "project", FILES)
    workspace, standing = opened(root, cache)
    workspace.set_text("flow.py", FILES["flow.py"].replace("pipeline", "secret_plan"))
    keep(standing)
    assert not cache.exists()
    write(root, {"flow.py": FILES["flow.py"].replace("pipeline", "secret_plan")})
    keep(standing)
    assert kept(cache).exists()


def test_a_text_that_changes_meanwhile_is_not_kept(tmp_path: Path, cache: Path) -> None:
    root = write(tmp_path / "project", FILES)
    workspace, standing = opened(root, cache)
    work = standing.keeping()
    next(work)
    workspace.set_text("flow.py", FILES["flow.py"] + "# more\n")
    assert list(work) == []
    assert not cache.exists()


@pytest.mark.parametrize("damage", [b"", b"[]", b"\0" * 100, b'{"traces": 3}'])
def test_a_damaged_file_counts_as_absent(tmp_path: Path, cache: Path, damage: bytes) -> None:
    root = write(tmp_path / "project", FILES)
    check(root, cache)
    kept(cache).write_bytes(damage)
    workspace, standing = opened(root, cache)
    assert [standing.diagnostics(path) for path in programs(workspace)] == [None, None, None]
    keep(standing)
    assert opened(root, cache)[1].known


def test_another_version_of_athena_begins_anew(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "project", FILES)
    check(root, cache)
    monkeypatch.setattr(answers, "code_of_athena", lambda: "another")
    _, standing = opened(root, cache)
    assert not standing.known
    keep(standing)
    assert len(list(cache.glob(f"*{store.ENDING}"))) == 2


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    root = write(tmp_path / "project", FILES)
    blocked = write(tmp_path, {"file": ""}) / "file"
    _, standing = opened(root, blocked)
    keep(standing)
    assert not standing.known


def test_a_package_that_is_installed_meanwhile_is_seen(tmp_path: Path, cache: Path) -> None:
    site = ".venv/lib/python3.12/site-packages"
    files = {**FILES, ".venv/pyvenv.cfg": "version = 3.12.1\n", f"{site}/acme.py": "class Order: ...\n"}
    files["other.py"] = "from acme import Order\n" + OTHER.replace("helper(path)", "Order")
    root = write(tmp_path / "project", files)
    check(root, cache)
    standings = [opened(root, cache)[1]]
    assert standings[0].is_current
    write(root, {f"{site}/acme.py": "class Order: more = 3\n"})
    standings.append(opened(root, cache)[1])
    assert [each.is_current for each in standings] == [False, True]
    write(root, {f"{site}/other.py": ""})
    assert [each.is_current for each in standings] == [False, False]
