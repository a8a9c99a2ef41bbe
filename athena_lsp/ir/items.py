"""The loop variable of a fan-out."""

from __future__ import annotations

from athena_lsp.ir.node import Node
from athena_lsp.ir.types import Type
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRef(Node):
    """The element that a step of a fan-out is called with: `row` in `[clean(row) for row in rows]`."""

    name: str
    type: Type
