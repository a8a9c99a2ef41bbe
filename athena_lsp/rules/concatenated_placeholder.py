"""concatenated-placeholder: a text with placeholders that is put together by Python, when the arguments are unknown."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.values import Concatenated
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._placeholders import texts
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import TextEdit


@rule("a text put together by Python where a placeholder belongs", fixable=True, required=True)
def concatenated_placeholder(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for place in texts(definition):
            if isinstance(place.value, Concatenated) and place.allowed and _names(definition, place.value):
                yield _finding(definition, place.where, place.value)


def _finding(definition: Definition, where: str, value: Concatenated) -> Finding:
    names = _names(definition, value)
    fixed = value.fixed
    hint = (
        f"write the plain text `{fixed}`"
        if fixed
        else f"write a plain text with {listed('{' + n + '}' for n in names)}"
    )
    return Finding(
        span=value.span,
        message=f"Python puts {where} together when the module is imported, and {listed(names, 'and')} "
        f"{'has' if len(names) == 1 else 'have'} no value then",
        related=tuple(Related(f"`{name}` is declared here", definition.declaration.of(name)) for name in names),
        hints=(hint,),
        fixes=(Mend(f"Write `{fixed}`", (TextEdit(value.span, fixed),)),) if fixed else (),
    )


def _names(definition: Definition, value: Concatenated) -> list[str]:
    """The parameters among the names that the text is made of."""
    return [parameter.name for parameter in definition.parameters if parameter.name in value.names]
