"""What a loop hands to its own body: the element, the counter, a name that it carries from turn to turn."""

from __future__ import annotations

from athena_lsp.ir.node import Node
from athena_lsp.ir.types import Type
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRef(Node):
    """A value that a loop gives its body: `row` in `[clean(row) for row in rows]`, `i` in `for i in bounded(9)`."""

    name: str
    type: Type
    loop: str
    """Which loop of the workflow; no two have one name."""
