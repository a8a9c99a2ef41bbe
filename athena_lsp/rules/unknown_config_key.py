"""unknown-config-key: a key in athena.toml or pyproject.toml that no setting has."""

from __future__ import annotations

from athena_lsp.diagnostics import Severity
from athena_lsp.rules.base import Rule

unknown_config_key = Rule(
    "unknown-config-key", "a setting that does not exist", Severity.ERROR, "0.1", None, fixable=True
)
