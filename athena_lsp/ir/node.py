"""What all nodes of the IR share: a span that is no part of their meaning, and one way to walk them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TypeVar

from athena_lsp.text import Span

N = TypeVar("N", bound="Node")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of a definition. Its span counts from the start of its block."""

    span: Span = field(compare=False, repr=False)


def walk(node: object, kind: type[N]) -> Iterator[N]:
    """Every node of `kind` in the tree, outermost first, in the order of the source."""
    if isinstance(node, kind):
        yield node
    if isinstance(node, tuple):
        for child in node:
            yield from walk(child, kind)
    elif isinstance(node, Node):
        for part in fields(node):
            yield from walk(getattr(node, part.name), kind)
