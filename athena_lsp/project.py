"""A project at one moment: an immutable snapshot, and every question that one can ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property

from athena_lsp.analysis.annotating import Blocks, annotation_edits, import_edit
from athena_lsp.analysis.class_settings import KEY_MAKERS
from athena_lsp.analysis.code import Code, code_of
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.field_specs import FIELD_CALLS
from athena_lsp.analysis.fields import ALIASES, COMPUTED
from athena_lsp.analysis.heritage import BASES, DECORATORS
from athena_lsp.analysis.known_types import KNOWN_TYPES
from athena_lsp.analysis.layout import Layout
from athena_lsp.analysis.library import Library, LibraryFile, Unread
from athena_lsp.analysis.lower import unit
from athena_lsp.analysis.memo import WORKED_OUT, Key, Memo
from athena_lsp.analysis.references import decoration, place_of, references
from athena_lsp.analysis.runtime_names import RUNTIME_NAMES
from athena_lsp.analysis.spelling import has_name
from athena_lsp.analysis.templates import FoundTemplates
from athena_lsp.analysis.view import File
from athena_lsp.argo.emit import Emission, emit
from athena_lsp.argo.layers import Layers
from athena_lsp.diagnostics import Diagnostic, FileEdit, Fix, Label, Location, Severity
from athena_lsp.ir.model import Definition, Kind, Signature, Unit, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, field, replace
from athena_lsp.rules.base import Finding, Mend, Related, Rule, all_rules, rules_by_name
from athena_lsp.settings import Settings
from athena_lsp.suppressions import apply_suppressions
from athena_lsp.syntax.blocks import defined_name
from athena_lsp.syntax.comments import suppressions
from athena_lsp.syntax.tree import parse
from athena_lsp.text import Source, Span, TextEdit, in_style_of

KNOWN_NAMES = frozenset({*BASES, *DECORATORS, *COMPUTED, *FIELD_CALLS, *KEY_MAKERS, *ALIASES, *KNOWN_TYPES})
Found = tuple[Rule, Finding]


@dataclass(frozen=True)
class Project:
    """All files of a project with its settings. Nothing in it ever changes; an edit makes the next one."""

    files: Mapping[str, File]
    settings: Settings
    layout: Layout
    memo: Memo
    before: Facts | None = None
    """The facts of the snapshot before, when since then nothing has changed but the text of `edited`."""
    edited: str = ""
    same_face: bool = False
    """Only texts of blocks have changed in it."""
    library: Library = field(default_factory=Library)
    """What has been read of installed packages."""

    @classmethod
    def of(cls, texts: Mapping[str, str], settings: Settings | None = None, roots: tuple[str, ...] = ("",)) -> Project:
        """A project of these files: paths are posix, `roots` are the folders that absolute imports start from."""
        files = {path: File(path, text) for path, text in texts.items()}
        return cls(files, settings or Settings(), Layout(frozenset(files), roots), Memo())

    def with_text(self, path: str, text: str) -> Project:
        """The project with another text of a file, or with one file more."""
        old = self.files.get(path)
        if old is None:
            files = {**self.files, path: File(path, text)}
            return self._with_files(files)
        if old.text == text:
            return self
        new = old.with_text(text)
        same = new.bindings == old.bindings and new.stars == old.stars and new.exports == old.exports
        same = same and new.is_program == old.is_program
        files = {**self.files, path: new}
        after = replace(self, files=files, before=self.facts, edited=path, same_face=same)
        after.__dict__["templates"] = self.templates.with_file(files, path)
        return after

    def without(self, path: str) -> Project:
        """The project with one file less."""
        files = {other: file for other, file in self.files.items() if other != path}
        return self._with_files(files)

    def with_settings(self, settings: Settings, layout: Layout | None = None) -> Project:
        """The same files under other settings, or with other folders that imports start from."""
        layout = (layout or self.layout).with_paths(self.files)
        return Project(self.files, settings, layout, Memo(), library=self.library)

    def with_library(self, library: Library) -> Project:
        """The project with other modules of installed packages: they give types, and are no part of it."""
        return replace(self, library=library, before=None)

    @property
    def wanted(self) -> tuple[tuple[str, str], ...]:
        """Modules of installed packages that answers so far would need, each with a name that is asked of it."""
        asked = self.memo.wanted
        return tuple(each for each in asked if self.library.locate(each[0]) is Unread.AWAITED)

    @cached_property
    def facts(self) -> Facts:
        """What is known of this snapshot."""
        facts = Facts(
            self.files,
            self.layout,
            self.settings,
            self.memo,
            self.templates,
            RUNTIME_NAMES,
            self.before,
            self.edited,
            self.same_face,
            self.library,
            KNOWN_NAMES,
        )
        self.__dict__["before"] = None  # or every snapshot would keep all those before it alive
        return facts

    @cached_property
    def templates(self) -> FoundTemplates:
        """The definitions of all files, as far as somebody asks for them."""
        return FoundTemplates(self.files)

    def wanted_by(self, names: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """What is wanted when it has been seen what these names, each with the module that it is asked of, lead to."""
        for module, attribute in names:
            self.facts.look_ahead(module, attribute)
        return self.wanted

    def _with_files(self, files: Mapping[str, File]) -> Project:
        return replace(self, files=files, layout=self.layout.with_paths(files), before=None)

    # --- diagnostics ---

    def diagnostics(self, path: str) -> tuple[Diagnostic, ...]:
        """Everything to be said of one file, by position; nothing of a file that does not use athena."""
        file = self.files[path]
        if not file.is_program:
            return ()
        found = [diagnostic for diagnostic in self._found(file) if diagnostic is not None]
        kept, own = apply_suppressions(
            found,
            suppressions(file.parsed.blocks),
            rules_by_name(),
            path=path,
            source=self.source(path),
            levels=self.settings.rules,
        )
        return tuple(sorted((*kept, *own), key=lambda diagnostic: (diagnostic.span, diagnostic.rule)))

    def _found(self, file: File) -> Iterator[Diagnostic | None]:
        faulty = file.parsed.faulty
        for number, (start, block) in enumerate(zip(file.parsed.starts, file.parsed.blocks, strict=True)):
            problem = parse(block).problem if number in faulty else None
            if problem is None:
                for rule, finding in self.findings(file.path, block):
                    yield self._cooked(file.path, start, rule, finding)
                continue
            yield self._syntax_error(file.path, problem.span.shift(start), problem.message)
            last = file.broken_names.get(defined_name(block))
            for rule, finding in self.findings(file.path, last) if last else ():
                yield self._stale(file.path, start, rule, finding, last or "", block)

    def findings(self, path: str, block: str) -> tuple[Found, ...]:
        """What all rules find in one block of a file; spans count from the block's start."""
        nothing: tuple[Found, ...] = ()
        return self.facts.ask(("findings", path, block), lambda: tuple(_run(self.facts, path, block)), nothing)

    def made_from(self, path: str) -> Mapping[Key, object]:
        """All look-ups that the findings in a file were made from, with their answers. What its diagnostics show of
        other files is not among them: where a declaration stands, and the edits of a fix."""
        found = self.memo.behind(("findings", path, block) for block in self.files[path].parsed.blocks)
        return found | self.memo.behind([key for key in found if key[0] in WORKED_OUT])

    def _syntax_error(self, path: str, span: Span, message: str) -> Diagnostic:
        return Diagnostic("syntax-error", Severity.ERROR, path, span, message)

    def _cooked(self, path: str, start: int, rule: Rule, finding: Finding) -> Diagnostic | None:
        severity = self.severity(rule)
        if severity is None:
            return None
        return Diagnostic(
            rule.name,
            severity,
            path,
            finding.span.shift(start),
            one_line(finding.message),
            finding.hints,
            tuple(label for related in finding.related if (label := self._label(path, start, related))),
            tuple(fix for mend in finding.fixes if (fix := self._fix(path, start, mend))),
            finding.unnecessary,
        )

    def _stale(self, path: str, start: int, rule: Rule, finding: Finding, last: str, now: str) -> Diagnostic | None:
        """A finding of a block's last good text, where that part of the text still stands."""
        span = _carried(finding.span, last, now)
        severity = self.severity(rule)
        if span is None or severity is None:
            return None
        return Diagnostic(
            rule.name, severity, path, span.shift(start), one_line(finding.message), finding.hints, stale=True
        )

    def severity(self, rule: Rule) -> Severity | None:
        """A rule's level under these settings; None when it is off. Required rules keep their own."""
        return rule.severity if rule.required else self.settings.rules.get(rule.name, rule.severity)

    # --- places ---

    def source(self, path: str) -> Source:
        """A file's text with its line table."""
        return (self.files.get(path) or self.library.files[path]).source

    def locate(self, declaration: Declaration) -> Location | None:
        """Where a declared thing stands now; None when it is gone."""
        file: File | LibraryFile | None = self.library.files.get(declaration.path) or self.files.get(declaration.path)
        if file is None:
            return None
        everywhere = range(len(file.parsed.blocks))
        for number in file.numbers_of.get(declaration.name, ()) if isinstance(file, File) else everywhere:
            block = file.parsed.blocks[number]
            span = place_of((block, declaration.name, declaration.member)) if declaration.name in block else None
            if span is not None:
                return Location(declaration.path, span.shift(file.parsed.starts[number]))
        return None

    def place(self, declaration: Declaration, span: Span) -> Location | None:
        """Where a span of a definition's block stands in its file."""
        file = self.files.get(declaration.path)
        block = file.block_of.get(declaration.name) if file else None
        for start, text in zip(file.parsed.starts, file.parsed.blocks, strict=True) if file else ():
            if text is block or text == block:
                return Location(declaration.path, span.shift(start))
        return None

    def references(self, declaration: Declaration, only: str = "") -> tuple[Location, ...]:
        """Every place of the project, or of one file of it, that names a declared thing, its declaration included."""
        return tuple(place for place in self.find_references(declaration, only) if place is not None)

    def find_references(self, declaration: Declaration, only: str = "") -> Iterator[Location | None]:
        """The same, one after the other. None in between: a moment to do something else, or to stop."""
        word = declaration.member or declaration.name
        for path in [only] if only in self.files else sorted(self.files):
            file = self.files[path]
            for start, block in zip(file.parsed.starts, file.parsed.blocks, strict=True) if word in file.text else ():
                if word in block:
                    yield from (Location(path, span.shift(start)) for span in self._named(path, block, declaration))
                    yield None
            yield None

    def _named(self, path: str, block: str, declaration: Declaration) -> tuple[Span, ...]:
        """Where a block names a declared thing, counted from the block's start."""
        nothing: tuple[Span, ...] = ()
        key = ("references", path, block, declaration)
        return self.facts.ask(
            key, lambda: tuple(sorted(set(references(self.facts, path, block, declaration)))), nothing
        )

    def rename(self, declaration: Declaration, new_name: str) -> tuple[FileEdit, ...]:
        """The edits that give a declared thing another name everywhere; none for one of an installed package."""
        if declaration.path in self.library:
            return ()
        return tuple(FileEdit(place.path, TextEdit(place.span, new_name)) for place in self.references(declaration))

    def _label(self, path: str, start: int, related: Related) -> Label | None:
        if related.declaration is not None:
            location = self.locate(related.declaration)
        else:
            location = Location(path, related.span.shift(start)) if related.span is not None else None
        return Label(location, related.message) if location else None

    def _fix(self, path: str, start: int, mend: Mend) -> Fix | None:
        edits = [FileEdit(path, edit.shift(start)) for edit in mend.edits]
        for rename in mend.renames:
            edits += self.rename(rename.declaration, rename.new_name)
        for decorate in mend.decorates:
            file = self.files.get(decorate.declaration.path)
            made = (
                decoration(
                    self.facts, file.path, file.parsed.blocks, file.parsed.starts, decorate.declaration.name,
                    decorate.decorator,
                )
                if file
                else ()
            )  # fmt: skip
            edits += (FileEdit(decorate.declaration.path, edit) for edit in made)
        for annotate in mend.annotates:
            declaration, spelling = annotate.declaration, annotate.spelling
            blocks = self.blocks(declaration.path)
            rewritten = annotation_edits(blocks, declaration.name, declaration.member, spelling.text)
            if not rewritten:
                return None
            edits += (FileEdit(declaration.path, edit) for edit in rewritten)
            edits += (FileEdit(declaration.path, import_edit(blocks, each)) for each in spelling.imports)
        new = (each for each in mend.imports if not has_name(self.facts, path, each))
        edits += (FileEdit(path, import_edit(self.blocks(path), each)) for each in new)
        edits = [FileEdit(each.path, in_style_of(self.source(each.path).text, each.edit)) for each in edits]
        return Fix(mend.title, tuple(dict.fromkeys(edits)), mend.safe) if edits else None

    def blocks(self, path: str) -> Blocks:
        """The blocks of a file of the project with their starts; none of one that is not there."""
        file = self.files.get(path)
        return tuple(zip(file.parsed.starts, file.parsed.blocks, strict=True)) if file else ()

    # --- definitions and manifests ---

    def units(self, path: str) -> tuple[tuple[int, Unit], ...]:
        """What each block of a file means, with its start; of a block that does not parse, nothing."""
        parsed = self.files[path].parsed
        blocks = zip(parsed.starts, parsed.blocks, strict=True)
        return tuple((start, unit(self.facts, path, block)) for start, block in blocks)

    def definitions(self, path: str) -> tuple[Definition, ...]:
        """The definitions of a file at module level, in order."""
        if not self.files[path].is_program:
            return ()
        return tuple(d for _, unit in self.units(path) for d in unit.definitions if not d.nested_in)

    def signatures(self) -> tuple[Signature, ...]:
        """The face of every workflow and container of the project."""
        declarations = (d for kind in (Kind.WORKFLOW, Kind.CONTAINER) for d in self.facts.of_kind(kind))
        found = (self.facts.signature(declaration) for declaration in declarations)
        return tuple(sorted((face for face in found if face), key=lambda face: face.declaration))

    def roots(self) -> tuple[Declaration, ...]:
        """The workflows that no workflow calls: what one would submit."""
        workflows = [face.declaration for face in self.signatures() if face.kind is Kind.WORKFLOW]
        called: set[Declaration] = set()
        for declaration in workflows:
            definition = self.facts.definition(declaration)
            if definition is not None and isinstance(definition.body, WorkflowBody):
                called.update(step.callee.declaration for step in definition.body.every_step)
        return tuple(declaration for declaration in workflows if declaration not in called)

    def emit(self, root: Declaration, *, with_workflow: bool = False, layers: Layers | None = None) -> Emission:
        """The manifests of a template and of all that it reaches; only for a closure without errors."""
        return emit(self.facts, root, with_workflow=with_workflow, layers=layers)

    def code(self) -> Code:
        """What the pods of this project run."""
        return code_of(self.facts)


def _run(facts: Facts, path: str, block: str) -> Iterator[Found]:
    meaning = unit(facts, path, block)
    only_imports = not (meaning.definitions or meaning.imports or meaning.volumes or meaning.externals or meaning.stray)
    if only_imports and not meaning.modules:
        return
    good = True
    for rule in _checks_of_imports() if only_imports else _checks():
        if rule.check is None or (rule.when_right and not good):
            continue
        for finding in rule.check(meaning, facts):
            good = good and rule.severity is not Severity.ERROR
            yield rule, finding


@cache
def _checks() -> tuple[Rule, ...]:
    """The rules in the order in which they run: those that are asked about what is right last."""
    return tuple(sorted(all_rules(), key=lambda rule: rule.when_right))


@cache
def _checks_of_imports() -> tuple[Rule, ...]:
    return tuple(rule for rule in all_rules() if rule.of_imports)


def _carried(span: Span, last: str, now: str) -> Span | None:
    """Where a range of an old text stands in the new one, when the edit between them did not touch it."""
    same = _common_prefix(last, now)
    if span.end <= same:
        return span
    tail = min(_common_prefix(last[::-1], now[::-1]), min(len(last), len(now)) - same)
    if span.start >= len(last) - tail:
        return span.shift(len(now) - len(last)) if span.start + len(now) - len(last) >= 0 else None
    return None


def _common_prefix(left: str, right: str) -> int:
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[:middle] == right[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def one_line(message: str) -> str:
    """A message on one line, whatever stands in the texts of the program that it quotes."""
    return message if message.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)
