"""From annotations to types: what an annotation means where it stands, and why it has no JSON form if so."""

from __future__ import annotations

import ast

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.aliases import opened, problems
from athena_lsp.analysis.known_types import bare
from athena_lsp.analysis.reading import NOWHERE, Inside, Objection, Reading
from athena_lsp.analysis.scope import Builtin, resolve
from athena_lsp.analysis.type_expressions import read_expression
from athena_lsp.analysis.view import View
from athena_lsp.ir.types import Type

__all__ = ["Objection", "read_type", "union"]


def read_type(view: View, path: str, node: ast.expr, inside: Inside = NOWHERE) -> tuple[Type, tuple[Objection, ...]]:
    """The type that an annotation in a file means, and all objections to it."""
    if inside is NOWHERE and isinstance(node, ast.Name):  # most are `str` and the like
        entity = resolve(view, path, node.id)
        found = bare(entity.name) if isinstance(entity, Builtin) else None
        if found is not None:
            return found, ()
    reading = Reading(view, path, inside)
    type_ = opened(view, read_expression(reading, node))
    of_aliases = [Objection(at, what, hint) for at, alias in reading.aliases for what, hint in problems(view, alias)]
    return type_, (*reading.objections, *of_aliases)
