"""The names of tasks: from the names of the program, such that Argo takes them and none is there twice."""

from __future__ import annotations

import re
from hashlib import sha256

from athena_lsp.analysis.candidates import kebab
from athena_lsp.analysis.lowering import Lowering

# Words of Argo's expression language: a task with such a name breaks its `depends` and its expressions.
RESERVED = frozenset(
    {"not", "in", "and", "or", "matches", "contains", "startswith", "endswith", "let", "if", "else", "nil", "true",
     "false"}
)  # fmt: skip
OWN = re.compile(r"nothing|part-\d+")
"""Names of tasks and templates that lowering to Argo makes of its own."""
MAX_TASK = 63
"""A longer name of a task is cut, and ends in a digest of the whole."""


def task_name(low: Lowering, name: str) -> str:
    """A task name from a Python name: kebab case, ASCII, no word of the expression language, unique in the body."""
    base = "".join(c for c in kebab(name) if c.isascii() and (c.isalnum() or c == "-")).strip("-") or "step"
    if base in RESERVED or base[0].isdigit() or OWN.fullmatch(base):
        base = f"step-{base}"
    if len(base) > MAX_TASK:
        base = f"{base[: MAX_TASK - 9]}-{sha256(base.encode()).hexdigest()[:8]}"
    candidate, number = base, 2
    while candidate in low.tasks:
        candidate, number = f"{base}-{number}", number + 1
    low.tasks.add(candidate)
    return candidate
