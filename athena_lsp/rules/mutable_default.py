"""mutable-default: a default that calls in one process share and can change."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.values import value_difference
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Kind, Parameter, Unit
from athena_lsp.ir.types import NONE, AnyType, UnionOf
from athena_lsp.ir.values import Mapping, Sequence
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit


@rule("a default that all local calls share", severity=Severity.WARNING, fixable=True)
def mutable_default(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT:
            for parameter in definition.parameters:
                if (kind := _kind(parameter)) and not _is_mismatch(parameter, facts):
                    yield Finding(
                        span=_default_span(parameter),
                        message=f"the default of `{parameter.name}` is a {kind} that all calls in one process share",
                        hints=(f"write `None`, and make the {kind} in the body",),
                        fixes=(_mend(parameter),),
                    )


def _kind(parameter: Parameter) -> str:
    match parameter.default:
        case Sequence(kind="list" | "set" as kind):
            return kind
        case Mapping():
            return "dict"
        case _:
            return ""


def _is_mismatch(parameter: Parameter, facts: Facts) -> bool:
    """Whether the default is wrong in a worse way, which another rule reports."""
    default = parameter.default
    return default is not None and value_difference(facts, default, parameter.type) is not None


def _default_span(parameter: Parameter) -> Span:
    return parameter.default.span if parameter.default is not None else parameter.span


def _mend(parameter: Parameter) -> Mend:
    edits = [TextEdit(_default_span(parameter), "None")]
    annotation = parameter.annotation_span
    takes_none = isinstance(parameter.type, AnyType) or (
        isinstance(parameter.type, UnionOf) and NONE in parameter.type.members
    )
    if annotation is not None and not takes_none:
        edits.append(TextEdit(Span(annotation.end, annotation.end), " | None"))
    return Mend("Use `None` as the default", tuple(edits))
