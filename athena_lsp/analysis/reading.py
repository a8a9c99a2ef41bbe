"""An annotation on its way to a type: what surrounds it, and what has come up."""

from __future__ import annotations

import ast

from athena_lsp.analysis.known_types import DATA_HINT
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import UNRESOLVED, ClassOf, Type
from athena_lsp.records import dataclass, field

NOT_A_TYPE = "this is not a type"
TYPE_HINT = "write a type, such as `str` or `list[int]`"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a part of an annotation has no JSON form."""

    node: ast.expr
    what: str
    hint: str = DATA_HINT


@dataclass(frozen=True, slots=True)
class Inside:
    """What surrounds an expression: the type variables that it may use, and the class in whose body it stands."""

    variables: frozenset[str] = frozenset()
    every_variable: bool = False
    """Of an alias's value: any type variable may be used."""
    own: ClassOf | None = None
    """What `Self` means."""
    nested: frozenset[str] = frozenset()
    """Classes in the body of the same class."""


NOWHERE = Inside()


@dataclass(slots=True)
class Reading:
    """One expression being read, and what has come up so far."""

    view: View
    path: str
    inside: Inside = NOWHERE
    objections: list[Objection] = field(default_factory=list)
    aliases: list[tuple[ast.expr, Declaration]] = field(default_factory=list)
    """Aliases that are used, each with the place."""
    used: list[str] = field(default_factory=list)
    """Type variables in the order of their use."""
    depth: int = 0
    at: ast.expr | None = None
    """While text is read: the node of the text itself."""

    def object_to(self, node: ast.expr, what: str, hint: str = DATA_HINT) -> Type:
        self.objections.append(Objection(self.at or node, what, hint))
        return UNRESOLVED


def read_text(text: str) -> ast.expr | None:
    """The expression in a forward reference: `"Report"`."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
