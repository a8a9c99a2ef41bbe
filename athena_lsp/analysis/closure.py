"""The modules of the project that a module needs at run time, under the names that a pod imports them by."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from athena_lsp.analysis.imports import Import
from athena_lsp.analysis.view import View
from athena_lsp.records import dataclass, field

RUNTIME = "athena_runtime"
TEST_FOLDERS = frozenset({"test", "tests"})
STANDARD = sys.stdlib_module_names


@dataclass(frozen=True, slots=True, order=True)
class Module:
    """A module of the project: the name that it is imported by, and its file."""

    name: str
    path: str

    @property
    def is_package(self) -> bool:
        return self.path.endswith("/__init__.py") or self.path == "__init__.py"

    @property
    def place(self) -> str:
        """Where it lies among the code of a pod."""
        return f"{self.name.replace('.', '/')}{'/__init__' if self.is_package else ''}.py"


@dataclass(frozen=True, slots=True)
class Closure:
    """All that some modules lead to."""

    modules: tuple[Module, ...]
    outside: tuple[tuple[str, str], ...] = field(default=())
    """Modules that are neither the project's nor Python's own, each with a file that imports it, by name."""


def closure(view: View, starts: Iterable[Module]) -> Closure:
    """What the modules import, and what that imports, and so on; every package around a module is part of it."""
    found: dict[Module, None] = {}
    outside: dict[str, str] = {}
    waiting = list(starts)
    for module in waiting:
        if module in found:
            continue
        found[module] = None
        waiting += _packages_around(view, module)
        for each in view.imports_of(module.path):
            waiting += targets(view, module, each)
            if name := outside_name(view, module.path, each):
                outside.setdefault(name, module.path)
    return Closure(tuple(sorted(found)), tuple(sorted(outside.items())))


def targets(view: View, importer: Module, each: Import) -> Iterator[Module]:
    """The modules of the project that an import runs."""
    base = _absolute(importer, each)
    for name, written in ((base, each.module), *((_joined(base, n), _joined(each.module, n)) for n in each.names)):
        path = view.module(importer.path, written, each.level) if name else None
        program = view.program_of(path) if path and path.endswith(".pyi") else path
        if program:
            yield Module(name, program)
        elif written == each.module and not each.level and "." in written:
            # `import a.b.c`, of which only `a` is of the project, or a package that makes the rest by itself.
            yield from targets(view, importer, Import(written.rpartition(".")[0]))


def outside_name(view: View, path: str, each: Import) -> str:
    """The module that an import needs from outside; empty when it needs none, or can do without."""
    top = each.module.partition(".")[0]
    if each.optional or each.level or not top or top in STANDARD or top == RUNTIME:
        return ""
    known = view.module(path, top, 0) is not None or view.is_project_module(path, top)
    return "" if known else each.module


def is_test(path: str) -> bool:
    """Whether a file belongs to the tests of a project, by its name or its folder."""
    *folders, name = path.split("/")
    in_tests = not TEST_FOLDERS.isdisjoint(folders)
    return in_tests or name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"


def _packages_around(view: View, module: Module) -> Iterator[Module]:
    """The package that a module lies in, whose `__init__` runs before it."""
    parent = module.name.rpartition(".")[0]
    path = view.module(module.path, "", 2 if module.is_package else 1) if parent else None
    if path and path.endswith(".py"):
        yield Module(parent, path)
    elif parent:
        # A folder without an `__init__` in a package with one.
        around = "/".join(module.path.split("/")[: -2 if module.is_package else -1])
        yield from _packages_around(view, Module(parent, f"{around}/__init__.py"))


def _absolute(importer: Module, each: Import) -> str:
    """The whole name of a module as an import means it."""
    if not each.level:
        return each.module
    package = importer.name.split(".") if importer.is_package else importer.name.split(".")[:-1]
    kept = package[: len(package) - each.level + 1]
    return _joined(".".join(kept), each.module)


def _joined(package: str, name: str) -> str:
    return f"{package}.{name}" if package and name else package or name
