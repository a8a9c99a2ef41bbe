"""secret-leak: a secret that gets to where others can read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from athena_lsp.analysis.algebra import show
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import inner_types
from athena_lsp.ir.model import Definition, Kind, PodBody, SecretUse, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import Scalar, SecretType, Type
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span

Form = Literal["", "secret", "plain"]
"""What a fragment gives: no secret, a `Secret`, or its plain text."""

WHERE_USED = 'call `secret("name", "key")` in the step that needs it'


@rule("a secret that gets to where others can read it")
def secret_leak(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT:
            yield from _edges(facts, definition)
        if isinstance(definition.body, PodBody):
            for use in definition.body.secrets:
                if (form := _form(facts, use)) and (use.sink != "return" or definition.kind is Kind.CONTAINER):
                    yield _finding(definition, use, form)


def _edges(facts: Facts, definition: Definition) -> Iterator[Finding]:
    """What goes in and out of a template is a text in the workflow's object, or a file in object storage."""
    places: list[tuple[str, Type, Span | None]] = [
        (f"`{parameter.name}` of `{definition.name}`", parameter.type, parameter.annotation_span)
        for parameter in definition.parameters
    ]
    places.append((f"what `{definition.name}` returns", definition.returns, definition.returns_span))
    for what, type_, span in places:
        if span is not None and not isinstance(type_, Scalar) and _holds_secret(facts, type_):
            form = "is a `Secret`" if isinstance(type_, SecretType) else f"is `{show(type_)}`, which holds a `Secret`"
            yield Finding(
                span=span,
                message=f"{what} {form}, and a value that goes between steps is plain text for whoever sees the run",
                hints=(WHERE_USED,),
            )


def _holds_secret(facts: Facts, type_: Type) -> bool:
    return any(isinstance(each, SecretType) for each in inner_types(facts, type_))


def _form(facts: Facts, use: SecretUse) -> Form:
    given: Form = "secret" if use.fragment is None else _given_by(facts, use.fragment)
    return "plain" if given and use.plain else given


def _given_by(facts: Facts, fragment: Declaration) -> Form:
    """What a fragment returns, as far as that is certain."""

    def compute() -> Form:
        found = facts.definition(fragment)
        if found is None or found.kind is not Kind.FRAGMENT or not isinstance(found.body, PodBody):
            return ""
        forms = {_form(facts, use) for use in found.body.secrets if use.sink == "return"}
        return "plain" if "plain" in forms else "secret" if "secret" in forms else ""

    nothing: Form = ""
    return facts.ask(("secret-given-by", fragment), compute, nothing)


def _finding(definition: Definition, use: SecretUse, form: Form) -> Finding:
    name = f"`{use.name}`" if use.name else "this"
    what = f"`{use.what}`"
    match use.sink, form:
        case "return", _:
            message = f"{name} is a secret, and what `{definition.name}` returns is plain text for whoever sees the run"
            hint = f"return nothing of it, and {WHERE_USED}"
        case "store", _:
            message = f"{name} is a secret, and {what} puts it into object storage in plain text"
            hint = "leave it out of the object"
        case "raise", "plain":
            message = f"{name} is a secret in plain text, and an error's message stands in the log"
            hint = "leave it out of the message"
        case "raise", _:
            message = f"{name} is a secret, and the error's message shows `***` in its place"
            hint = "leave it out of the message"
        case "log", "plain":
            message = f"{name} is a secret in plain text, and {what} writes it to the log"
            hint = "leave it out of the text"
        case _:
            message = f"{name} is a secret, and {what} writes `***` in its place"
            hint = "leave it out of the text"
    related = (Related(f"`{use.fragment.name}` gives it", use.fragment),) if use.fragment is not None else ()
    return Finding(span=use.span, message=message, related=related, hints=(hint,))
