"""Writing expressions as text: what is printed parses to an equal tree."""

from __future__ import annotations

import math
from typing import assert_never

from athena_lsp.argo.exprs.cursor import BINARY, RIGHT, UNARY
from athena_lsp.argo.exprs.literals import SURROGATES
from athena_lsp.argo.exprs.tree import (
    Binary,
    Boolean,
    Bytes,
    Call,
    Chain,
    Condition,
    Entries,
    Expression,
    Float,
    Integer,
    Items,
    Let,
    Member,
    Name,
    Nil,
    Pointer,
    Predicate,
    Sequence,
    Slice,
    Text,
    Unary,
)

WHOLE = 0
"""The power of a place that takes any expression."""
TIGHT = 1_000
"""The power of what needs no parentheses anywhere."""
LOOSE = -1
"""The power of `let` and of several expressions with `;` between them: no operand at all."""
ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def printed(node: Expression) -> str:
    """The expression in one line. No `}}` is in it but inside of texts, so braces in texts are escaped as well."""
    return _printed(node)


def quoted(text: str) -> str:
    """A text literal in single quotes; braces are escaped, since two of them end the tag around an expression."""
    return "'" + "".join(_escaped(character) for character in text) + "'"


def _printed(node: Expression) -> str:
    match node:
        case Nil():
            return "nil"
        case Boolean(value=value):
            return "true" if value else "false"
        case Integer(value=value):
            return str(value)
        case Float(value=number):
            return _float(number)
        case Text(value=text):
            return quoted(text)
        case Bytes(value=value):
            return "b'" + "".join(f"\\x{byte:02x}" for byte in value) + "'"
        case Name(name=name):
            return name
        case Pointer(name=name):
            return f"#{name}"
        case Member() | Slice() | Chain() | Call():
            return _path(node)
        case Predicate(body=body):
            return f"{{{_printed(body)} }}"
        case Items(items=items):
            return f"[{_separated(items)}]"
        case Entries(entries=entries):
            inside = ", ".join(f"{_key(key)}: {_at(value, WHOLE)}" for key, value in entries)
            return f"{{{inside} }}" if entries else "{}"
        case Unary() | Binary():
            return _operators(node)
        case Condition(test=test, then=then, otherwise=otherwise):
            return f"{_at(test, WHOLE + 1)} ? {_at(then, WHOLE)} : {_at(otherwise, WHOLE)}"
        case Let(name=name, value=value, body=body):
            return f"let {name} = {_at(value, WHOLE)}; {_printed(body)}"
        case Sequence(items=items):
            return "; ".join(_at(item, WHOLE) for item in items)
        case _:
            assert_never(node)


def _at(node: Expression, power: int) -> str:
    """The node where only what binds at least so tightly stands without parentheses."""
    text = _printed(node)
    return text if _power(node) >= power else f"({text})"


def _power(node: Expression) -> int:
    match node:
        case Binary(operator=operator):
            return BINARY[operator]
        case Unary(operator=operator):
            return UNARY[operator]
        case Condition():
            return WHOLE
        case Let() | Sequence():
            return LOOSE
        case _:
            return TIGHT


def _operators(node: Unary | Binary) -> str:
    """A row of operators, however long: its left spine is followed without recursion."""
    behind: list[str] = []
    here: Expression = node
    while isinstance(here, Binary) and here.operator not in RIGHT:
        power = BINARY[here.operator]
        behind.append(f" {here.operator} {_at(here.right, power + 1)}")
        here = here.left
        if not isinstance(here, Binary) or not _stands_bare(here, power) or here.operator in RIGHT:
            behind.append(_left(here, power))
            return "".join(reversed(behind))
    if isinstance(here, Binary):
        power = BINARY[here.operator]
        right = _at(here.right, power)
        return f"{_left(here.left, power + 1)} {here.operator} {right}"
    assert isinstance(here, Unary)
    blank = " " if here.operator == "not" else ""
    return f"{here.operator}{blank}{_at(here.operand, UNARY[here.operator])}"


def _left(node: Expression, power: int) -> str:
    bare = _stands_bare(node, power) if isinstance(node, Binary) else _power(node) >= power
    return _printed(node) if bare else f"({_printed(node)})"


def _stands_bare(node: Binary, power: int) -> bool:
    """Whether a row of operators may go on behind this one: comparisons in a row would mean something else."""
    mixes = node.operator == "??" and power != BINARY["??"]
    return BINARY[node.operator] >= power and power != BINARY["=="] and not mixes


def _path(node: Expression) -> str:
    """Members, slices and calls of methods; the base is followed without recursion."""
    pieces: list[str] = []
    in_chain = False
    while True:
        match node:
            case Chain(body=body) if not in_chain:
                node, in_chain = body, True
            case Member(base=base, key=key, optional=optional, dotted=dotted):
                pieces.append(_member(key, optional=optional, dotted=dotted))
                node, in_chain = base, dotted and (in_chain or optional)
            case Slice(base=base, start=start, stop=stop):
                ends = (_at(end, WHOLE) if end is not None else "" for end in (start, stop))
                pieces.append(f"[{':'.join(ends)}]")
                node, in_chain = base, False
            case Call(function=Member(base=base, key=key, optional=optional), arguments=arguments):
                pieces.append(_member(key, optional=optional, dotted=True) + f"({_separated(arguments)})")
                node, in_chain = base, in_chain or optional
            case Call(function=function, arguments=arguments, builtin=builtin):
                pieces.append(f"{'::' if builtin else ''}{_printed(function)}({_separated(arguments)})")
                break
            case Name() | Pointer() | Text() | Items() | Entries() | Bytes():
                pieces.append(_printed(node))
                break
            case _:
                pieces.append(f"({_printed(node)})")
                break
    return "".join(reversed(pieces))


def _member(key: Expression, *, optional: bool, dotted: bool) -> str:
    if dotted and isinstance(key, Text):
        return f"{'?' if optional else ''}.{key.value}"
    return f"{'?.' if optional else ''}[{_at(key, WHOLE)}]"


def _separated(items: tuple[Expression, ...]) -> str:
    return ", ".join(_at(item, WHOLE) for item in items)


def _key(key: Expression) -> str:
    return quoted(key.value) if isinstance(key, Text) else f"({_printed(key)})"


def _float(number: float) -> str:
    text = repr(number)
    return text if "." in text or "e" in text or not math.isfinite(number) else f"{text}.0"


def _escaped(character: str) -> str:
    if (escape := ESCAPES.get(character)) is not None:
        return escape
    code = ord(character)
    if (character.isprintable() and character not in "{}") or code in SURROGATES:  # no escape means half a character
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
