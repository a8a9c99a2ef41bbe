"""Completion in the body of a workflow: templates as calls, arguments, values that fit, fields of results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from athena_lsp.analysis.annotating import import_edit
from athena_lsp.analysis.at_hand import AtHand
from athena_lsp.analysis.scope import Declared, resolve
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.analysis.types import attribute_type, difference, fields_of, item_type, show, unfolded
from athena_lsp.ide.finding import templates_like
from athena_lsp.ide.items import Item
from athena_lsp.ide.slots import template_called
from athena_lsp.ir.model import Kind, ParameterFace, Signature, Step
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.room import Named
from athena_lsp.ir.types import ClassKind, ClassOf, NewTypeOf, Type, Unresolved
from athena_lsp.project import Project
from athena_lsp.syntax.cursor import Opened

MOST_ELSEWHERE = 20
"""So many templates that a file does not import yet are offered at most; more letters lead to others."""


def calls(project: Project, path: str, hand: AtHand, word: str) -> Iterator[Item]:
    """Templates as calls: with the names at hand that fit their parameters, and tab stops for the others. Those that
    the file has a name for; once some letters are there, also those of other files."""
    seen: set[Declaration] = {hand.definition.declaration}
    for name in project.facts.names(path):
        entity = resolve(project.facts, path, name)
        face = project.facts.signature(entity.declaration) if isinstance(entity, Declared) else None
        if face is not None and face.kind is not Kind.FRAGMENT and face.declaration not in seen:
            seen.add(face.declaration)
            yield _call(project, face, name, hand.names)
    taken = frozenset(project.facts.names(path))
    known = (face for face in templates_like(project, word) if face is not None) if word else iter(())
    elsewhere = (face for face in known if face.declaration not in seen and face.kind is not Kind.FRAGMENT)
    for face in islice(elsewhere, MOST_ELSEWHERE):
        wanted = new_import(project, path, face.declaration)
        if wanted is not None and face.declaration.name not in taken:
            edit = import_edit(project.blocks(path), wanted)
            item = _call(project, face, face.declaration.name, hand.names)
            detail = f"{item.detail} (import from {wanted.module})"
            yield Item(item.label, item.kind, detail, item.new_text, True, item.rank + 2, False, (edit,), item.about)


def new_import(project: Project, path: str, declaration: Declaration) -> NewImport | None:
    """The import that makes a name of another file known in this one; None when there is no such."""
    module = project.layout.module_name(declaration.path)
    is_there = bool(module) and project.layout.module(path, module, 0) == declaration.path
    return NewImport(module, declaration.name) if is_there and declaration.path != path else None


def arguments(project: Project, face: Signature, opened: Opened, behind: Sequence[str], hand: AtHand) -> Iterator[Item]:
    """What can be given at a cursor in the brackets of a call."""
    if opened.keyword:
        parameter = face.parameter(opened.keyword)
        yield from _fitting(project, parameter, hand) if parameter else ()
        return
    free = [each for each in face.callable_parameters if each.name not in (*opened.given, *behind)]
    positional = [each for each in face.callable_parameters if not each.keyword_only]
    if opened.positional < len(positional) and not opened.given:
        yield from _fitting(project, positional[opened.positional], hand)
    taken = {each.name for each in positional[: opened.positional]}
    for parameter in free:
        if parameter.name not in taken:
            detail = show(parameter.type) + (" = ..." if parameter.has_default else "")
            found = _best(project, parameter, hand.names)
            text = f"{parameter.name}={found}" if found else f"{parameter.name}="
            rank = 1 if not parameter.has_default else 2
            yield Item(f"{parameter.name}=", "argument", detail, text, rank=rank)


def members(project: Project, hand: AtHand, base: str) -> Iterator[Item]:
    """The fields of a value: of a parameter, of a result, of a field of one."""
    owner = value_type(project, hand, base)
    found = unfolded(project.facts, owner) if owner is not None else None
    while isinstance(found, NewTypeOf):
        found = found.base
    if not isinstance(found, ClassOf):
        return
    info = project.facts.class_info(found.declaration)
    if info is not None and info.kind is not ClassKind.TYPED_DICT:
        yield from _fields(project, found, "")


def keys(project: Project, hand: AtHand, base: str, *, quoted: bool) -> Iterator[Item]:
    """The keys of a TypedDict that is indexed."""
    owner = value_type(project, hand, base)
    found = unfolded(project.facts, owner) if owner is not None else None
    if isinstance(found, ClassOf):
        info = project.facts.class_info(found.declaration)
        if info is not None and info.kind is ClassKind.TYPED_DICT:
            yield from _fields(project, found, "" if quoted else '"')


def results(hand: AtHand) -> Iterator[Item]:
    """The names of steps: what `after=` waits for."""
    named = {each.name: each.type for each in hand.names}
    for step in walk(hand.definition.body, Step):
        if step.name and step.name in named:
            yield Item(step.name, "binding", show(named.pop(step.name)), rank=0)


def value_type(project: Project, hand: AtHand, base: str) -> Type | None:
    """The type of `name.field.field`, or of what a call of a template gives."""
    root, *fields = base.split(".")
    if root.endswith("()"):
        return None
    found: Type | None = next((each.type for each in hand.names if each.name == root), None)
    for name in fields:
        found = attribute_type(project.facts, found, name) if found is not None else None
    return found


def call_in_body(project: Project, path: str, opened: Opened) -> Signature | None:
    """The template whose brackets are open at the cursor, when a workflow may call it."""
    face = template_called(project.facts, path, opened.callee) if opened.bracket == "(" else None
    return face if face is not None and face.kind is not Kind.FRAGMENT else None


def _fitting(project: Project, parameter: ParameterFace, hand: AtHand) -> Iterator[Item]:
    """The names at hand, and the fields of their values, whose types fit a parameter."""
    for named in hand.names:
        if _fits(project, named.type, parameter.type):
            rank = 0 if named.name == parameter.name else 1
            yield Item(named.name, "binding", show(named.type), rank=rank, preselect=rank == 0)
        elif isinstance(named.type, ClassOf):
            for field in fields_of(project.facts, named.type):
                if _fits(project, field.type, parameter.type) and _is_attribute(project, named.type, field.name):
                    same = field.name == parameter.name
                    yield Item(f"{named.name}.{field.name}", "field", show(field.type), rank=1 if same else 2)


def _is_attribute(project: Project, owner: ClassOf, name: str) -> bool:
    return attribute_type(project.facts, owner, name) is not None


def _fits(project: Project, given: Type, wanted: Type) -> bool:
    unknown = isinstance(given, Unresolved) or isinstance(wanted, Unresolved)
    return not unknown and difference(project.facts, given, wanted) is None


def _best(project: Project, parameter: ParameterFace, names: Sequence[Named]) -> str:
    """The name at hand that a parameter most probably is to be given: its own, else the only one that fits."""
    fitting = [each.name for each in names if _fits(project, each.type, parameter.type)]
    if parameter.name in fitting:
        return parameter.name
    return fitting[0] if len(fitting) == 1 and not parameter.has_default else ""


def _call(project: Project, face: Signature, word: str, names: Sequence[Named]) -> Item:
    """A call of a template. One whose arguments are all at hand comes first."""
    parts: list[str] = []
    filled, number = True, 0
    for parameter in face.callable_parameters:
        found = _best(project, parameter, names)
        if parameter.has_default and found != parameter.name:
            continue
        by_keyword = parameter.keyword_only or parameter.has_default
        prefix = f"{parameter.name}=" if by_keyword else ""
        if not found:
            filled, number = False, number + 1
            found = f"${{{number}:{parameter.name}}}"
        parts.append(prefix + found)
    text = f"{word}({', '.join(parts)})"
    shown = ", ".join(
        f"{each.name}: {show(each.type)}{' = ...' if each.has_default else ''}" for each in face.callable_parameters
    )
    about = ("template", face.declaration.path, face.declaration.name)
    detail = f"({shown}) -> {show(face.returns)}"
    return Item(word, "template", detail, text, snippet=True, rank=0 if filled else 1, about=about)


def _fields(project: Project, owner: ClassOf, quote: str) -> Iterator[Item]:
    for field in project.facts.fields_of(owner):
        key = field.name
        if item_type(project.facts, owner, key) is not None or attribute_type(project.facts, owner, key) is not None:
            yield Item(f"{quote}{key}{quote}", "field", show(field.type), rank=0)
