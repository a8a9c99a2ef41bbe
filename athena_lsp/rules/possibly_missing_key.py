"""possibly-missing-key: a key of a TypedDict that need not be there, read without asking."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import may_lack, show
from athena_lsp.ir.model import Access, Unit
from athena_lsp.ir.types import Type
from athena_lsp.records import replace
from athena_lsp.rules._paths import bare_class, quoted
from athena_lsp.rules._reads import reads_in_bodies, reads_in_placeholders
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit


@rule("a key of a TypedDict that need not be there", fixable=True)
def possibly_missing_key(unit: Unit, facts: Facts) -> Iterator[Finding]:
    seen: set[Span] = set()
    for owner, access in reads_in_bodies(unit, facts):
        if access.unsure and access.span not in seen:
            seen.add(access.span)
            yield _in_body(facts, owner, access)
    for reads in reads_in_placeholders(unit, facts):
        for read in reads:
            if may_lack(facts, read.owner, read.name):
                hint = f"require `{read.name}`, or pass it as a parameter of its own, with a default"
                yield replace(_finding(facts, read.owner, read.name, read.span), hints=(hint,))


def _in_body(facts: Facts, owner: Type, access: Access) -> Finding:
    key, whole = quoted(access.key), Span(access.span.start - 1, access.span.end + 1)
    return replace(
        _finding(facts, owner, access.key, access.span),
        fixes=(Mend(f"Write `.get({key})`", (TextEdit(whole, f".get({key})"),)),),
        hints=(f"ask first: `if {key} in ...:`, or read it with a default: `.get({key}, ...)`",),
    )


def _finding(facts: Facts, owner: Type, name: str | int, span: Span) -> Finding:
    class_ = bare_class(owner)
    fields = facts.fields_of(class_) if class_ is not None else ()
    declared = next((field.declaration for field in fields if field.name == name), None)
    return Finding(
        span=span,
        message=f"the key `{quoted(name)}` of `{show(owner)}` may be missing",
        related=(Related(f"`{quoted(name)}` is declared here", declared),) if declared is not None else (),
    )
