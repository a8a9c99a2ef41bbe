"""invalid-config: a setting in athena.toml or pyproject.toml whose value does not do."""

from __future__ import annotations

from athena_lsp.diagnostics import Severity
from athena_lsp.rules.base import Rule

invalid_config = Rule("invalid-config", "a setting whose value does not do", Severity.ERROR, "0.1", None, fixable=True)
