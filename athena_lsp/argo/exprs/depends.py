"""Conditions on other tasks, as `depends` has them: `a.Succeeded && (b.Failed || !c)`, where names may have hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from athena_lsp.argo.exprs.cursor import Problem
from athena_lsp.argo.exprs.lexer import KEYWORDS
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.tree import Binary, Expression, Member, Name, Text, Unary
from athena_lsp.records import dataclass
from athena_lsp.text import Span

WORD = re.compile(r"(?<![\w.-])[A-Za-z0-9_][\w-]*")
AND, OR, NOT = frozenset({"&&", "and"}), frozenset({"||", "or"}), frozenset({"!", "not"})


@dataclass(frozen=True, slots=True)
class Result:
    """A task, and the result that it must have; without one, Succeeded, Skipped and Daemoned are all right."""

    task: str
    result: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """`&&`."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`||`."""

    conditions: tuple[Condition, ...]


Condition: TypeAlias = Result | Not | Both | Either


@dataclass(frozen=True, slots=True)
class Depends:
    """A condition, or why there is none."""

    condition: Condition | None
    problem: Problem | None = None


@lru_cache(maxsize=4096)
def parse_depends(text: str) -> Depends:
    """The condition of a `depends`. Argo writes `_` for `-` in names and evaluates it as an expression."""
    for word in WORD.finditer(text):
        if word[0] in KEYWORDS - {"and", "or", "not"}:
            return Depends(None, Problem(Span(*word.span()), f"`{word[0]}` is a word of the expression language"))
    parsed = parse(text.replace("-", "_"))
    if parsed.expression is None:
        return Depends(None, parsed.problem)
    return _condition(parsed.expression, text)


def results(condition: Condition) -> Iterator[Result]:
    """Every task that is named, with its result, from left to right."""
    waiting: list[Condition] = [condition]
    while waiting:
        match waiting.pop():
            case Result() as result:
                yield result
            case Not(condition=inner):
                waiting.append(inner)
            case Both(conditions=inner_ones) | Either(conditions=inner_ones):
                waiting += reversed(inner_ones)


def _condition(node: Expression, text: str) -> Depends:
    match node:
        case Name(span=span):
            return Depends(Result(span.of(text), None, span))
        case Member(base=Name(span=span), key=Text(value=result), dotted=True):
            return Depends(Result(span.of(text), result, node.span))
        case Unary(operator=operator, operand=operand) if operator in NOT:
            inner = _condition(operand, text)
            return inner if inner.condition is None else Depends(Not(inner.condition))
        case Binary(operator=operator) if operator in AND | OR:
            return _row(node, text)
        case _:
            return Depends(None, Problem(node.span, f"`{node.span.of(text)}` is no condition on a task"))


def _row(node: Binary, text: str) -> Depends:
    """Conditions of one kind in a row, which may be long: its left spine is followed without recursion."""
    kind = AND if node.operator in AND else OR
    parts: list[Condition] = []
    here: Expression = node
    while isinstance(here, Binary) and here.operator in kind:
        right = _condition(here.right, text)
        if right.condition is None:
            return right
        parts.append(right.condition)
        here = here.left
    first = _condition(here, text)
    if first.condition is None:
        return first
    together = (first.condition, *reversed(parts))
    return Depends(Both(together) if kind is AND else Either(together))
