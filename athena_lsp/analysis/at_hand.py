"""What a half-written statement of a workflow can use: everything that has a value at its line."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from athena_lsp.analysis.body import lower_body
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.fanout import lower_comprehension
from athena_lsp.analysis.lower import unit
from athena_lsp.analysis.lowering import Lowering
from athena_lsp.analysis.scope import Entity, resolve_node
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Definition, Expr, Kind, Step
from athena_lsp.ir.node import walk
from athena_lsp.ir.room import Named
from athena_lsp.ir.types import Type
from athena_lsp.records import dataclass
from athena_lsp.syntax.statement import clauses_at, without_statement
from athena_lsp.syntax.tree import parse

T = TypeVar("T")
MARK = "athena_cursor"
PROBE = f"[{MARK} for {MARK} in ()]"
"""Stands where the cursor's statement stood; lowering asks `_probe` about it, as about any comprehension."""
MOST_BROKEN = 4
"""Statements beside the cursor's that may be half written, too."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """The definition around a cursor, as its other lines say, and the names that have a value at the cursor."""

    definition: Definition
    names: tuple[Named, ...]


def at_hand(view: View, path: str, block: str, offset: int) -> AtHand | None:
    """What can be used at an offset of a block; None outside of the bodies of workflows."""
    found = _probed(view, path, block, offset, lambda low: low.at_hand)
    if found is None:
        return None
    definition, names = found
    return AtHand(definition, names if names is not None else tuple(_before(definition, offset)))


def _before(definition: Definition, offset: int) -> Iterator[Named]:
    """What surely has a value at an offset, inside of statements that lowering does not look into."""
    yield from (Named(each.name, each.type) for each in definition.parameters)
    for step in walk(definition.body, Step):
        if step.name and step.item is None and not step.attempted and step.span.end <= offset:
            yield Named(step.name, step.callee.returns)


def types_of(view: View, path: str, block: str, offset: int, written: Sequence[str]) -> tuple[Type, ...] | None:
    """The types that expressions would have in a statement at an offset of a block; None outside of workflows."""

    def read(low: Lowering) -> tuple[Type, ...]:
        nodes = (ast.parse(each, mode="eval").body for each in written)
        return tuple(lower_expression(low, node).type for node in nodes)

    found = _probed(view, path, block, offset, read)
    return found[1] if found else None


def type_of(view: View, path: str, block: str, offset: int, written: str) -> Type | None:
    """The type of what somebody has written at an offset of a block; None outside of workflows, and for no value."""
    try:
        ast.parse(written, mode="eval")
    except (SyntaxError, ValueError):
        return None
    found = types_of(view, path, block, offset, [written])
    return found[0] if found else None


def _probed(
    view: View, path: str, block: str, offset: int, ask: Callable[[Lowering], T]
) -> tuple[Definition, T | None] | None:
    """The workflow around an offset, and what is asked of its lowering at that statement."""
    whole = _with_probe(block, offset)
    tree = parse(whole)
    definitions = [each for each in unit(view, path, whole).definitions if each.kind is Kind.WORKFLOW]
    mark = whole.find(PROBE)
    around = next((each for each in definitions if mark in each.span and mark > each.name_span.end), None)
    if around is None or tree.module is None:
        return None
    found: list[T] = []

    def probe(low: Lowering, comprehension: ast.ListComp, name: str, target: ast.expr | None) -> Expr:
        if isinstance(comprehension.elt, ast.Name) and comprehension.elt.id == MARK:
            found.append(ask(low))
        return lower_comprehension(low, comprehension, name, target)

    for node in ast.walk(tree.module):
        if isinstance(node, FunctionNode) and node.name == around.name and mark in tree.span(node):
            lower_body(view, path, tree, node, around.parameters, probe)
            return around, found[0] if found else None
    return None


def _with_probe(block: str, offset: int) -> str:
    """The block with the probe for the cursor's statement, in the comprehensions that the cursor stands in; without
    other statements that do not parse."""
    probe = PROBE
    for clause in reversed(clauses_at(block, offset)):
        probe = f"[{probe} {clause}]"
    whole = _healed(without_statement(block, offset, probe))
    if probe != PROBE and parse(whole).problem is not None:
        return _healed(without_statement(block, offset, PROBE))
    return whole


def _healed(whole: str) -> str:
    """The text without statements that do not parse, but for the probe's own."""
    for _ in range(MOST_BROKEN):
        problem = parse(whole).problem
        without = without_statement(whole, problem.span.start, "pass") if problem is not None else whole
        if without == whole or PROBE not in without:
            break
        whole = without
    return whole


def meaning(view: View, path: str, written: str) -> Entity | None:
    """What a name or dotted name means at the top level of a file."""
    try:
        node = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return resolve_node(view, path, node)
