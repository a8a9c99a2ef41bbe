"""branch-type-mismatch: a name is an artifact on one path and a plain value on another."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.ir.model import Branch, Expr, Fold, Loop, Unit
from athena_lsp.ir.types import ArtifactOf, Type, UnionOf
from athena_lsp.rules._bodies import flows
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span


@rule("a name that cannot travel in one way from all its paths", required=True)
def branch_type_mismatch(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for region in flow.body.every_statement:
            match region:
                case Branch(outputs=outputs, arms=arms):
                    for number, output in enumerate(outputs):
                        yield from _finding(
                            region.span, output.name, output.type, [arm.body.gives[number] for arm in arms]
                        )
                case Loop(carried=carried, body=body) | Fold(carried=carried, body=body):
                    for number, each in enumerate(carried):
                        values = [each.first, body.gives[1 + number]]
                        yield from _finding(region.span, each.item.name, each.item.type, values)
                case _:
                    pass


def _finding(span: Span, name: str, type_: Type, values: list[Expr]) -> Iterator[Finding]:
    if not isinstance(type_, UnionOf) or not any(isinstance(member, ArtifactOf) for member in type_.members):
        return
    what = "what is returned" if name == "return" else "the value" if name == "value" else f"`{name}`"
    yield Finding(
        span=span,
        message=f"{what} is `{show(type_)}`, depending on the path, and artifacts travel in a way of their own",
        related=tuple(Related(f"this is `{show(value.type)}`", span=value.span) for value in values),
        hints=("make it an artifact of one type on every path, or a plain value on every path",),
    )
