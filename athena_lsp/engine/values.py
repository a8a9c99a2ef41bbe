"""Values of Argo's expression language, and how Go writes and reads them.

A Go `int` is an `int` here, `float64` a `float`, `[]any` a list, a map with texts as keys a dict, `nil` None.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any, TypeAlias

from athena_lsp.records import dataclass

Value: TypeAlias = Any
"""None, bool, int, float, str, bytes, list, dict, `Time`, `Duration` or `Function`."""

SMALLEST, LARGEST = -(2**63), 2**63 - 1
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
ALSO_ESCAPED = frozenset("<>&\u2028\u2029")
UNITS = (("h", 3600 * 10**9), ("m", 60 * 10**9))
LONGEST_SHOWN = 120
"""The most characters of a text that is no JSON and is shown for that; of a longer one, where it goes wrong."""


class ValueProblem(Exception):  # noqa: N818  # it never leaves the evaluator
    """Why an operation gives no value."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A Go duration."""

    nanoseconds: int

    def __str__(self) -> str:
        """As Go writes it: `1h0m0s`, `1.5s`, `20ms`."""
        rest, sign = abs(self.nanoseconds), "-" if self.nanoseconds < 0 else ""
        if rest < 10**9:
            for unit, size in (("ms", 10**6), ("µs", 10**3), ("ns", 1)):
                if rest >= size:
                    return f"{sign}{_decimal(rest, size)}{unit}"
            return "0s"
        text, started = "", False
        for unit, size in UNITS:
            count, rest = divmod(rest, size)
            if count or started:
                text, started = f"{text}{count}{unit}", True
        return f"{sign}{text}{_decimal(rest, 10**9)}s"


@dataclass(frozen=True, slots=True)
class Time:
    """A Go time; nanoseconds below a microsecond are lost."""

    moment: datetime

    def __str__(self) -> str:
        """As JSON has it: RFC 3339 with the fraction that is needed."""
        text = self.moment.isoformat()
        head, plus, zone = text.partition("+") if "+" in text[10:] else (text, "", "")
        if "." in head:
            head = head.rstrip("0")
        return f"{head}Z" if zone in ("00:00", "") and not text.endswith("-00:00") and plus else f"{head}{plus}{zone}"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the environment: `asInt`, or one of `sprig`."""

    name: str
    call: Callable[..., Value]


def kind(value: Value) -> str:
    """The name that the builtin `type` gives, and messages use."""
    match value:
        case None:
            return "nil"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str():
            return "string"
        case list() | bytes():
            return "array"
        case dict():
            return "map"
        case Time():
            return "time.Time"
        case Duration():
            return "time.Duration"
        case _:
            return "func"


def wrapped(number: int) -> int:
    """A whole number as 64 bits hold it."""
    if SMALLEST <= number <= LARGEST:
        return number
    return (number - SMALLEST) % 2**64 + SMALLEST


def equal(left: Value, right: Value) -> bool:
    """`==` at run time: numbers by value, lists and maps by their parts, different kinds never."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return float(left) == float(right) if isinstance(left, float) or isinstance(right, float) else left == right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


# --- texts of values ----------------------------------------------------------------------------------------------


def go_text(value: Value) -> str:
    """What `fmt.Sprintf("%v")` makes of a value: what a `valueFrom.expression` without `toJson` gives."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return _shortest(value, least=-4, most=6)
        case bytes():
            return "[" + " ".join(map(str, value)) + "]"
        case list():
            return "[" + " ".join(map(go_text, value)) + "]"
        case dict():
            inside = (f"{go_text(key)}:{go_text(item)}" for key, item in sorted(value.items(), key=_key_order))
            return f"map[{' '.join(inside)}]"
        case Time():
            return f"{value.moment:%Y-%m-%d %H:%M:%S} +0000 UTC"
        case _:
            return str(value)


def json_text(value: Value, *, indent: bool = False) -> str:
    """What Go's `encoding/json` writes: compact, keys sorted, `<`, `>` and `&` escaped. Raises ValueProblem."""
    pieces: list[str] = []
    _write(value, pieces, "\n" if indent else "", 0)
    return "".join(pieces)


def json_value(text: str) -> Value:
    """What Go's `json.Unmarshal` reads: every number is a float. Raises ValueProblem."""
    if not isinstance(text, str):
        raise ValueProblem(f"JSON is read from a string, not from {kind(text)}")
    try:
        return json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueProblem(f"no JSON: {error if len(text) > LONGEST_SHOWN else text}") from None


def json_string(text: str) -> str:
    """A text as Go's JSON has it, with its quotes."""
    return '"' + "".join(map(_json_character, text)) + '"'


def _write(value: Value, pieces: list[str], line: str, depth: int) -> None:
    match value:
        case None:
            pieces.append("null")
        case bool():
            pieces.append("true" if value else "false")
        case int():
            pieces.append(str(value))
        case float():
            if not math.isfinite(value):
                raise ValueProblem(f"json: unsupported value: {go_text(value)}")
            pieces.append(_json_number(value))
        case str():
            pieces.append(json_string(value))
        case bytes():
            pieces.append(json_string(base64.b64encode(value).decode()))
        case list():
            _collection(value, pieces, line, depth, "[]")
        case dict():
            if any(not isinstance(key, str) for key in value):
                raise ValueProblem("json: unsupported type: map[interface {}]interface {}")
            ordered = sorted(value.items(), key=lambda entry: entry[0].encode(errors="surrogatepass"))
            _collection(ordered, pieces, line, depth, "{}")
        case Duration():
            pieces.append(str(value.nanoseconds))
        case Time():
            pieces.append(json_string(str(value)))
        case _:
            raise ValueProblem("json: unsupported type: func")


def _collection(items: list[Any], pieces: list[str], line: str, depth: int, brackets: str) -> None:
    opening, closing = brackets[0], brackets[1]
    pieces.append(opening)
    for number, item in enumerate(items):
        pieces.append(("," if number else "") + (line and line + "  " * (depth + 1)))
        if opening == "{":
            pieces.append(json_string(item[0]) + (": " if line else ":"))
            item = item[1]
        _write(item, pieces, line, depth + 1)
    if items and line:
        pieces.append(line + "  " * depth)
    pieces.append(closing)


def _json_character(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    if character < " " or character in ALSO_ESCAPED:
        return f"\\u{ord(character):04x}"
    return "\\ufffd" if "\ud800" <= character <= "\udfff" else character


def _json_number(number: float) -> str:
    text = _shortest(number, least=-6, most=21)
    mantissa, e, exponent = text.partition("e")
    if e and exponent[1] == "0" and exponent[0] == "-":
        exponent = exponent[0] + exponent[2:]
    return f"{mantissa}{e}{exponent}"


def _shortest(number: float, *, least: int, most: int) -> str:
    """The shortest digits that mean the number; with an exponent where Go has one."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "+Inf" if number > 0 else "-Inf"
    sign = "-" if math.copysign(1, number) < 0 else ""
    if number == 0:
        return f"{sign}0"
    digits, exponent = _digits(abs(number))
    if exponent < least or exponent >= most:
        mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    fraction = digits[exponent + 1 :]
    return f"{sign}{whole}{'.' if fraction else ''}{fraction}"


def _digits(number: float) -> tuple[str, int]:
    """The significant digits, and the exponent of the first."""
    mantissa, _, exponent = f"{number!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    stripped = digits.lstrip("0")
    place = len(whole) - 1 - (len(digits) - len(stripped)) + int(exponent or 0)
    return stripped.rstrip("0") or "0", place


def _decimal(count: int, size: int) -> str:
    whole, rest = divmod(count, size)
    width = len(str(size)) - 1
    fraction = f"{rest:0{width}d}".rstrip("0") if rest else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def _key_order(entry: tuple[Value, Value]) -> tuple[str, Value]:
    key = entry[0]
    return ("0", key) if isinstance(key, int | float) else ("1", go_text(key))


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"cannot unmarshal number {text} into Go value of type float64")
    return number


def _no_constant(text: str) -> Value:
    raise ValueError(f"invalid character '{text[0]}' looking for beginning of value")


def texts_by_path(values: Mapping[str, str]) -> dict[str, Value]:
    """Dotted keys as nested maps; a key that others go on from is left out, as Argo leaves it out."""
    expanded: dict[str, Value] = {}
    names = sorted(values)
    for key, following in zip_longest(names, names[1:], fillvalue=""):
        if following.startswith(key + "."):
            continue
        here = expanded
        *folders, last = key.split(".")
        for folder in folders:
            inner = here.setdefault(folder, {})
            if not isinstance(inner, dict):
                inner = here[folder] = {}
            here = inner
        here[last] = values[key]
    return expanded
