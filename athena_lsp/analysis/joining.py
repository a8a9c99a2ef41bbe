"""Joining the arms of a branch: what each name is afterwards, whichever arm was taken.

`return` and `break` are names, too: they set what the region gives and that it was left, and join as all names do.
"""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.lowering import Lowering, ValueKey, read_key, value_key
from athena_lsp.analysis.pure_base import deciding
from athena_lsp.analysis.types import difference
from athena_lsp.analysis.view import View
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import (
    REGIONS,
    RESULT,
    Arm,
    Branch,
    Computed,
    Constant,
    Expr,
    Hole,
    Inner,
    Output,
    ParameterRef,
    Statement,
    Step,
    StepRef,
    every_statement,
)
from athena_lsp.ir.names import plain_name
from athena_lsp.ir.node import walk
from athena_lsp.ir.operations import Operation
from athena_lsp.ir.types import ANY, BOOL, UNRESOLVED, AnyType, ArtifactOf, LiteralOf, Type, UnionOf, Unresolved
from athena_lsp.ir.values import Flag, Null
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Span

RETURN = "athena-return"
"""What the region returns; no name of Python has a hyphen."""
VALUE = "athena-value"
"""What a conditional expression gives."""
RETURNED = "athena-returned"
BROKE = "athena-broke"
CONTINUED = "athena-continued"
THROWN = "athena-thrown"
EXITS = (RETURNED, BROKE, CONTINUED, THROWN)
"""Whether a `return`, a `break`, a `continue`, a failure that a `try` names was reached; absent: none was."""
ERROR = "athena-error"
"""The failure that was thrown."""
CAUGHT = "athena-caught"
"""What a handler raises again; it is known in the handler alone."""
OUTPUTS = {RETURN: RESULT, VALUE: "value"}
MAX_SIZE = 60
"""Parts of a joined value that is computed where it is used; a larger one is worked out once, by the branch."""


@dataclass(slots=True)
class End:
    """What an arm has come to."""

    name: str
    span: Span
    condition: Expr | None
    covers: tuple[Type, ...]
    may_leave: bool
    low: Lowering
    names: dict[str, Expr]
    partly: dict[str, frozenset[str]]
    narrowed: dict[ValueKey, Type]
    statements: tuple[Statement, ...]

    @property
    def left(self) -> bool:
        """It does not reach the statement after the branch."""
        return any(is_true(self.names.get(exit_)) for exit_ in EXITS)

    def value(self, name: str) -> Expr | None:
        found = self.names.get(name)
        if found is None and name in self.low.parameters and name not in self.partly:
            found = ParameterRef(span=self.span, name=name, type=self.low.parameters[name].type)
        if found is None or isinstance(found, Hole):
            return found
        type_ = self.narrowed.get(value_key(found) or ())
        return replace(found, type=type_) if type_ is not None else found


def join(low: Lowering, branch: Branch, ends: tuple[End, ...]) -> None:
    """Append the branch with these arms, and give each name its value after it."""
    task, head = branch.task, branch.span
    inner = {task for end in ends for task in made_in(end.statements)}
    before = dict(low.names)
    outputs: list[Output] = []
    gives: list[list[Expr]] = [[] for _ in ends]
    for name in dict.fromkeys(name for end in ends for name in (*end.names, *end.partly)):
        values = _values(low, name, head, ends) if name != CAUGHT else None
        if values is None or _is_same(before.get(name), values):
            continue
        joined = _joined(low, values, ends, inner)
        if joined is None:
            output = Output(span=head, name=OUTPUTS.get(name, plain_name(name)), type=_type(low.view, values))
            joined = StepRef(
                span=head, task=task, type=output.type, name="" if "-" in name else name, output=output.name
            )
            outputs.append(output)
            for given, value in zip(gives, values, strict=True):
                given.append(value)
        if joined != before.get(name):
            low.names[name] = joined
    arms = tuple(
        Arm(
            span=end.span,
            condition=end.condition,
            covers=end.covers,
            may_leave=end.may_leave,
            leads_to=_leads_to(branch.subject, end),
            body=Inner(span=end.span, name=f"{task}-{end.name}", statements=end.statements, gives=tuple(given)),
        )
        for end, given in zip(ends, gives, strict=True)
    )
    low.statements.append(replace(branch, arms=arms, outputs=tuple(outputs)))


def _values(low: Lowering, name: str, head: Span, ends: tuple[End, ...]) -> tuple[Expr, ...] | None:
    """The value of a name at the end of each arm; None when the paths that lead on do not all bind it."""
    values = tuple(end.value(name) for end in ends)
    alive = [value for value, end in zip(values, ends, strict=True) if not end.left]
    if "-" in name:
        default = truth(head, value=False) if name in EXITS else no_value(head)
        return tuple(default if value is None else value for value in values)
    if any(value is None for value in alive):
        low.names.pop(name, None)
        if any(name in end.partly for end in ends) or any(value is not None for value in alive):
            read = {read_key(ref.task, ref.output) for value in values for ref in walk(value, StepRef)}
            low.partly[name] = frozenset(read).union(*(end.partly.get(name, ()) for end in ends))
        return None
    return tuple(no_value(head) if value is None else value for value in values)


def _is_same(before: Expr | None, values: tuple[Expr, ...]) -> bool:
    """Whether no arm binds a name anew: each has only found out more about the type of its value."""
    key = value_key(before) if before is not None else None
    return key is not None and all(value_key(value) == key for value in values)


def _joined(low: Lowering, values: tuple[Expr, ...], ends: tuple[End, ...], inner: set[str]) -> Expr | None:
    """One value for all arms, or a choice by their conditions; None when the branch itself must give it."""
    for value in values:
        if isinstance(value, Hole):
            low.read.update(read_key(ref.task, ref.output) for ref in walk(values, StepRef))
            return value
    real = [value for value in values if not is_no_value(value)]
    if not real:
        return values[0]
    if all(value == real[0] for value in real[1:]) and not (_tasks(real[0]) & inner):
        return real[0]
    if any(isinstance(value.type, ArtifactOf) or _tasks(value) & inner for value in values):
        return None
    chosen, type_ = values[-1], _type(low.view, values)
    for value, end in zip(values[-2::-1], ends[-2::-1], strict=True):
        if end.condition is None or isinstance(end.condition, Hole):
            return end.condition
        chosen = choose(end.condition, value, chosen, type_)
    return None if is_larger(chosen, MAX_SIZE) else chosen


def _leads_to(subject: Expr | None, end: End) -> Type | None:
    value = end.value(subject.name) if isinstance(subject, ItemRef) else None
    return value.type if value is not None else None


def made_in(statements: tuple[Statement, ...]) -> Iterator[str]:
    """The tasks whose values statements make, at any depth."""
    for statement in every_statement(statements):
        if isinstance(statement, (Step, *REGIONS)):
            yield statement.task


def choose(condition: Expr, then: Expr, otherwise: Expr, type_: Type) -> Expr:
    """`then if condition else otherwise`; in fewer words where both are known bools."""
    if then == otherwise or is_true(condition):
        return then
    if is_false(condition):
        return otherwise

    def made(operation: Operation, *operands: Expr) -> Computed:
        return Computed(span=condition.span, operation=operation, operands=operands, type=BOOL)

    if is_true(then) and is_false(otherwise):
        return condition
    if is_false(then) and is_true(otherwise):
        return negated(condition)
    match is_true(then), is_false(then), is_true(otherwise), is_false(otherwise):
        case (True, _, _, _) if _is_bool(otherwise):
            return made("or", condition, otherwise)
        case (_, True, _, _) if _is_bool(otherwise):
            return made("and", negated(condition), otherwise)
        case (_, _, True, _) if _is_bool(then):
            return made("or", negated(condition), then)
        case (_, _, _, True) if _is_bool(then):
            return made("and", condition, then)
        case _:
            return Computed(span=condition.span, operation="choose", operands=(condition, then, otherwise), type=type_)


def negated(condition: Expr) -> Expr:
    if isinstance(condition, Computed) and condition.operation == "not":
        return condition.operands[0]
    return Computed(span=condition.span, operation="not", operands=(condition,), type=BOOL)


def truth(span: Span, *, value: bool) -> Constant:
    return Constant(span=span, value=Flag(span=span, value=value), type=LiteralOf((value,), ("bool",)))


def is_true(value: Expr | None) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, Flag) and value.value.value


def is_false(value: Expr | None) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, Flag) and not value.value.value


def no_value(span: Span) -> Constant:
    """Stands where a name has no value and none is read."""
    return Constant(span=span, value=Null(span=span), type=UNRESOLVED)


def is_no_value(value: Expr) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, Null) and isinstance(value.type, Unresolved)


def has_left(low: Lowering) -> bool:
    """Whether this line is never reached."""
    return any(is_true(low.names.get(exit_)) for exit_ in EXITS)


def left(low: Lowering, span: Span) -> Expr:
    """Whether this line is passed over: the path that was taken has returned, or left the turn."""
    found: Expr = truth(span, value=False)
    for exit_ in reversed(EXITS):
        flag = low.names.get(exit_)
        if flag is not None and not is_false(flag):
            found = choose(flag, truth(span, value=True), found, BOOL)
    return found


def suppose(low: Lowering, span: Span, *, was_left: bool) -> None:
    """Note that what is above was left, or that it was not."""
    possible = [exit_ for exit_ in EXITS if exit_ in low.names and not is_false(low.names[exit_])]
    if was_left and len(possible) > 1:
        return
    low.names |= {exit_: truth(span, value=was_left) for exit_ in possible}


def is_larger(value: Expr, size: int) -> bool:
    """Whether a value is made of more parts."""
    pending, count = [value], 0
    while pending and count <= size:
        count += 1
        here = pending.pop()
        if isinstance(here, Computed):
            pending += here.operands
    return count > size


def _is_bool(value: Expr) -> bool:
    return value.type == BOOL or is_true(value) or is_false(value)


def _tasks(value: Expr) -> set[str]:
    return {reference.task for reference in walk(value, StepRef)}


def _type(view: View, values: tuple[Expr, ...]) -> Type:
    """The union of the arms' types, without what another one covers."""
    types = [value.type for value in deciding(value for value in values if not is_no_value(value))]
    return simplified(view, union(types)) if types else UNRESOLVED


def simplified(view: View, type_: Type) -> Type:
    """A union without the members that another one covers; literals of one kind in one `Literal`."""
    if not isinstance(type_, UnionOf):
        return type_
    if any(isinstance(member, Unresolved) for member in type_.members):
        return UNRESOLVED
    if any(isinstance(member, AnyType) and not member.is_object for member in type_.members):
        return ANY
    kept: list[Type] = []
    for number, member in enumerate(type_.members):
        others = (*kept, *type_.members[number + 1 :])
        if not any(difference(view, member, other) is None for other in others):
            kept.append(member)
    literals = [member for member in kept if isinstance(member, LiteralOf)]
    if len(literals) > 1:
        whole = LiteralOf(
            tuple(value for member in literals for value in member.values),
            tuple(kind for member in literals for kind in member.kinds),
        )
        kept = [whole if member is literals[0] else member for member in kept if member not in literals[1:]]
    return union(kept)
