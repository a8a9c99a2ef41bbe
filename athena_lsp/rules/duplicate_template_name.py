"""duplicate-template-name: two workflows or containers whose templates have one name."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.summary import Function
from athena_lsp.ir.model import Definition, Kind, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import Text
from athena_lsp.rules._edits import removed
from athena_lsp.rules.base import Finding, Related, rule


@rule("two templates of one name", fixable=True, required=True)
def duplicate_template_name(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT and not definition.nested_in:
            others = _others(definition, facts)
            if others:
                yield _finding(unit, definition, others)


def _others(definition: Definition, facts: Facts) -> list[Declaration]:
    """Who else has the name. A function that is defined twice is a second one of its own name."""
    own = definition.declaration
    others = [*facts.templates_named(definition.template, own)]
    bound = [binding for binding in facts.bindings(own.path, own.name) if isinstance(binding, Function)]
    return [own, *others] if len([binding for binding in bound if binding.decorated]) > 1 else others


def _finding(unit: Unit, definition: Definition, others: list[Declaration]) -> Finding:
    given = definition.option("name")
    other = others[0]
    message = f"`{definition.name}` and `{other.name}` both become the template `{definition.template}`"
    if other.path != definition.declaration.path:
        message = (
            f"`{definition.name}` and `{other.name}` of `{other.path}` both become the template `{definition.template}`"
        )
    if other == definition.declaration:
        message = f"`{definition.name}` is defined twice, and both become the template `{definition.template}`"
    return Finding(
        span=given.span if isinstance(given, Text) else definition.name_span,
        message=message,
        related=tuple(
            Related(f"`{each.name}` is the template `{definition.template}` too", each)
            for each in others
            if each != definition.declaration
        ),
        hints=("rename one of the functions, or give one decorator `name=`",),
        fixes=tuple(
            mend
            for option in definition.options
            if option.name == "name"
            for mend in removed(unit, definition.options, option)
        ),
    )
