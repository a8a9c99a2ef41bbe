"""The Python environment of a project: where its packages are installed, found from folders and never by running it.

The order is pyright's: a setting, a `.venv` or `venv` folder, the active environment, the Python that runs athena.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from athena_lsp.records import dataclass

FOLDER_NAMES = (".venv", "venv")
PACKAGE_FOLDERS = ("site-packages", "dist-packages")
MODULE_FILES = ("__init__.pyi", "__init__.py")
LARGEST_NOTE = 100_000
"""Bytes; a longer `.pth` file or `pyvenv.cfg` is something else."""
VERSION = re.compile(r"python3\.(\d+)t?\Z|pypy3\.(\d+)\Z")


@dataclass(frozen=True, slots=True)
class Environment:
    """The folders that hold installed packages, in the order of the import path."""

    folders: tuple[Path, ...] = ()
    editable: tuple[tuple[str, Path], ...] = ()
    """Modules and packages that are installed where they are worked on: the top name, and its file or folder."""

    def find(self, module: str) -> Path | None:
        """The file that tells the types of a module: its stub, else its source (PEP 561); None for compiled modules,
        namespace packages and what is not installed."""
        top, *inner = module.split(".")
        if not all(part.isidentifier() for part in (top, *inner)):
            return None
        for folder in self.folders:
            if (found := _module(folder / f"{top}-stubs", inner)) is not None:
                return found
        for folder in self.folders:
            if (found := _module(folder / top, inner)) is not None:
                return found
        for name, place in self.editable:
            if name == top and (found := _module(place.with_suffix(""), inner)) is not None:
                return found
        return None


def find_environment(
    root: Path, setting: str = "", variables: Mapping[str, str] | None = None, own: Path | None = None
) -> Environment:
    """The environment of the project in a folder.

    `setting` is a Python executable or the folder of an environment, from `root`; `variables` are those of the process;
    `own` is the prefix of the Python that runs athena. A setting that leads nowhere counts as none. Never raises.
    """
    given = os.environ if variables is None else variables
    prefix, version = next(_prefixes(root, setting, given), (own or Path(sys.prefix), ""))
    return _read(prefix, version)


def find_python(root: Path, setting: str = "", variables: Mapping[str, str] | None = None) -> Path:
    """The Python of that environment; the one that runs athena when the project has none. Never raises."""
    given = os.environ if variables is None else variables
    for prefix, _ in _prefixes(root, setting, given):
        for name in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
            if _is_file(prefix / name):
                return prefix / name
    return Path(sys.executable)


def _prefixes(root: Path, setting: str, variables: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Every folder that may be the environment's, with a version when one is named: the first is meant."""
    if setting and (found := _prefix_of(Path(os.path.abspath(root / Path(setting).expanduser())))) is not None:
        yield found
    for folder in (root, *root.parents):
        for name in FOLDER_NAMES:
            if _is_file(folder / name / "pyvenv.cfg"):
                yield folder / name, ""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if variables.get(name) and any(_sites(Path(variables[name]))):
            yield Path(variables[name]), ""


def _prefix_of(path: Path) -> tuple[Path, str] | None:
    """The folder of an environment that is given by itself or by its Python, which may be a link to another one."""
    named = re.search(r"3\.\d+", path.name)
    for folder in (path,) if _is_folder(path) else (path.parent, path.parent.parent):
        if _is_file(folder / "pyvenv.cfg") or any(_sites(folder)):
            return folder, named[0] if named and folder != path else ""
    real = Path(os.path.realpath(path))
    return _prefix_of(real) if real != path else None


def _read(prefix: Path, version: str) -> Environment:
    note = _note(prefix / "pyvenv.cfg")
    version = _version(note) or version
    found = list(_sites(prefix, version))
    if not note or note.get("include-system-site-packages", "").lower() == "true":
        base = Path(note["home"]).parent if note.get("home") else prefix
        home = Path(os.path.expanduser("~"))
        found += (site for site in (*_sites(base, version), *_sites(home / ".local", version)) if site not in found)
    folders: dict[Path, None] = {}
    editable: list[tuple[str, Path]] = []
    for site in found:
        folders[site] = None
        for extra in _plain_paths(site):
            folders.setdefault(extra)
        editable += _mapped(site)
    return Environment(tuple(folders), tuple(editable))


def _sites(prefix: Path, version: str = "") -> Iterator[Path]:
    """The package folders below a prefix, for that version of Python (`3.12`), or the newest there is."""
    windows = prefix / "Lib" / "site-packages"
    if _is_folder(windows) and not _is_folder(prefix / "lib"):
        yield windows
        return
    for top in (prefix / "local" / "lib", prefix / "lib", prefix / "lib64"):
        names = sorted((name for name in _listed(top) if VERSION.match(name)), key=_number, reverse=True)
        chosen = [name for name in names if version and name.removesuffix("t").endswith(version)] or names[:1]
        if top.name == "lib64" and top.is_symlink():
            return
        folders = (top / name / packages for name in (*chosen, "python3") for packages in PACKAGE_FOLDERS)
        yield from (folder for folder in folders if _is_folder(folder))


def _plain_paths(site: Path) -> Iterator[Path]:
    """The folders that `.pth` files add to the import path; their lines of code are not run (site module)."""
    for name in sorted(name for name in _listed(site) if name.endswith(".pth")):
        for line in _text(site / name).splitlines():
            line = line.strip()
            if line and not line.startswith(("#", "import ", "import\t")):
                folder = Path(os.path.normpath(site / line))
                if _is_folder(folder):
                    yield folder


def _mapped(site: Path) -> Iterator[tuple[str, Path]]:
    """The modules that editable installs map to their sources, as setuptools, editables (of hatch and PDM) and
    scikit-build write it down; nothing of it is run."""
    for name in sorted(_listed(site)):
        if name.endswith(".py") and "editable" in name:
            for top, place in _mapping(_text(site / name)):
                folder = Path(place)
                yield top, folder.parent if folder.name == "__init__.py" else folder


def _mapping(text: str) -> Iterator[tuple[str, str]]:
    """`MAPPING = {...}`, `F.map_module("name", "/path")` and `install({...}, ...)` at the top of a module."""
    try:
        statements = ast.parse(text).body
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return
    for statement in statements:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="MAPPING")], value=ast.Dict() as pairs)
                | ast.AnnAssign(target=ast.Name(id="MAPPING"), value=ast.Dict() as pairs)
                | ast.Expr(value=ast.Call(func=ast.Name(id="install"), args=[ast.Dict() as pairs, *_]))
            ):
                for key, value in zip(pairs.keys, pairs.values, strict=True):
                    match key, value:
                        case ast.Constant(value=str(top)), ast.Constant(value=str(place)) if "." not in top:
                            yield top, place
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="map_module"),
                    args=[ast.Constant(value=str(top)), ast.Constant(value=str(place))],
                )
            ):
                yield top, place


def _module(base: Path, inner: Iterable[str]) -> Path | None:
    """The file of a module below the folder of its top-level package, or beside it."""
    place = base.joinpath(*inner)
    for candidate in (*(place / name for name in MODULE_FILES), *(Path(f"{place}{end}") for end in (".pyi", ".py"))):
        if _is_file(candidate):
            return candidate
    return None


def _note(path: Path) -> dict[str, str]:
    """The keys of a `pyvenv.cfg` (PEP 405)."""
    pairs = (line.partition("=") for line in _text(path).splitlines())
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals}


def _version(note: Mapping[str, str]) -> str:
    """`3.12`, as `venv`, `virtualenv` and `uv` write it down."""
    written = note.get("version") or note.get("version_info") or ""
    return ".".join(written.split(".")[:2])


def _number(name: str) -> int:
    match = VERSION.match(name)
    return int(match[1] or match[2]) if match else -1


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_NOTE:
            return ""
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
