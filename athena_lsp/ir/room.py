"""What a call that lacks an argument could be given, and where; and the text of one that is too many."""

from __future__ import annotations

from athena_lsp.ir.node import Node
from athena_lsp.ir.types import Type
from athena_lsp.records import dataclass
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter of the workflow, or a name that is bound above the call, with its type there."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Room(Node):
    """A place for one more argument, an empty span; what must stand before it; everything at hand."""

    separator: str
    names: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Spare:
    """An argument with the brackets around it, and what to delete so that the others are left in order."""

    whole: Span
    removal: Span
