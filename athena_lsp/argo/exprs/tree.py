"""Expressions of Argo's language (expr-lang) as frozen trees; every node knows its place in the text.

Spans count code points from the start of the expression. Two trees are equal when they mean the same spelling: the
span is no part of a node's meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from athena_lsp.records import dataclass, field
from athena_lsp.text import Span

PLACE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Nil:
    """`nil`."""

    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number of 64 bits, whatever base it is written in."""

    value: int
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Float:
    value: float
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text literal, unescaped."""

    value: str
    quote: str = field(default="'", compare=False)
    """How it is written: `'`, `"` or a backtick. Argo itself finds some references by this."""
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Bytes:
    """`b'...'`."""

    value: bytes
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or the name of a function that is called."""

    name: str
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Pointer:
    """`#` in a predicate: the element; `#acc` and `#index` have names. A predicate's leading `.f` is a field of one."""

    name: str = ""
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """`base.f`, `base['f']`, `base[0]`; `?.` before either makes it optional."""

    base: Expression
    key: Expression
    optional: bool = False
    dotted: bool = False
    """Written with a dot; the key is then a `Text`."""
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Slice:
    """`base[start:stop]`."""

    base: Expression
    start: Expression | None
    stop: Expression | None
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """A path that is nil as a whole when one of its optional members has nothing to be read from."""

    body: Expression
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function by name, or of a method: `f(a)`, `a | f()`, `a.f()`.

    The function is a `Name` or a `Member`. What is piped in is the first argument.
    """

    function: Expression
    arguments: tuple[Expression, ...]
    builtin: bool = False
    """The language's own function of that name is meant."""
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Predicate:
    """What is asked of each element: `# > 1`, `{.f == 'x'}`. Only an argument of some builtins is one."""

    body: Expression
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Items:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Entries:
    """`{a: 1, 'b c': 2, (k): 3}`; keys that are names or numbers are texts."""

    entries: tuple[tuple[Expression, Expression], ...]
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`not`, `!`, `-`, `+`."""

    operator: str
    operand: Expression
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; `a not in b` is a `not` around an `in`, and `a < b < c` is `a < b && b < c`."""

    operator: str
    left: Expression
    right: Expression
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """`test ? then : otherwise`, `if test {then} else {otherwise}`; `a ?: b` has the test as `then`."""

    test: Expression
    then: Expression
    otherwise: Expression
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Let:
    """`let name = value; body`."""

    name: str
    value: Expression
    body: Expression
    span: Span = field(default=PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """`a; b`: the value of the last one."""

    items: tuple[Expression, ...]
    span: Span = field(default=PLACE, compare=False, repr=False)


Expression: TypeAlias = (
    Nil
    | Boolean
    | Integer
    | Float
    | Text
    | Bytes
    | Name
    | Pointer
    | Member
    | Slice
    | Chain
    | Call
    | Predicate
    | Items
    | Entries
    | Unary
    | Binary
    | Condition
    | Let
    | Sequence
)


def children(node: Expression) -> tuple[Expression, ...]:
    """What a node is made of, in the order in which it is evaluated."""
    match node:
        case Nil() | Boolean() | Integer() | Float() | Text() | Bytes() | Name() | Pointer():
            return ()
        case Member():
            return (node.base, node.key)
        case Slice():
            return tuple(part for part in (node.base, node.start, node.stop) if part is not None)
        case Chain() | Predicate():
            return (node.body,)
        case Call():
            return (node.function, *node.arguments)
        case Items() | Sequence():
            return node.items
        case Entries():
            return tuple(part for entry in node.entries for part in entry)
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Condition():
            return (node.test, node.then, node.otherwise)
        case Let():
            return (node.value, node.body)
        case _:
            assert_never(node)


def walk(node: Expression) -> Iterator[Expression]:
    """A node and all below it, outer ones first; of any depth."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += reversed(children(here))
