"""syntax-error: a block that is not Python."""

from __future__ import annotations

from athena_lsp.diagnostics import Severity
from athena_lsp.rules.base import Rule

syntax_error = Rule("syntax-error", "a block that is not Python", Severity.ERROR, "0.1", None, required=True)
