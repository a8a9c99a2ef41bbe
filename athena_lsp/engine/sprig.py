"""The functions of sprig that the local engine knows; a manifest that calls another is refused before it runs."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import posixpath
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from athena_lsp.engine.operators import pattern
from athena_lsp.engine.values import Time, Value, ValueProblem, equal, go_text, json_text, json_value, kind, wrapped

CUTSET = " \t\n\v\f\r\x85\xa0"
TYPES = {"string": str, "int": int, "bool": bool, "list": list, "dict": dict, "any": object}
ZEROS: dict[str, Value] = {"string": "", "int": 0, "bool": False, "dict": {}, "any": None}
"""What Go has for nil where it wants a value of the type; a list has none."""


def typed(signature: str, work: Callable[..., Value]) -> Callable[..., Value]:
    """A function whose arguments have these types; `...` behind the last one takes any number of it."""
    words = signature.split()
    rest = words[-1][:-3] if words and words[-1].endswith("...") else ""
    fixed = words[:-1] if rest else words

    def call(*arguments: Value) -> Value:
        if len(arguments) < len(fixed) or (len(arguments) > len(fixed) and not rest):
            raise ValueProblem(f"it takes {len(fixed)} arguments, not {len(arguments)}")
        wanted = [*fixed, *([rest] * (len(arguments) - len(fixed)))]
        return work(*map(_as, arguments, wanted))

    return call


def _as(value: Value, word: str) -> Value:
    if value is None and word in ZEROS:
        return ZEROS[word]
    if (isinstance(value, bool) and word == "int") or not isinstance(value, TYPES[word]):
        raise ValueProblem(f"a {word} is needed, not {kind(value)}")
    return value


def to_int(value: Value) -> int:
    """What sprig makes a whole number of: whatever is none is 0."""
    match value:
        case bool():
            return int(value)
        case int():
            return value
        case float():
            return int(value) if math.isfinite(value) else 0
        case str():
            return _int_of(value)
        case _:
            return 0


def _int_of(text: str) -> int:
    """Go's `ParseInt` with the base that the text says; a leading zero means octal."""
    try:
        return wrapped(int(re.sub(r"^([+-]?)0(?=[0-7])", r"\g<1>0o", text), 0))
    except ValueError:
        return 0


def to_float(value: Value) -> float:
    try:
        return float(value) if isinstance(value, str | int | float) else 0.0
    except ValueError:
        return 0.0


def is_empty(value: Value) -> bool:
    return value is None or value is False or (not isinstance(value, bool) and value in (0, "", [], {}))


def to_text(value: Value) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else go_text(value)


def _texts(value: Value) -> list[str]:
    if isinstance(value, list):
        return [to_text(item) for item in value if item is not None]
    return [] if value is None else [to_text(value)]


def _fold(work: Callable[[int, int], int]) -> Callable[..., int]:
    def fold(first: Value, *others: Value) -> int:
        total = to_int(first)
        for other in others:
            total = wrapped(work(total, to_int(other)))
        return total

    return fold


def _fold_floats(work: Callable[[float, float], float]) -> Callable[..., float]:
    def fold(first: Value, *others: Value) -> float:
        total = to_float(first)
        for other in others:
            total = work(total, to_float(other))
        return total

    return fold


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise ValueProblem("integer divide by zero")
    return int(math.copysign(1, left) * math.copysign(1, right)) * (abs(left) // abs(right))


def _remainder(left: int, right: int) -> int:
    return left - right * _quotient(left, right)


def _hash(name: str) -> Callable[..., Value]:
    return typed("string", lambda text: hashlib.new(name, text.encode()).hexdigest())


def _split(separator: str, text: str) -> Value:
    return {f"_{number}": part for number, part in enumerate(_parts(separator, text))}


def _parts(separator: str, text: str) -> list[str]:
    return text.split(separator) if separator else list(text)


def _splitn(separator: str, count: int, text: str) -> Value:
    parts = text.split(separator, count - 1) if count > 0 else []
    return {f"_{number}": part for number, part in enumerate(parts)}


def _substr(start: int, end: int, text: str) -> str:
    data = text.encode()
    if start < 0:
        return data[:end].decode(errors="replace")
    if end < 0 or end > len(data):
        return data[start:].decode(errors="replace")
    return data[start:end].decode(errors="replace")


def _trunc(count: int, text: str) -> str:
    if count < 0 and len(text) + count > 0:
        return text[len(text) + count :]
    return text[:count] if 0 <= count < len(text) else text


def _default(fallback: Value, *given: Value) -> Value:
    return fallback if not given or is_empty(given[0]) else given[0]


def _indent(count: int, text: str) -> str:
    if count < 0:
        raise ValueProblem("strings: negative Repeat count")
    return " " * count + text.replace("\n", "\n" + " " * count)


def _round(value: Value, places: Value, *more: Value) -> float:
    at = to_float(more[0]) if more else 0.5
    scale = 10.0 ** to_int(places)
    number = to_float(value) * scale
    fraction, whole = math.modf(number)
    if number > 0:
        return (math.ceil(number) if fraction >= at else math.floor(number)) / scale
    return (math.floor(number) if fraction <= -at else math.ceil(number)) / scale if fraction else whole / scale


def _until_step(start: int, stop: int, step: int) -> Value:
    if step == 0 or (stop < start and step >= 0) or (stop >= start and step <= 0):
        return []
    return list(range(start, stop, step))


def _dict(*entries: Value) -> Value:
    found: dict[str, Value] = {}
    for place in range(0, len(entries), 2):
        found[to_text(entries[place])] = entries[place + 1] if place + 1 < len(entries) else ""
    return found


def _merge(target: dict[str, Value], *others: dict[str, Value]) -> Value:
    merged = dict(target)
    for other in others:
        for key, value in other.items():
            here = merged.get(key)
            if isinstance(here, dict) and isinstance(value, dict):
                merged[key] = _merge(here, value)
            elif key not in merged or is_empty(here):
                merged[key] = value
    return merged


def _dig(*path: Value) -> Value:
    if len(path) < 3 or not isinstance(path[-1], dict):
        raise ValueProblem("`dig` takes keys, a default and a dict")
    here: Value = path[-1]
    for key in path[:-2]:
        if not isinstance(here, dict) or key not in here:
            return path[-2]
        here = here[key]
    return here


def _uniq(items: list[Value]) -> Value:
    found: list[Value] = []
    for item in items:
        if not any(equal(item, other) for other in found):
            found.append(item)
    return found


def _slice(items: list[Value], *bounds: Value) -> Value:
    start = to_int(bounds[0]) if bounds else 0
    stop = to_int(bounds[1]) if len(bounds) > 1 else len(items)
    if not 0 <= start <= stop <= len(items):
        raise ValueProblem("slice bounds out of range")
    return items[start:stop]


def _first_of(items: Value, place: int) -> Value:
    if not isinstance(items, list):
        raise ValueProblem(f"Cannot find first on type {kind(items)}")
    return items[place] if items else None


def _chunk(size: int, items: list[Value]) -> Value:
    if size <= 0:
        raise ValueProblem("a chunk has at least one element")
    return [items[place : place + size] for place in range(0, len(items), size)]


def _quoted(values: tuple[Value, ...]) -> str:
    return " ".join(json.dumps(to_text(value), ensure_ascii=False) for value in values if value is not None)


def _fail(message: str) -> Value:
    raise ValueProblem(message)


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except ValueError as error:
        return str(error)


def _json(text: str) -> Value:
    try:
        return json_value(text)
    except ValueProblem:
        return None


def _replacement(text: str) -> str:
    """Go's `$1` and `${name}` as Python's `\\g<1>`."""
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: rf"\g<{found[1] or found[2]}>", text.replace("\\", "\\\\"))


def _clean(path: str) -> str:
    return posixpath.normpath(path).replace("//", "/") if path else "."


def _base(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path else ".")


def _raw(value: Value) -> str:
    text = json_text(value)
    return text.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&")


SPRIG: dict[str, Callable[..., Any]] = {
    "abbrev": typed("int string", lambda n, s: s if len(s) <= n or n < 4 else f"{s[: n - 3]}..."),
    "add": _fold(lambda left, right: left + right),
    "add1": lambda value: wrapped(to_int(value) + 1),
    "addf": _fold_floats(lambda left, right: left + right),
    "adler32sum": typed("string", lambda text: str(zlib.adler32(text.encode()))),
    "all": lambda *values: not any(map(is_empty, values)),
    "any": lambda *values: not all(map(is_empty, values)),
    "append": typed("list any", lambda items, item: [*items, item]),
    "atoi": typed("string", lambda text: int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else 0),
    "b32enc": typed("string", lambda text: base64.b32encode(text.encode()).decode()),
    "b64dec": typed("string", _decoded),
    "b64enc": typed("string", lambda text: base64.b64encode(text.encode()).decode()),
    "base": typed("string", _base),
    "cat": lambda *values: " ".join(to_text(value) for value in values if value is not None),
    "ceil": lambda value: float(math.ceil(to_float(value))),
    "chunk": typed("int list", _chunk),
    "clean": typed("string", _clean),
    "coalesce": lambda *values: next((value for value in values if not is_empty(value)), None),
    "compact": typed("list", lambda items: [item for item in items if not is_empty(item)]),
    "concat": typed("list...", lambda *lists: [item for items in lists for item in items]),
    "contains": typed("string string", lambda part, text: part in text),
    "default": _default,
    "dict": _dict,
    "dig": _dig,
    "dir": typed("string", lambda path: posixpath.dirname(_clean(path)) or "."),
    "div": lambda left, right: _quotient(to_int(left), to_int(right)),
    "empty": is_empty,
    "ext": typed(
        "string", lambda path: f".{name.rpartition('.')[2]}" if "." in (name := path.rpartition("/")[2]) else ""
    ),
    "fail": typed("string", _fail),
    "first": lambda items: _first_of(items, 0),
    "float64": to_float,
    "floor": lambda value: float(math.floor(to_float(value))),
    "fromJson": typed("string", _json),
    "get": typed("dict string", lambda entries, key: entries.get(key, "")),
    "has": typed("any list", lambda item, items: any(equal(item, other) for other in items)),
    "hasKey": typed("dict string", lambda entries, key: key in entries),
    "hasPrefix": typed("string string", lambda part, text: text.startswith(part)),
    "hasSuffix": typed("string string", lambda part, text: text.endswith(part)),
    "indent": typed("int string", _indent),
    "initial": typed("list", lambda items: items[:-1]),
    "int": to_int,
    "int64": to_int,
    "isAbs": typed("string", lambda path: path.startswith("/")),
    "join": typed("string any", lambda separator, items: separator.join(_texts(items))),
    "keys": typed("dict...", lambda *maps: sorted(key for entries in maps for key in entries)),
    "kindOf": lambda value: {"array": "slice", "float": "float64", "nil": "invalid"}.get(kind(value), kind(value)),
    "last": lambda items: _first_of(items, -1),
    "list": lambda *values: list(values),
    "lower": typed("string", str.lower),
    "max": _fold(max),
    "maxf": _fold_floats(max),
    "merge": typed("dict dict...", _merge),
    "min": _fold(min),
    "minf": _fold_floats(min),
    "mod": lambda left, right: _remainder(to_int(left), to_int(right)),
    "mul": _fold(lambda left, right: left * right),
    "mulf": _fold_floats(lambda left, right: left * right),
    "mustFromJson": typed("string", json_value),
    "mustToJson": json_text,
    "nindent": typed("int string", lambda count, text: "\n" + _indent(count, text)),
    "nospace": typed("string", lambda text: "".join(text.split())),
    "now": lambda: Time(datetime.now(UTC)),
    "omit": typed("dict string...", lambda entries, *names: {k: v for k, v in entries.items() if k not in names}),
    "pick": typed("dict string...", lambda entries, *names: {k: v for k, v in entries.items() if k in names}),
    "prepend": typed("list any", lambda items, item: [item, *items]),
    "push": typed("list any", lambda items, item: [*items, item]),
    "quote": lambda *values: _quoted(values),
    "regexFind": typed("string string", lambda regex, text: found[0] if (found := pattern(regex).search(text)) else ""),
    "regexMatch": typed("string string", lambda regex, text: pattern(regex).search(text) is not None),
    "regexReplaceAll": typed("string string string", lambda r, text, to: pattern(r).sub(_replacement(to), text)),
    "regexReplaceAllLiteral": typed("string string string", lambda r, text, to: pattern(r).sub(lambda _: to, text)),
    "repeat": typed("int string", lambda count, text: text * min(max(count, 0), 1_000_000)),
    "replace": typed("string string string", lambda old, new, text: text.replace(old, new)),
    "rest": typed("list", lambda items: items[1:]),
    "reverse": typed("list", lambda items: items[::-1]),
    "round": typed("any int any...", _round),
    "sha1sum": _hash("sha1"),
    "sha256sum": _hash("sha256"),
    "sha512sum": _hash("sha512"),
    "slice": typed("list any...", _slice),
    "sortAlpha": lambda items: sorted(_texts(items)),
    "split": typed("string string", _split),
    "splitList": typed("string string", _parts),
    "splitn": typed("string int string", _splitn),
    "squote": lambda *values: " ".join(f"'{to_text(value)}'" for value in values if value is not None),
    "sub": lambda left, right: wrapped(to_int(left) - to_int(right)),
    "subf": _fold_floats(lambda left, right: left - right),
    "substr": typed("int int string", _substr),
    "ternary": typed("any any bool", lambda then, otherwise, test: then if test else otherwise),
    "toJson": json_text,
    "toPrettyJson": lambda value: json_text(value, indent=True),
    "toRawJson": _raw,
    "toString": to_text,
    "toStrings": _texts,
    "trim": typed("string", lambda text: text.strip(CUTSET)),
    "trimAll": typed("string string", lambda characters, text: text.strip(characters)),
    "trimPrefix": typed("string string", lambda prefix, text: text.removeprefix(prefix)),
    "trimSuffix": typed("string string", lambda suffix, text: text.removesuffix(suffix)),
    "trunc": typed("int string", _trunc),
    "tuple": lambda *values: list(values),
    "uniq": typed("list", _uniq),
    "until": typed("int", lambda count: _until_step(0, count, 1 if count >= 0 else -1)),
    "untilStep": typed("int int int", _until_step),
    "upper": typed("string", str.upper),
    "values": typed("dict", lambda entries: [entries[key] for key in sorted(entries)]),
    "without": typed("list any...", lambda items, *out: [i for i in items if not any(equal(i, o) for o in out)]),
}
