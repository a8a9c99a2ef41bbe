"""Lowering `for i in bounded(n)`: the turn is lowered once, with the names that it carries as values of the loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.branches import MAX_DEPTH, run_rest, too_deep
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.joining import (
    BROKE,
    CONTINUED,
    ERROR,
    EXITS,
    OUTPUTS,
    RETURN,
    RETURNED,
    THROWN,
    choose,
    is_false,
    is_no_value,
    is_true,
    made_in,
    simplified,
    truth,
)
from athena_lsp.analysis.lowering import LoopAround, Lowering, read_key, refuse
from athena_lsp.analysis.paths import leaving
from athena_lsp.analysis.pure_base import is_empty_list
from athena_lsp.analysis.scope import Runtime, resolve_node
from athena_lsp.analysis.types import difference
from athena_lsp.analysis.values import widened
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import (
    Bare,
    Branch,
    Carried,
    Constant,
    Expr,
    Hole,
    Inner,
    Loop,
    Machine,
    Output,
    ParameterRef,
    Statement,
    StepRef,
)
from athena_lsp.ir.names import plain_name
from athena_lsp.ir.node import Node, walk
from athena_lsp.ir.operations import HoleRule
from athena_lsp.ir.types import ANY, BOOL, INT, UNRESOLVED, EnumOf, ListOf, Type, Unresolved
from athena_lsp.ir.values import Number
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Span
from athena_runtime.contract import MAX_BOUND

SUGGESTED = 20
"""The bound that is offered in place of a `while`."""
ROUNDS = 4
"""So often the types of carried names may grow; then they stay as they are."""
EMPTY = ListOf(ANY)
"""The type of an empty list, before anything is known of what it is to hold."""
LEAVING = (BROKE, RETURNED, THROWN)
"""What ends a loop."""
AT_BREAK = "athena-break_"
"""What stands before a name for the value that it has where the loop is left."""


Names: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn, lowered."""

    names: dict[str, Expr]
    statements: tuple[Statement, ...]
    unbound: frozenset[str]
    """Names that have no value at some `break`."""


def is_bounded(low: Lowering, node: ast.stmt) -> bool:
    """Whether a statement is a loop over `bounded(...)`."""
    if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Call):
        return False
    entity = resolve_node(low.view, low.path, node.iter.func)
    return isinstance(entity, Runtime) and entity.name == "bounded"


def lower_bounded(low: Lowering, node: ast.For, rest: Sequence[ast.stmt]) -> None:
    """The loop, and the statements after it."""
    head = low.span(node.iter)
    bound = too_deep(head) if low.depth >= MAX_DEPTH else _bound(low, node)
    if not isinstance(node.target, ast.Name) or low.depth >= MAX_DEPTH:
        refuse(low, bound if isinstance(bound, Hole) else too_deep(head), (node, *rest))
        return
    if isinstance(bound, Hole):
        low.statements.append(Bare(span=bound.span, value=bound))
        bound = MAX_BOUND
    task = low.new_task("for")
    low.tasks.update(f"{task}-{part}" for part in ("turn", "next", "over"))
    stored = names_stored((node.target, *node.body))
    counter = ItemRef(span=low.span(node.target), name=node.target.id, type=INT, loop=task)
    firsts = {name: value_before(low, name, head) for name in stored if name != counter.name}
    turn, types = settled(
        low, firsts, lambda types: lower_turn(low, node.body, {counter.name: counter}, task, types, stored)
    )
    names = tuple(
        Carried(span=head, item=replace(counter, name=name, type=type_), first=first)
        for name, type_ in types.items()
        if (first := firsts[name]) is not None
    )
    body = Inner(span=head, name="", statements=(), gives=())
    loop = Loop(span=head, task=task, bound=bound, counter=counter, carried=names, body=body, outputs=())
    low.statements.append(replace(_finish(low, loop, turn, stored), machine=_machine(node, loop, turn)))
    run_rest(low, head, rest)


def break_out(low: Lowering, node: ast.Break | ast.Continue) -> bool:
    """`break` and `continue`, which are names, too; False when no loop is around."""
    if not low.loops:
        return False
    span = low.span(node)
    if isinstance(node, ast.Continue):
        low.names[CONTINUED] = truth(span, value=True)
        return True
    around = low.loops[-1]
    if not around.can_break:
        return False
    for name in around.stored:
        value = low.names.get(name)
        if value is None:
            around.unbound.add(name)
        else:
            low.names[AT_BREAK + name] = value
    low.names[BROKE] = truth(span, value=True)
    return True


def note_values(low: Lowering) -> None:
    """Note the values of names where a failure leaves the loops around: its handler reads them."""
    for around in low.loops:
        for name in around.stored:
            if name in low.names:
                low.names[AT_BREAK + name] = low.names[name]


def unbounded(low: Lowering, node: ast.While) -> Hole:
    """What is said of a `while`, with the bounded loop that could stand there."""
    text, span = low.tree.source.text, low.span(node)
    first = low.span(node.body[0])
    colon = text.index(":", low.span(node.test).end)
    before = text[colon + 1 : first.start]
    rewrite = ""
    if "\n" in before and not node.orelse:
        indent = before.rpartition("\n")[2]
        rewrite = f"for _ in bounded({SUGGESTED}):"
        if not (isinstance(node.test, ast.Constant) and node.test.value is True):
            rewrite += f"\n{indent}if {_negated(text, node.test, low.span(node.test))}:\n{indent}    break"
    return Hole(
        span=Span(span.start, colon + 1),
        rule="unbounded-loop",
        message="a `while` has no bound, and Argo nests calls at most 100 deep",
        hints=(f"write `for _ in bounded({SUGGESTED}):` and leave it with `break`",),
        rewrite=rewrite,
        type=UNRESOLVED,
    )


def _negated(text: str, test: ast.expr, span: Span) -> str:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute() | ast.Call() as operand):
            return ast.unparse(operand)
        case ast.Name() | ast.Attribute() | ast.Call() | ast.Subscript():
            return f"not {span.of(text)}"
        case _:
            return f"not ({span.of(text)})"


def _bound(low: Lowering, node: ast.For) -> int | Hole:
    assert isinstance(node.iter, ast.Call)
    hint = f"give a number of turns from 1 to {MAX_BOUND}"
    if node.orelse:
        return _hole(
            low, node.orelse[0], "unsupported-statement", "`else` of a bounded loop is never reached", "remove it"
        )
    if not isinstance(node.target, ast.Name):
        return _hole(
            low, node.target, "unsupported-statement", "the counter of a loop needs one name", "write `for i in`"
        )
    arguments = node.iter.args
    if len(arguments) != 1 or node.iter.keywords or isinstance(arguments[0], ast.Starred):
        return _hole(low, node.iter, "loop-too-deep", "`bounded` takes one number", hint)
    value = lower_expression(low, arguments[0])
    if isinstance(value, Hole):
        return value
    if not (isinstance(value, Constant) and isinstance(value.value, Number) and isinstance(value.value.value, int)):
        message = "the bound of a loop must be known without running the program"
        return _hole(low, arguments[0], "loop-too-deep", message, hint)
    bound = value.value.value
    if bound > MAX_BOUND:
        message = f"{bound} turns are too many: Argo nests calls at most 100 deep, and each turn is one"
        found = _hole(low, arguments[0], "loop-too-deep", message, f"{hint}, or repeat inside a `@container`")
        return replace(found, rewrite=str(MAX_BOUND))
    if bound < 1:
        return _hole(low, arguments[0], "loop-too-deep", f"a loop of {bound} turns does nothing", hint)
    exits = (inner for statement in node.body for inner in leaving(statement))
    if all(isinstance(inner, ast.Continue) for inner in exits):
        message = f"this loop has no `break` in reach: after {bound} turns it always fails"
        return _hole(low, node.iter, "loop-too-deep", message, "leave it with `if ...: break`")
    return bound


def _hole(low: Lowering, node: ast.expr | ast.stmt, rule: HoleRule, message: str, hint: str) -> Hole:
    return Hole(span=low.span(node), rule=rule, message=message, hints=(hint,), type=UNRESOLVED)


def names_stored(nodes: Sequence[ast.AST]) -> tuple[str, ...]:
    """The names that statements may bind, in order; those of comprehensions are their own."""
    found: dict[str, None] = {}
    pending = list(nodes)
    while pending:
        here = pending.pop(0)
        if isinstance(here, ast.Name) and isinstance(here.ctx, ast.Store):
            found[here.id] = None
        if isinstance(here, ast.MatchAs | ast.MatchStar) and here.name:
            found[here.name] = None
        pending += [child for child in ast.iter_child_nodes(here) if not isinstance(child, ast.comprehension)]
    return tuple(found)


def value_before(low: Lowering, name: str, span: Span) -> Expr | None:
    """The value of a name before the loop."""
    if name in low.names:
        value = low.names[name]
        return value if isinstance(value, Hole) else low.known(replace(value, span=span))
    if name in low.parameters and name not in low.partly:
        return low.known(ParameterRef(span=span, name=name, type=low.parameters[name].type))
    return None


def lower_turn(
    low: Lowering, nodes: Sequence[ast.stmt], own: dict[str, Expr], task: str, types: dict[str, Type], stored: Names
) -> Turn:
    """One turn: with the names that it gets from the one before, by their types, and others of its own."""
    outside = low.names, low.partly, low.narrowed, low.statements
    span = low.span(nodes[0])
    carried = {name: ItemRef(span=span, name=name, type=type_, loop=task) for name, type_ in types.items()}
    low.names = {name: value for name, value in low.names.items() if name not in EXITS} | carried | own
    low.partly, low.narrowed, low.statements = dict(low.partly), dict(low.narrowed), []
    low.depth += 1
    low.loops.append(LoopAround(stored))
    low.further.block(low, nodes)
    turn = Turn(low.names, tuple(low.statements), frozenset(low.loops.pop().unbound))
    low.depth -= 1
    low.names, low.partly, low.narrowed, low.statements = outside
    return turn


def settled(
    low: Lowering, firsts: Mapping[str, Expr | None], lower: Callable[[dict[str, Type]], Turn]
) -> tuple[Turn, dict[str, Type]]:
    """The turn, lowered with types of the carried names that no turn makes larger."""
    types = {name: widened(first.type) for name, first in firsts.items() if first is not None}
    empty = [name for name, first in firsts.items() if first is not None and is_empty_list(first)]
    tasks = set(low.tasks)
    for _ in range(ROUNDS):
        low.tasks = set(tasks)
        low.filled |= {name: [] for name in empty}
        turn = lower(types)
        items = {name: found for name in empty if (found := low.filled.pop(name))}
        grown = {name: grown_type(low, type_, turn.names.get(name)) for name, type_ in types.items()}
        grown |= {name: ListOf(union(found)) for name, found in items.items()}
        if grown == types:
            break
        types = grown
    return turn, types


def grown_type(low: Lowering, type_: Type, value: Expr | None) -> Type:
    """The type of a carried name when a turn may leave it with this value."""
    if value is None or isinstance(value.type, Unresolved) or difference(low.view, value.type, type_) is None:
        return type_
    return simplified(low.view, union([type_, widened(value.type)]))


def _finish(low: Lowering, loop: Loop, turn: Turn, stored: tuple[str, ...]) -> Loop:
    """The loop with what leaves it, after which every name has its value."""
    end, head = turn.names, loop.span
    inner = {loop.task, *made_in(turn.statements)}
    outputs: list[Output] = []
    values: list[Expr] = []

    def given(name: str, value: Expr) -> Expr:
        if isinstance(value, Hole) or not _is_made_by(value, inner):
            return value
        output = Output(span=head, name=OUTPUTS.get(name, plain_name(name)), type=value.type)
        outputs.append(output)
        values.append(value)
        shown = "" if "-" in name else name
        return StepRef(span=head, task=loop.task, type=value.type, name=shown, output=output.name)

    for name in stored:
        value = end.get(AT_BREAK + name)
        if name in turn.unbound:
            low.names.pop(name, None)
            bound = (value, end.get(name))
            low.partly[name] = frozenset(read_key(ref.task, ref.output) for ref in walk(bound, StepRef))
        elif value is not None and not is_no_value(value):
            low.names[name] = given(name, value)
            low.partly.pop(name, None)
    ways = {flag: reached for flag in LEAVING if (reached := end.get(flag)) is not None and not is_false(reached)}
    for flag, name in ((RETURNED, RETURN), (THROWN, ERROR)):
        if flag in ways:
            only = is_true(ways[flag]) or len(ways) == 1
            low.names[flag] = truth(head, value=True) if only else given(flag, ways[flag])
            low.names[name] = given(name, end[name])
    nexts = tuple(end.get(each.item.name, each.item) for each in loop.carried)
    gives = (leaves(end, head), *nexts, *values)
    body = Inner(span=head, name=f"{loop.task}-turn", statements=turn.statements, gives=gives)
    return replace(loop, body=body, outputs=tuple(outputs))


def _machine(node: ast.For, loop: Loop, turn: Turn) -> Machine | None:
    """The state that the loop carries, when one `match` alone decides by it and sets it."""
    matches = [inner for inner in node.body if isinstance(inner, ast.Match)]
    others = [inner for inner in node.body if not isinstance(inner, ast.Match)]
    for each in loop.carried:
        name, is_enum = each.item.name, isinstance(each.item.type, EnumOf)
        found = [
            branch
            for branch in turn.statements
            if isinstance(branch, Branch) and isinstance(branch.subject, ItemRef) and branch.subject.name == name
        ]
        if is_enum and len(found) == len(matches) == 1 and name not in names_stored(others):
            return Machine(span=loop.span, state=each.item, match=found[0].task)
    return None


def leaves(end: dict[str, Expr], head: Span) -> Expr:
    """Whether the turn has left the loop."""
    found: Expr = truth(head, value=False)
    for exit_ in LEAVING:
        if exit_ in end:
            found = choose(end[exit_], truth(head, value=True), found, BOOL)
    return found


def _is_made_by(value: Expr, inner: set[str]) -> bool:
    """Whether a value exists inside the loop only."""
    for node in walk(value, Node):
        match node:
            case StepRef(task=made_by) | ItemRef(loop=made_by) if made_by in inner:
                return True
            case _:
                pass
    return False
