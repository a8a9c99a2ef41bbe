"""Values that a workflow's body says to be of a NewType."""

from __future__ import annotations

import ast

from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.lowering import Lowering
from athena_lsp.analysis.types import difference
from athena_lsp.ir.model import Constant, Expr, Hole
from athena_lsp.ir.types import NewTypeOf
from athena_lsp.records import replace


def as_new_type(low: Lowering, function: ast.expr, value: Expr) -> Expr:
    """A value as one of a NewType, where it is of its base; a literal fits as it is."""
    type_, _ = read_type(low.view, low.path, function)
    is_base = isinstance(type_, NewTypeOf) and difference(low.view, value.type, type_.base) is None
    return replace(value, type=type_) if is_base and not isinstance(value, Constant | Hole) else value
