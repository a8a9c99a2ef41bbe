"""The holder of the current project, and the only reader of source files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, TypeVar

from athena_lsp.analysis.layout import COMPILED, Layout, layout_of
from athena_lsp.analysis.library import Library
from athena_lsp.config.read import CONFIG_NAMES, Config, Git, read_config
from athena_lsp.config.report import Entry, in_force
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.environment import Environment, find_environment
from athena_lsp.files import (
    Stamp,
    Text,
    Unreadable,
    find_root,
    git_says,
    read_text,
    stamp_of,
    walk,
    walk_imported,
)
from athena_lsp.packages import NOTHING_READ, Packages
from athena_lsp.project import Project
from athena_lsp.records import replace
from athena_lsp.settings import Settings
from athena_lsp.supply import find_supply
from athena_lsp.text import Source

SLICE = 0.05
"""Seconds that reading installed packages may take before it lets others work."""

T = TypeVar("T")


class Workspace:
    """Files on a disk, texts that an editor holds, and the project that they make: `project` is always the current one.

    Its files are named by posix paths from `root`, by absolute paths outside of it, and texts that are no file by
    whatever name they were given.
    """

    root: Path
    project: Project
    config: Config
    git: Git | None
    """What git says about the tree, when it was asked."""
    problems: dict[str, str]
    """Files that could not be read, with the reason."""

    in_background: bool
    """Installed packages are read when `load_wanted` is called; else whenever an answer needs one."""

    def __init__(
        self,
        root: Path,
        folders: Mapping[Path, bool],
        explicit: Iterable[str],
        git: Git | None = None,
        tag: str = "",
        python: str = "",
        tenant: str = "",
        chosen: Mapping[str, Any] | None = None,
        config: str = "",
    ):
        self.root = root
        self.in_background = False
        self._python = python
        self._folders = dict(folders)
        self._explicit = set(explicit)
        self.git = git
        self._tag = tag
        self._tenant = tenant
        self._chosen = chosen
        self._config_names = (_name(Path(os.path.abspath(config)), root), "pyproject.toml") if config else CONFIG_NAMES
        self._open: dict[str, str] = {}
        self._stamps: dict[str, Stamp] = {}
        self._encodings: dict[str, str] = {}
        self._changed_at = 0.0
        self.problems = {}
        self.config = self._read_config(None)
        names = self._walk()
        texts = {name: text for name in names if (text := self._read(name)) is not None}
        project = Project.of(texts).with_settings(self.config.settings, self._layout(names))
        self.project = project.with_library(NOTHING_READ)

    @classmethod
    def open(
        cls,
        paths: Iterable[str | Path],
        *,
        git: bool = False,
        tag: str = "",
        python: str = "",
        tenant: str = "",
        chosen: Mapping[str, Any] | None = None,
        config: str = "",
    ) -> Workspace:
        """The workspace that files and folders belong to; without any, one that holds what is opened in it.

        The first path decides about root and settings. With `git`, the version tag says what git knows of the tree;
        `tag` is a version tag from outside, which overrules it, as `python` does the setting of that name; the
        settings are those for `tenant`, if there is such a one; `chosen` are settings of an editor, which yield to the
        files; `config` is a file that stands for the project's own. Never raises for what is on the disk.
        """
        given = [Path(os.path.abspath(path)) for path in paths]
        roots = {path: find_root(path) for path in given}
        folders = dict(roots.values())
        root = roots[given[0]][0] if given else Path.cwd()
        explicit = [_name(path, root) for path in given if not path.is_dir() and path.suffix != ".toml"]
        return cls(root, folders, explicit, git_says(root) if git else None, tag, python, tenant, chosen, config)

    # --- files that an editor holds ---

    def set_text(self, path: str, text: str) -> None:
        """From now on this is the text of the file, whatever the disk says."""
        if path not in self.project.files or self.project.source(path).text != text:
            self._changed_at = time.time()
        self._open[path] = text
        if path in self._config_names:
            self._configure()
        elif _is_python(path):
            self._adopt(path)
            self.project = self.project.with_text(path, text)

    def close(self, path: str) -> None:
        """From now on the disk says what the text of the file is."""
        if self._open.pop(path, None) is not None:
            self._stamps.pop(path, None)
            self.read_again([path])

    def read_again(self, paths: Iterable[str]) -> None:
        """Something may have happened to these files on the disk."""
        named = tuple(paths)
        if all(path in self.project.files and (self.root / path).exists() for path in named):
            self._update(named)
        elif named:
            self.refresh()

    def refresh(self) -> bool:
        """Look at the disk again: new, changed and deleted files, and settings. True when something changed."""
        before, config = self.project, self.config
        self._configure()
        names = set(self._walk())
        for path in set(self.project.files) - names - set(self._open):
            self._forget(path)
        self._update(sorted(names))
        layout = self._layout(names)
        if layout != replace(self.project.layout, paths=layout.paths):
            self.project = self.project.with_settings(self.config.settings, layout)
        self._refresh_packages()
        return self.project is not before or self.config is not config

    @property
    def changed_at(self) -> float:
        """When the program became what it is, in seconds since 1970: by its files' times, and by what was typed."""
        return max(self._changed_at, max((moment for moment, _ in self._stamps.values()), default=0) / 1e9)

    def saved_project(self) -> Project:
        """The project as it stands on the disk, without what an editor has not saved."""
        project = self.project
        for path in self._open:
            match read_text(self.root / path) if path in project.files else None:
                case Text(text=text):
                    project = project.with_text(path, text)
                case _:
                    continue
        return project

    # --- installed packages ---

    def load_wanted(self, seconds: float = SLICE) -> bool:
        """Read what answers so far would need of installed packages, for about so long. True when something was read:
        there may be more to read, and answers may be others now."""
        packages = self._packages
        if not (packages.asked or self.project.wanted):
            return False
        self._take(packages.load(self.project, seconds))
        return True

    def ask(self, question: Callable[[Project], T]) -> T:
        """The project's answer to a question, when all that it needs of installed packages has been read."""
        answer = question(self.project)
        while not self.in_background and self.load_wanted(float("inf")):
            answer = question(self.project)
        return answer

    def set_python(self, python: str) -> None:
        """From now on packages come from this environment: a Python executable, a folder, or empty for the default."""
        self._python = python
        self._refresh_packages()

    @property
    def environment(self) -> Environment:
        """Where packages are installed."""
        return self._packages.environment

    def locate(self, module: str) -> str | None:
        """The file of a module of an installed package, as the project names it, whether it has been read or not."""
        return self._packages.locate(module)

    def text_of(self, path: str) -> str:
        """The text on the disk of a file of an installed package. Raises OSError."""
        match read_text(self.root / path):
            case Text(text=text):
                return text
            case Unreadable(why=why):
                raise OSError(why)

    @cached_property
    def _packages(self) -> Packages:
        """Made when it is first needed: most commands of a project without types from packages never need it."""
        return Packages(self._environment(self.config.settings), self.name)

    def set_chosen(self, chosen: Mapping[str, Any]) -> None:
        """From now on these are the settings of the editor; what the project's files say counts more."""
        self._chosen = chosen
        self._configure()

    def _environment(self, settings: Settings) -> Environment:
        return find_environment(self.root, self._python or settings.python)

    def _refresh_packages(self) -> None:
        if "_packages" in self.__dict__:
            self._take(self._packages.refresh(self.project, self._environment(self.config.settings)))

    def _take(self, library: Library) -> None:
        if library is not self.project.library:
            self.project = self.project.with_library(library)

    # --- answers ---

    def diagnostics(self, path: str) -> tuple[Diagnostic, ...]:
        """What is to be said of a file: of the program's, and of those that configure it. Nothing of others."""
        if path in self.project.files:
            return self.ask(lambda project: project.diagnostics(path))
        return tuple(found for found in self.config.diagnostics if found.path == path)

    def source(self, path: str) -> Source | None:
        """The text of a file of the program, of one that configures it, or of a package that was looked into."""
        if path in self.project.files or path in self.project.library:
            return self.project.source(path)
        text = self._config_texts().get(path)
        return None if text is None else Source(text)

    def paths(self, given: Path) -> tuple[str, ...]:
        """The files at or below a file or folder: those of the program, and those that configure it."""
        name = self.name(given)
        known = (*self.project.files, *self._config_texts())
        if name in known:
            return (name,)
        prefix = "" if name == "." else f"{name.rstrip('/')}/"
        inside = (path for path in known if path.startswith(prefix) and not (prefix == "" and path.startswith("/")))
        return tuple(sorted(inside))

    def name(self, path: Path) -> str:
        """How the project names a file."""
        return _name(Path(os.path.abspath(path)), self.root)

    def encoding(self, path: str) -> str:
        """The codec that the file was read with."""
        return self._encodings.get(path, "utf-8")

    def in_force(self) -> tuple[Entry, ...]:
        """Every setting with its value and where that comes from."""
        return in_force(self.root.name, self._config_texts(), git=self.git, tag=self._tag, tenant=self._tenant)

    # --- reading ---

    def _configure(self) -> None:
        new = self._read_config(self.config.settings)
        if new == self.config:
            return
        before, self.config = self.config.settings, new
        if new.settings != before:
            self._changed_at = time.time()
            layout = self._layout(self._walk()) if new.settings.roots != before.roots else None
            self.project = self.project.with_settings(new.settings, layout)
        self._refresh_packages()

    def _read_config(self, last: Settings | None) -> Config:
        texts, git, tag, tenant = self._config_texts(), self.git, self._tag, self._tenant
        config = read_config(self.root.name, texts, git=git, tag=tag, tenant=tenant, last=last, chosen=self._chosen)
        settings = config.settings
        supply = find_supply(self.root, settings.bundle, lambda: self._environment(settings))
        return replace(config, settings=replace(settings, supply=supply))

    def _config_texts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in self._config_names:
            if name in self._open:
                found[name] = self._open[name]
            elif (self.root / name).is_file():
                match read_text(self.root / name):
                    case Text(text=text):
                        found[name] = text
                    case Unreadable(why=why):
                        self.problems[name] = why
        return found

    def _walk(self) -> tuple[str, ...]:
        """The names of all files of the program that are on the disk, and of every pyproject.toml."""
        names = set(self._explicit)
        for folder, marked in self._folders.items():
            found = (walk if marked else walk_imported)(folder, self.config.settings.exclude)
            names.update(_name(folder / path, self.root) for path in found)
        return tuple(sorted(names))

    def _update(self, names: Iterable[str]) -> None:
        """Give the project the texts of files that are not as they were when they were read last."""
        for name in names:
            if _is_python(name) and name not in self._open and self._stamps.get(name) != stamp_of(self.root / name):
                text = self._read(name)
                if text is None:
                    self._forget(name)
                else:
                    self.project = self.project.with_text(name, text)

    def _read(self, name: str) -> str | None:
        """A Python file's text; None for any other file, and when it cannot be read, which is a problem then."""
        path = self.root / name
        self.problems.pop(name, None)
        if not (_is_python(name) or name in self._explicit):
            return None
        self._stamps[name] = stamp_of(path)
        match read_text(path):
            case Text(text=text, encoding=encoding):
                self._encodings[name] = encoding
                return text
            case Unreadable(why=why):
                self.problems[name] = why
                return None

    def _forget(self, name: str) -> None:
        self._stamps.pop(name, None)
        if name in self.project.files:
            self._changed_at = time.time()
            self.project = self.project.without(name)

    def _adopt(self, path: str) -> None:
        """Read the neighbours of a file that is opened from outside of all folders."""
        place = self.root / path
        if path in self.project.files or not place.is_file():
            return
        folder, marked = find_root(place)
        if any(known == folder or known in folder.parents for known in self._folders):
            return
        self._folders[folder] = marked
        names = self._walk()
        self._update(names)
        self.project = self.project.with_settings(self.config.settings, self._layout(names))

    def _layout(self, names: Iterable[str]) -> Layout:
        """Where imports start, without files: as the settings say; else in folders with a pyproject.toml and `src/`."""
        names = tuple(names)
        folders = self.config.settings.roots
        given = tuple(_name(Path(os.path.normpath(self.root / folder)), self.root) for folder in folders)
        found = layout_of(names, tuple("" if root == "." else root for root in given))
        return replace(found, whole=all(self._folders.values()))


def _is_python(path: str) -> bool:
    """Whether it is read as Python: whatever an editor opens, unless it is something else by its name."""
    return not path.endswith((".toml", *COMPILED))


def _name(path: PurePath, root: PurePath) -> str:
    """How the project names a file."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
