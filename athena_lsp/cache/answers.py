"""The diagnostics of a workspace's files that are known from earlier runs, and keeping those of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from athena_lsp.cache.encoding import decoded
from athena_lsp.cache.store import code_of_athena, digest, load, save
from athena_lsp.cache.traces import Trace, own_definitions
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.project import Project
from athena_lsp.records import dataclass, field
from athena_lsp.workspace import Workspace

Json: TypeAlias = Any
Place = tuple[str, str]

FEWEST = 2
"""The part of the programs that must be unchanged, as a divisor: else to look for what still holds costs more than it
saves."""
LAYOUT = frozenset({"module", "is-project-module", "namespace", "compiled", "program"})


@dataclass
class Answers:
    """What is kept for one workspace. Nothing of it is believed before everything that it was made from was seen to be
    the same."""

    folder: Path
    workspace: Workspace
    kept: Json = field(init=False)
    digests: dict[str, str] = field(default_factory=dict)
    faces: dict[str, str] = field(default_factory=dict)
    installed: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str | None] = field(default_factory=dict)
    definitions: dict[str, Json] = field(default_factory=dict)
    """What each file of the program defines, when something is known."""

    def __post_init__(self) -> None:
        self.kept = load(self.folder, self._identity)

    @property
    def project(self) -> Project:
        return self.workspace.project

    @cached_property
    def known(self) -> Mapping[str, tuple[Diagnostic, ...]]:
        """The files whose diagnostics are known, with these."""
        if not self.traces:
            return {}
        programs = {path for path, file in self.project.files.items() if file.is_program}
        kept = {path: trace for path, trace in self.traces.items() if path in programs}
        same = {path: trace for path, trace in kept.items() if self._holds_alone(path, trace)}
        if len(same) * FEWEST < len(programs):
            return {}
        self.definitions = {path: self._own(path, same) for path in sorted(programs)}
        table = Table.of(self.definitions.items())
        known = {path: trace for path, trace in same.items() if table.agrees(trace)}
        return {path: tuple(decoded(each) for each in trace["found"]) for path, trace in known.items()}

    def keep(self, new: Mapping[str, Trace | None]) -> None:
        """Keep what was found out now, beside what is kept and still good. None takes back what is known of a file."""
        if not new:
            return
        made = {path: trace for path, trace in new.items() if trace is not None}
        traces = {path: trace for path, trace in self.traces.items() if path in self.project.files and path not in new}
        faces = {path: face for path, face in self._faces.items() if face[0] == self._digest(path)}
        for trace in made.values():
            faces |= {other: (self._digest(other), face) for other, face in trace["faces"].items()}
        save(self.folder, self._identity, {"traces": traces | made, "faces": faces})

    @property
    def traces(self) -> dict[str, Trace]:
        """What is kept of each file, good or not."""
        found: dict[str, Trace] = self.kept.get("traces", {})
        return found

    @property
    def _faces(self) -> dict[str, tuple[str, str]]:
        """The face of each file that others look into, behind the digest of its text."""
        found: dict[str, tuple[str, str]] = self.kept.get("faces", {})
        return found

    @cached_property
    def _identity(self) -> str:
        """A digest of what all answers depend on: athena itself, the folder, the settings, the environment."""
        project, workspace = self.project, self.workspace
        roots = (project.layout.roots, project.layout.projects, project.layout.whole)
        return digest(repr((code_of_athena(), str(workspace.root), project.settings, roots, workspace.environment)))

    def _own(self, path: str, same: Mapping[str, Trace]) -> Json:
        return same[path]["own"] if path in same else self.workspace.ask(lambda now: own_definitions(now, path))

    def _holds_alone(self, path: str, trace: Trace) -> bool:
        """Whether all that a trace says of single files and modules is still so."""
        return (
            self._digest(path) == trace["text"]
            and all(self._digest(other) == text for other, text in trace["texts"].items())
            and all(self._face(other) == face for other, face in trace["faces"].items())
            and all(self._place(key) == answer for *key, answer in trace["layout"])
            and all(self._module(module) == name for module, name in trace["modules"].items())
            and all(self._text_installed(other) == text for other, text in trace["installed"].items())
        )

    def _digest(self, path: str) -> str:
        if path not in self.digests:
            file = self.project.files.get(path)
            self.digests[path] = digest(file.text) if file else ""
        return self.digests[path]

    def _face(self, path: str) -> str:
        if path not in self.faces:
            text, face = self._faces.get(path, ("", ""))
            if path not in self.project.files:
                face = ""
            elif text != self._digest(path):
                face = self.project.files[path].face
            self.faces[path] = face
        return self.faces[path]

    def _place(self, key: list[Json]) -> Json:
        """The answer to a look-up that depends on nothing but which files there are."""
        return self.project.facts.look(*key) if key[0] in LAYOUT else None

    def _module(self, module: str) -> str | None:
        if module not in self.modules:
            self.modules[module] = self.workspace.locate(module)
        return self.modules[module]

    def _text_installed(self, path: str) -> str:
        if path not in self.installed:
            try:
                self.installed[path] = digest(self.workspace.text_of(path))
            except OSError:
                self.installed[path] = ""
        return self.installed[path]


@dataclass(frozen=True, slots=True)
class Table:
    """The definitions of all files: templates by name, and everything by kind."""

    templates: Mapping[str, list[Json]]
    kinds: Mapping[str, str]

    @classmethod
    def of(cls, files: Iterable[tuple[str, Json]]) -> Table:
        """The table of these files, sorted by path, with what each defines."""
        templates: dict[str, list[Json]] = {}
        kinds: dict[str, list[Json]] = {}
        for path, definitions in files:
            for kind, template, name in definitions:
                kinds.setdefault(kind, []).append([path, name])
                if kind != "fragment":
                    templates.setdefault(template, []).append([path, name])
        return cls(templates, {kind: digest(repr(places)) for kind, places in kinds.items()})

    def agrees(self, trace: Trace) -> bool:
        """Whether all that a trace says of the whole project is still so."""
        for name, besides, places in trace["templates"]:
            if [place for place in self.templates.get(name, ()) if place != besides] != places:
                return False
        nothing = digest("[]")
        return all(self.kinds.get(kind, nothing) == places for kind, places in trace["kinds"].items())
