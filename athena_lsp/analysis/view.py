"""One snapshot of a project as analysis sees it: a few look-ups, each recorded, and a memory for answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Any, Protocol, TypeVar

from athena_lsp.analysis.candidates import Words, kebab, words_of, words_of_blocks
from athena_lsp.analysis.exports import Export
from athena_lsp.analysis.imports import Import, imports_in
from athena_lsp.analysis.layout import Layout
from athena_lsp.analysis.library import KNOWN_BY_NAME, MAKES_NAMES, Library, LibraryFile, Located, Unread, is_installed
from athena_lsp.analysis.memo import BLOCK, IMPORTS, Key, Memo, Recorder
from athena_lsp.analysis.summary import Binding, Function, Imported, Star, Summary, face_of, summarise
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
            # Equal by value: saves more than a millisecond for each key typed.
            new.__dict__["bindings"] = self.bindings
            new.__dict__["numbers_of"] = self.numbers_of
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
    def face(self) -> str:
        """A digest of all but the bodies of functions: when it is the same, so is all that look-ups give, but for the
        texts of blocks."""
        faces = "\0".join([str(self.writes_globals), *map(face_of, self.parsed.blocks)])
        return blake2b(faces.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    @property
    def writes_globals(self) -> bool:
        """Whether the module may bind names that are not written in it: `globals().update(...)`, `sys.modules[...]`."""
        return any(mark in self.text for mark in MAKES_NAMES)

    def bindings_of(self, name: str) -> tuple[Binding, ...]:
        """All that binds a top-level name, in order."""
        return self.bindings.get(name, ())

    @cached_property
    def imported_names(self) -> tuple[str, ...]:
        """The top-level names that imports bind."""
        found = self.bindings.items()
        return tuple(name for name, bindings in found if any(isinstance(each, Imported) for each in bindings))

    @cached_property
    def functions(self) -> Mapping[str, tuple[str, ...]]:
        """The top-level names that decorated functions bind, by how they are spelled in templates' names."""
        found: dict[str, tuple[str, ...]] = {}
        for name, bindings in self.bindings.items():
            if any(isinstance(each, Function) and each.decorated for each in bindings):
                found[kebab(name)] = (*found.get(kebab(name), ()), name)
        return found

    @cached_property
    def stars(self) -> tuple[Star, ...]:
        return tuple(star for summary in self.summaries for star in summary.stars)

    @cached_property
    def exports(self) -> tuple[Export, ...]:
        """All that is said about `__all__`."""
        return tuple(export for summary in self.summaries for export in summary.exports)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Whatever it imports when it runs; functions' bodies are looked into, which are no part of its face."""
        blocks = self.parsed.blocks if not self.parsed.broken or self.whole is None else self.whole.parsed.blocks
        return tuple(dict.fromkeys(each for block in blocks for each, _ in imports_in(block)))

    @cached_property
    def block_of(self) -> Mapping[str, str]:
        """The text of the block that binds each name; of the last one that parsed, where it does not now."""
        found = dict(self.whole.block_of) if self.whole else {}
        for block, summary in zip(self.parsed.blocks, self.summaries, strict=True):
            found.update((binding.name, block) for binding in summary.bindings)
        return found

    @cached_property
    def numbers_of(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the blocks that bind each name, in order."""
        found: dict[str, tuple[int, ...]] = {}
        for number, summary in enumerate(self.summaries):
            for name in {binding.name for binding in summary.bindings}:
                found[name] = (*found.get(name, ()), number)
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


class Templates(Protocol):
    """The definitions of all files of a snapshot."""

    def named(self, view: View, name: str, besides: Declaration) -> tuple[Declaration, ...]:
        """All templates with a base name, without that of a declaration."""
        ...

    def of_kind(self, view: View, kind: Kind) -> tuple[Declaration, ...]:
        """All definitions of a kind."""
        ...


@dataclass
class View:
    """The look-ups of one snapshot, and questions answered from them."""

    files: Mapping[str, File]
    layout: Layout
    settings: Settings
    memo: Memo
    templates: Templates
    runtime_names: frozenset[str]
    before: View | None = None
    """The view of the snapshot before, when since then nothing has changed but one file's text."""
    edited: str = ""
    """That file."""
    same_face: bool = False
    """Only texts of blocks have changed in it."""
    library: Library = field(default_factory=Library)
    known_names: frozenset[str] = frozenset()
    """Names of installed packages that mean something to athena, such as `pydantic.BaseModel`: never looked into."""
    recorder: Recorder = field(init=False)

    def __post_init__(self) -> None:
        snapshot = self.memo.next_snapshot()
        self.recorder = Recorder(self.memo, snapshot, snapshot, {}, {})
        last = self.before.recorder if self.before is not None else None
        # Only in an unbroken line: when another snapshot has come between, answers may be from there.
        if last is not None and last.snapshot == snapshot - 1:
            now = {self.edited: snapshot}
            faces = last.faces if self.same_face else {**last.faces, **now}
            texts = {**last.texts, **now} if self.same_face else last.texts
            self.recorder = Recorder(self.memo, snapshot, last.same_since, faces, texts)
        self.before = None  # or every snapshot would keep all those before it alive

    def look(self, *key: Hashable) -> Any:
        """The answer to a look-up, noted for every question that is being answered."""
        return self.recorder.look(key, self.look_up)

    def look_up(self, key: Key) -> object:
        """The answer to a look-up, noted for nobody."""
        return LOOKUPS[key[0]](self, *key[1:])

    def file(self, path: str) -> File | LibraryFile | None:
        """A file of the project or of an installed package."""
        return self.library.files.get(path) or self.files.get(path)

    def bindings(self, path: str, name: str) -> tuple[Binding, ...]:
        """All that binds a top-level name of a file, in order."""
        found: tuple[Binding, ...] = self.look("bindings", path, name)
        return found

    def stars(self, path: str) -> tuple[Star, ...]:
        found: tuple[Star, ...] = self.look("stars", path)
        return found

    def writes_globals(self, path: str) -> bool:
        """Whether a module may bind names that are not written in it: `globals().update(...)`."""
        found: bool = self.look("writes-globals", path)
        return found

    def names(self, path: str) -> tuple[str, ...]:
        """Every top-level name of a file."""
        found: tuple[str, ...] = self.look("names", path)
        return found

    def imported_names(self, path: str) -> tuple[str, ...]:
        """The top-level names of a file that imports bind: cheaper to depend on than all names."""
        found: tuple[str, ...] = self.look("imported", path)
        return found

    def block(self, path: str, name: str) -> str | None:
        """The text of the block that binds a name."""
        found: str | None = self.look(BLOCK, path, name)
        return found

    def imports_of(self, path: str) -> tuple[Import, ...]:
        """Whatever a file of the project imports when it runs."""
        found: tuple[Import, ...] = self.look(IMPORTS, path)
        return found

    def module(self, importer: str, module: str, level: int) -> str | None:
        """The file that an imported module is; None when it is not of the project."""
        found: str | None = self.look("module", importer, module, level)
        return found

    def is_project_module(self, importer: str, module: str) -> bool:
        """Whether the first part of a dotted name is the project's own; a mere folder yields to what is installed."""
        top = module.partition(".")[0]
        if self.look("is-project-module", importer, top):
            return True
        return self.is_namespace(importer, top, 0)

    def is_namespace(self, importer: str, module: str, level: int) -> bool:
        """Whether a module is a folder of the project without an `__init__`, and nothing else."""
        if not self.look("namespace", importer, module, level):
            return False
        top = module.partition(".")[0]
        if level > 0 or top in KNOWN_BY_NAME:
            return level > 0
        located = self.locate(top)
        if located is Unread.AWAITED:
            self.want(top, "")
        return located is Unread.ABSENT

    def is_compiled(self, importer: str, module: str, level: int) -> bool:
        """Whether a module is of the project, and compiled: nothing is known of what is in it."""
        found: bool = self.look("compiled", importer, module, level)
        return found

    def exports(self, path: str) -> tuple[Export, ...]:
        """All that a file says about its `__all__`."""
        found: tuple[Export, ...] = self.look("exports", path)
        return found

    def program_of(self, path: str) -> str | None:
        """The module that a stub file of the project describes; None for any other file."""
        found: str | None = self.look("program", path)
        return found

    def locate(self, module: str) -> Located:
        """The file of a module of an installed package, by its dotted name."""
        found: Located = self.look("library", module)
        return found

    def want(self, module: str, attribute: str) -> None:
        """Say that a module has not been read and what of it would be asked."""
        self.memo.wanted[module, attribute] = None

    def templates_named(self, name: str, besides: Declaration) -> tuple[Declaration, ...]:
        """The workflows and containers of the project with that base name, without the one that is named."""
        found: tuple[Declaration, ...] = self.look("templates", name, besides)
        return found

    def of_kind(self, kind: Kind) -> tuple[Declaration, ...]:
        """Every definition of one kind in the project, by path."""
        found: tuple[Declaration, ...] = self.look("kind", kind)
        return found

    def ask(self, key: Key, compute: Callable[[], T], on_cycle: T) -> T:
        """The answer to a question about this snapshot, remembered as long as its look-ups hold."""
        return self.recorder.ask(key, compute, on_cycle, self.look_up)


LOOKUPS: Mapping[Hashable, Callable[..., object]] = {
    "bindings": lambda view, path, name: file.bindings_of(name) if (file := view.file(path)) else (),
    "stars": lambda view, path: view.file(path).stars if view.file(path) else (),
    "exports": lambda view, path: view.file(path).exports if view.file(path) else (),
    "writes-globals": lambda view, path: view.file(path).writes_globals if view.file(path) else False,
    BLOCK: lambda view, path, name: view.files[path].block_of.get(name) if path in view.files else None,
    IMPORTS: lambda view, path: view.files[path].imports if path in view.files else (),
    "names": lambda view, path: tuple(view.files[path].bindings) if path in view.files else (),
    "imported": lambda view, path: view.files[path].imported_names if path in view.files else (),
    "module": lambda view, *where: view.layout.module(*where),
    "is-project-module": lambda view, *where: view.layout.is_project_module(*where),
    "namespace": lambda view, *where: view.layout.is_namespace(*where),
    "compiled": lambda view, *where: view.layout.is_compiled(*where),
    "program": lambda view, path: view.layout.program_of(path),
    "library": lambda view, module: view.library.locate(module),
    "templates": lambda view, name, besides: view.templates.named(view, name, besides),
    "kind": lambda view, kind: view.templates.of_kind(view, kind),
}
"""What each look-up gives, by its name. A snapshot does not hold them bound to itself: it would never be freed."""
