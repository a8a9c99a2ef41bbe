"""invalid-inject: a parameter that Argo cannot fill as its `Inject` says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, InjectMark, Kind, Parameter, Unit
from athena_lsp.ir.types import BOOL, FLOAT, INT, STR, ArtifactOf, Type, UnionOf
from athena_lsp.rules._nearest import listed, nearest
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

DEFAULTS: Mapping[Type, str] = {INT: "0", FLOAT: "0.0", STR: '""', BOOL: "False"}
EXAMPLE = '`Annotated[int, Inject("{{retries}}")] = 0`'
TAG = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
TEXTS = frozenset(
    {
        "lastRetry.message",
        "lastRetry.status",
        "node.name",
        "pod.name",
        "steps.name",
        "tasks.name",
        "workflow.creationTimestamp",
        "workflow.mainEntrypoint",
        "workflow.name",
        "workflow.namespace",
        "workflow.scheduledTime",
        "workflow.serviceAccountName",
        "workflow.status",
        "workflow.uid",
    }
)
"""Variables whose value is a bare text."""
NUMBERS = frozenset({"lastRetry.duration", "lastRetry.exitCode", "retries", "workflow.duration", "workflow.priority"})
FAMILIES = ("inputs.", "outputs.", "workflow.")
"""What stands behind these is checked in the manifest."""


@rule("an `Inject` that Argo cannot fill", fixable=True, required=True)
def invalid_inject(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        first: Parameter | None = None
        for parameter in definition.parameters:
            if parameter.inject is not None:
                first = first or parameter
                yield from _marked(unit, definition, parameter, parameter.inject)
            elif first is not None:
                yield _after(parameter, first)


def _marked(unit: Unit, definition: Definition, parameter: Parameter, mark: InjectMark) -> Iterator[Finding]:
    name = parameter.name
    if definition.kind is not Kind.CONTAINER:
        yield Finding(
            span=mark.span,
            message=f"`{definition.name}` is a {definition.kind.value} and has no pod whose values could fill `{name}`",
            hints=("move the parameter to the container that needs it",),
        )
        return
    members = parameter.type.members if isinstance(parameter.type, UnionOf) else (parameter.type,)
    if mark.expression is None or not mark.expression.strip():
        yield Finding(
            span=mark.span,
            message="`Inject` takes one text, an expression of Argo",
            hints=(f"write it as in {EXAMPLE}",),
        )
    elif not any(isinstance(member, ArtifactOf) for member in members):
        yield from _variables(unit, mark, mark.expression)
    if any(isinstance(member, ArtifactOf) for member in members):
        yield Finding(
            span=mark.span,
            message=f"`{name}` is an artifact: it comes from an earlier step, and Argo has no text to fill it with",
            hints=("remove `Inject`, or take a text or number in place of the artifact",),
        )
    if parameter.default is None:
        yield Finding(
            span=parameter.span,
            message=f"`{name}` is filled by Argo and has no default, so a local call has no value for it",
            hints=(f"give it a default, as in {EXAMPLE}",),
            fixes=_defaults(parameter),
        )


def _variables(unit: Unit, mark: InjectMark, expression: str) -> Iterator[Finding]:
    """Argo leaves a variable that it does not know as it stands; one of text is no JSON without quotes around it."""
    for name in TAG.findall(expression):
        if name not in TEXTS | NUMBERS and not name.startswith(FAMILIES):
            near = nearest(name, sorted(TEXTS | NUMBERS))
            yield Finding(
                span=mark.span,
                message=f"Argo has no variable `{name}` in a container",
                hints=(f"use {listed(near)}" if near else "use `retries`, `pod.name` or `workflow.name`, for example",),
                fixes=tuple(
                    Mend(f"Replace with `{each}`", (TextEdit(Span(at, at + len(name)), each),))
                    for each in near
                    if (at := unit.text.find(name, mark.span.start, mark.span.end)) >= 0
                ),
            )
    whole = TAG.fullmatch(expression.strip())
    if whole is not None and whole[1] in TEXTS:
        yield Finding(
            span=mark.span,
            message=f"`{whole[1]}` is a bare text, and what the pod gets must be JSON",
            hints=(f"put it in quotes of its own: `Inject('\"{{{{{whole[1]}}}}}\"')`",),
            fixes=_quoted(unit, mark, whole[0]),
        )


def _quoted(unit: Unit, mark: InjectMark, tag: str) -> tuple[Mend, ...]:
    """The same tag as a text in JSON."""
    for literal in (f'"{tag}"', f"'{tag}'"):
        at = unit.text.find(literal, mark.span.start, mark.span.end)
        if at >= 0:
            return (Mend("Put it in quotes of its own", (TextEdit(Span(at, at + len(literal)), f"'\"{tag}\"'"),)),)
    return ()


def _defaults(parameter: Parameter) -> tuple[Mend, ...]:
    """A default of the parameter's type."""
    text = DEFAULTS.get(parameter.type)
    if text is None or parameter.annotation_span is None:
        return ()
    at = parameter.annotation_span.end
    return (Mend(f"Give it the default `{text}`", (TextEdit(Span(at, at), f" = {text}"),)),)


def _after(parameter: Parameter, first: Parameter) -> Finding:
    return Finding(
        span=parameter.span,
        message=f"`{parameter.name}` stands after `{first.name}`, which is filled by Argo",
        related=(Related(f"`{first.name}` has `Inject`", span=first.span),),
        hints=(f"move `{parameter.name}` before `{first.name}`: parameters that Argo fills come last",),
    )
