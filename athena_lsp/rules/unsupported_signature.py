"""unsupported-signature: a function whose parameters, or whose place, no template can have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, Kind, Parameter, Unit
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit

SLASH = re.compile(r"(\s*,\s*/)\s*[,)]")


@rule("a function that no template can be made of", fixable=True, required=True)
def unsupported_signature(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.nested_in:
            yield _nested(definition)
        if definition.kind is not Kind.FRAGMENT:
            if definition.type_parameters_span is not None:
                yield Finding(
                    span=definition.type_parameters_span,
                    message=f"`{definition.name}` has type parameters, and a template has one list of inputs",
                    hints=("write concrete types, or one function for each",),
                )
            for parameter in definition.parameters:
                yield from _parameter(unit, parameter)


def _nested(definition: Definition) -> Finding:
    hint = "move it to the module's top level"
    if definition.nested_in == "a class":
        hint = "make it a function at the module's top level, and what it needs of the class parameters"
    elif definition.nested_in == "a function":
        hint = "move it to the module's top level, and make what it uses of the function around it parameters"
    return Finding(
        span=definition.name_span,
        message=f"`{definition.name}` is defined in {definition.nested_in}, and a {definition.kind.value} stands at "
        "the module's top level",
        hints=(hint,),
    )


def _parameter(unit: Unit, parameter: Parameter) -> Iterator[Finding]:
    name = parameter.name
    match parameter.form:
        case "star":
            yield Finding(
                span=parameter.span,
                message=f"`*{name}` is any number of inputs, and a template has a fixed list of them",
                hints=(f"declare one parameter, such as `{name}: list[str]`",),
                fixes=_collected(unit, parameter, "*", "list[{}]"),
            )
        case "double-star":
            yield Finding(
                span=parameter.span,
                message=f"`**{name}` is any number of inputs, and a template has a fixed list of them",
                hints=(f"declare each parameter, or one such as `{name}: dict[str, str]`",),
                fixes=_collected(unit, parameter, "**", "dict[str, {}]"),
            )
        case "positional-only":
            yield Finding(
                span=parameter.span,
                message=f"`{name}` is positional-only, and Argo hands inputs on by name",
                hints=("remove the `/` from the signature",),
                fixes=_without_slash(unit, parameter),
            )
        case "normal" | "keyword-only":
            return


def _collected(unit: Unit, parameter: Parameter, stars: str, type_: str) -> tuple[Mend, ...]:
    """The same values as one list, or as one dict."""
    start, annotation = parameter.span.start - len(stars), parameter.annotation_span
    if annotation is None or unit.text[start : parameter.span.start] != stars:
        return ()
    text = f"{parameter.name}: {type_.format(annotation.of(unit.text))}"
    return (Mend(f"Write `{text}`", (TextEdit(Span(start, annotation.end), text),)),)


def _without_slash(unit: Unit, parameter: Parameter) -> tuple[Mend, ...]:
    slash = SLASH.search(unit.text, parameter.span.end)
    return (Mend("Remove the `/`", (TextEdit(Span(*slash.span(1)), ""),)),) if slash else ()
