"""Modules of installed packages: what of them has been read, and the faces of their files, parsed name by name."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import Enum
from functools import cached_property

from athena_lsp.analysis.exports import Export
from athena_lsp.analysis.summary import Binding, Star, Summary, summarise
from athena_lsp.records import dataclass, field
from athena_lsp.syntax.blocks import Parsed
from athena_lsp.syntax.skim import cut_exactly, defined_name, skim, without_methods
from athena_lsp.syntax.tree import parse
from athena_lsp.text import Source

KNOWN_BY_NAME = sys.stdlib_module_names | {"typing_extensions", "athena_runtime"}
"""Modules and packages that are never looked into: what athena knows of them, it knows by their names."""
MAKES_NAMES = ("globals()", "sys.modules", "\nexec(")
"""What stands in modules that bind names in other ways than by statements."""
INSTALLED = frozenset({"site-packages", "dist-packages"})
PACKAGE_FILES = ("__init__.pyi", "__init__.py")


class Unread(Enum):
    """Why there is no file for a module."""

    ABSENT = "absent"
    """None can be read: it is not installed, compiled, or a namespace package."""
    AWAITED = "awaited"
    """Nobody has looked for it yet."""


Located = str | Unread


@dataclass(frozen=True)
class LibraryFile:
    """A module of an installed package. Only the statements that bind a name somebody asks for are parsed."""

    path: str
    module: str
    """Its dotted name."""
    text: str = field(repr=False)

    @cached_property
    def source(self) -> Source:
        return Source(self.text)

    @cached_property
    def parsed(self) -> Parsed:
        """The file in blocks, none of which has been parsed."""
        return Parsed(self.text, self._pieces)

    @property
    def package(self) -> str:
        """The package that relative imports of one dot start from."""
        is_package = self.path.rpartition("/")[2] in PACKAGE_FILES
        return self.module if is_package else self.module.rpartition(".")[0]

    def bindings_of(self, name: str) -> tuple[Binding, ...]:
        """All that binds a top-level name, in order."""
        known = self._bound.get(name)
        if known is None:
            numbers = self._numbers.get(name, ())
            found = (summarise(without_methods(self._pieces[number])).bindings for number in numbers)
            known = tuple(binding for bindings in found for binding in bindings if binding.name == name)
            self._bound[name] = known
        return known

    @property
    def writes_globals(self) -> bool:
        """Whether the module may bind names that are not written in it."""
        return any(mark in self.text for mark in MAKES_NAMES)

    @cached_property
    def stars(self) -> tuple[Star, ...]:
        return tuple(star for _, summary in self._others for star in summary.stars)

    @cached_property
    def exports(self) -> tuple[Export, ...]:
        return tuple(export for _, summary in self._others for export in summary.exports)

    @cached_property
    def _bound(self) -> dict[str, tuple[Binding, ...]]:
        """What binds the names that were asked for."""
        return {}

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        """The statements of the file; as Python sees them, when the quick cut is wrong."""
        pieces = skim(self.text)
        return pieces if self._all_parse(pieces) else cut_exactly(self.text)

    def _all_parse(self, pieces: tuple[str, ...]) -> bool:
        """Whether the statements that are no definitions parse. They are few lines, and the ones that cut badly."""
        return all(parse(piece).problem is None for piece in pieces if not defined_name(piece))

    @cached_property
    def _others(self) -> tuple[tuple[int, Summary], ...]:
        """The statements that are no functions or classes, by number."""
        pieces = enumerate(self._pieces)
        return tuple((number, summarise(piece)) for number, piece in pieces if not defined_name(piece))

    @cached_property
    def _numbers(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the statements that bind each name."""
        found: dict[str, list[int]] = {}
        for number, piece in enumerate(self._pieces):
            if name := defined_name(piece):
                found.setdefault(name, []).append(number)
        for number, summary in self._others:
            for binding in summary.bindings:
                found.setdefault(binding.name, []).append(number)
        return {name: tuple(sorted(set(numbers))) for name, numbers in found.items()}


def is_installed(path: str) -> bool:
    """Whether a path lies in a folder of installed packages: what an editor opens there is no program either."""
    return not INSTALLED.isdisjoint(path.split("/"))


@dataclass(frozen=True)
class Library:
    """What has been read of installed packages: each module with its file, or without one when it has none to read."""

    modules: Mapping[str, str | None] = field(default_factory=dict)
    files: Mapping[str, LibraryFile] = field(default_factory=dict)
    """By path. A module of a package that is worked on may be a file of the project, and is not here."""
    complete: bool = True
    """There is nothing to read but what has been: a module that is not here is absent."""

    def locate(self, module: str) -> Located:
        """The file of a module by its dotted name."""
        if not module or module.partition(".")[0] in KNOWN_BY_NAME:
            return Unread.ABSENT
        if module not in self.modules:
            return Unread.ABSENT if self.complete else Unread.AWAITED
        return self.modules[module] or Unread.ABSENT

    def absolute(self, importer: str, module: str, level: int) -> str:
        """The dotted name that an import in one of the files means."""
        if not level:
            return module
        package = self.files[importer].package.split(".")
        return ".".join((*package[: len(package) - level + 1], *([module] if module else [])))

    def __contains__(self, path: str) -> bool:
        return path in self.files
