"""unknown-json-name: a field that is read in a manifest, whose name in the JSON only the running program knows."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.json_names import json_name, json_names
from athena_lsp.analysis.types import show
from athena_lsp.ir.model import Unit
from athena_lsp.ir.types import Type, UnionOf
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._paths import bare_class
from athena_lsp.rules._reads import reads_in_bodies, reads_in_placeholders
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span


@rule("a field whose name in the JSON cannot be known", required=True)
def unknown_json_name(unit: Unit, facts: Facts) -> Iterator[Finding]:
    seen: set[Span] = set()
    for owner, access in reads_in_bodies(unit, facts):
        name = str(access.key)
        if access.attribute and access.span not in seen and json_name(facts, owner, name) is None:
            seen.add(access.span)
            yield _finding(facts, owner, name, access.span)
    for reads in reads_in_placeholders(unit, facts):
        unknown = next((read for read in reads if json_name(facts, read.owner, read.name) is None), None)
        if unknown is not None:
            yield _finding(facts, unknown.owner, unknown.name, unknown.span)


def _finding(facts: Facts, owner: Type, name: str, span: Span) -> Finding:
    class_ = bare_class(owner)
    related = (Related(f"`{class_.name}` is declared here", class_.declaration),) if class_ is not None else ()
    names = json_names(facts, owner, name)
    if isinstance(owner, UnionOf) and None not in names:
        spelled = listed(sorted(key for key in names if key), "and")
        message = f"`{name}` of `{show(owner)}` has several names in the JSON: {spelled}"
        return Finding(span=span, message=message, hints=("give the field one alias, or read it in a container",))
    return Finding(
        span=span,
        message=f"only the running program knows what `{name}` of `{show(owner)}` is called in the JSON",
        related=related,
        hints=("give the field an alias of its own, or read it in a container",),
    )
