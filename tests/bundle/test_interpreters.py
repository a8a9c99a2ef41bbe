"""Interpreters from packages of Debian and from folders that uv makes: what of them becomes the layer `py`."""

from __future__ import annotations

import io
import lzma
import struct
import tarfile
from pathlib import Path

import pytest

from athena_runtime.bundle.deb import read_packages
from athena_runtime.bundle.elf import is_elf, read_elf, with_rpath
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.interpreter import Tree, check_layer, interpreter_layer, keeps, path_file
from athena_runtime.bundle.layer import Entry
from athena_runtime.bundle.standalone import tree_of

PROGRAM = Path("/bin/true")


def deb(path: Path, *members: tarfile.TarInfo, name: str = "data.tar.xz") -> Path:
    """A Debian package with these files; each has its own name as content."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for info in members:
            content = info.name.encode() if info.isreg() else b""
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    body = lzma.compress(data.getvalue()) if name.endswith(".xz") else data.getvalue()
    parts = [("debian-binary", b"2.0\n"), (name, body)]
    ar = b"!<arch>\n"
    for part, content in parts:
        ar += (
            f"{part:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
            + content
            + b"\n" * (len(content) % 2)
        )
    path.write_bytes(ar)
    return path


def file(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_files_and_links_of_packages(tmp_path: Path) -> None:
    one = deb(tmp_path / "one.deb", file("./usr/lib/a.so.1.2"), file("./usr/lib/a.so.1", tarfile.SYMTYPE, "a.so.1.2"))
    other = deb(
        tmp_path / "other.deb",
        file("./lib64/ld.so", tarfile.SYMTYPE, "/usr/lib/a.so.1"),
        file("./usr/share/doc/b", tarfile.SYMTYPE, "a"),
        file("./usr/share/doc/a/copyright"),
        file("./usr/lib/loop", tarfile.SYMTYPE, "loop"),
        name="data.tar",
    )
    files = read_packages([one, other])
    assert files.read("lib64/ld.so") == files.read("lib/a.so.1") == b"./usr/lib/a.so.1.2"
    assert files.read("share/doc/b/copyright") == b"./usr/share/doc/a/copyright"
    assert files.read("lib/loop") is None
    assert files.read("nothing") is None


@pytest.mark.parametrize("data", [b"", b"!<arch>\n", b"!<arch>\nx", b"PK\3\4", b"!<arch>\n" + b"x" * 200])
def test_what_is_no_package_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.deb").write_bytes(data)
    with pytest.raises(BundleError, match=r"bad\.deb"):
        read_packages([tmp_path / "bad.deb"])


def test_a_package_that_is_packed_in_a_way_of_tomorrow_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="nobody here can unpack"):
        read_packages([deb(tmp_path / "a.deb", file("./a"), name="data.tar.zst")])


def tree(architecture: str, **modules: bytes) -> Tree:
    own = {name.replace("__", "/").replace("_py", ".py"): data for name, data in modules.items()}
    return Tree(architecture, "3.13.5", b"", {"libc.so.6": b"c"}, own, {"libc6": b"LGPL"})


def test_what_is_the_same_for_all_processors_is_there_once() -> None:
    entries = interpreter_layer(
        [tree("x86_64", os_py=b"1", sys_py=b"x"), tree("aarch64", os_py=b"1", sys_py=b"a")], "debian"
    )
    contents = {entry.path: entry.read() for entry in entries}
    assert contents["lib/python3.13/os.py"] == b"1"
    assert contents["x86_64/lib/python3.13/sys.py"] == b"x"
    assert contents["aarch64/lib/python3.13/sys.py"] == b"a"
    assert "lib/python3.13/sys.py" not in contents
    assert contents["licenses/libc6/copyright"] == b"LGPL"
    assert "x86_64/lib/python3.13/lib-dynload/README" in contents


def test_the_import_path_of_steps_leads_to_code_and_packages() -> None:
    site = "lib/python3.13/site-packages"
    folder = Path("/athena/py/aarch64") / site
    paths = [str(Path(folder, line).resolve()) for line in path_file("aarch64", site).splitlines()]
    assert paths == ["/athena/app", "/athena/deps/aarch64", "/athena/deps/any"]


def test_different_versions_make_no_layer() -> None:
    other = Tree("aarch64", "3.13.6", b"", {}, {})
    with pytest.raises(BundleError, match=r"3\.13\.5, 3\.13\.6"):
        interpreter_layer([tree("x86_64"), other], "debian")


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("os.py", True),
        ("_pyrepl/console.py", True),
        ("curses/__init__.py", True),
        ("unittest/case.py", True),
        ("test/test_os.py", False),
        ("idlelib/run.py", False),
        ("encodings/__pycache__/utf_8.cpython-313.pyc", False),
        ("lib-dynload/_ssl.cpython-313-x86_64-linux-gnu.so", True),
        ("lib-dynload/_testcapi.cpython-313-x86_64-linux-gnu.so", False),
        ("config-3.13-x86_64-linux-gnu/Makefile", False),
    ],
)
def test_what_of_the_standard_library_is_kept(path: str, kept: bool) -> None:
    assert keeps(path) is kept


def test_a_layer_whose_program_could_not_start_is_refused() -> None:
    with pytest.raises(BundleError, match="without an interpreter"):
        check_layer([Entry("lib/os.py", b"")])
    if not is_elf(PROGRAM.read_bytes()):
        pytest.skip("needs a Linux of 64 bits")
    machine = read_elf(PROGRAM.read_bytes()).machine
    program = Entry(f"{machine}/bin/python3", PROGRAM, executable=True)
    with pytest.raises(BundleError, match=r"needs `libc.so.6`, which the layer does not have"):
        check_layer([program])
    library = Entry(f"{machine}/lib/libc.so.6", b"")
    with pytest.raises(BundleError, match="which images need not have"):
        check_layer([program, library])
    with pytest.raises(BundleError, match=f"is made for {machine}"):
        check_layer([Entry("other/bin/python3", PROGRAM)])


def test_a_folder_that_uv_made_becomes_an_interpreter(tmp_path: Path) -> None:
    """uv's own builds cannot be downloaded where the tests run: the folder is laid out as theirs are documented."""
    if not is_elf(PROGRAM.read_bytes()):
        pytest.skip("needs a Linux of 64 bits")
    machine = read_elf(PROGRAM.read_bytes()).machine
    installed = tmp_path / f"cpython-3.13.9-linux-{machine}-gnu"
    for path, data in {
        "bin/python3.13": with_rpath(PROGRAM.read_bytes(), "$ORIGIN/../lib"),
        "lib/libpython3.13.so.1.0": PROGRAM.read_bytes(),
        "lib/python3.13/os.py": b"",
        "lib/python3.13/test/test_os.py": b"",
        "lib/python3.13/LICENSE.txt": b"PSF",
    }.items():
        (installed / path).parent.mkdir(parents=True, exist_ok=True)
        (installed / path).write_bytes(data)
    made = tree_of(installed, "3.13", machine, tree(machine))
    loader = read_elf(made.program).interpreter
    assert loader.startswith(f"/athena/py/{machine}/lib/ld-linux")
    assert (made.version, set(made.modules), set(made.libraries)) == (
        "3.13.9",
        {"os.py", "LICENSE.txt"},
        {"libc.so.6", "libpython3.13.so.1.0"},
    )
    assert made.licences == {"libc6": b"LGPL", "python": b"PSF"}
    (installed / "bin/python3.13").write_bytes(PROGRAM.read_bytes())
    with pytest.raises(BundleError, match="does not look for libraries beside itself"):
        tree_of(installed, "3.13", machine, tree(machine))


def test_a_header_is_read_as_the_kernel_reads_it() -> None:
    assert not is_elf(b"")
    assert not is_elf(b"\x7fELF\x01\x01" + b"\0" * 100)  # 32 bits
    with pytest.raises(BundleError):
        read_elf(b"\x7fELF\x02\x01" + struct.pack("<10s", b"") + b"\xff" * 100)
