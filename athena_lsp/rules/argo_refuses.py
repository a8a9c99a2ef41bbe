"""argo-refuses: something in the manifest that Argo or Kubernetes would refuse."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._manifest import finding, refusals_of
from athena_lsp.rules.base import Finding, rule


@rule("something in the manifest that Argo or Kubernetes would refuse", required=True, when_right=True)
def argo_refuses(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition, refusal in refusals_of(unit, facts):
        if refusal.level in ("refused", "trap"):
            hint = f"look at `{refusal.place}` in the manifest"
            what = "Argo would refuse this" if refusal.level == "refused" else "a run would fail on this"
            yield finding(definition, refusal, f"{what}: {refusal.message}", hint)
