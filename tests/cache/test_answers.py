"""What is kept between runs changes what they cost, and never what they say."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from athena_lsp.cache import answers, store
from athena_lsp.cli.parallel import Found, diagnostics
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.workspace import Workspace

MODELS = """from dataclasses import dataclass

NAME = "load-all"


@dataclass
class Report:
    id: str
    rows: int
"""
STEPS = """from athena_runtime import container, fragment, secret
from models import NAME, Report

SEEN: list[str] = []


@fragment
def token() -> str:
    return secret("db", "password")


@container(name=NAME)
def load(url: str) -> Report:
    token()
    return Report(url, len(SEEN))


@container
def publish(id: str) -> None:
    print(id)
"""
FLOW = """from athena_runtime import workflow
from steps import load, publish


@workflow
def pipeline(url: str = "x") -> None:
    publish(load(url).rows)
"""
OTHER = """from athena_runtime import container, host


@container
def other(path: str) -> str:
    return helper(path)


def helper(path: str) -> str:
    return str(host("/data")) + path
"""
FILES = {"athena.toml": "", "models.py": MODELS, "steps.py": STEPS, "flow.py": FLOW, "other.py": OTHER}
GOOD = {
    **FILES,
    "flow.py": FLOW.replace(".rows", ".id"),
    "other.py": OTHER.partition("\n\n\ndef helper")[0].replace("helper(path)", "path"),
    "third.py": OTHER.partition("\n\n\ndef helper")[0].replace("other", "third").replace("helper(path)", "path"),
}
"""The same without mistakes: what is shown of a mistake may depend on where things stand in other files."""
CHANGES = (
    ("models.py", "    id: str", "    id: int"),
    ("models.py", "    rows: int", "    rows: str"),
    ("models.py", "    rows: int\n", ""),
    ("models.py", '"load-all"', '"other-one"'),
    ("models.py", "class Report:", "class Repor:"),
    ("steps.py", "def publish(id: str)", "def publish(id: int, more: int = 3)"),
    ("steps.py", "def publish(id: str)", "def publish(key: str)"),
    ("steps.py", "    print(id)", "    print(id, id)"),
    ("steps.py", "    print(id)", "    SEEN.append(id)"),
    ("other.py", "    return str(", "    from steps import SEEN\n    SEEN.clear()\n    return str("),
    ("steps.py", "@container\ndef publish", "def publish"),
    ("steps.py", "@fragment\n", ""),
    ("steps.py", "def load(url", "\n\ndef load(url"),
    ("steps.py", "def publish", "def yes"),
    ("flow.py", "load(url).rows", "load(url).id"),
    ("flow.py", "load(url).rows", "load(url)."),
    ("flow.py", "from steps import load, publish", "from steps import *"),
    ("flow.py", "def pipeline", "def other"),
    ("other.py", "def other(path: str)", "def on(path: str)"),
    ("other.py", "@container\n", '@container(name="load-all")\n'),
    ("other.py", "def helper", "# moved\n\n\ndef helper"),
    ("athena.toml", "", '[athena]\nname = "shop"\n'),
)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def check(root: Path, cache: Path | None) -> Found:
    workspace = Workspace.open([root])
    return diagnostics(workspace, workspace.paths(root), cache)


def checked(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The files that a run with the cache looks at."""
    seen: set[str] = set()
    ask = Workspace.diagnostics

    def count(workspace: Workspace, path: str) -> tuple[Diagnostic, ...]:
        if path in workspace.project.files and workspace.project.files[path].is_program:
            seen.add(path)
        return ask(workspace, path)

    with monkeypatch.context() as patch:
        patch.setattr(Workspace, "diagnostics", count)
        check(root, cache)
    return seen


@pytest.mark.parametrize("seed", range(8))
def test_after_any_edits_a_run_with_the_cache_says_what_one_without_says(
    tmp_path: Path, cache: Path, seed: int
) -> None:
    rng = random.Random(seed)
    files = dict(FILES)
    root = write(tmp_path / "project", files)
    said: set[str] = set()
    for _ in range(14):
        assert check(root, cache) == check(root, None)
        name, old, new = rng.choice(CHANGES)
        files[name] = files[name].replace(old, new, 1) if old in files[name] and rng.random() < 0.7 else FILES[name]
        (root / name).write_text(files[name], encoding="utf-8")
        if rng.random() < 0.15:
            (root / "new.py").write_text(OTHER.replace("other", rng.choice(["other", "publish", "mine"])))
        elif rng.random() < 0.15:
            (root / "new.py").unlink(missing_ok=True)
        said |= {each.rule for _, found in check(root, cache) for each in found}
    assert {"edge-type-mismatch", "resource-outside-pod", "global-state-across-steps"} & said


def test_a_second_run_looks_at_nothing(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "project", FILES)
    assert checked(root, cache, monkeypatch) == {"steps.py", "flow.py", "other.py"}
    assert checked(root, cache, monkeypatch) == set()
    assert check(root, cache) == check(root, None)


@pytest.mark.parametrize(
    ("name", "old", "new", "looked_at"),
    [
        ("steps.py", "    print(id)", "    print(id, id)", {"steps.py"}),
        ("steps.py", "id: str)", "id: str, more: int = 1)", {"steps.py", "flow.py"}),
        ("other.py", "def other(path", "def others(path", {"other.py"}),
        ("other.py", "def other(path", "def publish(path", {"other.py", "steps.py"}),
        ("models.py", "rows: int", "rows: str", {"steps.py", "flow.py"}),
        ("models.py", "\n\n@dataclass", "\n\n\n@dataclass", {"steps.py", "flow.py"}),
    ],
)
def test_an_edit_is_looked_at_by_its_dependants_only(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, name: str, old: str, new: str, looked_at: set[str]
) -> None:
    root = write(tmp_path / "project", GOOD)
    assert [each for _, found in check(root, cache) for each in found] == []
    write(root, {name: GOOD[name].replace(old, new)})
    assert checked(root, cache, monkeypatch) == looked_at
    assert checked(root, cache, monkeypatch) == set()


def test_a_run_over_one_file_keeps_what_is_known_of_the_others(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path / "project", GOOD)
    check(root, cache)
    write(root, {"other.py": GOOD["other.py"] + "\n# more\n"})
    workspace = Workspace.open([root / "other.py"])
    diagnostics(workspace, ["other.py"], cache)
    assert checked(root, cache, monkeypatch) == set()


def test_a_fix_that_renames_everywhere_is_worked_out_each_time(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names places in every file that uses the name, and any file may begin to."""
    root = write(tmp_path / "project", GOOD | {"other.py": GOOD["other.py"].replace("path", "on")})
    check(root, cache)
    assert checked(root, cache, monkeypatch) == {"other.py"}


def test_an_installed_package_that_changes_is_seen(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = ".venv/lib/python3.12/site-packages"
    acme = "from dataclasses import dataclass\n\n\n@dataclass\nclass Order:\n    id: str\n"
    flow = (
        "from acme import Order\nfrom athena_runtime import container, workflow\n\n\n"
        "@container\ndef load() -> Order: ...\n\n\n@container\ndef take(text: str) -> None: ...\n"
        "\n\n@workflow\ndef flow() -> None:\n    take(load().id)\n"
    )
    files = {"athena.toml": "", ".venv/pyvenv.cfg": "version = 3.12.1\n", f"{site}/acme.py": acme, "flow.py": flow}
    root = write(tmp_path / "project", files)
    assert check(root, cache) == check(root, None)
    assert checked(root, cache, monkeypatch) == set()
    write(root, {f"{site}/acme.py": acme.replace("id: str", "id: int")})
    found = dict(check(root, cache))["flow.py"]
    assert [each.rule for each in found] == ["edge-type-mismatch"]
    assert check(root, cache) == check(root, None)
    write(root, {f"{site}/acme/__init__.py": acme})
    assert dict(check(root, cache))["flow.py"] == ()


# --- the file -----------------------------------------------------------------------------------------------------


def kept(cache: Path) -> Path:
    (only,) = cache.glob(f"*{store.ENDING}")
    return only


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other text", "a folder", "grown"])
def test_a_damaged_file_counts_as_absent(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    root = write(tmp_path / "project", FILES)
    expected = check(root, cache)
    path = kept(cache)
    data = path.read_bytes()
    if damage == "a folder":
        path.unlink()
        path.mkdir()
    else:
        middle = len(data) // 2
        path.write_bytes(
            {
                "cut": data[:middle],
                "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                "empty": b"",
                "other text": b"[]" * 40,
                "grown": data + b" ",
            }[damage]
        )
    assert check(root, cache) == expected
    if damage != "a folder":
        assert checked(root, cache, monkeypatch) == set()


def test_a_whole_file_of_another_shape_counts_as_absent(tmp_path: Path, cache: Path) -> None:
    root = write(tmp_path / "project", FILES)
    expected = check(root, cache)
    for body in (b"[]", b"3", b"{", b'"text"', b"[" * 100_000):
        kept(cache).write_bytes(store.digest(body).encode() + body)
        assert check(root, cache) == expected


def test_another_version_of_athena_begins_anew(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "project", FILES)
    check(root, cache)
    monkeypatch.setattr(answers, "code_of_athena", lambda: "another")
    assert checked(root, cache, monkeypatch) == {"steps.py", "flow.py", "other.py"}
    assert len(list(cache.glob(f"*{store.ENDING}"))) == 2


def test_what_athena_is_depends_on_each_of_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path for path, _, _ in store._files(Path(store.__file__).parent.parent)}
    assert {str(Path(store.__file__)), str(Path(store.__file__).parent.parent / "rules" / "wrong_arity.py")} <= files
    before = store.code_of_athena()
    assert store.code_of_athena() == before
    monkeypatch.setattr(sys, "version", "3.99")
    assert store.code_of_athena() != before


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    root = write(tmp_path / "project", FILES)
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert check(root, blocked / "cache") == check(root, None)
    assert check(root, blocked) == check(root, None)
    assert blocked.read_text() == ""


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="for this user no folder is read-only")
def test_a_read_only_folder_is_no_error(tmp_path: Path) -> None:
    root = write(tmp_path / "project", FILES)
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o500)
    assert check(root, folder) == check(root, None)
    assert list(folder.iterdir()) == []


def _check_often(root: Path, cache: Path, count: int) -> None:
    expected = check(root, None)
    for _ in range(count):
        assert check(root, cache) == expected
        kept(cache).write_bytes(b"") if count % 3 == 0 else None


def test_runs_at_the_same_time_do_no_harm(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of them read and replace one file, and one of these damages it again and again."""
    root = write(tmp_path / "project", FILES)
    check(root, cache)
    runs = [multiprocessing.Process(target=_check_often, args=(root, cache, count)) for count in (9, 10, 10)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0, 0, 0]
    assert check(root, cache) == check(root, None)
    assert checked(root, cache, monkeypatch) == set()
    assert not list(cache.glob(f"*{store.UNFINISHED}"))


def test_the_folder_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_FILES", 5)
    for number in range(9):
        assert store.save(tmp_path, f"{number:032}", {"traces": {}})
        os.utime(tmp_path / f"{number:032}{store.ENDING}", (number, number))
    names = sorted(path.name for path in tmp_path.glob(f"*{store.ENDING}"))
    assert len(names) == 5
    assert names[-1].startswith(f"{8:032}")
    monkeypatch.setattr(store, "MOST_BYTES", 400)
    assert store.save(tmp_path, "a" * 32, {"x": "y" * 90})
    assert sum(path.stat().st_size for path in tmp_path.glob(f"*{store.ENDING}")) <= 400
    assert not store.save(tmp_path, "b" * 32, {"x": "y" * 900})
    assert (tmp_path / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/people/me")
    monkeypatch.setattr(sys, "platform", "linux")
    assert store.cache_folder({}) == Path("/people/me/.cache/athena")
    assert store.cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/athena")
    assert store.cache_folder({"XDG_CACHE_HOME": "relative"}) == Path("/people/me/.cache/athena")
    assert store.cache_folder({"XDG_CACHE_HOME": "/x", "ATHENA_CACHE_DIR": "/y"}) == Path("/y")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert store.cache_folder({}) == Path("/people/me/Library/Caches/athena")


# --- the command --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("options", "kept_files"), [((), 1), (("--no-cache",), 0)])
def test_the_command_keeps_answers_unless_told_not_to(
    tmp_path: Path, cache: Path, options: tuple[str, ...], kept_files: int
) -> None:
    root = write(tmp_path / "project", FILES)
    command = [sys.executable, "-c", "from athena_lsp.cli.main import main; main()", "check", *options]
    environment = {**os.environ, "ATHENA_CACHE_DIR": str(cache), "NO_COLOR": "1"}
    outputs = [
        subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    assert [run.returncode for run in outputs] == [1, 1]
    assert outputs[0].stdout == outputs[1].stdout
    assert "edge-type-mismatch" in outputs[0].stdout
    assert len(list(cache.glob(f"*{store.ENDING}"))) == kept_files


def test_a_text_on_standard_input_is_not_kept(tmp_path: Path, cache: Path) -> None:
    root = write(tmp_path / "project", FILES)
    command = [sys.executable, "-c", "from athena_lsp.cli.main import main; main()", "check", "-"]
    environment = {**os.environ, "ATHENA_CACHE_DIR": str(cache)}
    subprocess.run(command, cwd=root, env=environment, input=FLOW, capture_output=True, text=True, check=False)
    assert not cache.exists()
