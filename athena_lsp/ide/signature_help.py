"""The arguments of the call around a cursor: of templates, option types, decorators, resource calls."""

from __future__ import annotations

from bisect import bisect_right

from athena_lsp.analysis.types import show
from athena_lsp.ide import describe
from athena_lsp.ide.faces import parameter_texts, with_star
from athena_lsp.ide.runtime_docs import runtime_docs
from athena_lsp.ide.slots import Call, call_at, template_called
from athena_lsp.ir.model import Signature
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.syntax.cursor import LONGEST_BLOCK, Opened, cursor_in
from athena_lsp.text import Span

MOST_SHOWN = 12
"""Of a call that takes more, only some are shown."""


@dataclass(frozen=True, slots=True)
class ParameterHelp:
    """One argument: where it stands in the label, and Markdown about it."""

    span: Span
    about: str


@dataclass(frozen=True, slots=True)
class SignatureHelp:
    """What a call takes. `active` is the number of the argument at the cursor; None when it is none of them."""

    label: str
    about: str
    parameters: tuple[ParameterHelp, ...]
    active: int | None


def signature_help(project: Project, path: str, offset: int) -> SignatureHelp | None:
    """The call around a cursor, the innermost one that athena knows; None when there is none."""
    file = project.files.get(path)
    if file is None or not file.is_program or not file.parsed.blocks:
        return None
    number = max(bisect_right(file.parsed.starts, offset) - 1, 0)
    block = file.parsed.blocks[number]
    if len(block) > LONGEST_BLOCK:
        return None
    cursor = cursor_in(block, offset - file.parsed.starts[number])
    if cursor.where == "comment":
        return None
    opened = next((each for each in reversed(cursor.opened) if each.bracket == "(" and each.callee), None)
    face = template_called(project.facts, path, opened.callee) if opened else None
    if face is not None and opened is not None and not opened.callee.endswith(".options"):
        return _of_template(project, face, opened)
    call = call_at(project.facts, path, cursor)
    return _of_call(call) if call else None


def _of_template(project: Project, face: Signature, opened: Opened) -> SignatureHelp:
    names = [each.name for each in face.callable_parameters]
    texts = with_star(face, parameter_texts(project.facts, face))
    positional = [each.name for each in face.callable_parameters if not each.keyword_only]
    definition = project.facts.definition(face.declaration)
    tail = f" -> {show(face.returns)}" if face.returns_annotated else ""
    about = (definition.doc if definition else "").split("\n\n", 1)[0]
    active = _active(opened, names, positional)
    if active is not None and "*" in texts and active >= texts.index("*"):
        active += 1
    return _help(face.declaration.name, texts, tail, ["" for _ in texts], about, active)


def _of_call(call: Call) -> SignatureHelp | None:
    documented = runtime_docs().get(call.docs)
    if documented is None:
        return None
    names = [field.name for field in call.fields]
    by_place = [] if call.keywords_only else [field.name for field in call.fields if not field.keyword_only]
    active = _active(call.opened, names, by_place)
    shown = names
    if len(names) > MOST_SHOWN:  # of a decorator's: those that are given, and the one at the cursor
        shown = [name for number, name in enumerate(names) if name in call.opened.given or number == active]
        active = shown.index(names[active]) if active is not None else None
    entries = [(name, documented.entry(name)) for name in shown]
    texts = [
        f"{name}: {entry.type}{f' = {entry.default}' if entry.default else ''}"
        if entry and (shown is names or number == active)
        else f"{name}="
        for number, (name, entry) in enumerate(entries)
    ]
    about = [describe.entry(runtime_docs(), call.docs, name) for name in shown]
    if shown is not names:
        texts, about = [*texts, "..."], [*about, ""]
    head = f"@{call.docs}" if call.opened.decorator else call.docs.rpartition(".")[2]
    return _help(head, texts, "", about, documented.doc.split("\n\n", 1)[0], active)


def _help(head: str, texts: list[str], tail: str, abouts: list[str], doc: str, active: int | None) -> SignatureHelp:
    label = f"{head}("
    parameters: list[ParameterHelp] = []
    for number, (text, about) in enumerate(zip(texts, abouts, strict=True)):
        label += ", " if number else ""
        parameters.append(ParameterHelp(Span(len(label), len(label) + len(text)), about))
        label += text
    return SignatureHelp(f"{label}){tail}", doc, tuple(parameters), active)


def _active(opened: Opened, names: list[str], positional: list[str]) -> int | None:
    if opened.keyword:
        return names.index(opened.keyword) if opened.keyword in names else None
    if not opened.given and opened.positional < len(positional):
        return names.index(positional[opened.positional])
    return None
