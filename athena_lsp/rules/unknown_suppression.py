"""unknown-suppression: a suppression comment that names no rule."""

from __future__ import annotations

from athena_lsp.diagnostics import Severity
from athena_lsp.rules.base import Rule

unknown_suppression = Rule(
    "unknown-suppression", "a suppression comment that names no rule", Severity.WARNING, "0.1", None, fixable=True
)
