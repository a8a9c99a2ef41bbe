"""`athena.lock`: written, read, compared with what is wanted; and which file locks a project's packages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.lock import Lock, Wanted, differences, lock_text, read_lock, requirements_digest
from athena_runtime.bundle.requirements import find_source

WANTED = Wanted("3.13", "debian", ("x86_64", "aarch64"), "1" * 64, "2" * 64)
LOCK = Lock("a" * 64, "b" * 64, "3.13.5", WANTED)
HASHED = "six==1.17.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def test_a_lock_is_read_as_it_was_written() -> None:
    assert read_lock(lock_text(LOCK)) == LOCK
    assert differences(LOCK, WANTED) == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"python": "3.11"}, "it has Python 3.13 from debian, and 3.11 from debian is set"),
        ({"source": "uv"}, "it has Python 3.13 from debian, and 3.13 from uv is set"),
        ({"architectures": ("x86_64",)}, "it is for x86_64 and aarch64, and x86_64 are set"),
        ({"requirements": "3" * 64}, "the project's own lock has changed"),
        ({"runtime": "3" * 64}, "athena itself is another version"),
    ],
)
def test_a_lock_that_does_not_fit_says_why(change: dict[str, str], why: str) -> None:
    assert differences(LOCK, replace(WANTED, **change)) == (why,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "format = 2", "nonsense", "format = 1\n[py]\n", lock_text(LOCK).replace("a" * 64, "../x")]
)
def test_a_damaged_lock_is_told(text: str) -> None:
    with pytest.raises(BundleError) as told:
        read_lock(text)
    assert "athena.lock" in told.value.message
    assert "athena lock" in told.value.advice


@given(st.text(max_size=200))
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    try:
        read_lock(text)
    except BundleError:
        return


def test_line_ends_make_no_difference() -> None:
    assert requirements_digest("a\r\nb\r\n") == requirements_digest("a\nb\n") != requirements_digest("a\nb")


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", "requirements.txt"])
def test_the_lock_of_a_project_is_found_by_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(HASHED)
    found = find_source(tmp_path)
    assert found is not None
    assert found.path.name == name


def test_extras_and_groups_are_part_of_what_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text("x")
    chosen: list[tuple[tuple[str, ...], tuple[str, ...]]] = [((), ()), (("a",), ()), ((), ("a",))]
    found = [find_source(tmp_path, "", extras, groups) for extras, groups in chosen]
    assert len({each.digest for each in found if each}) == 3


def test_a_project_without_packages_needs_no_lock(tmp_path: Path) -> None:
    assert find_source(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["athena-lsp>=1"]\n')
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    assert find_source(tmp_path) is None


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.txt"])
def test_packages_without_a_lock_are_refused(tmp_path: Path, name: str) -> None:
    text = '[project]\ndependencies = ["numpy"]\n' if name == "pyproject.toml" else "numpy\n"
    (tmp_path / name).write_text(text)
    with pytest.raises(BundleError, match="no lock says which") as told:
        find_source(tmp_path)
    assert "uv lock" in told.value.advice


def test_the_lock_of_another_tool_is_named_in_the_advice(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["numpy"]\n')
    (tmp_path / "poetry.lock").write_text("")
    with pytest.raises(BundleError) as told:
        find_source(tmp_path)
    assert "poetry.lock" in told.value.advice


def test_a_file_without_hashes_is_refused_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "prod.txt").write_text("numpy==2\n")
    with pytest.raises(BundleError, match="no hashes"):
        find_source(tmp_path, "prod.txt")
    with pytest.raises(BundleError, match="cannot be read"):
        find_source(tmp_path, "gone.txt")
