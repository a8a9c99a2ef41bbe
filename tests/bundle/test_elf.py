"""Linux programs: what is read of them, and what is changed; tried with the machine's own, and with damaged ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_runtime.bundle.elf import is_elf, read_elf, with_loader, with_rpath
from athena_runtime.bundle.errors import BundleError

PROGRAM = Path("/bin/true")
ELSEWHERE = pytest.mark.skipif(
    sys.platform != "linux" or not is_elf(PROGRAM.read_bytes() if PROGRAM.is_file() else b""),
    reason="needs a Linux whose /bin/true is a program of 64 bits",
)


@pytest.fixture(scope="module")
def program() -> bytes:
    return PROGRAM.read_bytes()


def started(data: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    path = folder / "program"
    path.write_bytes(data)
    path.chmod(0o755)
    return subprocess.run([path], capture_output=True, check=False)


@ELSEWHERE
def test_what_a_program_says_of_itself(program: bytes) -> None:
    elf = read_elf(program)
    assert elf.machine == os.uname().machine
    assert Path(elf.interpreter).is_file()
    assert any(name.startswith("libc.so") for name in elf.needed)


@ELSEWHERE
def test_a_program_starts_with_another_loader_and_another_path(program: bytes, tmp_path: Path) -> None:
    loader = tmp_path / "loader"
    loader.write_bytes(Path(read_elf(program).interpreter).read_bytes())
    loader.chmod(0o755)
    changed = with_rpath(with_loader(program, str(loader)), "/nowhere:$ORIGIN")
    elf = read_elf(changed)
    assert (elf.interpreter, elf.rpath) == (str(loader), "/nowhere:$ORIGIN")
    assert started(changed, tmp_path).returncode == 0
    loader.unlink()
    with pytest.raises(FileNotFoundError):
        started(changed, tmp_path)


@ELSEWHERE
def test_libraries_beside_the_path_come_first(program: bytes, tmp_path: Path) -> None:
    (tmp_path / "libc.so.6").write_bytes(b"no library")
    done = started(with_rpath(program, str(tmp_path)), tmp_path)
    assert done.returncode != 0
    assert str(tmp_path / "libc.so.6").encode() in done.stderr


@ELSEWHERE
def test_a_path_is_given_once(program: bytes) -> None:
    with pytest.raises(BundleError, match="already"):
        with_rpath(with_rpath(program, "/a"), "/b")


@ELSEWHERE
@settings(max_examples=200)
@given(st.data())
def test_damaged_programs_are_told(data: st.DataObject) -> None:
    program = PROGRAM.read_bytes()
    cut = data.draw(st.integers(0, min(len(program), 4096)))
    changed = bytearray(program[: data.draw(st.sampled_from([cut, len(program)]))])
    for _ in range(data.draw(st.integers(0, 4))):
        if len(changed) > 64:
            changed[data.draw(st.integers(0, min(len(changed), 2048) - 1))] = data.draw(st.integers(0, 255))
    for work in (read_elf, lambda text: with_loader(text, "/x"), lambda text: with_rpath(text, "/x")):
        try:
            work(bytes(changed))
        except BundleError:
            continue
