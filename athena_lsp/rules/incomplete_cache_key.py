"""incomplete-cache-key: a remembered result that depends on something the key does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, Kind, Unit
from athena_lsp.ir.types import ArtifactOf
from athena_lsp.ir.values import Null, Value
from athena_lsp.rules.base import Finding, Related, rule


@rule("a remembered result that depends on something the key does not hold", required=True)
def incomplete_cache_key(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        cache = definition.option("cache")
        if definition.kind is Kind.CONTAINER and cache is not None and not isinstance(cache, Null):
            yield from _artifacts(definition, cache)


def _artifacts(definition: Definition, cache: Value) -> Iterator[Finding]:
    """Argo knows an artifact's place, and not what is in it."""
    for parameter in definition.parameters:
        if isinstance(parameter.type, ArtifactOf):
            yield Finding(
                span=parameter.annotation_span or parameter.span,
                message=f"`{parameter.name}` is an artifact, whose content is not in the key of the cache: another "
                "content would get the result of this one",
                related=(Related("the cache", span=cache.span),),
                hints=("take the value as a parameter, or leave `cache` out",),
            )
