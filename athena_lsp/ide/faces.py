"""A template as Python writes it: its parameters with their types and defaults, and its result."""

from __future__ import annotations

from collections.abc import Sequence

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.ir.model import Signature

LONGEST_LINE = 88
"""Longer ones are written with a line for each parameter."""
LONGEST_DEFAULT = 40


def parameter_texts(facts: Facts, face: Signature) -> tuple[str, ...]:
    """What callers may give, each as `name: type = default`, with the default as its source writes it."""
    defaults = _defaults(facts, face)
    return tuple(
        f"{each.name}: {show(each.type)}{' = ' + defaults.get(each.name, '...') if each.has_default else ''}"
        for each in face.callable_parameters
    )


def with_star(face: Signature, texts: Sequence[str]) -> list[str]:
    """Parameters with the `*` before those that are given by keyword only."""
    found: list[str] = []
    for each, text in zip(face.callable_parameters, texts, strict=True):
        if each.keyword_only and "*" not in found:
            found.append("*")
        found.append(text)
    return found


def signature(facts: Facts, face: Signature) -> str:
    """The decorator and the head of the `def`."""
    texts = with_star(face, parameter_texts(facts, face))
    returns = f" -> {show(face.returns)}" if face.returns_annotated else ""
    definition = facts.definition(face.declaration)
    word = "async def" if definition is not None and definition.is_async else "def"
    line = f"{word} {face.declaration.name}({', '.join(texts)}){returns}"
    if len(line) > LONGEST_LINE:
        inside = "".join(f"    {each},\n" for each in texts)
        line = f"{word} {face.declaration.name}(\n{inside}){returns}"
    return f"@{face.kind.value}\n{line}"


def _defaults(facts: Facts, face: Signature) -> dict[str, str]:
    declaration = face.declaration
    has_some = any(each.has_default for each in face.callable_parameters)
    definition = facts.definition(declaration) if has_some else None
    block = facts.block(declaration.path, declaration.name) if definition is not None else None
    if definition is None or block is None:
        return {}
    given = (each for each in definition.parameters if each.default is not None)
    texts = {each.name: " ".join(each.default.span.of(block).split()) for each in given if each.default is not None}
    return {name: text for name, text in texts.items() if text and len(text) <= LONGEST_DEFAULT}
