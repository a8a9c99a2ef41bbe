"""Values to offer for an argument: words of closed sets, option types, templates, volumes, time zones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import assert_never

from athena_lsp.analysis.annotating import import_edit
from athena_lsp.analysis.cron import DESCRIPTORS
from athena_lsp.analysis.cron_words import schedule_in_words
from athena_lsp.analysis.options import (
    CONSTRUCTS,
    AnythingShape,
    BoolShape,
    ChoiceShape,
    ConstructShape,
    DurationShape,
    ExceptionsShape,
    IntShape,
    JsonShape,
    ListShape,
    MapShape,
    QuantityShape,
    Shape,
    TemplateShape,
    TextShape,
    VolumeShape,
)
from athena_lsp.analysis.scope import Declared, Runtime, resolve
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.analysis.timezones import NAMES
from athena_lsp.ide.items import Item
from athena_lsp.ir.model import Kind
from athena_lsp.project import Project
from athena_lsp.rules.missing_argument import EXAMPLES as ARGUMENT_EXAMPLES
from athena_lsp.text import TextEdit

EXAMPLES = ("0 2 * * *", "0 2 * * 1-5", "*/15 * * * *", "0 0 1 * *")
FIRST_ZONE = "UTC"
JOINS = {
    "All": "",
    "AnyOf": "",
    "Quorum": "${1:2}",
    "AtLeast": "${1:2}",
    "Percentage": "${1:0.5}",
    "Within": '"${1:10m}"',
}


def values(project: Project, path: str, shape: Shape, *, quoted: bool) -> Iterator[Item]:
    """What may be written for a shape; `quoted`: the cursor stands between quotes already."""
    match shape:
        case ChoiceShape(words=words):
            yield from _words(words, quoted=quoted)
        case IntShape(words=words):
            yield from _words(words, quoted=quoted)
        case BoolShape():
            if not quoted:
                yield Item("True", "value")
                yield Item("False", "value")
        case TextShape(check="timezone"):
            for name in sorted(NAMES):
                yield _word(name, quoted=quoted, rank=0 if name == FIRST_ZONE else 1)
        case TextShape(check="cron"):
            for text in (*EXAMPLES, *DESCRIPTORS):
                yield _word(text, quoted=quoted, detail=schedule_in_words(text))
        case ConstructShape(name=name, shorthand=shorthand):
            if not quoted:
                yield construct(project, path, name)
            if shorthand is not None:
                yield from values(project, path, shorthand, quoted=quoted)
        case ListShape(item=item, single=single):
            if not quoted:
                yield Item("[]", "value", "a list", "[$0]", snippet=True, rank=2 if single else 0)
            if single:
                yield from values(project, path, item, quoted=quoted)
        case TemplateShape():
            if not quoted:
                yield from templates_by_name(project, path)
        case VolumeShape():
            if not quoted:
                yield from _volumes(project, path)
        case TextShape() | QuantityShape() | DurationShape() | MapShape() | ExceptionsShape() | JsonShape():
            return
        case AnythingShape():
            return
        case _:
            assert_never(shape)


def construct(project: Project, path: str, name: str) -> Item:
    """A call of an option type, with a tab stop for each argument that it needs."""
    word, imports = runtime_word(project, path, name)
    required = [field.name for field in CONSTRUCTS[name] if field.required]
    stops = ", ".join(_stop(name, field, number) for number, field in enumerate(required, 1)) or "$1"
    about = (name,)
    return Item(f"{name}(...)", "value", "", f"{word}({stops})", snippet=True, rank=0, imports=imports, about=about)


def _stop(owner: str, field: str, number: int) -> str:
    """An argument with a tab stop, which holds a value that most people would write where there is one."""
    example = ARGUMENT_EXAMPLES.get((owner, field), "").partition("=")[2]
    return f"{field}=${{{number}:{example}}}" if example else f"{field}=${{{number}}}"


def joins(project: Project, path: str) -> Iterator[Item]:
    """What `gather(..., join=...)` takes."""
    for name, arguments in JOINS.items():
        word, imports = runtime_word(project, path, name)
        text = f"{word}({arguments})"
        yield Item(f"{name}(...)" if arguments else f"{name}()", "value", "", text, True, 0, False, imports, (name,))


def decorators(project: Project, path: str) -> Iterator[Item]:
    """athena's decorators that the file does not import yet; those that it does are the Python server's to offer."""
    for kind in Kind:
        word, imports = runtime_word(project, path, kind.value)
        if imports:
            yield Item(word, "value", "from athena_runtime", rank=0, imports=imports, about=(kind.value,))


def runtime_word(project: Project, path: str, name: str) -> tuple[str, tuple[TextEdit, ...]]:
    """How a file writes a name of athena_runtime, and what it must import for that."""
    facts = project.facts
    if resolve(facts, path, name) == Runtime(name):  # also by `from athena_runtime import *`
        return name, ()
    for bound in facts.names(path):
        if resolve(facts, path, bound) == Runtime(name):
            return bound, ()
    return name, (import_edit(project.blocks(path), NewImport("athena_runtime", name)),)


def templates_by_name(project: Project, path: str) -> Iterator[Item]:
    """The workflows and containers that a file has a name for."""
    facts = project.facts
    for name in facts.names(path):
        entity = resolve(facts, path, name)
        face = facts.signature(entity.declaration) if isinstance(entity, Declared) else None
        if face is not None and face.kind is not Kind.FRAGMENT:
            declaration = face.declaration
            about = ("template", declaration.path, declaration.name)
            yield Item(name, "template", f"@{face.kind.value} {face.template}", about=about)


def _volumes(project: Project, path: str) -> Iterator[Item]:
    facts = project.facts
    for name in facts.names(path):
        entity = resolve(facts, path, name)
        volume = facts.volume(entity.declaration) if isinstance(entity, Declared) else None
        if volume is not None:
            yield Item(name, "value", volume.name)


def _words(words: tuple[str, ...], *, quoted: bool) -> Iterator[Item]:
    for word in words:
        yield _word(word, quoted=quoted)


def _word(word: str, *, quoted: bool, rank: int = 1, detail: str = "") -> Item:
    text = word if quoted else json.dumps(word, ensure_ascii=False)
    return Item(text, "value", detail, rank=rank)
