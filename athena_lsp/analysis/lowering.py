"""A body on its way from Python's syntax to the IR: what every part of lowering knows and adds to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from athena_lsp.analysis.static import Place
from athena_lsp.analysis.view import View
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import RESULT, Bare, Expr, Hole, Parameter, ParameterRef, Projection, Statement, StepRef
from athena_lsp.ir.operations import HoleRule
from athena_lsp.ir.room import Named
from athena_lsp.ir.types import UNRESOLVED, Type
from athena_lsp.records import dataclass, field, replace
from athena_lsp.syntax.tree import Tree
from athena_lsp.text import Span

V = TypeVar("V", bound=Expr)
ValueKey: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Further:
    """What lowers the syntax that needs this module."""

    fan_out: Callable[[Lowering, ast.ListComp, str, ast.expr | None], Expr]
    source: Callable[[Lowering, ast.expr], Expr]
    conditional: Callable[[Lowering, ast.IfExp | ast.BoolOp, str, ast.expr | None], Expr]
    block: Callable[[Lowering, Sequence[ast.stmt]], None]
    call: Callable[[Lowering, ast.Call, str, ast.expr | None, bool], Expr | None]


@dataclass(slots=True)
class LoopAround:
    """A loop that is being lowered."""

    stored: tuple[str, ...]
    """The names that a turn may bind."""
    unbound: set[str] = field(default_factory=set)
    """Those that have no value at some `break`."""
    can_break: bool = True
    """False where the turns know nothing of each other."""


@dataclass(slots=True)
class Lowering:
    """One body on its way; local to `lower_body`."""

    view: View
    path: str
    tree: Tree
    parameters: dict[str, Parameter]
    bound_somewhere: frozenset[str]
    further: Further
    names: dict[str, Expr] = field(default_factory=dict)
    tasks: set[str] = field(default_factory=set)
    pods: set[str] = field(default_factory=set)
    """The tasks whose result the code of a container writes."""
    statements: list[Statement] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    """Names and tasks whose value something uses."""
    partly: dict[str, frozenset[str]] = field(default_factory=dict)
    """Names that have a value on only some of the paths that lead here, with what they would read there."""
    narrowed: dict[ValueKey, Type] = field(default_factory=dict)
    """The types that conditions have shown values to have here."""
    meanings: dict[tuple[str, str], Expr] = field(default_factory=dict)
    """What is known of a value that a branch gives: `c and a()` is true when both are."""
    depth: int = 0
    """How many regions are around this line."""
    filled: dict[str, list[Type]] = field(default_factory=dict)
    """What is appended to lists that are empty before the loops around."""
    trying: int = 0
    """How many bodies of a `try` with a handler are around this line."""
    throwing: bool = False
    """Whether a failure here is a value that a handler has a name for."""
    handlers: set[ast.Raise] = field(default_factory=set)
    """Each `raise` without an exception that stands in a handler."""
    loops: list[LoopAround] = field(default_factory=list)
    """The loops that a `break` here could leave, the innermost last."""

    def reads(self, name: str) -> None:
        """Note a use of the value that a name has at this line."""
        value = self.names.get(name)
        base = value.base if isinstance(value, Projection) else value
        self.read.add(read_key(base.task, base.output) if isinstance(base, StepRef) else name)

    def new_task(self, base: str) -> str:
        """A name for a task that nobody wrote: `if-1`."""
        number = 1
        while f"{base}-{number}" in self.tasks:
            number += 1
        self.tasks.add(f"{base}-{number}")
        return f"{base}-{number}"

    @property
    def at_hand(self) -> tuple[Named, ...]:
        """Everything that has a value at this line, with its type."""
        types = {name: parameter.type for name, parameter in self.parameters.items()}
        types |= {name: self.names[name].type for name in self.own_names if not isinstance(self.names[name], Hole)}
        return tuple(Named(name, type_) for name, type_ in types.items())

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names that the program binds; others, with hyphens, belong to the lowering."""
        return tuple(name for name in self.names if "-" not in name)

    def known(self, value: V) -> V:
        """The value with the type that it is known to have here."""
        key = value_key(value)
        found = self.narrowed.get(key) if key is not None else None
        return replace(value, type=found) if found is not None else value

    def span(self, node: ast.expr | ast.stmt | ast.pattern | ast.keyword) -> Span:
        return self.tree.span(node)

    @property
    def place(self) -> Place:
        return Place(self.view, self.path, self.tree, frozenset((*self.parameters, *self.bound_somewhere)))


def hole(low: Lowering, node: ast.expr, rule: HoleRule, message: str, hint: str, read: ast.expr | None = None) -> Hole:
    """A hole; the names that the unread part uses count as used."""
    for inner in ast.walk(read) if read is not None else ():
        if isinstance(inner, ast.Name):
            low.reads(inner.id)
    return Hole(span=low.span(node), rule=rule, message=message, hints=(hint,) if hint else (), type=UNRESOLVED)


def refuse(low: Lowering, value: Hole, nodes: Sequence[ast.stmt]) -> None:
    """A hole in place of statements; names that they bind count as bound, so that one mistake is told once."""
    low.statements.append(Bare(span=value.span, value=value))
    for inner in (inner for node in nodes for inner in ast.walk(node)):
        if isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name):
            low.reads(inner.target.id)
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            low.names[inner.name] = value
        if isinstance(inner, ast.alias):
            low.names[(inner.asname or inner.name).partition(".")[0]] = value
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            low.names[inner.id] = value
        elif isinstance(inner, ast.Name):
            low.reads(inner.id)


def read_key(task: str, output: str) -> str:
    """What stands for an output among the names and tasks that are read."""
    return task if output == RESULT else f"{task}:{output}"


def value_key(value: Expr) -> ValueKey | None:
    """What tells a value from others, wherever it is read; None for what has no place of its own."""
    match value:
        case ParameterRef(name=name):
            return ("", name)
        case StepRef(task=task, output=output):
            return (task, output)
        case ItemRef(loop=loop, name=name):
            return (loop, name)
        case Projection(base=base, path=path):
            key = value_key(base)
            return (*key, *(access.key for access in path)) if key is not None else None
        case _:
            return None
