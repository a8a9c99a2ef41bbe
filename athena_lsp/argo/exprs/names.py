"""What an expression reads from outside: paths such as `tasks['a'].outputs.parameters['x']`, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.argo.exprs.tree import (
    Binary,
    Call,
    Chain,
    Expression,
    Let,
    Member,
    Name,
    Text,
    children,
)
from athena_lsp.records import dataclass
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Key:
    """One constant member on a path."""

    name: str
    quote: str
    """How it is written: empty behind a dot, else the quote inside the brackets."""
    optional: bool
    """Read with `?.`: what stands before it may be nil."""
    span: Span


@dataclass(frozen=True, slots=True)
class Reference:
    """A variable and the constant members that are read of it. A path ends before the first computed member."""

    head: str
    keys: tuple[Key, ...]
    has_fallback: bool
    """It stands left of `??`."""
    called: bool
    """It is the function of a call."""
    span: Span

    @property
    def names(self) -> tuple[str, ...]:
        return (self.head, *(key.name for key in self.keys))

    def is_guarded(self, length: int) -> bool:
        """Whether the path may be missing from its `length`-th name on: Argo then does not wait for it."""
        return self.has_fallback or any(key.optional for key in self.keys[: max(length - 1, 0)])


def references(expression: Expression) -> Iterator[Reference]:
    """Every path that is read, outer ones before those inside; names that `let` declares are no references."""
    waiting: list[tuple[Expression, frozenset[str], bool, bool]] = [(expression, frozenset(), False, False)]
    while waiting:
        node, bound, has_fallback, called = waiting.pop()
        match node:
            case Name() | Member() | Chain():
                head, keys, computed = _path(node)
                if isinstance(head, Name):
                    if head.name not in bound:
                        yield Reference(head.name, keys, has_fallback, called, node.span)
                else:
                    waiting.append((head, bound, has_fallback, False))
                waiting += ((inner, bound, False, False) for inner in reversed(computed))
            case Call(function=function, arguments=arguments):
                waiting += ((inner, bound, False, False) for inner in reversed(arguments))
                if not isinstance(function, Name):
                    waiting.append((function, bound, has_fallback, True))
            case Let(name=name, value=value, body=body):
                waiting.append((body, bound | {name}, has_fallback, False))
                waiting.append((value, bound, False, False))
            case Binary(operator="??", left=left, right=right):
                waiting.append((right, bound, has_fallback, False))
                waiting.append((left, bound, True, False))
            case _:
                waiting += ((inner, bound, False, False) for inner in reversed(children(node)))


def constant_path(node: Expression) -> tuple[str, ...]:
    """The names of a path without computed members: `inputs.parameters['x']`; empty for anything else."""
    head, keys, computed = _path(node)
    return (head.name, *(key.name for key in keys)) if isinstance(head, Name) and not computed else ()


def _path(node: Expression) -> tuple[Expression, tuple[Key, ...], tuple[Expression, ...]]:
    """What a path begins with, its constant keys up to the first computed one, and the computed ones."""
    keys: list[Key | None] = []
    computed: list[Expression] = []
    while True:
        match node:
            case Chain(body=body):
                node = body
            case Member(base=base, key=Text(value=name, quote=quote, span=span), optional=optional):
                keys.append(Key(name, quote, optional, span))
                node = base
            case Member(base=base, key=key):
                keys.append(None)
                computed.append(key)
                node = base
            case _:
                break
    constant: list[Key] = []
    for found in reversed(keys):
        if found is None:
            break
        constant.append(found)
    return node, tuple(constant), tuple(reversed(computed))
