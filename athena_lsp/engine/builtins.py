"""The functions of the expression language on values: those that take no predicate."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from functools import cmp_to_key

from athena_lsp.engine.dates import date, duration, now, timezone
from athena_lsp.engine.operators import apply, compared, is_number
from athena_lsp.engine.predicates import direction
from athena_lsp.engine.values import LARGEST, SMALLEST, Value, ValueProblem, equal, go_text, json_text, json_value, kind

DECIMAL = re.compile(r"[+-]?[0-9]+")
FLOAT = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|infinity|nan)", re.IGNORECASE | re.ASCII
)


def as_int(value: Value) -> int:
    """`int`, and Argo's `asInt`."""
    if isinstance(value, str):
        if DECIMAL.fullmatch(value) and SMALLEST <= int(value) <= LARGEST:
            return int(value)
        raise ValueProblem(f"int({value}): no whole number")
    if isinstance(value, float):
        if not math.isfinite(value) or not SMALLEST <= value <= LARGEST:
            return SMALLEST
        return int(value)
    return int(_number("int", value))


def as_float(value: Value) -> float:
    """`float`, and Argo's `asFloat`."""
    if isinstance(value, str):
        if not FLOAT.fullmatch(value):
            raise ValueProblem(f"float({value}): no number")
        number = float(value)
        if math.isinf(number) and "inf" not in value.lower():
            raise ValueProblem(f"float({value}): out of range")
        return number
    return float(_number("float", value))


def _number(name: str, value: Value) -> int | float:
    if is_number(value):
        return value  # type: ignore[no-any-return]
    raise ValueProblem(f"`{name}` takes a number, not {kind(value)}")


def _text(name: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    raise ValueProblem(f"`{name}` takes a string, not {kind(value)}")


def _list(name: str, value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    raise ValueProblem(f"`{name}` takes an array, not {kind(value)}")


def _whole(name: str, value: Value) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueProblem(f"`{name}` takes an integer, not {kind(value)}")


def _texts(name: str, work: Callable[..., Value]) -> Callable[..., Value]:
    """A function of texts alone."""
    return lambda *arguments: work(*(_text(name, argument) for argument in arguments))


def _len(value: Value) -> int:
    if isinstance(value, str | list | dict | bytes):
        return len(value)
    raise ValueProblem(f"invalid argument for len (type {kind(value)})")


def _abs(value: Value) -> Value:
    return abs(_number("abs", value))


def _rounding(name: str, work: Callable[[float], float]) -> Callable[[Value], float]:
    def rounded(value: Value) -> float:
        number = float(_number(name, value))
        return float(work(number)) if math.isfinite(number) else number

    return rounded


def _half_away(number: float) -> float:
    whole = math.floor(abs(number))
    return math.copysign(whole + (abs(number) - whole >= 0.5), number)


def _extreme(name: str, sign: int) -> Callable[..., Value]:
    def extreme(*values: Value) -> Value:
        if len(values) == 1 and not isinstance(values[0], list):
            return values[0]
        best: Value = None
        for value in _numbers(name, values):
            if best is None or sign * compared(value, best) > 0:
                best = value
        return best

    return extreme


def _numbers(name: str, values: tuple[Value, ...] | list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        found += _numbers(name, value) if isinstance(value, list) else [_number(name, value)]
    return found


def _mean(*values: Value) -> Value:
    numbers = _numbers("mean", values)
    return sum(map(float, numbers)) / len(numbers) if numbers else 0


def _median(*values: Value) -> Value:
    numbers = sorted(map(float, _numbers("median", values)))
    middle = len(numbers) // 2
    if not numbers:
        return 0
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def _split(name: str, *, keep: bool) -> Callable[..., Value]:
    def split(text: Value, separator: Value, most: Value = -1) -> Value:
        text, separator, count = _text(name, text), _text(name, separator), _whole(name, most)
        if count == 0:
            return []
        if not separator:
            pieces = list(text)
            return pieces if count < 0 or len(pieces) <= count else [*pieces[: count - 1], "".join(pieces[count - 1 :])]
        pieces = text.split(separator, count - 1 if count > 0 else -1)
        return [piece + separator for piece in pieces[:-1]] + pieces[-1:] if keep else pieces

    return split


def _replace(text: Value, old: Value, new: Value, most: Value = -1) -> Value:
    text, old, new = _text("replace", text), _text("replace", old), _text("replace", new)
    return text.replace(old, new, max(_whole("replace", most), -1))


def _repeat(text: Value, count: Value) -> Value:
    times = _whole("repeat", count)
    if times < 0 or times > 1_000_000:
        raise ValueProblem("`repeat` takes a count from 0 to 1000000")
    return _text("repeat", text) * times


def _trim(text: Value, *characters: Value) -> Value:
    if not characters:
        return _text("trim", text).strip("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000")
    return _text("trim", text).strip(_text("trim", characters[0]))


def _join(items: Value, separator: Value = "") -> Value:
    return _text("join", separator).join(_text("join", item) for item in _list("join", items))


def _place(find: Callable[[bytes, bytes], int]) -> Callable[[str, str], int]:
    """Go counts bytes."""
    return lambda text, part: find(text.encode(errors="surrogateescape"), part.encode(errors="surrogateescape"))


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True).decode(errors="replace")
    except (binascii.Error, ValueError) as error:
        raise ValueProblem(f"fromBase64: {error}") from None


def _end(place: int) -> Callable[[Value], Value]:
    return lambda items: None if isinstance(items, dict) else get(items, place)


def get(base: Value, key: Value) -> Value:
    """What stands under a key or at a place; nil when nothing does."""
    if isinstance(base, dict):
        if key is not None and not isinstance(key, str):
            raise ValueProblem(f"a key of a map is a string, not {kind(key)}")
        return base.get(key)
    if isinstance(base, list | str):
        items = base.encode(errors="surrogateescape") if isinstance(base, str) else base
        place = int(_number("get", key))
        index = place + len(items) if place < 0 else place
        return items[index] if 0 <= index < len(items) else None
    return None


def _take(items: Value, count: Value) -> Value:
    number = _whole("take", count)
    if number < 0:
        raise ValueProblem(f"cannot take {number} elements")
    return _list("take", items)[:number]


def _keys(value: Value) -> Value:
    """In order; on the cluster, in any."""
    if not isinstance(value, dict):
        raise ValueProblem(f"cannot get keys from {kind(value)}")
    return sorted(value)


def _values(value: Value) -> Value:
    return [value[key] for key in _keys(value)]


def _to_pairs(value: Value) -> Value:
    return [[key, value[key]] for key in _keys(value)]


def _from_pairs(pairs: Value) -> Value:
    found: dict[Value, Value] = {}
    for pair in _list("fromPairs", pairs):
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueProblem("`fromPairs` takes pairs of a key and a value")
        key, value = pair
        if isinstance(key, list | dict):
            raise ValueProblem(f"{kind(key)} cannot be a key of a map")
        found[key] = value
    return found


def _concat(*lists: Value) -> Value:
    return [item for items in lists for item in _list("concat", items)]


def _flatten(items: Value) -> Value:
    found: list[Value] = []
    for item in _list("flatten", items):
        found += _flatten(item) if isinstance(item, list) else [item]
    return found


def _uniq(items: Value) -> Value:
    found: list[Value] = []
    for item in _list("uniq", items):
        if not any(equal(item, other) for other in found):
            found.append(item)
    return found


def _sort(items: Value, order: Value = "asc") -> Value:
    sign = direction(order)
    return sorted(
        items if isinstance(items, list) else [], key=cmp_to_key(lambda left, right: sign * compared(left, right))
    )


def _bits(name: str, work: Callable[[int, int], int]) -> Callable[[Value, Value], Value]:
    return lambda left, right: apply("+", work(_whole(name, left), _whole(name, right)), 0)


def _shift(name: str, work: Callable[[int, int], int]) -> Callable[[Value, Value], Value]:
    def shifted(left: Value, right: Value) -> Value:
        by = _whole(name, right)
        if by < 0:
            raise ValueProblem("negative shift count")
        return apply("+", work(_whole(name, left), min(by, 64)), 0)

    return shifted


BUILTINS: dict[str, Callable[..., Value]] = {
    "len": _len,
    "type": lambda value: "func" if callable(value) else kind(value),
    "abs": _abs,
    "ceil": _rounding("ceil", math.ceil),
    "floor": _rounding("floor", math.floor),
    "round": _rounding("round", _half_away),
    "int": as_int,
    "float": as_float,
    "string": go_text,
    "upper": _texts("upper", str.upper),
    "lower": _texts("lower", str.lower),
    "trim": _trim,
    "trimPrefix": _texts("trimPrefix", lambda text, prefix=" ": text.removeprefix(prefix)),
    "trimSuffix": _texts("trimSuffix", lambda text, suffix=" ": text.removesuffix(suffix)),
    "split": _split("split", keep=False),
    "splitAfter": _split("splitAfter", keep=True),
    "replace": _replace,
    "repeat": _repeat,
    "join": _join,
    "indexOf": _texts("indexOf", _place(bytes.find)),
    "lastIndexOf": _texts("lastIndexOf", _place(bytes.rfind)),
    "hasPrefix": _texts("hasPrefix", str.startswith),
    "hasSuffix": _texts("hasSuffix", str.endswith),
    "max": _extreme("max", 1),
    "min": _extreme("min", -1),
    "mean": _mean,
    "median": _median,
    "toJSON": lambda value: json_text(value, indent=True),
    "fromJSON": json_value,
    "toBase64": _texts("toBase64", lambda text: base64.b64encode(text.encode(errors="surrogateescape")).decode()),
    "fromBase64": _texts("fromBase64", _from_base64),
    "now": now,
    "duration": duration,
    "date": date,
    "timezone": timezone,
    "first": _end(0),
    "last": _end(-1),
    "get": get,
    "take": _take,
    "keys": _keys,
    "values": _values,
    "toPairs": _to_pairs,
    "fromPairs": _from_pairs,
    "reverse": lambda items: _list("reverse", items)[::-1],
    "concat": _concat,
    "flatten": _flatten,
    "uniq": _uniq,
    "sort": _sort,
    "bitand": _bits("bitand", lambda left, right: left & right),
    "bitor": _bits("bitor", lambda left, right: left | right),
    "bitxor": _bits("bitxor", lambda left, right: left ^ right),
    "bitnand": _bits("bitnand", lambda left, right: left & ~right),
    "bitnot": lambda value: ~_whole("bitnot", value),
    "bitshl": _shift("bitshl", lambda left, by: left << by),
    "bitshr": _shift("bitshr", lambda left, by: left >> by),
    "bitushr": _shift("bitushr", lambda left, by: (left % 2**64) >> by),
}
