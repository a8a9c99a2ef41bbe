"""How the template of a region runs the statements inside it."""

from __future__ import annotations

from athena_lsp.argo.manifest import Task, Template
from athena_lsp.ir.model import Expr
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True)
class InnerCall:
    """The call of what stands inside a region, seen from the region's own steps template."""

    task: Task | None
    """None: there is nothing to run, only values."""
    templates: tuple[Template, ...]
    """All local templates that the call needs."""
    gives: tuple[Expr, ...]
    """What leaves it, in order, as the region's template reads it."""
