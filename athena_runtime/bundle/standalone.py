"""The interpreter from uv: python-build-standalone for any machine, with Debian's C library beside it.

These builds bring all libraries that Python's own modules need but the C library, and look beside themselves for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from athena_runtime.bundle.debian import library_tree
from athena_runtime.bundle.elf import is_elf, read_elf, with_loader
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.interpreter import LOADERS, Tree, keeps
from athena_runtime.bundle.uv import run_uv
from athena_runtime.contract import ROOT

ADVICE = (
    "set UV_PYTHON_INSTALL_MIRROR to a mirror that you reach, take a ready interpreter with `athena lock --py FILE`, "
    'or set `interpreter = "debian"`'
)


def standalone_trees(python: str, architectures: Iterable[str], state: Path) -> tuple[Tree, ...]:
    """The interpreters for several architectures. Raises BundleError when uv cannot fetch them."""
    return tuple(standalone_tree(python, architecture, state) for architecture in architectures)


def standalone_tree(python: str, architecture: str, state: Path) -> Tree:
    """The interpreter for one architecture; `state` is a folder for what is downloaded."""
    folder = state / "uv"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"cpython-{python}-linux-{architecture}-gnu"
    command = ["python", "install", "--install-dir", str(folder), "--no-bin", "--no-registry", name]
    run_uv(command, folder, f"Python {python} for {architecture}", ADVICE)
    found = sorted(folder.glob(f"cpython-{python}.*-linux-{architecture}-gnu"), key=_version_key)
    if not found:
        raise BundleError(f"uv installed no Python {python} for {architecture}")
    return tree_of(found[-1], python, architecture, library_tree(architecture, state))


def tree_of(installed: Path, python: str, architecture: str, libraries: Tree) -> Tree:
    """The interpreter in a folder that uv made, with the C library from another tree."""
    program = (installed / f"bin/python{python}").read_bytes()
    if not read_elf(program).rpath.startswith("$ORIGIN/../lib"):
        raise BundleError(f"the Python of uv for {architecture} does not look for libraries beside itself")
    version = re.search(r"cpython-(\d+\.\d+\.\d+)", installed.name)
    if version is None:
        raise BundleError(f"`{installed.name}` does not tell its version")
    own = {path.name: path.read_bytes() for path in sorted((installed / "lib").glob("*.so*")) if _is_library(path)}
    return Tree(
        architecture=architecture,
        version=version[1],
        program=with_loader(program, f"{ROOT}/py/{architecture}/lib/{LOADERS[architecture]}"),
        libraries={**libraries.libraries, **own},
        modules=dict(_modules(installed / f"lib/python{python}")),
        licences={**libraries.licences, **dict(_licences(installed))},
        packages=(installed.name, *libraries.packages),
        site=f"lib/python{python}/site-packages",
    )


def _modules(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_file() and keeps(relative):
            yield relative, path.read_bytes()


def _licences(installed: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(installed.glob("lib/python3.*/LICENSE.txt")):
        yield "python", path.read_bytes()
    for path in sorted(installed.glob("licenses/*")):
        yield f"python/{path.stem}", path.read_bytes()


def _is_library(path: Path) -> bool:
    return path.is_file() and is_elf(path.read_bytes())


def _version_key(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", path.name)[:3])
