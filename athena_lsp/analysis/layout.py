"""Which file an import means: roots of import paths, packages, `src/` folders, namespace packages and stub files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from athena_lsp.records import dataclass, replace

COMPILED = (".so", ".pyd")
"""What the files of compiled modules end with (importlib.machinery.EXTENSION_SUFFIXES)."""
MODULE_FILES = ("/__init__.pyi", "/__init__.py", ".pyi", ".py")
"""What a module's path can end with, in the order in which type checkers look (PEP 561)."""


@dataclass(frozen=True)
class Layout:
    """The files of a project and the folders that imports start from. Paths are posix, folders end without a slash."""

    paths: frozenset[str]
    roots: tuple[str, ...] = ("",)
    """Folders on the import path; the empty one is the folder that paths without a folder stand in."""
    projects: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Folders that are projects of their own inside this one, each with its part of `roots`: what its files import
    first."""

    whole: bool = True
    """Every folder has been looked into; else only those that are packages, and any other module may be there."""
    compiled: frozenset[str] = frozenset()
    """Compiled modules, as paths without anything behind the module's name: no source tells what is in them."""

    @cached_property
    def _searches(self) -> dict[str, tuple[str, ...]]:
        """What `search` has found so far, by the importer's folder."""
        return {}

    def with_paths(self, paths: Iterable[str]) -> Layout:
        """The same folders with other files in them."""
        return replace(self, paths=frozenset(paths))

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a Python file, at any depth."""
        found: set[str] = set()
        for path in self.paths:
            folder = _parent(path)
            while folder not in found:
                found.add(folder)
                if not folder or folder == "/":
                    break
                folder = _parent(folder)
        return frozenset(found)

    def module(self, importer: str, module: str, level: int) -> str | None:
        """The file that `module` means in a file; None when it is not of the project.

        Absolute names are looked for in the roots of the project nearest to the importer first, then beside the
        importer itself, as Python does for a script. A stub file hides the module that it describes.
        """
        parts = module.split(".") if module else []
        if level:
            return self._in_folder(_above(importer, level), parts)
        if not parts:
            return None
        for root in self.search(importer):
            if (path := self._in_folder(root, parts)) is not None:
                return path
        return None

    def program_of(self, path: str) -> str | None:
        """The module that a stub file describes; None for any other file, and for a stub that stands alone."""
        program = path[:-1] if path.endswith(".pyi") else ""
        return program if program in self.paths else None

    def is_project_module(self, importer: str, module: str) -> bool:
        """Whether the first part of a dotted name is a module of the project, or a package with an `__init__`."""
        top = module.partition(".")[0]
        return any(self._in_folder(root, [top]) is not None for root in self._search_roots(importer)) if top else False

    def is_namespace(self, importer: str, module: str, level: int) -> bool:
        """Whether a module is a folder with Python files in or below it, but no package (PEP 420)."""
        folder = module.replace(".", "/")
        starts = [_above(importer, level)] if level else self._search_roots(importer)
        is_folder = bool(folder) and any(_join(start, folder) in self.folders for start in starts)
        return is_folder and self.module(importer, module, level) is None

    def is_compiled(self, importer: str, module: str, level: int) -> bool:
        """Whether a module is of the project and has no source: `_fast.cpython-312-x86_64-linux-gnu.so`, and whatever
        that may hold."""
        parts = module.split(".") if module else []
        starts = [_above(importer, level)] if level else self.search(importer) if self.compiled else ()
        above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        return any(_join(start, each) in self.compiled for start in starts for each in above)

    def search(self, importer: str) -> tuple[str, ...]:
        """The folders in which an absolute import of this file is looked for, in order."""
        folder = _parent(importer)
        found = self._searches.get(folder)
        if found is None:
            # A script's own folder is on the import path, a package's is not.
            beside = () if self._in_folder(folder, []) else (folder,)
            found = self._searches[folder] = tuple(dict.fromkeys((*self._ordered(importer), *beside)))
        return found

    def module_name(self, path: str) -> str:
        """The dotted name under which a file is imported."""
        inside = [root for root in self.roots if _is_inside(path, root)]
        root = max(inside, key=len, default=_parent(path))
        relative = path[len(root) :].strip("/").removesuffix("i").removesuffix(".py").removesuffix("/__init__")
        return relative.replace("/", ".")

    def _search_roots(self, importer: str) -> Iterator[str]:
        """The search path, without the importer's own folder when it is no root: other things may stand there."""
        own = _parent(importer)
        return (root for root in self.search(importer) if root != own or root in self.roots)

    def _ordered(self, importer: str) -> Iterator[str]:
        """All roots: of the nearest project those that hold the file, then its others; so outwards; then the rest."""
        around = [project for project in self.projects if _is_inside(importer, project[0])]
        for _, roots in sorted(around, key=lambda project: len(project[0]), reverse=True):
            yield from _nearest(importer, roots)
        yield from _nearest(importer, self.roots)

    def _in_folder(self, folder: str, parts: list[str]) -> str | None:
        base = _join(folder, "/".join(parts)) if parts else folder
        candidates = (f"{base}{ending}" for ending in MODULE_FILES) if base else ("__init__.pyi", "__init__.py")
        return next((candidate for candidate in candidates if candidate in self.paths), None)


def layout_of(names: tuple[str, ...], given: tuple[str, ...]) -> Layout:
    """The layout of files by their names, without the files: imports start from `given`, else from the top and `src/`,
    and from each folder with a pyproject.toml."""
    nested = {name.rpartition("/")[0] for name in names if name.rpartition("/")[2] == "pyproject.toml"} - {""}
    projects = {folder: (folder, *_source_folder(folder, names)) for folder in sorted(nested)}
    own = given or ("", *_source_folder("", names))
    others = {root for found in projects.values() for root in found}
    roots = (*given, *sorted(others - set(given))) if given else tuple(sorted(others | set(own)))
    compiled = frozenset(_without_ending(name) for name in names if name.endswith(COMPILED))
    return Layout(frozenset(), roots, (*projects.items(), ("", own)), compiled=compiled)


def _without_ending(path: str) -> str:
    """A path up to the first dot in its last part, where the name of a compiled module ends."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.partition('.')[0]}"


def _source_folder(folder: str, names: Iterable[str]) -> tuple[str, ...]:
    source = f"{folder}/src" if folder else "src"
    return (source,) if any(name.startswith(f"{source}/") for name in names) else ()


def _nearest(importer: str, roots: Iterable[str]) -> list[str]:
    """The folders that hold the file, the innermost first; then the others as they come."""
    return sorted(roots, key=lambda root: -len(root) - 1 if _is_inside(importer, root) else 0)


def _above(importer: str, level: int) -> str:
    """The folder that a relative import with so many dots starts from."""
    folder = _parent(importer)
    for _ in range(level - 1):
        folder = _parent(folder)
    return folder


def _parent(path: str) -> str:
    head, slash, _ = path.rpartition("/")
    return head if head or not slash else "/"


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}" if folder else name


def _is_inside(path: str, root: str) -> bool:
    return not root or path.startswith(f"{root.rstrip('/')}/")
