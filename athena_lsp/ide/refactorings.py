"""Changes of a program that keep what it does, each offered only where the program has no more errors afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from athena_lsp.analysis.annotating import import_edit
from athena_lsp.analysis.extracting import Change, extract_steps, inline_workflow
from athena_lsp.analysis.looping import comprehension_to_loop, loop_to_comprehension
from athena_lsp.analysis.options import CONSTRUCTS
from athena_lsp.analysis.spelling import has_name
from athena_lsp.analysis.stubbing import extract_expression
from athena_lsp.diagnostics import FileEdit, Severity
from athena_lsp.ide.artifacts import exchanged
from athena_lsp.ide.place import Place, place_at
from athena_lsp.ide.runtime_docs import runtime_docs
from athena_lsp.ide.values import runtime_word
from athena_lsp.ir.model import Definition, Kind
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Construct
from athena_lsp.project import Project
from athena_lsp.records import dataclass, replace
from athena_lsp.text import OverlappingEditsError, Span, TextEdit, apply_edits, in_style_of

RefactoringKind = Literal["refactor.extract", "refactor.inline", "refactor.rewrite"]
SKELETONS: Mapping[str, str] = {
    "image": '"python:3.13-slim"',
    "resources": 'Resources(cpu="500m", memory="512Mi")',
    "retry": "Retry(limit=3)",
    "timeout": '"1h"',
    "schedule": 'Cron("0 2 * * *", timezone="UTC")',
    "parallelism": "10",
    "backoff": '"30s"',
    "factor": "2",
    "cap": '"10m"',
    "max_duration": '"1h"',
    "timezone": '"UTC"',
    "starting_deadline": '"5m"',
    "cpu": '"500m"',
    "memory": '"512Mi"',
    "ephemeral_storage": '"1Gi"',
    "gpu": "1",
    "max_age": '"24h"',
    "after_completion": '"7d"',
    "after_success": '"1d"',
    "after_failure": '"7d"',
    "delete_delay": '"10m"',
}
"""What is written for an argument whose default is that there is none; others are written with their default."""
OFFERED: Mapping[Kind, tuple[str, ...]] = {
    Kind.CONTAINER: ("image", "resources", "retry", "timeout", "interpreter"),
    Kind.WORKFLOW: ("schedule", "parallelism", "retry", "fail_fast"),
    Kind.FRAGMENT: (),
}


@dataclass(frozen=True, slots=True)
class Refactoring:
    """A change that somebody may want; `kind` is a name of LSP's `CodeActionKind`."""

    title: str
    kind: RefactoringKind
    edits: tuple[FileEdit, ...]


def refactorings(project: Project, path: str, span: Span) -> tuple[Refactoring, ...]:
    """What can be done with the selection, or at the cursor."""
    place = place_at(project, path, span.start)
    definition = place.definition if place else None
    if place is None or definition is None or place.in_file(definition.span).end < span.end:
        return ()
    found = [*_of_workflow(place, definition, span)] if definition.kind is Kind.WORKFLOW else []
    found += _artifact(place, definition)
    kept = [each for each in found if _is_no_worse(project, each)]
    return tuple(_in_style(project, each) for each in (*kept, *_options(place, definition)))


def _in_style(project: Project, found: Refactoring) -> Refactoring:
    """The same with the line ends of the files."""
    edits = (FileEdit(each.path, in_style_of(project.source(each.path).text, each.edit)) for each in found.edits)
    return replace(found, edits=tuple(edits))


def _of_workflow(place: Place, definition: Definition, span: Span) -> Iterator[Refactoring]:
    facts, path, block, offset = place.project.facts, place.path, place.block, place.offset
    selected = span.shift(-place.start) if span.start >= place.start else Span(0, 0)
    changes: tuple[tuple[str, RefactoringKind, Change | None], ...] = (
        ("Extract the steps into a sub-workflow", "refactor.extract", _selected(place, definition, selected)),
        (
            "Extract the expression into a container",
            "refactor.extract",
            extract_expression(facts, path, block, definition, selected) if selected.end > selected.start else None,
        ),
        ("Put the steps of the sub-workflow here", "refactor.inline", inline_workflow(facts, path, block, offset)),
    )
    for title, kind, change in changes:
        if change is not None:
            yield _refactoring(place, title, kind, change)
    yield from _loops(place, definition)


def _loops(place: Place, definition: Definition) -> Iterator[Refactoring]:
    """A loop as a comprehension and back; the title says where turns begin or end to run at once."""
    block, name, offset = place.block, definition.name, place.offset
    found = loop_to_comprehension(block, name, offset)
    if found is not None:
        title = f"Write the loop as a comprehension{', all turns at once' if found.in_order else ''}"
        yield _refactoring(place, title, "refactor.rewrite", found.change)
    found = comprehension_to_loop(block, name, offset)
    if found is not None:
        title = f"Write the comprehension as a loop{', one turn after the other' if found.in_order else ''}"
        yield _refactoring(place, title, "refactor.rewrite", found.change)


def _selected(place: Place, definition: Definition, selected: Span) -> Change | None:
    return extract_steps(place.project.facts, place.path, place.block, definition, selected)


def _artifact(place: Place, definition: Definition) -> Iterator[Refactoring]:
    """A parameter at the cursor, or the result, through object storage, or no longer so."""
    member = next((each.name for each in definition.parameters if _covers(each.span, each.annotation_span, place)), "")
    if not member and definition.returns_span is not None and definition.returns_span.touches(place.offset):
        member = "return"
    if not member or definition.kind is Kind.FRAGMENT:
        return
    found = exchanged(place.project, definition.declaration.of(member))
    if found is not None and found[1]:
        what = "the result" if member == "return" else f"`{member}`"
        title = f"Send {what} as an artifact" if found[0] else f"Send {what} as a parameter, not as an artifact"
        yield Refactoring(title, "refactor.rewrite", found[1])


def _covers(name: Span, annotation: Span | None, place: Place) -> bool:
    return name.touches(place.offset) or (annotation is not None and annotation.touches(place.offset))


def _options(place: Place, definition: Definition) -> Iterator[Refactoring]:
    """Arguments that the decorator at the cursor, or the call of an option type in it, does not have yet, with their
    default or an example."""
    decorator = next((each for each in reversed(definition.decorators) if each.kind is definition.kind), None)
    if decorator is None or not decorator.span.touches(place.offset):
        return
    constructs = [each for each in walk(definition.options, Construct) if _is_inside(place, each)]
    inner = min(constructs, key=lambda each: each.span.end - each.span.start, default=None)
    if inner is not None:
        yield from _fields(place, inner)
        return
    given = {each.name for each in definition.options}
    for name in OFFERED[definition.kind]:
        found = _example(place, definition.kind.value, name) if name not in given else None
        if found is not None:
            text, imports = found
            edit = _option_edit(definition, decorator.span, f"{name}={text}")
            edits = (edit.shift(place.start), *imports)
            yield Refactoring(f"Add `{name}=`", "refactor.rewrite", tuple(FileEdit(place.path, each) for each in edits))


def _fields(place: Place, construct: Construct) -> Iterator[Refactoring]:
    """Arguments of an option type."""
    for field in CONSTRUCTS[construct.name]:
        found = _example(place, construct.name, field.name) if construct.argument(field.name) is None else None
        if found is not None:
            text, imports = found
            at = construct.span.end - 1
            separator = "" if place.block[:at].rstrip().endswith(("(", ",")) else ", "
            edit = TextEdit(Span(at, at), f"{separator}{field.name}={text}").shift(place.start)
            edits = tuple(FileEdit(place.path, each) for each in (edit, *imports))
            yield Refactoring(f"Add `{field.name}=`", "refactor.rewrite", edits)


def _is_inside(place: Place, construct: Construct) -> bool:
    """Whether the cursor stands in the brackets of a call that is written here."""
    source = construct.span.of(place.block)
    return construct.span.start < place.offset < construct.span.end and source.endswith(")") and "(" in source


def _example(place: Place, owner: str, name: str) -> tuple[str, tuple[TextEdit, ...]] | None:
    """What is written for an argument, and what the file must import for it; None where nobody could say."""
    documented = runtime_docs().get(owner)
    entry = documented.entry(name) if documented else None
    text = SKELETONS.get(name, entry.default if entry else "")
    if entry is None or not text or text == "None":
        return None
    construct = text.partition("(")[0]
    if not construct.isidentifier() or "(" not in text:
        return text, ()
    word, imports = runtime_word(place.project, place.path, construct)
    return word + text[len(construct) :], imports


def _option_edit(definition: Definition, decorator: Span, text: str) -> TextEdit:
    if definition.options_insert < 0:
        return TextEdit(Span(decorator.end, decorator.end), f"({text})")
    at = definition.options_insert
    return TextEdit(Span(at, at), f", {text}" if definition.options else text)


def _refactoring(place: Place, title: str, kind: RefactoringKind, change: Change) -> Refactoring:
    edits = [FileEdit(place.path, edit.shift(place.start)) for edit in change.edits]
    blocks, facts = place.project.blocks(place.path), place.project.facts
    new = [wanted for wanted in dict.fromkeys(change.imports) if not has_name(facts, place.path, wanted)]
    edits += (FileEdit(place.path, import_edit(blocks, wanted)) for wanted in new)
    return Refactoring(title, kind, tuple(edits))


def _is_no_worse(project: Project, refactoring: Refactoring) -> bool:
    """Whether the program has no more errors after the change; mended ones are not needed, new ones are a refusal."""
    after = project
    paths = tuple(dict.fromkeys(each.path for each in refactoring.edits))
    for path in paths:
        edits = (each.edit for each in refactoring.edits if each.path == path)
        try:
            after = after.with_text(path, apply_edits(project.source(path).text, edits))
        except OverlappingEditsError:
            return False
    before = _errors(project, paths)
    now = _errors(after, paths)
    return now <= before


def _errors(project: Project, paths: Iterable[str]) -> int:
    found = (each for path in paths for each in project.diagnostics(path))
    return sum(each.severity is Severity.ERROR for each in found)
