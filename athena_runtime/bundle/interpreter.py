"""The layer `py`: CPython with its own C library and loader for each architecture, and one standard library for all.

lib/python3.13/...                  what is the same for all: modules, compiled too
x86_64/bin/python3                  the program, which starts the loader beside it
x86_64/lib/*.so*                    loader, C library and all that modules need
x86_64/lib/python3.13/lib-dynload   compiled modules, and whatever differs
licenses/                           of everything in it
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from athena_runtime.bundle.elf import is_elf, read_elf
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import Entries, Entry, layer_file, ordered
from athena_runtime.contract import ROOT

LOADERS = {"x86_64": "ld-linux-x86-64.so.2", "aarch64": "ld-linux-aarch64.so.1"}
"""The name of the C library's loader, by architecture."""
ARCHITECTURES = tuple(LOADERS)

DROPPED_FOLDERS = (
    "test",
    "tests",
    "idlelib",
    "tkinter",
    "turtledemo",
    "lib2to3",
    "ensurepip",
    "pydoc_data",
    "__phello__",
)
DROPPED = re.compile(
    r"(?:.*/)?__pycache__/.*"
    r"|(?:config-[^/]*|dist-packages|site-packages)(?:/.*)?"
    r"|turtle\.py|__hello__\.py|EXTERNALLY-MANAGED"
    r"|lib-dynload/(?:_test|_xxtest|xxlimited|_ctypes_test|xxsubtype|_tkinter|_dbm|_gdbm)[^/]*"
)
"""What no step needs. `_pyrepl`, curses, venv and wsgiref stay: packages import them, and they are small."""
DROPPED_LIBRARIES = frozenset(
    {
        "libBrokenLocale.so.1",
        "libanl.so.1",
        "libc_malloc_debug.so.0",
        "libexpatw.so.1",
        "libformw.so.6",
        "libhistory.so.8",
        "libmemusage.so",
        "libmenuw.so.6",
        "libnss_compat.so.2",
        "libnss_hesiod.so.2",
        "libpcprofile.so",
        "libthread_db.so.1",
    }
)


@dataclass(frozen=True, slots=True)
class Tree:
    """An interpreter for one architecture. `program` looks for its loader and its libraries in `ROOT`."""

    architecture: str
    version: str
    """Such as `3.13.5`."""
    program: bytes = field(repr=False)
    libraries: Mapping[str, bytes] = field(repr=False)
    modules: Mapping[str, bytes] = field(repr=False)
    """The standard library, by paths from its folder."""
    licences: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    packages: tuple[str, ...] = ()
    """What it was made of, with versions."""
    site: str = ""
    """The folder below that of the architecture whose `.pth` files are read."""

    @property
    def minor(self) -> str:
        """Such as `3.13`."""
        return ".".join(self.version.split(".")[:2])


def keeps(path: str) -> bool:
    """Whether a file of the standard library, by its path from there, is of use in a step."""
    return path.partition("/")[0] not in DROPPED_FOLDERS and not DROPPED.fullmatch(path)


def rpath_of(architecture: str) -> str:
    """Where the interpreter and the packages look for libraries first; `$ORIGIN` is of no use without `/proc`."""
    return f"$ORIGIN/../lib:{ROOT}/py/{architecture}/lib"


def interpreter_layer(trees: Iterable[Tree], source: str) -> Entries:
    """The files of the layer, without compiled modules. Raises BundleError for trees that are not alike."""
    found = tuple(sorted(trees, key=lambda tree: tree.architecture))
    versions = sorted({tree.version for tree in found})
    if len(versions) != 1:
        raise BundleError(f"the architectures have different versions of Python: {', '.join(versions)}")
    shared = _shared(found)
    minor = found[0].minor
    entries = [Entry(f"lib/python{minor}/{path}", data) for path, data in shared.items()]
    for tree in found:
        entries += _own(tree, shared)
    licences = {name: text for tree in found for name, text in tree.licences.items()}
    entries += (Entry(f"licenses/{name}/copyright", text) for name, text in licences.items())
    about = {
        "python": versions[0],
        "architectures": [tree.architecture for tree in found],
        "source": source,
        "packages": {tree.architecture: list(tree.packages) for tree in found},
    }
    return ordered((*entries, layer_file("py", about)))


def _shared(trees: tuple[Tree, ...]) -> dict[str, bytes]:
    """The modules that are the same in every tree that has them; programs never are."""
    every = {path: data for tree in reversed(trees) for path, data in tree.modules.items()}
    return {
        path: data
        for path, data in every.items()
        if not is_elf(data) and all(tree.modules.get(path, data) == data for tree in trees)
    }


def _own(tree: Tree, shared: Mapping[str, bytes]) -> Iterator[Entry]:
    top = tree.architecture
    yield Entry(f"{top}/bin/python3", tree.program, executable=True)
    for name, data in tree.libraries.items():
        if name not in DROPPED_LIBRARIES:
            yield Entry(f"{top}/lib/{name}", data, executable=True)
    for path, data in tree.modules.items():
        if path not in shared:
            yield Entry(f"{top}/lib/python{tree.minor}/{path}", data)
    # Without lib-dynload in it, Python would not take this folder for its own.
    if not any(path.startswith("lib-dynload/") for path in tree.modules if path not in shared):
        yield Entry(f"{top}/lib/python{tree.minor}/lib-dynload/README", b"Compiled modules are part of the program.\n")
    site = tree.site or f"lib/python{tree.minor}/site-packages"
    yield Entry(f"{top}/{site}/athena.pth", path_file(top, site).encode())


def path_file(architecture: str, site: str) -> str:
    """The import path of steps, from the folder with this file: the code, then the packages."""
    up = "/".join([".."] * (len(site.split("/")) + 2))
    return "".join(f"{up}/{folder}\n" for folder in ("app", f"deps/{architecture}", "deps/any"))


def check_layer(entries: Iterable[Entry]) -> None:
    """Raises BundleError when a program of the layer could not start: a foreign one, or without loader or library."""
    files = {entry.path: entry for entry in entries}
    tops = [path.partition("/")[0] for path in files if path.endswith("/bin/python3")]
    if not tops:
        raise BundleError("a layer `py` without an interpreter")
    for top in tops:
        names = {path.rpartition("/")[2] for path in files if path.startswith(f"{top}/lib/")}
        for path, entry in files.items():
            if not path.startswith(f"{top}/"):
                continue
            data = entry.read()
            if not is_elf(data):
                continue
            elf = read_elf(data)
            if elf.machine != top:
                raise BundleError(f"`{path}` is made for {elf.machine}")
            missing = [name for name in elf.needed if name not in names]
            if missing:
                raise BundleError(f"`{path}` needs `{missing[0]}`, which the layer does not have")
            if path == f"{top}/bin/python3" and elf.interpreter != f"{ROOT}/py/{top}/lib/{LOADERS[top]}":
                raise BundleError(f"`{path}` starts with `{elf.interpreter}`, which images need not have")
