"""One snapshot of a project as analysis sees it: a few look-ups, each recorded, and a memory for answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeVar, cast

from athena_lsp.analysis.candidates import Words, words_of, words_of_blocks
from athena_lsp.analysis.exports import Export
from athena_lsp.analysis.layout import Layout
from athena_lsp.analysis.library import KNOWN_BY_NAME, Library, LibraryFile, Located, Unread, is_installed
from athena_lsp.analysis.memo import BLOCK, Key, Memo, Recorder
from athena_lsp.analysis.summary import Binding, Imported, Star, Summary, summarise
from athena_lsp.ir.model import Kind
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, field
from athena_lsp.settings import Settings
from athena_lsp.syntax.blocks import Parsed, cut, defined_name
from athena_lsp.text import Source

T = TypeVar("T")

USES_ATHENA = re.compile(r"athena_runtime|^@[\w.]*\b(?:workflow|container|fragment)\b", re.M)


@dataclass(frozen=True)
class File:
    """One file. `whole` is it as it last parsed, while it does not: what the rest of the program goes by."""

    path: str
    text: str
    whole: File | None = None
    cut_already: Parsed | None = None
    """The text in blocks, when it is the text of an edited file."""

    def with_text(self, text: str) -> File:
        """The file after an edit."""
        parsed = cut(text)
        last = (self.whole if self.parsed.broken else self) if parsed.broken else None
        new = File(self.path, text, last, parsed)
        if not self.parsed.broken and not parsed.broken and new.summaries == self.summaries:
            new.__dict__["bindings"] = self.bindings  # equal by value: saves a millisecond for each key typed
        return new

    @cached_property
    def source(self) -> Source:
        return Source(self.text)

    @cached_property
    def is_program(self) -> bool:
        """Whether it has anything to do with athena; others, stubs and what is installed are left alone unparsed."""
        is_ours = not self.path.endswith(".pyi") and not is_installed(self.path)
        return is_ours and USES_ATHENA.search(self.text) is not None

    @cached_property
    def words(self) -> Words:
        """What can be told of its definitions without parsing it."""
        if self.cut_already:
            own = words_of_blocks(self.cut_already.blocks, is_program=self.is_program)
        else:
            own = words_of(self.text, is_program=self.is_program)
        return own | self.whole.words if self.whole else own

    @cached_property
    def parsed(self) -> Parsed:
        return self.cut_already or cut(self.text)

    @cached_property
    def summaries(self) -> tuple[Summary, ...]:
        """What each block gives to the program: the file's face."""
        return tuple(summarise(block) for block in self.parsed.blocks)

    @cached_property
    def bindings(self) -> Mapping[str, tuple[Binding, ...]]:
        """Every top-level name with what binds it. A block that does not parse leaves its names as they last were."""
        found: dict[str, tuple[Binding, ...]] = {}
        for summary in self.summaries:
            for binding in summary.bindings:
                found[binding.name] = (*found.get(binding.name, ()), binding)
        for name, bindings in self.whole.bindings.items() if self.whole else ():
            found.setdefault(name, bindings)
        return found

    @cached_property
    def stars(self) -> tuple[Star, ...]:
        return tuple(star for summary in self.summaries for star in summary.stars)

    @cached_property
    def exports(self) -> tuple[Export, ...]:
        """All that is said about `__all__`."""
        return tuple(export for summary in self.summaries for export in summary.exports)

    @cached_property
    def block_of(self) -> Mapping[str, str]:
        """The text of the block that binds each name; of the last one that parsed, where it does not now."""
        found = dict(self.whole.block_of) if self.whole else {}
        for block, summary in zip(self.parsed.blocks, self.summaries, strict=True):
            found.update((binding.name, block) for binding in summary.bindings)
        return found

    @cached_property
    def broken_names(self) -> Mapping[str, str]:
        """Names that blocks which do not parse seem to define, with the last text of each that did."""
        if self.whole is None:
            return {}
        names = {
            defined_name(block)
            for block, summary in zip(self.parsed.blocks, self.summaries, strict=True)
            if not summary.bindings
        }
        return {name: self.whole.block_of[name] for name in names if name in self.whole.block_of}


@dataclass
class View:
    """The look-ups of one snapshot, and questions answered from them."""

    files: Mapping[str, File]
    layout: Layout
    settings: Settings
    memo: Memo
    namesakes: Callable[[str, Declaration], tuple[Declaration, ...]]
    """All templates of the project with a base name, without that of a declaration."""
    kinds: Callable[[Kind], tuple[Declaration, ...]]
    """All definitions of the project of a kind."""
    runtime_names: frozenset[str]
    before: View | None = None
    """The view of the snapshot before, when no file's face has changed since: only the text in `edited` has."""
    edited: str = ""
    library: Library = field(default_factory=Library)
    known_names: frozenset[str] = frozenset()
    """Names of installed packages that mean something to athena, such as `pydantic.BaseModel`: never looked into."""
    recorder: Recorder = field(init=False)

    def __post_init__(self) -> None:
        snapshot = self.memo.next_snapshot()
        same_since, edited = snapshot, frozenset[str]()
        # Only in an unbroken line: when another snapshot has come between, answers may be from there.
        if self.before is not None and self.before.recorder.snapshot == snapshot - 1:
            same_since, edited = self.before.recorder.same_since, self.before.recorder.edited | {self.edited}
        lookups: dict[str, Callable[..., object]] = {
            "bindings": self._bindings,
            "stars": lambda path: file.stars if (file := self._file(path)) else (),
            "exports": lambda path: file.exports if (file := self._file(path)) else (),
            BLOCK: lambda path, name: self.files[path].block_of.get(name) if path in self.files else None,
            "names": lambda path: tuple(self.files[path].bindings) if path in self.files else (),
            "imported": self._imported,
            "writes-globals": lambda path: "globals()" in file.text if (file := self._file(path)) else False,
            "module": self.layout.module,
            "is-project-module": self.layout.is_project_module,
            "namespace": self.layout.is_namespace,
            "program": self.layout.program_of,
            "library": self.library.locate,
            "templates": self.namesakes,
            "kind": self.kinds,
        }
        self.recorder = Recorder(self.memo, snapshot, lookups, same_since, edited)
        self.before = None  # or every snapshot would keep all those before it alive

    def _file(self, path: str) -> File | LibraryFile | None:
        return self.library.files.get(path) or self.files.get(path)

    def _bindings(self, path: str, name: str) -> tuple[Binding, ...]:
        match self._file(path):
            case LibraryFile() as installed:
                return installed.bindings_of(name)
            case File() as file:
                return file.bindings.get(name, ())
            case None:
                return ()

    def _imported(self, path: str) -> tuple[str, ...]:
        found = self.files[path].bindings.items() if path in self.files else ()
        return tuple(name for name, bindings in found if any(isinstance(each, Imported) for each in bindings))

    def bindings(self, path: str, name: str) -> tuple[Binding, ...]:
        """All that binds a top-level name of a file, in order."""
        return cast(tuple[Binding, ...], self.recorder.look(("bindings", path, name)))

    def stars(self, path: str) -> tuple[Star, ...]:
        return cast(tuple[Star, ...], self.recorder.look(("stars", path)))

    def writes_globals(self, path: str) -> bool:
        """Whether a module may bind names that are not written in it: `globals().update(...)`."""
        return cast(bool, self.recorder.look(("writes-globals", path)))

    def names(self, path: str) -> tuple[str, ...]:
        """Every top-level name of a file."""
        return cast(tuple[str, ...], self.recorder.look(("names", path)))

    def imported_names(self, path: str) -> tuple[str, ...]:
        """The top-level names of a file that imports bind: cheaper to depend on than all names."""
        return cast(tuple[str, ...], self.recorder.look(("imported", path)))

    def block(self, path: str, name: str) -> str | None:
        """The text of the block that binds a name."""
        return cast("str | None", self.recorder.look((BLOCK, path, name)))

    def module(self, importer: str, module: str, level: int) -> str | None:
        """The file that an imported module is; None when it is not of the project."""
        return cast("str | None", self.recorder.look(("module", importer, module, level)))

    def is_project_module(self, importer: str, module: str) -> bool:
        """Whether the first part of a dotted name is the project's own; a mere folder yields to what is installed."""
        top = module.partition(".")[0]
        if self.recorder.look(("is-project-module", importer, top)):
            return True
        return self.is_namespace(importer, top, 0)

    def is_namespace(self, importer: str, module: str, level: int) -> bool:
        """Whether a module is a folder of the project without an `__init__`, and nothing else."""
        if not self.recorder.look(("namespace", importer, module, level)):
            return False
        top = module.partition(".")[0]
        if level > 0 or top in KNOWN_BY_NAME:
            return level > 0
        located = self.locate(top)
        if located is Unread.AWAITED:
            self.want(top, "")
        return located is Unread.ABSENT

    def exports(self, path: str) -> tuple[Export, ...]:
        """All that a file says about its `__all__`."""
        return cast(tuple[Export, ...], self.recorder.look(("exports", path)))

    def program_of(self, path: str) -> str | None:
        """The module that a stub file of the project describes; None for any other file."""
        return cast("str | None", self.recorder.look(("program", path)))

    def locate(self, module: str) -> Located:
        """The file of a module of an installed package, by its dotted name."""
        return cast(Located, self.recorder.look(("library", module)))

    def want(self, module: str, attribute: str) -> None:
        """Say that a module has not been read and what of it would be asked."""
        self.memo.wanted[module, attribute] = None

    def templates_named(self, name: str, besides: Declaration) -> tuple[Declaration, ...]:
        """The workflows and containers of the project with that base name, without the one that is named."""
        return cast(tuple[Declaration, ...], self.recorder.look(("templates", name, besides)))

    def of_kind(self, kind: Kind) -> tuple[Declaration, ...]:
        """Every definition of one kind in the project, by path."""
        return cast(tuple[Declaration, ...], self.recorder.look(("kind", kind)))

    def ask(self, key: Key, compute: Callable[[], T], on_cycle: T) -> T:
        """The answer to a question about this snapshot, remembered as long as its look-ups hold."""
        return self.recorder.ask(key, compute, on_cycle)
