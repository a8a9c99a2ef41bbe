"""Completion in the body of a workflow: templates as calls, arguments, values that fit, fields of results."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from athena_lsp.analysis.annotating import import_edit
from athena_lsp.analysis.at_hand import AtHand, meaning
from athena_lsp.analysis.scope import Declared, Module, resolve
from athena_lsp.analysis.sources import element_type
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.analysis.templates import definitions_of
from athena_lsp.analysis.types import (
    attribute_type,
    difference,
    fields_of,
    is_injectable,
    is_none,
    item_type,
    show,
    unfolded,
)
from athena_lsp.ide.faces import parameter_texts, with_star
from athena_lsp.ide.finding import NO_MATCH, rank, templates_like
from athena_lsp.ide.items import Item
from athena_lsp.ide.slots import template_called
from athena_lsp.ir.model import Kind, ParameterFace, Signature, Step
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import (
    BOOL,
    INT,
    AnyType,
    ClassKind,
    ClassOf,
    EnumOf,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Opaque,
    Scalar,
    ScalarKind,
    Type,
    UnionOf,
    Unresolved,
)
from athena_lsp.project import Project
from athena_lsp.rules._bindings import best, candidates
from athena_lsp.syntax.cursor import Opened
from athena_lsp.text import TextEdit

MOST_HERE = 30
"""So many templates of the file are offered at most."""
MOST_ELSEWHERE = 12
"""So many templates that a file does not import yet are offered at most; more letters lead to others."""


def calls(project: Project, path: str, hand: AtHand, word: str, wanted: Type | None = None) -> Iterator[Item]:
    """Templates as calls: with the names at hand that fit their parameters, and tab stops for the others. Those that
    the file has a name for; once some letters are there, also those of other files. Of a long file only some, and of
    those that give what is `wanted`; more letters lead to others."""
    seen: set[Declaration] = {hand.definition.declaration}
    found = 0
    for name in project.facts.names(path):
        if rank(word, name) == NO_MATCH or found == MOST_HERE:
            continue
        entity = resolve(project.facts, path, name)
        face = project.facts.signature(entity.declaration) if isinstance(entity, Declared) else None
        if face is None or face.kind is Kind.FRAGMENT or face.declaration in seen:
            continue
        seen.add(face.declaration)
        if wanted is None or word or _fits(project, face.returns, wanted):
            found += 1
            yield _call(project, face, name, hand)
    taken = frozenset(project.facts.names(path))
    known = (face for face in templates_like(project, word) if face is not None) if word else iter(())
    elsewhere = (face for face in known if face.declaration not in seen and face.kind is not Kind.FRAGMENT)
    for face in islice(elsewhere, MOST_ELSEWHERE):
        new = new_import(project, path, face.declaration)
        if new is not None and face.declaration.name not in taken:
            edit = import_edit(project.blocks(path), new)
            item = _call(project, face, face.declaration.name, hand)
            detail = f"{item.detail} (import from {new.module})"
            yield Item(item.label, item.kind, detail, item.new_text, True, item.rank + 2, False, (edit,), item.about)


def new_import(project: Project, path: str, declaration: Declaration) -> NewImport | None:
    """The import that makes a name of another file known in this one; None when there is no such."""
    module = project.layout.module_name(declaration.path)
    is_there = bool(module) and project.layout.module(path, module, 0) == declaration.path
    return NewImport(module, declaration.name) if is_there and declaration.path != path else None


def arguments(
    project: Project, path: str, face: Signature, opened: Opened, behind: Sequence[str], hand: AtHand
) -> Iterator[Item]:
    """What can be given at a cursor in the brackets of a call."""
    parameter = parameter_at(face, opened)
    if parameter is not None:
        yield from fitting(project, parameter.type, hand, parameter.name)
        yield from constants(project, path, parameter.type, quoted=False)
    if opened.keyword:
        return
    positional = [each for each in face.callable_parameters if not each.keyword_only]
    taken = {each.name for each in positional[: opened.positional]} | {*opened.given, *behind}
    named = zip(face.callable_parameters, parameter_texts(project.facts, face), strict=True)
    described = {each.name: text for each, text in named}
    for each in face.callable_parameters:
        if each.name not in taken:
            detail = described[each.name].removeprefix(f"{each.name}: ")
            found = _best(project, each, hand, frozenset())
            text = f"{each.name}={found}" if found else f"{each.name}="
            yield Item(f"{each.name}=", "argument", detail, text, rank=1 if not each.has_default else 2)


def parameter_at(face: Signature, opened: Opened) -> ParameterFace | None:
    """The parameter that the argument at a cursor is given for, by its keyword or by its place."""
    if opened.keyword:
        return face.parameter(opened.keyword)
    positional = [each for each in face.callable_parameters if not each.keyword_only]
    return positional[opened.positional] if opened.positional < len(positional) and not opened.given else None


def fitting(project: Project, wanted: Type, hand: AtHand, name: str = "") -> Iterator[Item]:
    """The names at hand, and the fields of their values, whose types fit what is wanted; those of that name first,
    then the latest."""
    for named in reversed(hand.names):
        if _fits(project, named.type, wanted):
            rank = 0 if named.name == name else 1
            yield Item(named.name, "binding", show(named.type), rank=rank, preselect=rank == 0)
        elif isinstance(named.type, ClassOf):
            for field in fields_of(project.facts, named.type):
                if _fits(project, field.type, wanted) and _is_attribute(project, named.type, field.name):
                    same = field.name == name
                    yield Item(f"{named.name}.{field.name}", "field", show(field.type), rank=1 if same else 2)


def members(project: Project, owner: Type | None) -> Iterator[Item]:
    """The fields of a value of that type."""
    found = _class(project, owner)
    info = project.facts.class_info(found.declaration) if found else None
    if found is not None and info is not None and info.kind is not ClassKind.TYPED_DICT:
        yield from _fields(project, found, "")


def keys(project: Project, owner: Type | None, *, quoted: bool) -> Iterator[Item]:
    """The keys of a TypedDict that is indexed."""
    found = _class(project, owner)
    info = project.facts.class_info(found.declaration) if found else None
    if found is not None and info is not None and info.kind is ClassKind.TYPED_DICT:
        yield from _fields(project, found, "" if quoted else '"')


def templates_of(project: Project, path: str, written: str, hand: AtHand) -> Iterator[Item]:
    """The templates of a module that the file has a name for, as calls."""
    entity = meaning(project.facts, path, written)
    module = entity.path if isinstance(entity, Module) and entity.path in project.files else None
    for face in definitions_of(project.facts, module) if module is not None else ():
        if face.kind is not Kind.FRAGMENT and face.declaration != hand.definition.declaration:
            yield _call(project, face, face.declaration.name, hand)


def lists(project: Project, hand: AtHand) -> Iterator[Item]:
    """What a loop can go through: lists at hand, and fields that are lists."""
    for named in reversed(hand.names):
        if element_type(unfolded(project.facts, named.type)) is not None and not _is_open(named.type):
            yield Item(named.name, "binding", show(named.type), rank=0)
        owner = _class(project, named.type)
        for field in fields_of(project.facts, owner) if owner else ():
            is_list = isinstance(unfolded(project.facts, field.type), ListOf)
            if owner and is_list and _is_attribute(project, owner, field.name):
                yield Item(f"{named.name}.{field.name}", "field", show(field.type), rank=1)


def texts(project: Project, hand: AtHand) -> Iterator[Item]:
    """What the braces of an f-string can hold: names and fields that have a text."""
    for named in reversed(hand.names):
        if is_injectable(project.facts, named.type):
            yield Item(named.name, "binding", show(named.type), rank=0)
        owner = _class(project, named.type)
        for field in fields_of(project.facts, owner) if owner else ():
            if owner and is_injectable(project.facts, field.type) and _is_attribute(project, owner, field.name):
                yield Item(f"{named.name}.{field.name}", "field", show(field.type), rank=1)


def constants(project: Project, path: str, type_: Type, *, quoted: bool) -> Iterator[Item]:
    """The values of a type that has few of them: those of a Literal or an enum, `True` and `False`."""
    found = unfolded(project.facts, type_)
    match found:
        case LiteralOf(values=values):
            for value in values:
                if isinstance(value, str):
                    yield Item(value if quoted else json.dumps(value, ensure_ascii=False), "value", rank=0)
                elif not quoted:
                    yield Item(repr(value), "value", rank=0)
        case EnumOf(declaration=declaration, case="") if not quoted:
            info = project.facts.class_info(declaration)
            word, imports = _word_for(project, path, declaration)
            for name, case in info.cases if info is not None and word else ():
                yield Item(f"{word}.{name}", "value", repr(case), rank=0, imports=imports)
        case Scalar(kind=ScalarKind.BOOL) if not quoted:
            yield Item("True", "value", rank=1)
            yield Item("False", "value", rank=1)
        case UnionOf(members=members):
            for member in members:
                yield from constants(project, path, member, quoted=quoted)
            if not quoted and any(is_none(member) for member in members):
                yield Item("None", "value", rank=2)
        case _:
            return


def _word_for(project: Project, path: str, declaration: Declaration) -> tuple[str, tuple[TextEdit, ...]]:
    """How a file writes a class of the project, and what it must import for that; empty when it cannot."""
    facts = project.facts
    for bound in facts.names(path):
        entity = resolve(facts, path, bound)
        if isinstance(entity, Declared) and entity.declaration == declaration:
            return bound, ()
    wanted = new_import(project, path, declaration)
    if wanted is None or declaration.name in facts.names(path):
        return "", ()
    return declaration.name, (import_edit(project.blocks(path), wanted),)


def _class(project: Project, owner: Type | None) -> ClassOf | None:
    found = unfolded(project.facts, owner) if owner is not None else None
    while isinstance(found, NewTypeOf):
        found = found.base
    return found if isinstance(found, ClassOf) else None


def _is_open(type_: Type) -> bool:
    return isinstance(type_, AnyType | Unresolved | Opaque)


def results(hand: AtHand, given: Collection[str]) -> Iterator[Item]:
    """The names of steps: what `after=` waits for. The latest comes first."""
    named = {each.name: each.type for each in hand.names if each.name not in given}
    steps = [each.name for each in walk(hand.definition.body, Step) if each.name]
    for name in reversed(tuple(dict.fromkeys(steps))):
        if name in named:
            yield Item(name, "binding", show(named[name]), rank=0)


def call_in_body(project: Project, path: str, opened: Opened) -> Signature | None:
    """The template whose brackets are open at the cursor, when a workflow may call it."""
    face = template_called(project.facts, path, opened.callee) if opened.bracket == "(" else None
    return face if face is not None and face.kind is not Kind.FRAGMENT else None


def _is_attribute(project: Project, owner: ClassOf, name: str) -> bool:
    return attribute_type(project.facts, owner, name) is not None


def _fits(project: Project, given: Type, wanted: Type) -> bool:
    """Whether somebody may want to give one for the other; nobody means a bool by a number."""
    unknown = isinstance(given, Unresolved) or isinstance(wanted, Unresolved) or (given == BOOL and wanted == INT)
    return not unknown and difference(project.facts, given, wanted) is None


def _best(project: Project, parameter: ParameterFace, hand: AtHand, used: frozenset[str]) -> str:
    """What at hand a parameter most probably is to be given: what has its name, the only one that fits, the only result
    of a step that nobody has taken yet. Empty where that is not clear."""
    names = hand.names
    found = best(candidates(project.facts, names, parameter, used))
    if found is not None and (found.is_named_so or not parameter.has_default):
        return found.text
    fitting = [each.name for each in names if _fits(project, each.type, parameter.type) and each.name not in used]
    if parameter.name in fitting:
        return parameter.name
    if len(fitting) > 1:
        unread = {each.name for each in walk(hand.definition.body, Step) if each.name and not each.result_used}
        fitting = [each for each in fitting if each in unread]
    return fitting[0] if found is None and len(fitting) == 1 and not parameter.has_default else ""


def _call(project: Project, face: Signature, word: str, hand: AtHand) -> Item:
    """A call of a template. One whose arguments are all at hand comes first."""
    parts: list[str] = []
    used: frozenset[str] = frozenset()
    filled, number = True, 0
    for parameter in face.callable_parameters:
        found = _best(project, parameter, hand, used)
        if parameter.has_default and found.rpartition(".")[2] != parameter.name:
            continue
        by_keyword = parameter.keyword_only or parameter.has_default
        prefix = f"{parameter.name}=" if by_keyword else ""
        used |= {found}
        if not found:
            filled, number = False, number + 1
            found = f"${{{number}:{parameter.name}}}"
        parts.append(prefix + found)
    text = f"{word}({', '.join(parts)})"
    shown = ", ".join(with_star(face, parameter_texts(project.facts, face)))
    about = ("template", face.declaration.path, face.declaration.name)
    detail = f"({shown}) -> {show(face.returns)}"
    return Item(word, "template", detail, text, snippet=True, rank=0 if filled else 1, about=about)


def _fields(project: Project, owner: ClassOf, quote: str) -> Iterator[Item]:
    for field in project.facts.fields_of(owner):
        key = field.name
        if item_type(project.facts, owner, key) is not None or attribute_type(project.facts, owner, key) is not None:
            yield Item(f"{quote}{key}{quote}", "field", show(field.type), rank=0)
