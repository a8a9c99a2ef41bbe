"""resource-arguments: a resource call with too few, too many or wrong arguments."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import RESOURCES, Field, TextShape
from athena_lsp.ir.model import ResourceCall, Unit
from athena_lsp.ir.values import Argument, Concatenated, NotStatic, Text
from athena_lsp.rules._nearest import listed, nearest, replacements
from athena_lsp.rules._resources import known_arguments, resource_calls, unpacked
from athena_lsp.rules.base import Finding, rule
from athena_lsp.text import Span


@rule("a resource call with wrong arguments", fixable=True, required=True)
def resource_arguments(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for call in resource_calls(unit):
        yield from _count(call)
        for argument, field in known_arguments(call):
            problem = _problem(argument, field)
            if problem:
                yield Finding(
                    span=argument.value.span,
                    message=f"`{field.name}` of `{call.name}` {problem[0]}",
                    hints=(problem[1],),
                )


def _count(call: ResourceCall) -> Iterator[Finding]:
    fields = RESOURCES.get(call.name, ())
    names = [field.name for field in fields]
    usage = f"write `{call.name}({', '.join(names)})`"
    seen: set[str] = set()
    if any(True for _ in unpacked(call)):
        return
    for argument in call.arguments:
        if not argument.name:
            message = f"`{call.name}` takes {len(names)} argument{'s' if len(names) > 1 else ''}, and this is one more"
            yield Finding(span=argument.span, message=message, hints=(usage,))
        elif argument.name not in names:
            span = _keyword(argument)
            yield Finding(
                span=span,
                message=f"`{call.name}` has no parameter `{argument.name}`",
                hints=(usage,),
                fixes=replacements(span, nearest(argument.name, names)),
            )
        elif argument.name in seen:
            message = f"`{argument.name}` of `{call.name}` is given twice"
            yield Finding(span=argument.span, message=message, hints=("remove one of the two",))
        seen.add(argument.name)
    misspelled = {near for argument in call.arguments for near in nearest(argument.name, names)[:1]}
    missing = [field.name for field in fields if field.required and field.name not in seen | misspelled]
    if missing:
        yield Finding(
            span=call.callee_span, message=f"`{call.name}` is called without {listed(missing, 'and')}", hints=(usage,)
        )


def _problem(argument: Argument, field: Field) -> tuple[str, str] | None:
    """What is wrong with a static argument, and what to do; None where nothing is."""
    value = argument.value
    if not isinstance(field.shape, TextShape) or isinstance(value, NotStatic | Concatenated):
        return None
    if not isinstance(value, Text):
        return "is not a text", "write a text in quotes"
    if not value.value.strip():
        return "is empty", "write the name that the cluster knows it by"
    return None


def _keyword(argument: Argument) -> Span:
    if argument.name_span_start < 0:
        return argument.span
    return Span(argument.name_span_start, argument.name_span_start + len(argument.name))
