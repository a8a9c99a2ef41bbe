"""What the rules about types of values share: whether a value fits, how a message says it, what would fit."""

from __future__ import annotations

import json
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import Difference, difference, fields_of, show
from athena_lsp.analysis.values import value_difference, widened
from athena_lsp.ir.model import Constant, Expr
from athena_lsp.ir.types import AnyType, ArtifactOf, EnumOf, LiteralOf, Scalar, ScalarKind, Type, UnionOf, Unresolved
from athena_lsp.ir.values import Number, Text
from athena_lsp.rules._bodies import Flow
from athena_lsp.rules._nearest import nearest
from athena_lsp.rules._paths import access_text, bare_class
from athena_lsp.rules.base import Mend
from athena_lsp.text import Span, TextEdit


def mismatch(facts: Facts, flow: Flow, value: Expr, expected: Type) -> Difference | None:
    """How a value's type differs from the one it must have; None where it fits or another rule reports the value."""
    if flow.is_nothing(value):
        return None
    if isinstance(value, Constant):
        return value_difference(facts, value.value, expected)
    return difference(facts, value.type, expected)


def told(verb: str, actual: Type, expected: Type, different: Difference) -> str:
    """The tail of a message that says how two types differ: "but gets `str`", with the path to the first difference."""
    whole = shown(actual, expected)
    if not different.path:
        return f"but {verb} `{whole}`"
    inner = f"{different.path}: {shown(different.actual, different.expected)} is not {show(different.expected)}"
    return f"but {verb} `{whole}` (`{inner}`)"


def shown(actual: Type, expected: Type) -> str:
    """A type as a message about a difference names it: a literal by its value only where values are what differs."""
    parts = expected.members if isinstance(expected, UnionOf) else (expected,)
    exact = any(isinstance(part, LiteralOf | EnumOf) for part in parts)
    return show(actual if exact else widened(actual))


def advice(value: Expr, expected: Type, owner: str) -> str:
    """What to do about a value of another type; `owner` names what must be declared differently."""
    actual = value.type
    if isinstance(actual, ArtifactOf) and not isinstance(expected, ArtifactOf):
        return f"declare {owner} as `{show(ArtifactOf(expected))}`, or let the step return `{show(actual.item)}`"
    if isinstance(expected, ArtifactOf) and not isinstance(actual, ArtifactOf):
        return f"declare {owner} as `{show(expected.item)}`, or let the step return `{show(expected)}`"
    if isinstance(actual, UnionOf) and Scalar(ScalarKind.NONE) in actual.members:
        return f"declare {owner} as `{show(actual)}` and handle `None` there"
    if isinstance(value, Constant):
        return f"write a value of type `{show(expected)}`, or let a container make it"
    return f"declare {owner} as `{shown(actual, expected)}`, or convert the value in a container between the two"


def mends(facts: Facts, value: Expr, expected: Type) -> tuple[Mend, ...]:
    """Texts that would fit: the one field of the right type, the literal of the right kind, the nearest word."""
    if isinstance(value, Constant):
        return tuple(Mend(f"Write `{text}`", (TextEdit(value.span, text),)) for text in _literals(value, expected))
    class_ = bare_class(value.type)
    if class_ is None:
        return ()
    fitting = [field for field in fields_of(facts, class_) if _fits(facts, field.type, expected)]
    if len(fitting) != 1:
        return ()
    text = access_text(facts, class_, fitting[0].name)
    end = Span(value.span.end, value.span.end)
    return (Mend(f"Use the field `{fitting[0].name}`", (TextEdit(end, text),)),)


def _fits(facts: Facts, actual: Type, expected: Type) -> bool:
    return not isinstance(actual, AnyType | Unresolved) and difference(facts, actual, expected) is None


def _literals(value: Constant, expected: Type) -> Iterator[str]:
    """The same literal in the kind that is wanted, or the nearest word of a closed set."""
    match value.value, expected:
        case Text(value=text), Scalar(kind=ScalarKind.INT) if text.isascii() and text.removeprefix("-").isdigit():
            yield str(int(text))
        case Text(value=text), Scalar(kind=ScalarKind.BOOL) if text.lower() in ("true", "false"):
            yield text.capitalize()
        case Number(value=number), Scalar(kind=ScalarKind.STR):
            yield json.dumps(str(number))
        case Text(value=text), LiteralOf(values=values):
            words = [word for word in values if isinstance(word, str)]
            for word in nearest(text, words):
                yield json.dumps(word, ensure_ascii=False)
        case _:
            return
