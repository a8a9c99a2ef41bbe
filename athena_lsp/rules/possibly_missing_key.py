"""possibly-missing-key: a key of a TypedDict that need not be there, read without asking."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.ir.model import Access, Projection, Unit
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import Type
from athena_lsp.rules._bodies import flows, values_read
from athena_lsp.rules._paths import accesses, bare_class, quoted
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit


@rule("a key of a TypedDict that need not be there", fixable=True)
def possibly_missing_key(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        seen: set[Span] = set()
        for projection in (found for value in values_read(flow.body) for found in walk(value, Projection)):
            for owner, access in accesses(facts, projection):
                if access.unsure and access.span not in seen:
                    seen.add(access.span)
                    yield _finding(facts, owner, access)


def _finding(facts: Facts, owner: Type, access: Access) -> Finding:
    key, class_ = quoted(access.key), bare_class(owner)
    fields = facts.fields_of(class_) if class_ is not None else ()
    declared = next((field.declaration for field in fields if field.name == access.key), None)
    whole = Span(access.span.start - 1, access.span.end + 1)
    return Finding(
        span=access.span,
        message=f"the key `{key}` of `{show(owner)}` may be missing",
        related=(Related(f"`{key}` is declared here", declared),) if declared is not None else (),
        fixes=(Mend(f"Write `.get({key})`", (TextEdit(whole, f".get({key})"),)),),
        hints=(f"ask first: `if {key} in ...:`, or read it with a default: `.get({key}, ...)`",),
    )
