"""manifest-limit: more than Argo or Kubernetes takes of one object."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._manifest import finding, refusals_of
from athena_lsp.rules.base import Finding, rule


@rule("more than Argo or Kubernetes takes of one object", required=True, when_right=True)
def manifest_limit(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition, refusal in refusals_of(unit, facts):
        if refusal.is_limit:
            message = f"the manifest is beyond a limit: {refusal.message}"
            yield finding(definition, refusal, message, "make it shorter, or split it in two")
