"""invalid-placeholder: braces that hold more than a name, or do not match."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.placeholders import Malformed
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.values import Text
from athena_lsp.rules._placeholders import doubled, malformed, span_in
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit

BEGUN = re.compile(r"\{\s*([^\W\d]\w*(?:\.[^\W\d]\w*(?![\w(]))*)")
COMPUTE = "compute the text in an earlier step, and pass it as a parameter"
LITERAL = "write `\\{` and `\\}` for braces as such"
HINTS = (
    ("a call", f"{COMPUTE}; or {LITERAL}"),
    ("an index", f"give the value that is wanted a parameter or a field of its own; or {LITERAL}"),
    ("a conversion", f"{COMPUTE}; or {LITERAL}"),
    ("a format", f"{COMPUTE}; or {LITERAL}"),
    ("an empty", f"write the name of a parameter between the braces; or {LITERAL}"),
    ("something", f"write `{{parameter}}` or `{{parameter.field}}`; or {LITERAL}"),
    ("two", "pass the text as a parameter with a default"),
)


@rule("a placeholder that is not `{parameter}` or `{parameter.field}`", fixable=True, required=True)
def invalid_placeholder(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for place, text, part in malformed(definition):
            hint = next((hint for start, hint in HINTS if part.what.startswith(start)), LITERAL)
            span = span_in(text, part.span)
            mends = (*_meant(definition, text, part), *_mend(unit, text, span))
            yield Finding(span=span, message=f"{place.where} holds {part.what}", hints=(hint,), fixes=mends)
        names = {parameter.name for parameter in definition.parameters}
        for place, text, name, inside in doubled(definition, names):
            span = span_in(text, inside)
            written = f"{{{{{name}}}}}"
            message = f"{place.where} holds `{written}`, which is Argo's own templating, and Argo knows no `{name}`"
            edits = (TextEdit(span, f"{{{name}}}"),) if text.content_start is not None else ()
            mends = (Mend(f"Write `{{{name}}}`", edits),) if edits else ()
            yield Finding(span=span, message=message, hints=(f"write `{{{name}}}` for the parameter",), fixes=mends)


def _mend(unit: Unit, text: Text, span: Span) -> Iterator[Mend]:
    """The braces as such, where the source spells the text letter by letter."""
    if text.content_start is None:
        return
    inside = span.of(unit.text)
    is_raw = unit.text[max(text.span.start, 0)].lower() == "r"
    escape = "\\" if is_raw else "\\\\"
    written = "".join(f"{escape}{letter}" if letter in "{}" else letter for letter in inside)
    if "\\" not in inside:
        yield Mend(f"Write `{written}`", (TextEdit(span, written),))


def _meant(definition: Definition, text: Text, part: Malformed) -> Iterator[Mend]:
    """The placeholder that is meant, where it begins with a parameter; a brace more or fewer."""
    start = text.content_start
    if start is None:
        return
    inside = part.span.of(text.value)
    rest = text.value[part.span.start :]
    names = {parameter.name for parameter in definition.parameters}
    begun = BEGUN.match(rest)
    if begun is None or begun[1].partition(".")[0] not in names:
        return
    elif inside == "{":
        at = start + part.span.start + begun.end(1)
        yield Mend("Close the placeholder", (TextEdit(Span(at, at), "}"),))
    else:
        new = f"{{{begun[1]}}}"
        yield Mend(f"Replace with `{new}`", (TextEdit(part.span.shift(start), new),))
