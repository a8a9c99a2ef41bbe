"""Which file an import means: roots of import paths, packages, `src/` folders and namespace packages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Layout:
    """The files of a project and the folders that imports start from. Paths are posix, folders end without a slash."""

    paths: frozenset[str]
    roots: tuple[str, ...] = ("",)
    """Folders on the import path; the empty one is the folder that paths without a folder stand in."""

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

        Absolute names are looked for in the roots nearest to the importer first, then beside the importer itself, as
        Python does for a script.
        """
        parts = module.split(".") if module else []
        if level:
            folder = _parent(importer)
            for _ in range(level - 1):
                folder = _parent(folder)
            return self._in_folder(folder, parts)
        if not parts:
            return None
        for root in self.search(importer):
            if (path := self._in_folder(root, parts)) is not None:
                return path
        return None

    def is_project_module(self, importer: str, module: str) -> bool:
        """Whether the first part of a dotted name is a module or package of the project."""
        top = module.partition(".")[0]
        return any(
            _join(root, f"{top}.py") in self.paths or (top and _join(root, top) in self.folders)
            for root in self.search(importer)
            if root != _parent(importer) or root in self.roots
        )

    def search(self, importer: str) -> Iterable[str]:
        """The folders in which an absolute import of this file is looked for."""
        own = _parent(importer)
        inside = sorted((root for root in self.roots if _is_inside(importer, root)), key=len, reverse=True)
        others = [root for root in self.roots if root not in inside]
        return dict.fromkeys((*inside, *others, own))

    def module_name(self, path: str) -> str:
        """The dotted name under which a file is imported."""
        inside = [root for root in self.roots if _is_inside(path, root)]
        root = max(inside, key=len, default=_parent(path))
        relative = path[len(root) :].strip("/").removesuffix(".py").removesuffix("/__init__")
        return relative.replace("/", ".")

    def _in_folder(self, folder: str, parts: list[str]) -> str | None:
        base = _join(folder, "/".join(parts)) if parts else folder
        for candidate in (_join(base, "__init__.py"), f"{base}.py") if base else ("__init__.py",):
            if candidate in self.paths:
                return candidate
        return None


def _parent(path: str) -> str:
    head, slash, _ = path.rpartition("/")
    return head if head or not slash else "/"


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}" if folder else name


def _is_inside(path: str, root: str) -> bool:
    return not root or path.startswith(f"{root.rstrip('/')}/")
