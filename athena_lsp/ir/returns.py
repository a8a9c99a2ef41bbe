"""What a container can be seen to return."""

from __future__ import annotations

from athena_lsp.ir.node import Node
from athena_lsp.ir.types import Type
from athena_lsp.ir.values import Value
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleReturn(Node):
    """A `return` whose value's type can be read off: a literal, a display, a call of a known constructor, ..."""

    type: Type
    value: Value | None = None
    """The value, as far as it is written out: a display may have parts that are not static."""
