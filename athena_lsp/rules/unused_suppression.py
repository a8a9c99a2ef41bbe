"""unused-suppression: a suppression comment that suppresses nothing."""

from __future__ import annotations

from athena_lsp.diagnostics import Severity
from athena_lsp.rules.base import Rule

unused_suppression = Rule(
    "unused-suppression", "a suppression comment that suppresses nothing", Severity.WARNING, "0.1", None, fixable=True
)
