"""placeholder-not-allowed: a placeholder where Argo fills in nothing."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.placeholders import Placeholder, parse_placeholders
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Text
from athena_lsp.rules._placeholders import placeholders, span_in
from athena_lsp.rules.base import Finding, Related, rule


@rule("a placeholder where none is filled in", required=True)
def placeholder_not_allowed(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for place, text, placeholder in placeholders(definition, allowed=False):
            yield Finding(
                span=span_in(text, placeholder.span),
                message=f"{place.where} is read before any argument is known, so no placeholder is filled in there",
                hints=("write the text out",),
            )
        yield from _filled_in_pods(definition)


def _filled_in_pods(definition: Definition) -> Iterator[Finding]:
    """Parameters that Argo fills in a pod, where the submitted workflow alone is read."""
    filled = {parameter.name for parameter in definition.parameters if parameter.inject is not None}
    for option in definition.options if filled else ():
        if option.name.endswith("_if_root"):
            for text in walk(option.value, Text):
                for part in parse_placeholders(text.value):
                    if isinstance(part, Placeholder) and part.parameter in filled:
                        yield Finding(
                            span=span_in(text, part.span),
                            message=f"`{part.parameter}` is filled by Argo in the pod, and `{option.name}` is read "
                            "before there is one",
                            related=(
                                Related(f"`{part.parameter}` has `Inject`", definition.declaration.of(part.parameter)),
                            ),
                            hints=("use a parameter that the submitter gives",),
                        )
