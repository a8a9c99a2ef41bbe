"""invalid-placeholder: braces that hold more than a name, or do not match."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._placeholders import malformed, span_in
from athena_lsp.rules.base import Finding, rule

COMPUTE = "compute the text in an earlier step, and pass it as a parameter"
LITERAL = "pass the text as a parameter with a default, since braces in it always begin a placeholder"
HINTS = (
    ("a call", COMPUTE),
    ("an index", "give the value that is wanted a parameter or a field of its own"),
    ("a conversion", COMPUTE),
    ("a format", COMPUTE),
    ("an empty", "write the name of a parameter between the braces"),
    ("something", f"write `{{parameter}}` or `{{parameter.field}}`; or, for braces as such, {LITERAL}"),
)


@rule("a placeholder that is not `{parameter}` or `{parameter.field}`", required=True)
def invalid_placeholder(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for place, text, part in malformed(definition):
            hint = next((hint for start, hint in HINTS if part.what.startswith(start)), LITERAL)
            yield Finding(span=span_in(text, part.span), message=f"{place.where} holds {part.what}", hints=(hint,))
