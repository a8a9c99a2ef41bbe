"""What earlier runs have found, for a workspace that goes on changing; and keeping what this one finds."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import Path

from athena_lsp.analysis.view import File
from athena_lsp.cache.answers import Answers
from athena_lsp.cache.traces import Trace, own_definitions, trace_of
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.files import Stamp, stamp_of
from athena_lsp.project import Project
from athena_lsp.records import dataclass, field
from athena_lsp.workspace import Workspace

ENOUGH = 20
"""So many new answers are worth writing the file again, which holds those of the whole project."""


@dataclass(frozen=True, slots=True)
class Known:
    """The diagnostics of a file, and the other files that they were made from."""

    found: tuple[Diagnostic, ...]
    texts: frozenset[str]
    faces: frozenset[str]
    """Those whose bodies of functions do not count."""


@dataclass
class Standing:
    """The answers that are kept for one workspace: looked up once, and good for later snapshots as far as nothing that
    they were made from has changed since."""

    folder: Path
    workspace: Workspace
    known: Mapping[str, Known] = field(init=False)
    definitions: Mapping[str, object] = field(init=False)
    """What each file of the program defined."""
    base: Project = field(init=False)
    """The snapshot that they were looked up for."""
    seen: Project = field(init=False)
    """The snapshot that the next three are about."""
    good: bool = True
    """Nothing has changed that any answer may depend on."""
    stamps: Mapping[Path, Stamp] = field(init=False)
    """The folders and files of installed packages that answers depend on, as they were."""
    texts: set[str] = field(default_factory=set)
    """Files with another text than in `base`."""
    faces: set[str] = field(default_factory=set)
    """Those of them that others see a difference in."""
    written: bool = False

    def __post_init__(self) -> None:
        self.base = self.seen = self.workspace.project
        answers = Answers(self.folder, self.workspace)
        traces = answers.traces
        self.known = {
            path: Known(found, frozenset(traces[path]["texts"]), frozenset(traces[path]["faces"]))
            for path, found in answers.known.items()
        }
        self.definitions = answers.definitions
        places = (*self.workspace.environment.folders, *map(self.workspace.root.joinpath, answers.installed))
        self.stamps = {place: stamp_of(place) for place in places}

    @property
    def is_current(self) -> bool:
        """Whether it still speaks of the workspace's settings, folders and packages, whatever happened to texts: else
        another one is to be made."""
        project = self.workspace.project
        same = project.layout is self.base.layout and project.settings == self.base.settings
        return same and all(stamp_of(place) == stamp for place, stamp in self.stamps.items())

    def diagnostics(self, path: str) -> tuple[Diagnostic, ...] | None:
        """What is to be said of a file now; None when it has to be worked out."""
        known = self.known.get(path)
        if known is None:
            return None
        if self.workspace.project is not self.seen:
            self._compare(self.workspace.project)
        same = path not in self.texts and self.texts.isdisjoint(known.texts) and self.faces.isdisjoint(known.faces)
        return known.found if self.good and same else None

    def keeping(self) -> Generator[None, None, None]:
        """Keeps what this run has found, a file at a time, when that is much. Only of what stands on the disk: a text
        that nobody has saved is nobody's business yet."""
        project = self.workspace.project
        new = [path for path, file in project.files.items() if file.is_program and self.diagnostics(path) is None]
        if len(new) < (ENOUGH if self.written else 1) or self.workspace.saved_project() is not project:
            return
        traces: dict[str, Trace | None] = {}
        for path in new:
            traces[path] = trace_of(project, path, project.diagnostics(path))
            yield
            if project is not self.workspace.project or project.wanted:
                return
        self.written = True
        Answers(self.folder, self.workspace).keep(traces)  # read again: others may have written meanwhile

    def _compare(self, project: Project) -> None:
        """See what is another in a snapshot."""
        base, self.seen = self.base, project
        self.good = project.layout is base.layout and project.settings == base.settings
        self.texts, self.faces = set(), set()
        if not self.good:
            return
        changed = {path: file for path, file in project.files.items() if not _is_same(file, base.files[path])}
        self.texts = set(changed)
        self.faces = {path for path, file in changed.items() if file.face != base.files[path].face}
        self.good = all(
            (own_definitions(project, path) if file.is_program else []) == self.definitions.get(path, [])
            for path, file in changed.items()
        )


def _is_same(now: File, then: File) -> bool:
    return now is then or (now.text == then.text and now.whole is None and then.whole is None)
