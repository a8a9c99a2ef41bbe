"""Evaluating `when`, which is govaluate, an older language: bare words are texts, and nothing is converted."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from athena_lsp.argo.exprs.cursor import Problem
from athena_lsp.argo.exprs.govaluate import Word, words_of
from athena_lsp.records import dataclass

Value: TypeAlias = "float | str | bool | tuple[Value, ...] | None"
Later: TypeAlias = "Callable[[], Value]"

LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"?", "??", ":"}),
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"==", "!=", "<", ">", "<=", ">=", "=~", "!~", "in", "IN"}),
    frozenset({"|", "&", "^"}),
    frozenset({"<<", ">>"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
    frozenset({"**"}),
)
"""Operators from the loosest to the tightest."""
WORDS: dict[str, bool] = {"true": True, "false": False}
DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M")


class ConditionError(Exception):
    """A condition that govaluate could not decide; the message is Argo's, or close to it."""


def holds(text: str) -> bool:
    """Whether a `when` whose tags are filled in holds; an empty one does. Raises ConditionError."""
    bare = text.strip()
    if bare in ("", "true", "false"):
        return bare != "false"
    words: list[Word] = []
    for word in words_of(text):
        if isinstance(word, Problem):
            raise ConditionError(f"Invalid 'when' expression '{text}': {word.what}")
        if word.tag is not None:
            raise ConditionError(f"Invalid 'when' expression '{text}': Invalid token: '{{'")
        words.append(word)
    reader = _Reader(words)
    try:
        value = reader.whole()
    except RecursionError:
        raise ConditionError(f"Invalid 'when' expression '{text}': it nests too deep") from None
    except ConditionError as error:
        raise ConditionError(f"Invalid 'when' expression '{text}': {error}") from None
    if not isinstance(value, bool):
        raise ConditionError(f"Expected boolean evaluation for '{text}'. Got {shown(value)}")
    return value


def shown(value: Value) -> str:
    """A value as Go prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() and abs(value) < 1e21 else repr(value)
    return "<nil>" if value is None else str(value)


@dataclass
class _Reader:
    """Reads a condition into functions that give its value: not every side is looked at."""

    words: list[Word]
    position: int = 0

    def whole(self) -> Value:
        found = self.level(0)
        if self.position < len(self.words):
            raise ConditionError(f"`{self.words[self.position].text}` is not expected here")
        return found()

    def sees(self, kinds: frozenset[str]) -> str:
        if self.position < len(self.words):
            word = self.words[self.position]
            if word.kind == "operator" and word.text in kinds:
                return word.text
        return ""

    def level(self, number: int) -> Later:
        if number == len(LEVELS):
            return self.prefixed()
        value = self.level(number + 1)
        while operator := self.sees(LEVELS[number]):
            if operator == ":":
                break
            self.position += 1
            value = self.ternary(value) if operator == "?" else _joined(operator, value, self.level(number + 1))
        return value

    def ternary(self, test: Later) -> Later:
        then = self.level(0)
        otherwise: Later = _nothing
        if self.sees(frozenset({":"})):
            self.position += 1
            otherwise = self.level(0)
        return lambda: then() if _flag("?", test()) else otherwise()

    def prefixed(self) -> Later:
        if self.position >= len(self.words):
            raise ConditionError("Unexpected end of expression")
        word = self.words[self.position]
        self.position += 1
        if word.kind == "prefix" or word.text == "-":
            following = self.words[self.position] if self.position < len(self.words) else word
            if following.kind == "prefix":
                raise ConditionError(f"Invalid token: '{word.text}{following.text}'")
            operand = self.prefixed()
            return lambda: _prefixed(word.text, operand())
        if word.kind == "open":
            return self.parenthesised()
        if word.kind != "value":
            raise ConditionError(f"`{word.text}` is not expected here")
        value = _literal(word.text)
        return lambda: value

    def parenthesised(self) -> Later:
        if self.position < len(self.words) and self.words[self.position].kind == "close":
            self.position += 1
            return lambda: ()
        items = [self.level(0)]
        while self.sees(frozenset({","})):
            self.position += 1
            items.append(self.level(0))
        if self.position >= len(self.words) or self.words[self.position].kind != "close":
            raise ConditionError("Unbalanced parenthesis")
        self.position += 1
        return items[0] if len(items) == 1 else lambda: tuple(item() for item in items)


def _nothing() -> Value:
    return None


def _joined(operator: str, left: Later, right: Later) -> Later:
    match operator:
        case "&&":
            return lambda: _flag("&&", left()) and _flag("&&", right())
        case "||":
            return lambda: _flag("||", left()) or _flag("||", right())
        case "??":
            return lambda: value if (value := left()) is not None else right()
        case _:
            return lambda: _apply(operator, left(), right())


def _flag(operator: str, value: Value) -> bool:
    if isinstance(value, bool):
        return value
    raise _mismatch(operator, value)


def _prefixed(prefix: str, value: Value) -> Value:
    if prefix == "!" and isinstance(value, bool):
        return not value
    if isinstance(value, float) and prefix in "-~":
        return -value if prefix == "-" else float(~int(value))
    raise ConditionError(f"Value '{shown(value)}' cannot be used with the prefix '{prefix}'")


def _literal(text: str) -> Value:
    if text[0] in "'\"":
        inside = re.sub(r"\\(.)", r"\1", text[1:-1])
        return _date(inside)
    if text[0] == "[":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if text in WORDS:
        return WORDS[text]
    if text[0].isdigit():
        try:
            return float(int(text, 16)) if text.startswith("0x") else float(text)
        except ValueError:
            raise ConditionError(f"Unable to parse numeric value '{text}' to float64") from None
    if "." in text:
        raise ConditionError(f"No parameter '{text.split('.')[0]}' found.")
    return text


def _date(text: str) -> Value:
    """A quoted date is a number of seconds."""
    if re.match(r"\d{4}-\d\d-\d\d", text):
        for layout in DATES:
            try:
                moment = datetime.strptime(text, layout)  # noqa: DTZ007  # one without a zone means UTC
            except ValueError:
                continue
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return text


def _apply(operator: str, left: Value, right: Value) -> Value:
    match operator:
        case "==" | "!=":
            same = type(left) is type(right) and left == right
            return same if operator == "==" else not same
        case "<" | ">" | "<=" | ">=":
            return _ordered(operator, left, right)
        case "in" | "IN":
            return any(type(left) is type(item) and left == item for item in _items(right))
        case "=~" | "!~":
            return (_found(left, right)) is (operator == "=~")
        case "+" if isinstance(left, str) or isinstance(right, str):
            return f"{shown(left)}{shown(right)}"
        case _:
            return _number(operator, left, right)


def _ordered(operator: str, left: Value, right: Value) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return _in_order(operator, int(left > right) - int(left < right))
    if isinstance(left, str) and isinstance(right, str):
        return _in_order(operator, int(left > right) - int(left < right))
    raise _mismatch(operator, left if isinstance(left, bool) else right)


def _in_order(operator: str, order: int) -> bool:
    return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[operator]


def _items(value: Value) -> tuple[Value, ...]:
    if isinstance(value, tuple):
        return value
    raise ConditionError(f"Value '{shown(value)}' cannot be used with the comparator 'in', it is not an array")


def _found(text: Value, regex: Value) -> bool:
    if not (isinstance(text, str) and isinstance(regex, str)):
        raise _mismatch("=~", text)
    try:
        return re.search(regex, text) is not None
    except re.error as error:
        raise ConditionError(f"Unable to compile regexp pattern '{regex}': {error}") from None


NUMBERS: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else math.nan if left == 0 else math.copysign(math.inf, left),
    "%": lambda left, right: math.fmod(left, right) if right else math.nan,
    "**": math.pow,
    "|": lambda left, right: float(int(left) | int(right)),
    "&": lambda left, right: float(int(left) & int(right)),
    "^": lambda left, right: float(int(left) ^ int(right)),
    "<<": lambda left, right: float(int(left) << min(int(right), 64)),
    ">>": lambda left, right: float(int(left) >> int(right)),
}


def _number(operator: str, left: Value, right: Value) -> float:
    if not isinstance(left, float) or not isinstance(right, float):
        raise _mismatch(operator, left if not isinstance(left, float) else right)
    try:
        return NUMBERS[operator](left, right)
    except (OverflowError, ValueError):
        return math.inf


def _mismatch(operator: str, value: Value) -> ConditionError:
    return ConditionError(f"Value {json.dumps(shown(value))} cannot be used with the operator '{operator}'")
