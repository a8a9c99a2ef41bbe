"""Parts of texts that a program puts together: `"repo:" + tag`, `f"repo:{tag}"`."""

from __future__ import annotations

import ast

from athena_lsp.analysis.scope import dotted
from athena_lsp.ir.values import Concatenated, NotStatic, Number, Text, Value


def texts_meet(left: Value, right: Value) -> bool:
    return isinstance(left, Text | Concatenated) or isinstance(right, Text | Concatenated)


def as_piece(value: Value, node: ast.expr) -> str | None:
    """A part of a concatenation as it would stand in a text with placeholders."""
    match value:
        case Text(value=text):
            return text if "{" not in text and "}" not in text else None
        case Concatenated(fixed=str(fixed)):
            return fixed[1:-1]
        case NotStatic() if dotted(node):
            return f"{{{dotted(node)}}}"
        case _:
            return None


def quoted(text: str) -> str | None:
    """A Python literal for the text, when plain quotes will do."""
    if not text.isprintable() or '"' in text or "\\" in text:
        return None
    return f'"{text}"'


def as_text(value: Value) -> str | None:
    match value:
        case Text(value=text):
            return text
        case Number(value=number):
            return str(number)
        case _:
            return None


def names_in(node: ast.expr) -> list[str]:
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
