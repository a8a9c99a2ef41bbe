"""The known name that a wrong one was most likely meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from athena_lsp.rules.base import Mend
from athena_lsp.text import Span, TextEdit

CUTOFF = 0.6
"""How alike two names must be to be offered for each other, from 0 to 1 (`difflib.SequenceMatcher.ratio`)."""


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Known names close to `name`, best first, three at most; letter case and underscores count little."""
    by_folded: dict[str, str] = {}
    for candidate in known:
        by_folded.setdefault(_folded(candidate), candidate)
    found = get_close_matches(_folded(name), by_folded, n=3, cutoff=CUTOFF)
    return tuple(by_folded[folded] for folded in found)


def replacements(span: Span, names: Iterable[str]) -> tuple[Mend, ...]:
    """A fix for each name that could stand at `span` instead."""
    return tuple(Mend(f"Replace with `{name}`", (TextEdit(span, name),)) for name in names)


def listed(names: Iterable[str], last: str = "or") -> str:
    """Names as a sentence lists them: "`a`, `b` or `c`"."""
    quoted = [f"`{name}`" for name in names]
    return f" {last} ".join((", ".join(quoted[:-1]), quoted[-1])) if len(quoted) > 1 else "".join(quoted)


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower() or name
