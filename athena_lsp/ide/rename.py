"""Renaming templates, parameters, volumes and names of a body everywhere, or saying why that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from keyword import iskeyword

from athena_lsp.analysis.candidates import kebab
from athena_lsp.analysis.kubernetes_names import TEMPLATE_OBJECT_LIMIT, dns_label_problem, is_yaml_word
from athena_lsp.analysis.placeholders import Placeholder, parse_placeholders
from athena_lsp.analysis.references import local_names
from athena_lsp.analysis.signatures import template_prefix
from athena_lsp.diagnostics import FileEdit, Location
from athena_lsp.ide.constants import spot_of, users_of
from athena_lsp.ide.place import place_at
from athena_lsp.ide.references import find_places
from athena_lsp.ide.spots import PlaceholderSpot
from athena_lsp.ide.steps import Steps, finish
from athena_lsp.ide.thing import Thing, thing_at
from athena_lsp.ir.model import Definition, Kind
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Text
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import parse
from athena_lsp.text import Span, TextEdit

PARAMETER = re.compile(r"[A-Za-z0-9_-]+")
"""What Argo takes for the name of a parameter."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why something cannot be done, in a sentence for the user."""

    reason: str


@dataclass(frozen=True, slots=True)
class Renamable:
    """The word that would be replaced."""

    span: Span
    name: str


def prepare_rename(project: Project, path: str, offset: int) -> Renamable | Refused | None:
    """What would be renamed here; None where nothing of athena's stands."""
    thing = thing_at(project, path, offset)
    if thing is None:
        return None
    if reason := _obstacle(project, thing):
        return Refused(reason)
    return Renamable(thing.span, _name(thing))


def rename(project: Project, path: str, offset: int, new_name: str) -> tuple[FileEdit, ...] | Refused | None:
    """The edits that give the thing at the cursor another name everywhere."""
    return finish(renaming(project, path, offset, new_name))


def renaming(project: Project, path: str, offset: int, new_name: str) -> Steps[tuple[FileEdit, ...] | Refused | None]:
    """The same, in steps."""
    thing = thing_at(project, path, offset)
    if thing is None:
        return None
    if reason := _obstacle(project, thing) or _objection(project, thing, new_name):
        return Refused(reason)
    if new_name == _name(thing):
        return ()
    places: list[Location] = []
    for place in find_places(project, thing):
        places += [place] if place else []
        yield
    reason = (yield from _hidden(project, thing, places)) or _shared(project, thing)
    reason = reason or (yield from _doubtful(project, thing, places))
    reason = reason or (yield from _taken(project, thing, new_name, places))
    if reason:
        return Refused(reason)
    return tuple(FileEdit(place.path, TextEdit(place.span, new_name)) for place in places)


def is_in_text(project: Project, edit: FileEdit) -> bool:
    """Whether an edit changes a placeholder in a text, and not a name of Python's."""
    place = place_at(project, edit.path, edit.edit.span.start)
    return place is not None and isinstance(spot_of(place), PlaceholderSpot)


def _name(thing: Thing) -> str:
    return thing.declaration.member or thing.declaration.name


def _obstacle(project: Project, thing: Thing) -> str:
    """Why the thing cannot be renamed at all; empty when it can."""
    name, path = _name(thing), thing.declaration.path
    if path in project.library:
        return f"`{name}` belongs to an installed package"
    text = thing.span.of(project.source(thing.path).text)
    if text != name:
        return f"`{text}` is another name for `{name}` in this file: rename it where it is imported"
    return ""


def _objection(project: Project, thing: Thing, new: str) -> str:
    """What is wrong with the new name by itself; empty when nothing is."""
    if not new.isidentifier():
        return f"`{new}` is not a name in Python"
    if iskeyword(new):
        return f"`{new}` is a word of Python's own"
    match thing.kind:
        case "parameter":
            if not PARAMETER.fullmatch(new):
                return f"`{new}` cannot name a parameter in Argo: it takes ASCII letters, digits, `_` and `-`"
            if is_yaml_word(new):
                return f"`{new}` is read as a boolean or as null in YAML"
        case "template":
            return _template_objection(project, thing, new)
        case _:
            pass
    return ""


def _template_objection(project: Project, thing: Thing, new: str) -> str:
    definition = project.facts.definition(thing.declaration)
    if definition is None or definition.kind is Kind.FRAGMENT or definition.option("name") is not None:
        return ""
    template = template_prefix(project.facts) + kebab(new)
    if problem := dns_label_problem(template):
        return f"`{template}` cannot name a template: it {problem}"
    room = TEMPLATE_OBJECT_LIMIT - len(project.settings.version_tag) - 1
    if len(template) > room:
        return f"`{template}` has {len(template)} characters, and with the version tag {room} is the limit"
    if others := project.facts.templates_named(template, thing.declaration):
        return f"`{template}` is the template of `{others[0].name}` in {others[0].path}"
    return ""


def _hidden(project: Project, thing: Thing, places: Sequence[Location]) -> Steps[str]:
    """Where a text that does not parse may name the thing, so that a rename would miss it; empty for nowhere."""
    name = _name(thing)
    word = re.compile(rf"\b{re.escape(name)}\b")
    files = {place.path for place in places} if thing.kind == "result" else set(project.files)
    for path in sorted(files):
        parsed = project.files[path].parsed if name in project.files[path].text else None
        for number in sorted(parsed.faulty) if parsed else ():
            problem = parse(parsed.blocks[number]).problem if parsed else None
            if parsed and problem and word.search(parsed.blocks[number]):
                line = project.source(path).line_of(parsed.starts[number] + problem.span.start) + 1
                return f"{path}:{line} does not parse, near where it speaks of `{name}`"
        yield
    return ""


def _shared(project: Project, thing: Thing) -> str:
    """Where a placeholder names a parameter and cannot be renamed for it alone; empty for nowhere."""
    owner = Declaration(thing.declaration.path, thing.declaration.name)
    definition = project.facts.definition(owner) if thing.kind == "parameter" else None
    for text in walk(definition.options, Text) if definition else ():
        names = {part.parameter for part in parse_placeholders(text.value) if isinstance(part, Placeholder)}
        if thing.declaration.member not in names:
            continue
        if text.origin is None and text.content_start is None:
            line = project.source(thing.path).line_of(place.span.start) + 1 if (place := project.locate(owner)) else 1
            return f"a text that is put together names `{_name(thing)}` in the decorator at {owner.path}:{line}"
        others = [each for each in users_of(project, text.origin) if each.declaration != owner] if text.origin else []
        if text.origin is not None and others:
            return f"`{text.origin.name}` names it in a placeholder, and `{others[0].name}` takes that text as well"
    return ""


def _doubtful(project: Project, thing: Thing, places: Sequence[Location]) -> Steps[str]:
    """Where ordinary code may name a field: only a Python server knows whether it does; empty for nowhere."""
    if thing.kind != "field":
        return ""
    known = {(place.path, place.span.start) for place in places}
    word = re.escape(_name(thing))
    named = re.compile(rf"\.\s*({word})\b|\b({word})\s*=(?!=)")
    for path, file in sorted(project.files.items()):
        for match in named.finditer(file.text) if _name(thing) in file.text else ():
            at = match.start(match.lastindex or 0)
            if (path, at) not in known:
                line = file.source.line_of(at) + 1
                return f"{path}:{line} may name the same field: let the Python server rename it where it is declared"
        yield
    return ""


def _taken(project: Project, thing: Thing, new: str, places: Sequence[Location]) -> Steps[str]:
    """Where the new name already means something else; empty for nowhere."""
    if thing.kind in ("template", "volume"):
        for path in dict.fromkeys(place.path for place in places):
            if new in project.files[path].bindings:
                return f"`{new}` already means something else in {path}"
            yield
    for definition, block in _functions_around(project, thing, places):
        if new in {each.name for each in definition.parameters} or new in local_names(block, definition.name):
            return f"`{new}` already means something else in `{definition.name}`"
        yield
    return ""


def _functions_around(project: Project, thing: Thing, places: Sequence[Location]) -> Iterator[tuple[Definition, str]]:
    """The definitions in whose scope the thing is named: its own, or every one that uses it."""
    for place in places:
        at = place_at(project, place.path, place.span.start)
        definition = at.definition if at else None
        if at is None or definition is None:
            continue
        is_own = definition.declaration.name == thing.declaration.name and place.path == thing.declaration.path
        if is_own or not thing.declaration.member:
            yield definition, at.block
