"""What is known of the values of expressions before a run: nearly all that can be read is text."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.argo.exprs.cursor import Problem
from athena_lsp.argo.exprs.names import constant_path
from athena_lsp.argo.exprs.tree import (
    Binary,
    Boolean,
    Call,
    Condition,
    Entries,
    Expression,
    Float,
    Integer,
    Items,
    Let,
    Name,
    Sequence,
    Text,
    walk,
)

TEXT_FUNCTIONS = frozenset(
    (
        *("toJson", "toJSON", "string", "upper", "lower", "trim", "trimPrefix", "trimSuffix", "join", "replace"),
        *("repeat", "type", "toBase64", "fromBase64"),
    )
)
OTHER_FUNCTIONS = frozenset(
    (
        *("map", "filter", "keys", "values", "toPairs", "fromPairs", "sort", "sortBy", "reverse", "uniq", "flatten"),
        *("concat", "split", "splitAfter", "groupBy"),
    )
)
"""Functions that give lists and maps."""
CALCULATING = frozenset({"<", "<=", ">", ">=", "-", "*", "/", "%", "**", "^", "+"})
TASK_TEXTS = frozenset({"status", "id", "ip", "startedAt", "finishedAt", "exitCode", "hostNodeName"})


def text_length(names: tuple[str, ...]) -> int:
    """After how many names a path is at a text, which has no members; 0 where that is not known."""
    match names:
        case ("inputs" | "workflow", "parameters", _, *_) | ("tasks" | "steps", _, "outputs", "parameters", _, *_):
            return 3 if names[1] == "parameters" else 5
        case ("inputs", "artifacts", _, "path", *_) | ("tasks" | "steps", _, "outputs", "result", *_):
            return 4
        case ("workflow", "outputs", "parameters", _, *_):
            return 4
        case ("tasks" | "steps", _, word, *_) if word in TASK_TEXTS:
            return 3
        case ("lastRetry", _, *_) | ("workflow", "name" | "namespace" | "uid" | "status" | "failures", *_):
            return 2
        case _:
            return 0


def gives_text(node: Expression) -> bool | None:
    """Whether the value is a text; None where that is not known."""
    match node:
        case Text():
            return True
        case Items() | Entries():
            return False
        case Call(function=Name(name=name)) if name in TEXT_FUNCTIONS | OTHER_FUNCTIONS:
            return name in TEXT_FUNCTIONS
        case Condition(then=then, otherwise=otherwise):
            return _together(gives_text(then), gives_text(otherwise))
        case Binary(operator="??", left=left, right=right):
            return _together(gives_text(left), gives_text(right))
        case Let(body=body):
            return gives_text(body)
        case Sequence(items=items):
            return gives_text(items[-1])
        case _:
            return True if is_text(node) else None


def is_text(node: Expression) -> bool:
    """Whether it is a path to a text."""
    names = constant_path(node)
    return bool(names) and text_length(names) == len(names)


def mismatches(expression: Expression) -> Iterator[Problem]:
    """Texts that are compared or calculated with numbers: that fails, or is never equal."""
    for node in walk(expression):
        if not isinstance(node, Binary) or node.operator not in CALCULATING | {"==", "!="}:
            continue
        for text, other in ((node.left, node.right), (node.right, node.left)):
            if is_text(text) and isinstance(other, Integer | Float | Boolean):
                name, kind = ".".join(constant_path(text)), "flag" if isinstance(other, Boolean) else "number"
                advice = "decode it with fromJSON" if kind == "flag" else "decode it with asInt or asFloat"
                what = "never equals" if node.operator in ("==", "!=") else "cannot be calculated with"
                yield Problem(node.span, f"`{name}` is a text, which {what} a {kind}: {advice}")


def _together(first: bool | None, second: bool | None) -> bool | None:
    if first is False or second is False:
        return False
    return True if first and second else None
