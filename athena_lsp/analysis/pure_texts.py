"""f-strings: texts put together from values, with the formats of texts and whole numbers that Argo can compute."""

from __future__ import annotations

import ast
import re

from athena_lsp.analysis.pure_base import NotExactError, Reading
from athena_lsp.analysis.pure_calls import as_text
from athena_lsp.analysis.types import show
from athena_lsp.ir.model import Expr
from athena_lsp.ir.types import BOOL, INT, STR, Unresolved

FORMAT = re.compile(r"(?:(?P<fill>.)?(?P<align>[<>]))?(?P<zero>0)?(?P<width>[1-9]\d*)?(?P<type>[ds])?", re.S)
WIDEST = 1000
HINT = "format the text in a `@container`"


def text_of_parts(reading: Reading, node: ast.JoinedStr, parts: list[ast.expr]) -> Expr:
    """The parts behind each other."""
    texts = [_part(reading, part) if isinstance(part, ast.FormattedValue) else reading.lower(part) for part in parts]
    return reading.made(node, "concatenate", STR, *texts)


def _part(reading: Reading, part: ast.FormattedValue) -> Expr:
    value = reading.lower(part.value)
    kind = reading.bare(value)
    is_plain = kind in (INT, BOOL) or isinstance(kind, Unresolved)
    if part.conversion not in (-1, ord("s")) and not is_plain:
        raise NotExactError(part.value, f"the `repr` of a `{show(value.type)}` cannot be lowered", HINT)
    spec = _spec(part)
    if not spec:
        return as_text(reading, part.value, value)
    found = FORMAT.fullmatch(spec)
    converted = part.conversion != -1
    is_number = kind == INT and not converted
    if found is None or (kind == BOOL and not converted) or int(found["width"] or 0) > WIDEST:
        raise NotExactError(part.value, f"the format `{spec}` of a `{show(value.type)}` cannot be lowered", HINT)
    if (
        (found["type"] == "d" and not is_number)
        or (found["type"] == "s" and is_number)
        or (found["zero"] and not is_number)
    ):
        raise NotExactError(part.value, f"the format `{spec}` of a `{show(value.type)}` cannot be lowered", HINT)
    return _padded(reading, part, value, found, is_number=is_number)


def _padded(reading: Reading, part: ast.FormattedValue, value: Expr, found: re.Match[str], *, is_number: bool) -> Expr:
    """The text with what fills its width; a number's zeros stand behind its sign."""
    text, width = as_text(reading, part.value, value), int(found["width"] or 0)
    if not width:
        return text
    if found["zero"] and found["align"] is None:
        size = as_text(reading, part.value, reading.made(part.value, "absolute", INT, value))
        below = reading.made(part.value, "less", BOOL, value, reading.number(part.value, 0))
        minus = reading.text(part.value, "-")
        negative = reading.made(part.value, "pad-left", STR, size, keys=("0", str(width - 1)))
        signed = reading.made(part.value, "concatenate", STR, minus, negative)
        return reading.made(
            part.value,
            "choose",
            STR,
            below,
            signed,
            reading.made(part.value, "pad-left", STR, size, keys=("0", str(width))),
        )
    fill = found["fill"] or ("0" if found["zero"] else " ")
    right = (found["align"] or (">" if is_number else "<")) == ">"
    return reading.made(part.value, "pad-left" if right else "pad-right", STR, text, keys=(fill, str(width)))


def _spec(part: ast.FormattedValue) -> str:
    """The format as it is written; one that is computed is none that is known."""
    match part.format_spec:
        case None:
            return ""
        case ast.JoinedStr(values=[]):
            return ""
        case ast.JoinedStr(values=[ast.Constant(value=str(text))]):
            return text
        case _:
            raise NotExactError(part.value, "a format that is computed cannot be lowered", HINT)
