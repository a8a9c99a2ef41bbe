"""What all nodes of the IR share: a span that is no part of their meaning, and one way to walk them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from athena_lsp.records import dataclass, field, fields
from athena_lsp.text import Span

N = TypeVar("N", bound="Node")

LEAVES = frozenset(
    {"str", "int", "bool", "bytes", "float", "str | int", "int | float", "str | int | float | bool | None",
     "str | None", "int | None", "tuple[str, ...]", "tuple[Type, ...]", "Span", "Span | None", "Type", "Type | None",
     "ClassOf", "ScalarKind", "Kind", "Kind | None", "Operation", "Declaration", "Declaration | None", "Signature",
     "ParameterFace", "tuple[ParameterFace, ...]"}
)  # fmt: skip
"""Annotations of fields that hold no nodes; literals do not either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of a definition. Its span counts from the start of its block."""

    span: Span = field(compare=False, repr=False)


def walk(node: object, kind: type[N]) -> Iterator[N]:
    """Every node of `kind` in the tree, outermost first, in the order of the source."""
    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, kind):
            yield here
        if isinstance(here, tuple):
            pending += here[::-1]
        elif isinstance(here, Node):
            pending += [value for name in _branches(here) if (value := getattr(here, name))]


def _branches(node: Node) -> tuple[str, ...]:
    """The fields of a node that may hold others, the last one first."""
    found = _branches_of.get(node.__class__)
    if found is None:
        written = {part.name: str(part.type) for part in reversed(fields(node))}
        found = tuple(name for name, type_ in written.items() if type_ not in LEAVES and "Literal[" not in type_)
        _branches_of[node.__class__] = found
    return found


_branches_of: dict[type, tuple[str, ...]] = {}
