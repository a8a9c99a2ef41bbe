"""conflicting-decorators: decorators that cannot stand on one function."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Decorator, Definition, Kind, Unit
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit

BLANK_LINE = re.compile(r"(?:\n|\r)[ \t\f]*(?:\n|\r(?!\n))")


@rule("decorators that cannot stand on one function", required=True, fixable=True)
def conflicting_decorators(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        ours = [decorator for decorator in definition.decorators if decorator.kind is not None]
        for decorator in ours[:-1]:
            yield _another(unit, definition, decorator, ours[-1])
        if definition.kind is Kind.WORKFLOW:
            for decorator in definition.decorators:
                if decorator.kind is None:
                    yield _foreign(unit, definition, decorator)


def _another(unit: Unit, definition: Definition, first: Decorator, last: Decorator) -> Finding:
    if _is_alone(unit, definition, first):
        return _without_function(definition, first)
    one, two = (decorator.kind.value if decorator.kind else "" for decorator in (first, last))
    if one == two:
        message, hint = f"`{definition.name}` is decorated with `@{one}` twice", "remove one of the two"
    elif "fragment" in (one, two):
        message = f"`{definition.name}` is decorated with `@{one}` and `@{two}`"
        hint = "remove `@fragment`: a template's own resource calls need no mark"
    else:
        message = f"`{definition.name}` cannot be both a {one} and a {two}"
        hint = "keep one: a workflow is read and makes no pod, a container runs in one"
    removed = (last, first) if two == "fragment" else (first, last)
    fixes = tuple(_remove(definition, each) for each in removed)
    return Finding(span=first.span, message=message, hints=(hint,), fixes=fixes[: 1 if one == two else 2])


def _foreign(unit: Unit, definition: Definition, decorator: Decorator) -> Finding:
    if _is_alone(unit, definition, decorator):
        return _without_function(definition, decorator)
    what = f"`@{decorator.text}`" if decorator.text else "this decorator"
    return Finding(
        span=decorator.span,
        message=f"{what} does nothing for `{definition.name}`: a workflow's body is read, and never called by Argo",
        hints=("remove it, or put it on the containers, where it runs in the pod",),
        fixes=(_remove(definition, decorator),),
    )


def _without_function(definition: Definition, decorator: Decorator) -> Finding:
    what = f"`@{decorator.text}`" if decorator.text else "this decorator"
    return Finding(
        span=decorator.span,
        message=f"{what} has no function of its own: below the empty line stands `{definition.name}`",
        hints=("write its `def` below it, or remove it",),
        fixes=(_remove(definition, decorator),),
    )


def _is_alone(unit: Unit, definition: Definition, decorator: Decorator) -> bool:
    """Whether an empty line stands below it: somebody is about to write its function."""
    return BLANK_LINE.search(unit.text, decorator.span.end, _below(definition, decorator)) is not None


def _remove(definition: Definition, decorator: Decorator) -> Mend:
    title = f"Remove `@{decorator.text}`" if decorator.text else "Remove the decorator"
    return Mend(title, (TextEdit(Span(decorator.span.start - 1, _below(definition, decorator)), ""),))


def _below(definition: Definition, decorator: Decorator) -> int:
    """Where what follows a decorator begins: the next one, or the `def`."""
    behind = (each.span.start - 1 for each in definition.decorators if each.span.start > decorator.span.start)
    return min(behind, default=definition.signature_span.start)
