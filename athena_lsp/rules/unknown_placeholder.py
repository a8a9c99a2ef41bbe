"""unknown-placeholder: a placeholder that names no parameter, or a field that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.placeholders import Placeholder
from athena_lsp.analysis.types import fields_of, show
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.types import Type
from athena_lsp.ir.values import Text
from athena_lsp.rules._nearest import listed, nearest, replacements
from athena_lsp.rules._paths import bare_class
from athena_lsp.rules._placeholders import Lost, meaning, placeholders, span_in
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import TextEdit


@rule("a placeholder that names no parameter or field", fixable=True, required=True)
def unknown_placeholder(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for _, text, placeholder in placeholders(definition, allowed=True):
            lost = meaning(facts, definition, placeholder)
            if not isinstance(lost, Lost):
                continue
            if lost.owner is None:
                yield _unknown_parameter(definition, text, placeholder)
            else:
                yield _unknown_field(facts, definition, text, placeholder, lost.index, lost.owner)


def _unknown_parameter(definition: Definition, text: Text, placeholder: Placeholder) -> Finding:
    names = [parameter.name for parameter in definition.parameters]
    if text.value[: placeholder.span.start].endswith("$") and not placeholder.fields:
        return _variable(definition, text, placeholder)
    near = nearest(placeholder.parameter, names)
    hint = f"use {listed(near or names)}" if names else f"add a parameter `{placeholder.parameter}`"
    return Finding(
        span=span_in(text, placeholder.spans[0]),
        message=f"`{placeholder.parameter}` is not a parameter of `{definition.name}`",
        hints=(hint,),
        fixes=replacements(span_in(text, placeholder.spans[0]), near) if text.content_start is not None else (),
    )


def _variable(definition: Definition, text: Text, placeholder: Placeholder) -> Finding:
    """`${HOME}`, as a shell has it."""
    name, span = placeholder.parameter, placeholder.span
    hint = f"write `${name}` for a shell in the pod; `$({name})` is what Kubernetes fills in, of the pod's own `env`"
    edit = TextEdit(span_in(text, span), name)
    return Finding(
        span=span_in(text, span),
        message=f"`{{{name}}}` is a placeholder here, and `{name}` is not a parameter of `{definition.name}`",
        hints=(hint,),
        fixes=(Mend(f"Write `${name}`", (edit,)),) if text.content_start is not None else (),
    )


def _unknown_field(
    facts: Facts, definition: Definition, text: Text, placeholder: Placeholder, index: int, owner: Type
) -> Finding:
    name = placeholder.fields[index - 1]
    span = span_in(text, placeholder.spans[index])
    class_ = bare_class(owner)
    if class_ is None:
        return Finding(
            span=span,
            message=f"`{show(owner)}` has no named fields, so there is no `{name}`",
            related=(
                Related(
                    f"`{placeholder.parameter}` is declared here", definition.declaration.of(placeholder.parameter)
                ),
            ),
            hints=(f"add a parameter for the text that `{name}` stands for",),
        )
    names = [field.name for field in fields_of(facts, class_)]
    near = nearest(name, names)
    return Finding(
        span=span,
        message=f"`{show(class_)}` has no field `{name}`",
        related=(Related(f"`{class_.name}` is declared here", class_.declaration),),
        hints=(f"use {listed(near or names)}" if names else f"declare the field in `{class_.name}`",),
        fixes=replacements(span, near) if text.content_start is not None else (),
    )
