"""Reading installed packages, module by module, as far as a project's types need them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from athena_lsp.analysis.library import Library, LibraryFile, is_installed
from athena_lsp.analysis.memo import Memo
from athena_lsp.environment import Environment
from athena_lsp.files import Stamp, Text, read_text, stamp_of
from athena_lsp.project import Project
from athena_lsp.records import dataclass, field, replace

LARGEST_MODULE = 4_000_000
"""Bytes; a larger module is data."""
MOST_MODULES = 2_000
"""When so many have been read, all others count as absent."""
NOTHING_READ = Library(complete=False)


@dataclass
class Packages:
    """The packages of one environment, for one workspace. A look at one name leads on to the modules that it is
    imported from; the project gets them all at once."""

    environment: Environment
    name: Callable[[Path], str]
    """How the project names a file."""
    library: Library = NOTHING_READ
    asked: dict[tuple[str, str], None] = field(default_factory=dict)
    """Names whose modules are being read, each with the module that it is asked of."""
    memo: Memo = field(default_factory=Memo)
    """For looking ahead alone, which asks in another order than the project does: where classes are made of each other,
    that decides which of them is asked first."""
    stamps: dict[Path, Stamp] = field(default_factory=dict)

    def load(self, project: Project, seconds: float) -> Library:
        """The library with what the project wants, and all that leads to. When the time is over, the rest waits for
        the next call, and the project's own library comes back."""
        until = time.monotonic() + seconds
        self.asked.update(dict.fromkeys(project.wanted))
        names = wanted = tuple(self.asked)
        while wanted:
            if not self._read(project, dict.fromkeys(module for module, _ in wanted), until):
                return project.library
            ahead = replace(project, library=self.library, memo=self.memo, before=None)
            wanted = ahead.wanted_by(names)
            if wanted:
                names = wanted  # only what is new leads further
            elif names != (names := tuple(self.asked)):
                wanted = ahead.wanted_by(names)
        self.asked.clear()
        self.memo = Memo()
        return self.library

    def locate(self, module: str) -> str | None:
        """The file of a module, as the project names it; None when it has none that can be read."""
        path = self.environment.find(module)
        if path is None or stamp_of(path)[1] > LARGEST_MODULE:
            return None
        return self.name(path)

    def refresh(self, project: Project, environment: Environment) -> Library:
        """The library as the disk is now: all that was looked for before is looked for again."""
        same = environment == self.environment and self.stamps == {path: stamp_of(path) for path in self.stamps}
        if same or not self.library.modules:
            self.environment = environment
            return self.library
        before = self.library
        self.environment, self.library, self.stamps = environment, NOTHING_READ, {}
        self._read(project, before.modules, float("inf"))
        kept = {path: _unchanged(before.files.get(path), file) for path, file in self.library.files.items()}
        self.library = replace(self.library, files=kept)
        return self.library

    def _read(self, project: Project, modules: Iterable[str], until: float) -> bool:
        """Read the modules that have not been; False when there was no time for all of them."""
        found, files = dict(self.library.modules), dict(self.library.files)
        self.stamps |= {folder: stamp_of(folder) for folder in self.environment.folders if folder not in self.stamps}
        in_time = True
        for module in (module for module in modules if module not in found):
            in_time = time.monotonic() < until
            if not in_time:
                break
            path = self.environment.find(module)
            name = self.name(path) if path else None
            if path and name and name not in files and (name not in project.files or is_installed(name)):
                file = self._file(path, name, module)
                name = name if file else None
                files |= {name: file} if name and file else {}
            found[module] = name
        self.library = Library(found, files, complete=len(found) > MOST_MODULES)
        return in_time

    def _file(self, path: Path, name: str, module: str) -> LibraryFile | None:
        self.stamps[path] = stamp = stamp_of(path)
        text = read_text(path) if stamp[1] <= LARGEST_MODULE else None
        return LibraryFile(name, module, text.text) if isinstance(text, Text) else None


def _unchanged(before: LibraryFile | None, now: LibraryFile) -> LibraryFile:
    """The file as it was read before, with all that has been parsed of it, when it is still the same."""
    return before if before == now else now
