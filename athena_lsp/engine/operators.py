"""The operators of Argo's expression language on values, as the engine has them at run time."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

from athena_lsp.engine.values import Duration, Time, Value, ValueProblem, equal, kind, wrapped

MICROSECOND = 1_000


def truth(value: Value) -> bool:
    """A condition: there is no truthiness."""
    if isinstance(value, bool):
        return value
    raise ValueProblem(f"a condition must be a bool, not {kind(value)}")


def negative(value: Value) -> Value:
    if isinstance(value, Duration):
        return Duration(wrapped(-value.nanoseconds))
    number = _number(value, "-")
    return wrapped(-number) if isinstance(number, int) else -number


def apply(operator: str, left: Value, right: Value) -> Value:
    """The value of `left operator right`. Raises ValueProblem."""
    return OPERATORS[operator](left, right)


def compared(left: Value, right: Value) -> int:
    """-1, 0 or 1, for what has an order."""
    if is_number(left) and is_number(right):
        return int(left > right) - int(left < right)
    if isinstance(left, str) and isinstance(right, str):
        first, second = (text.encode(errors="surrogatepass") for text in (left, right))
        return (first > second) - (first < second)
    if isinstance(left, Time) and isinstance(right, Time):
        return (left.moment > right.moment) - (left.moment < right.moment)
    if isinstance(left, Duration) and isinstance(right, Duration):
        return (left.nanoseconds > right.nanoseconds) - (left.nanoseconds < right.nanoseconds)
    raise ValueProblem(f"{kind(left)} and {kind(right)} have no order")


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def contains(value: Value, collection: Value) -> bool:
    """`value in collection`."""
    match collection:
        case None:
            return False
        case list():
            return any(equal(value, item) for item in collection)
        case dict():
            if value is None:
                return False
            if not isinstance(value, str):
                raise ValueProblem(f"a key of a map is a string, not {kind(value)}")
            return value in collection
        case _:
            raise ValueProblem(f"`in` is not defined on {kind(collection)}")


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """A regular expression of Go's. Raises ValueProblem; for what Python reads otherwise, too."""
    if re.search(r"\(\?[=!<]|\\[1-9]|\(\?P[=>]|(?<!\\)[*+?}]\+", text):
        raise ValueProblem(f"`{text}` is no regular expression of Go's")
    try:
        return re.compile(text.replace("\\z", "\\Z"), re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueProblem(f"`{text}` is no regular expression: {error}") from None


def _number(value: Value, operator: str) -> int | float:
    if is_number(value):
        return value  # type: ignore[no-any-return]
    raise ValueProblem(f"`{operator}` does not take {kind(value)}")


def _mismatch(operator: str, left: Value, right: Value) -> ValueProblem:
    return ValueProblem(f"`{operator}` does not take {kind(left)} and {kind(right)}")


def _plus(left: Value, right: Value) -> Value:
    if is_number(left) and is_number(right):
        return _arithmetic(left + right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, Duration) and isinstance(right, Duration):
        return Duration(wrapped(left.nanoseconds + right.nanoseconds))
    if isinstance(left, Duration) and isinstance(right, Time):
        return _plus(right, left)
    if isinstance(left, Time) and isinstance(right, Duration):
        return _moved(left, right.nanoseconds)
    raise _mismatch("+", left, right)


def _minus(left: Value, right: Value) -> Value:
    if is_number(left) and is_number(right):
        return _arithmetic(left - right)
    if isinstance(left, Duration) and isinstance(right, Duration):
        return Duration(wrapped(left.nanoseconds - right.nanoseconds))
    if isinstance(left, Time) and isinstance(right, Duration):
        return _moved(left, -right.nanoseconds)
    if isinstance(left, Time) and isinstance(right, Time):
        return Duration(round((left.moment - right.moment).total_seconds() * 1e6) * MICROSECOND)
    raise _mismatch("-", left, right)


def _times(left: Value, right: Value) -> Value:
    if is_number(left) and is_number(right):
        return _arithmetic(left * right)
    for duration, number in ((left, right), (right, left)):
        if isinstance(duration, Duration) and is_number(number):
            return Duration(wrapped(int(duration.nanoseconds * number)))
    raise _mismatch("*", left, right)


def _divided(left: Value, right: Value) -> Value:
    if not (is_number(left) and is_number(right)):
        raise _mismatch("/", left, right)
    dividend, divisor = float(left), float(right)
    if divisor == 0:
        if dividend == 0 or math.isnan(dividend):
            return math.nan
        return math.copysign(math.inf, dividend) * math.copysign(1, divisor)
    return dividend / divisor


def _rest(left: Value, right: Value) -> Value:
    if not all(isinstance(side, int) and not isinstance(side, bool) for side in (left, right)):
        raise _mismatch("%", left, right)
    if right == 0:
        raise ValueProblem("integer divide by zero")
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _power(left: Value, right: Value) -> Value:
    if not (is_number(left) and is_number(right)):
        raise _mismatch("**", left, right)
    try:
        return _go_power(float(left), float(right))
    except OverflowError:
        return -math.inf if left < 0 and float(right) % 2 == 1 else math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan


def _go_power(base: float, exponent: float) -> float:
    """Go multiplies where C calls the machine: the last digit may differ."""
    fraction, whole = math.modf(abs(exponent))
    if base == 0 or not math.isfinite(base) or not math.isfinite(exponent) or whole >= 2**63 or (fraction and base < 0):
        return math.pow(base, exponent)
    result, power = 1.0, 0
    if fraction:
        fraction, whole = (fraction - 1, whole + 1) if fraction > 0.5 else (fraction, whole)
        result = math.exp(fraction * math.log(base))
    mantissa, scale = math.frexp(base)
    bits = int(whole)
    while bits:
        if abs(scale) > 1 << 12:
            power += scale
            break
        if bits & 1:
            result, power = result * mantissa, power + scale
        mantissa, scale, bits = mantissa * mantissa, scale * 2, bits >> 1
        if mantissa < 0.5:
            mantissa, scale = mantissa * 2, scale - 1
    return math.ldexp(1 / result, -power) if exponent < 0 else math.ldexp(result, power)


def _range(left: Value, right: Value) -> Value:
    if not all(isinstance(side, int) and not isinstance(side, bool) for side in (left, right)):
        raise _mismatch("..", left, right)
    if right - left + 1 > 1_000_000:
        raise ValueProblem("memory budget exceeded")
    return list(range(left, right + 1))


def _text_test(operator: str, test: Callable[[str, str], bool]) -> Callable[[Value, Value], bool]:
    def tested(left: Value, right: Value) -> bool:
        if left is None or right is None:
            return False
        if not (isinstance(left, str) and isinstance(right, str)):
            raise _mismatch(operator, left, right)
        return test(left, right)

    return tested


def _arithmetic(number: int | float) -> int | float:
    return wrapped(number) if isinstance(number, int) else number


def _moved(time: Time, nanoseconds: int) -> Time:
    try:
        return Time(time.moment + timedelta(microseconds=nanoseconds // MICROSECOND))
    except OverflowError:
        raise ValueProblem("the time is out of range") from None


OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": lambda left, right: compared(left, right) < 0,
    ">": lambda left, right: compared(left, right) > 0,
    "<=": lambda left, right: compared(left, right) <= 0,
    ">=": lambda left, right: compared(left, right) >= 0,
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divided,
    "%": _rest,
    "**": _power,
    "^": _power,
    "..": _range,
    "in": contains,
    "contains": _text_test("contains", lambda left, right: right in left),
    "startsWith": _text_test("startsWith", str.startswith),
    "endsWith": _text_test("endsWith", str.endswith),
    "matches": _text_test("matches", lambda left, right: pattern(right).search(left) is not None),
}
"""All but `&&`, `||` and `??`, which do not always look at both sides."""
