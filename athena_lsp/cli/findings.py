"""What workspaces report about the paths that a command was given, with files named from the working directory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from athena_lsp.cli.parallel import diagnostics
from athena_lsp.cli.process import MisuseError, meant
from athena_lsp.diagnostics import Diagnostic, Label, Location
from athena_lsp.files import find_root
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Source
from athena_lsp.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """A workspace, and the files and folders of it that the user asks about."""

    workspace: Workspace
    given: tuple[Path, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files asked about as the project names them, and those that configure it, sorted."""
        named = {path for given in self.given for path in self.workspace.paths(given)}
        config = {found.path for found in self.workspace.config.diagnostics}
        return tuple(sorted(named | config))

    def shown(self, path: str) -> str:
        """A file's path from the working directory."""
        return shown_path(self.workspace.root / path)


@dataclass(frozen=True, slots=True)
class Findings:
    """Diagnostics by path and position, and what it takes to show them; all paths are from the working directory."""

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    checked: tuple[str, ...]
    """The Python files that were looked at."""
    problems: Mapping[str, str]
    """Files that could not be read, and why."""


def open_workspaces(paths: Iterable[str | Path], config: str = "") -> tuple[Asked, ...]:
    """The workspaces of files and folders, one for each root; `config` stands for a project's own configuration.

    Raises MisuseError for a path that is not there.
    """
    by_root: dict[Path, list[Path]] = {}
    for path in (Path(os.path.abspath(existing(Path(given)))) for given in paths):
        by_root.setdefault(find_root(path)[0], []).append(path)
    return tuple(Asked(Workspace.open(given, config=config), tuple(given)) for given in by_root.values())


def existing(path: Path) -> Path:
    """The path. Raises MisuseError when nothing is there."""
    if path.exists():
        return path
    try:
        beside = os.listdir(path.parent)
    except OSError:
        beside = []
    raise MisuseError(f"error: there is no file or folder `{path}`{meant(path.name, beside)}")


def find(asked: Sequence[Asked], cache: Path | None = None) -> Findings:
    """Everything to be said about the files asked about. `cache`: a folder where answers are kept between runs."""
    everything: list[Diagnostic] = []
    sources: dict[str, Source] = {}
    checked: list[str] = []
    problems: dict[str, str] = {}
    for each in asked:
        for path, found in diagnostics(each.workspace, each.paths, cache):
            if path in each.workspace.project.files:
                checked.append(each.shown(path))
            for name in dict.fromkeys(name for one in found for name in _paths_of(one)):
                if source := each.workspace.source(name):
                    sources[each.shown(name)] = source
            everything += (_relocated(one, each) for one in found)
        problems |= {each.shown(name): why for name, why in each.workspace.problems.items() if _is_asked(name, each)}
    everything.sort(key=lambda found: (found.path, found.span, found.rule))
    return Findings(tuple(everything), sources, tuple(sorted(checked)), problems)


def shown_path(path: Path) -> str:
    """A path as the user would name it: from the working directory."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _is_asked(name: str, asked: Asked) -> bool:
    path = asked.workspace.root / name
    return path.suffix == ".toml" or any(given == path or given in path.parents for given in asked.given)


def _paths_of(found: Diagnostic) -> Iterable[str]:
    yield found.path
    yield from (label.location.path for label in found.related)
    yield from (edit.path for fix in found.fixes for edit in fix.edits)


def _relocated(found: Diagnostic, asked: Asked) -> Diagnostic:
    related = (Label(Location(asked.shown(x.location.path), x.location.span), x.message) for x in found.related)
    fixes = (
        replace(fix, edits=tuple(replace(edit, path=asked.shown(edit.path)) for edit in fix.edits))
        for fix in found.fixes
    )
    return replace(found, path=asked.shown(found.path), related=tuple(related), fixes=tuple(fixes))
