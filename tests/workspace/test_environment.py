"""Environments are found from folders alone, in pyright's order, and modules in them as type checkers find them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from athena_lsp.environment import Environment, find_environment

VERSION = "3.12"
SITE = f"lib/python{VERSION}/site-packages"


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def make_venv(folder: Path, note: str = f"version = {VERSION}.4\n") -> Path:
    """A virtual environment as `python -m venv` lays it out; its package folder."""
    write(folder, {"pyvenv.cfg": f"home = {folder.parent}/base/bin\n{note}", "bin/python": ""})
    (folder / SITE).mkdir(parents=True)
    return folder / SITE


def found(root: Path, setting: str = "", **variables: str) -> tuple[Path, ...]:
    """The package folders; nothing when no environment is near."""
    return find_environment(root, setting, variables, own=root / "none").folders


# --- which environment --------------------------------------------------------------------------------------------


def test_a_setting_may_name_a_python_a_folder_or_a_link(tmp_path: Path) -> None:
    site = make_venv(tmp_path / "tools/env")
    (tmp_path / "python").symlink_to(tmp_path / "tools/env/bin/python")
    for setting in ("tools/env/bin/python", "tools/env", str(tmp_path / "tools/env/bin/python"), "python"):
        assert found(tmp_path, setting) == (site,), setting


def test_a_setting_wins_and_one_that_leads_nowhere_does_not_count(tmp_path: Path) -> None:
    site, other = make_venv(tmp_path / ".venv"), make_venv(tmp_path / "other")
    assert found(tmp_path, "other") == (other,)
    assert found(tmp_path, "nowhere/bin/python") == (site,)


def test_the_nearest_venv_folder_above_wins(tmp_path: Path) -> None:
    outer = make_venv(tmp_path / ".venv")
    assert found(tmp_path / "a/b") == (outer,)
    inner = make_venv(tmp_path / "a/venv")
    assert found(tmp_path / "a/b") == (inner,)
    hidden = make_venv(tmp_path / "a/.venv")
    assert found(tmp_path / "a/b", VIRTUAL_ENV=str(tmp_path / ".venv")) == (hidden,)


def test_a_folder_that_is_only_called_venv_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"venv/README": "", f"env/{SITE}/x.py": "", "env/pyvenv.cfg": ""})
    assert found(tmp_path, VIRTUAL_ENV=str(tmp_path / "env")) == (tmp_path / "env" / SITE,)


def test_conda_and_the_python_that_runs_athena_come_last(tmp_path: Path) -> None:
    write(tmp_path, {f"conda/{SITE}/x.py": "", f"own/{SITE}/y.py": ""})
    root = tmp_path / "project"
    environment = find_environment(root, "", {"CONDA_PREFIX": str(tmp_path / "conda")}, own=tmp_path / "own")
    assert environment.folders[0] == tmp_path / "conda" / SITE
    assert find_environment(root, "", {}, own=tmp_path / "own").folders[0] == tmp_path / "own" / SITE


def test_this_very_environment_is_found() -> None:
    environment = find_environment(Path(sys.prefix), sys.executable, {})
    path = environment.find("pydantic.main")
    assert path is not None
    assert path.read_text(encoding="utf-8").count("class BaseModel") == 1
    assert environment.find("msgspec._core") is None


def test_nothing_at_all_is_an_environment_without_packages(tmp_path: Path) -> None:
    assert found(tmp_path) == ()
    assert find_environment(tmp_path, "", {}, own=tmp_path).find("pydantic") is None


# --- its folders --------------------------------------------------------------------------------------------------


def test_the_version_of_the_environment_decides(tmp_path: Path) -> None:
    site = make_venv(tmp_path / ".venv")
    (tmp_path / ".venv/lib/python3.13/site-packages").mkdir(parents=True)
    assert found(tmp_path) == (site,)


def test_the_newest_version_counts_where_none_is_written_down(tmp_path: Path) -> None:
    write(tmp_path, {".venv/pyvenv.cfg": ""})
    for name in ("python3.9", "python3.13t", "python3.12", "pypy3.10"):
        (tmp_path / ".venv/lib" / name / "site-packages").mkdir(parents=True)
    assert found(tmp_path) == (tmp_path / ".venv/lib/python3.13t/site-packages",)


@pytest.mark.parametrize("note", ["version_info = 3.12.0.final.0\n", "version=3.12\n", "VERSION = 3.12.1\n"])
def test_every_maker_of_environments_is_understood(tmp_path: Path, note: str) -> None:
    site = make_venv(tmp_path / ".venv", note)
    (tmp_path / ".venv/lib/python3.14/site-packages").mkdir(parents=True)
    assert found(tmp_path) == (site,)


def test_the_layouts_of_windows_and_debian(tmp_path: Path) -> None:
    write(tmp_path, {".venv/pyvenv.cfg": "", ".venv/Lib/site-packages/x.py": ""})
    assert found(tmp_path) == (tmp_path / ".venv/Lib/site-packages",)
    debian = tmp_path / "usr"
    write(debian, {"local/lib/python3.12/dist-packages/a.py": "", "lib/python3/dist-packages/b.py": ""})
    (debian / "lib/python3.12").mkdir()
    write(debian, {"bin/python3.12": ""})
    folders = found(tmp_path / "project", str(debian / "bin/python3.12"))
    assert folders[:2] == (debian / "local/lib/python3.12/dist-packages", debian / "lib/python3/dist-packages")


def test_lib64_counts_once(tmp_path: Path) -> None:
    site = make_venv(tmp_path / ".venv")
    (tmp_path / ".venv/lib64").symlink_to("lib")
    assert found(tmp_path) == (site,)


def test_packages_of_the_system_only_when_the_environment_takes_them(tmp_path: Path) -> None:
    write(tmp_path, {f"base/{SITE}/x.py": "", "base/bin/python": ""})
    site = make_venv(tmp_path / ".venv", f"version = {VERSION}\ninclude-system-site-packages = true\n")
    assert found(tmp_path)[:2] == (site, tmp_path / "base" / SITE)


def test_plain_lines_of_pth_files_count_and_code_in_them_is_not_run(tmp_path: Path) -> None:
    site = make_venv(tmp_path / ".venv")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    marker = tmp_path / "ran"
    write(
        site,
        {
            "b.pth": f"# a comment\n\n{tmp_path}/two\nimport pathlib; pathlib.Path({str(marker)!r}).touch()\n",
            "a.pth": f"{tmp_path}/one\n{tmp_path}/missing\nimport\tsys\n../../../../one\n",
            "c.txt": f"{tmp_path}\n",
        },
    )
    assert found(tmp_path) == (site, tmp_path / "one", tmp_path / "two")
    assert not marker.exists()


def test_editable_installs_that_map_names_to_folders(tmp_path: Path) -> None:
    site = make_venv(tmp_path / ".venv")
    write(tmp_path, {"src/acme/__init__.py": "", "src/acme/models.py": "", "tool.py": ""})
    mapping = {"acme": str(tmp_path / "src/acme"), "tool": str(tmp_path / "tool.py")}
    write(
        site,
        {
            "__editable___acme_1_0_finder.py": f"import sys\nMAPPING: dict[str, str] = {mapping!r}\n",
            "__editable___broken_1_0_finder.py": "MAPPING = {'x': \n",
            "__editable__.acme-1.0.pth": "import __editable___acme_1_0_finder\n",
            "_editable_impl_pdm.py": "from editables.redirector import RedirectingFinder as F\nF.install()\n"
            f"F.map_module('pdm_made', {str(tmp_path / 'src/acme/__init__.py')!r})\n",
            "_built_editable.py": f"install({{'built': {str(tmp_path / 'tool.py')!r}, 'built.x': 'y'}}, {{}}, None)\n",
        },
    )
    environment = find_environment(tmp_path, "", {})
    assert environment.find("acme") == tmp_path / "src/acme/__init__.py"
    assert environment.find("acme.models") == tmp_path / "src/acme/models.py"
    assert environment.find("tool") == tmp_path / "tool.py"
    assert environment.find("pdm_made.models") == tmp_path / "src/acme/models.py"
    assert environment.find("built") == tmp_path / "tool.py"
    assert environment.find("x") is None


# --- modules in it ------------------------------------------------------------------------------------------------


def test_stubs_come_before_sources(tmp_path: Path) -> None:
    files = [
        "acme-stubs/__init__.pyi", "acme-stubs/part.pyi", "acme/__init__.pyi", "acme/__init__.py", "acme/part.py",
        "acme/inner/__init__.py", "acme/inner.py", "acme/rest.pyi", "acme/rest.py", "alone.py", "fast.pyi",
    ]  # fmt: skip
    write(tmp_path, dict.fromkeys(files, ""))
    environment = Environment((tmp_path,))

    def name(module: str) -> str | None:
        path = environment.find(module)
        return path.relative_to(tmp_path).as_posix() if path else None

    assert name("acme") == "acme-stubs/__init__.pyi"
    assert name("acme.part") == "acme-stubs/part.pyi"
    assert name("acme.rest") == "acme/rest.pyi"
    assert name("acme.inner") == "acme/inner/__init__.py"
    assert name("alone") == "alone.py"
    assert name("fast") == "fast.pyi"
    assert name("missing") is None
    assert name("acme.missing") is None


def test_namespace_packages_lie_in_many_folders(tmp_path: Path) -> None:
    write(tmp_path, {"one/google/auth/__init__.py": "", "two/google/cloud/storage/__init__.py": ""})
    environment = Environment((tmp_path / "one", tmp_path / "two"))
    assert environment.find("google") is None
    assert environment.find("google.auth") == tmp_path / "one/google/auth/__init__.py"
    assert environment.find("google.cloud.storage") == tmp_path / "two/google/cloud/storage/__init__.py"


@pytest.mark.parametrize("module", ["", ".", "..", "a..b", "a/b", "../x", "a b", "a\0b", "-"])
def test_what_is_no_module_is_not_looked_for(tmp_path: Path, module: str) -> None:
    write(tmp_path, {"x.py": "", "a/b.py": ""})
    assert Environment((tmp_path / "a", tmp_path)).find(module) is None
