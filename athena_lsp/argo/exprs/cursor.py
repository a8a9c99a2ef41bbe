"""Reading tokens one by one, and what is known of the language's operators and predicates."""

from __future__ import annotations

from athena_lsp.argo.exprs.lexer import Kind, Token
from athena_lsp.argo.exprs.tree import Expression
from athena_lsp.records import dataclass
from athena_lsp.text import Span

UNARY = {"not": 50, "!": 50, "-": 90, "+": 90}
BINARY = {
    "|": 0,
    **dict.fromkeys(("or", "||"), 10),
    **dict.fromkeys(("and", "&&"), 15),
    **dict.fromkeys(("==", "!=", "<", ">", ">=", "<=", "in", "matches", "contains", "startsWith", "endsWith"), 20),
    "..": 25,
    **dict.fromkeys(("+", "-"), 30),
    **dict.fromkeys(("*", "/", "%"), 60),
    **dict.fromkeys(("**", "^"), 100),
    "??": 500,
}
RIGHT = frozenset({"**", "^"})
COMPARISONS = frozenset({"<", ">", ">=", "<="})
NEGATED = frozenset({"in", "matches", "contains", "startsWith", "endsWith"})
PREDICATES = {
    **dict.fromkeys(("all", "none", "any", "one", "filter", "map", "find", "findIndex"), (2, 2)),
    **dict.fromkeys(("findLast", "findLastIndex", "groupBy"), (2, 2)),
    **dict.fromkeys(("count", "sum"), (1, 2)),
    **dict.fromkeys(("sortBy", "reduce"), (2, 3)),
}
"""Builtins whose second argument is a predicate: how many arguments they need and take."""
CONSTANTS = {"true": True, "false": False}
DEEPEST = 80
MOST_NODES = 10_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no expression, and where."""

    span: Span
    what: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression, or the first problem."""

    expression: Expression | None
    problem: Problem | None = None


class RefusedError(Exception):
    """Leaves the parser; never leaves `parse`."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(slots=True)
class Cursor:
    """The only thing that changes while an expression is parsed."""

    tokens: list[Token]
    position: int = 0
    depth: int = 0
    predicates: int = 0
    nodes: int = 0

    @property
    def current(self) -> Token:
        return self.tokens[self.position]

    def sees(self, kind: Kind, *values: str) -> bool:
        token = self.tokens[self.position]
        return token.kind == kind and (not values or token.value in values)

    def next(self) -> Token:
        token = self.tokens[self.position]
        self.position = min(self.position + 1, len(self.tokens) - 1)
        return token

    def expect(self, kind: Kind, *values: str) -> Token:
        if not self.sees(kind, *values):
            raise self.unexpected()
        return self.next()

    def unexpected(self) -> RefusedError:
        return self.refuse(f"{self.current} is not expected here")

    def refuse(self, what: str, token: Token | None = None) -> RefusedError:
        return RefusedError(Problem((token or self.current).span, what))

    def deeper(self) -> None:
        """One level in; whoever comes back takes it off `depth`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse(f"the expression nests more than {DEEPEST} levels deep")

    def since(self, start: int) -> Span:
        """From a place to the end of the last token read; called once for each node."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.refuse(f"the expression has more than {MOST_NODES} parts")
        return Span(start, max(start, self.tokens[self.position - 1].span.end if self.position else start))
