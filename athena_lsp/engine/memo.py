"""Results that templates with `memoize` have given before."""

from __future__ import annotations

import re
from collections.abc import Mapping

from athena_lsp.engine.dates import parse_duration
from athena_lsp.engine.draft import Draft
from athena_lsp.engine.model import Node
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import as_map, as_text
from athena_lsp.engine.substitution import SubstitutionError, Tree

KEY = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")


def key_of(template: Mapping[str, Tree]) -> str:
    """Where a template's result is remembered; empty when it is not. Raises SubstitutionError."""
    fields = as_map(template.get("memoize"))
    if not fields:
        return ""
    key = as_text(fields.get("key"))
    if not KEY.fullmatch(key):
        raise SubstitutionError(f"invalid cache key {key!r}: it must match ^{KEY.pattern}$")
    config_map = as_map(as_map(fields.get("cache")).get("configMap"))
    return f"{as_text(config_map.get('name'))}/{key}"


def lookup(draft: Draft, template: Mapping[str, Tree]) -> Outputs | None:
    """The result that is remembered, and not too old."""
    key = key_of(template)
    if not key or key not in draft.memo:
        return None
    outputs, made = draft.memo[key]
    age = parse_duration(as_text(as_map(template.get("memoize")).get("maxAge")) or "0")
    return outputs if not age or draft.now - made <= age / 1e9 else None


def save(draft: Draft, node: Node, template: Mapping[str, Tree]) -> None:
    """Remembers what a node that succeeded has given."""
    if node.phase == "Succeeded" and not node.from_cache and not node.is_attempt and (key := key_of(template)):
        draft.memo[key] = (node.outputs, draft.now)
