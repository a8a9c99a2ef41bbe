"""artifact-is-opaque: a workflow looks into an artifact, which is a file in a bucket."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.ir.model import Access, Unit
from athena_lsp.ir.types import ArtifactOf
from athena_lsp.rules._bodies import flows, lost_projections, origin, spelled
from athena_lsp.rules._paths import accesses
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span


@rule("a field or an item of an artifact", required=True)
def artifact_is_opaque(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        seen: set[Span] = set()
        for projection in lost_projections(flow.body):
            for owner, access in accesses(facts, projection):
                if isinstance(owner, ArtifactOf) and access.span not in seen:
                    seen.add(access.span)
                    related = origin(facts, flow, projection.base)
                    yield _finding(spelled(projection.base, flow), owner, access, related)


def _finding(whole: str, artifact: ArtifactOf, access: Access, related: tuple[Related, ...]) -> Finding:
    part = f"`.{access.key}`" if access.attribute else f"item {access.key!r}"
    plain = show(artifact.item)
    return Finding(
        span=access.span,
        message=f"`{whole}` is `{show(artifact)}`, a file, so {part} cannot be read here",
        related=related,
        hints=(f"pass `{whole}` to a container that reads it, or let the step return `{plain}`",),
    )
