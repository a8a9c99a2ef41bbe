"""needs-newer-argo: something that the oldest Argo of the project does not have."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Null
from athena_lsp.records import dataclass
from athena_lsp.rules._options import slots
from athena_lsp.rules.base import Finding, rule


@dataclass(frozen=True, slots=True)
class Newer:
    """A slot that needs a later Argo: the first version that has it, its field there, what older ones can do."""

    since: tuple[int, int]
    field: str
    instead: str


NEWER = {
    "pending_timeout": Newer((4, 1), "template.pendingTimeout", "use `timeout`, which counts the waiting too"),
    "Retry.cap": Newer((3, 7), "retryStrategy.backoff.cap", "use a smaller `factor`, or `max_duration`"),
}
"""By slot. Everything else that athena emits is in Argo 3.6."""


@rule("a construct that needs a later Argo than the project's", required=True)
def needs_newer_argo(unit: Unit, facts: Facts) -> Iterator[Finding]:
    oldest = facts.settings.argo_version
    for slot in slots(unit):
        newer = NEWER.get(slot.key)
        if newer is not None and newer.since > oldest and not isinstance(slot.value, Null):
            since = _shown(newer.since)
            yield Finding(
                span=slot.value.span,
                message=f"{slot.title} needs Argo {since}, and the project is for Argo {_shown(oldest)} and later",
                hints=(newer.instead, f'set `argo-version = "{since}"` in the configuration when no cluster is older'),
            )


def _shown(version: tuple[int, int]) -> str:
    return ".".join(str(part) for part in version)
