"""Whether a JSON value is of a type, by the type's JSON Schema: what does not fit, and where in the value."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from athena_lsp.records import dataclass

FORMATS: Mapping[str, Callable[[str], object]] = {
    "date-time": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
}
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NAMES = {
    "null": "`null`",
    "boolean": "`true` or `false`",
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "a table",
}
MOST_LISTED = 10
"""So many choices are named in a message at most."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A part of a value that does not fit: `path` leads to it (`[2].name`), `expected` follows "must be"."""

    path: str
    expected: str


def misfit(schema: Mapping[str, Any], value: Any) -> Misfit | None:
    """The first part of a JSON value that a schema of `analysis.schema` does not allow; None when all is well."""
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    return next(_misfits(schema, value, "", definitions), None)


def _misfits(schema: Any, value: Any, path: str, definitions: Mapping[str, Any]) -> Iterator[Misfit]:
    if schema is False:
        yield Misfit(path, "left out")
        return
    if reference := schema.get("$ref"):
        yield from _misfits(definitions[reference.rpartition("/")[2]], value, path, definitions)
        return
    if branches := schema.get("anyOf"):
        yield from _alternatives(branches, value, path, definitions)
        return
    if wrong := _own(schema, value):
        yield Misfit(path, wrong)
    elif isinstance(value, list):
        yield from _items(schema, value, path, definitions)
    elif isinstance(value, dict):
        yield from _entries(schema, value, path, definitions)


def _alternatives(branches: list[Any], value: Any, path: str, definitions: Mapping[str, Any]) -> Iterator[Misfit]:
    found = [next(_misfits(branch, value, path, definitions), None) for branch in branches]
    wrong = [each for each in found if each is not None]
    if len(wrong) == len(found):
        deepest = max(wrong, key=lambda each: len(each.path))
        together = " or ".join(dict.fromkeys(each.expected for each in wrong))
        yield deepest if deepest.path != path else Misfit(path, together)


def _own(schema: Mapping[str, Any], value: Any) -> str:
    """What the value itself must be, without its parts; empty when it is that."""
    if "const" in schema or "enum" in schema:
        choices = [schema["const"]] if "const" in schema else schema["enum"]
        if not any(value == choice and type(value) is type(choice) for choice in choices):
            listed = " or ".join(f"`{json.dumps(choice, ensure_ascii=False)}`" for choice in choices[:MOST_LISTED])
            return listed if len(choices) <= MOST_LISTED else f"{listed} or one of {len(choices) - MOST_LISTED} others"
        return ""
    kind = schema.get("type")
    if kind is not None and not _is(kind, value):
        return NAMES[kind]
    if isinstance(value, str):
        return _text(schema, value)
    if isinstance(value, list):
        return _count(schema, value)
    return ""


def _is(kind: str, value: Any) -> bool:
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)


def _text(schema: Mapping[str, Any], value: str) -> str:
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        return "base64 text" if "contentEncoding" in schema else f"a text that matches `{schema['pattern']}`"
    form = schema.get("format", "")
    try:
        FORMATS.get(form, str)(value)
        fits = form != "uuid" or UUID.fullmatch(value) is not None
    except ValueError:
        fits = False
    return "" if fits else f"a text of the format `{form}`"


def _count(schema: Mapping[str, Any], value: list[Any]) -> str:
    least, most = schema.get("minItems", 0), schema.get("maxItems", len(value))
    if not least <= len(value) <= most:
        return f"a list of {least} items" if len(value) < least else "an empty list"
    if schema.get("uniqueItems") and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        return "a list without doubles"
    return ""


def _items(schema: Mapping[str, Any], value: list[Any], path: str, definitions: Mapping[str, Any]) -> Iterator[Misfit]:
    first: list[Any] = schema.get("prefixItems", [])
    rest = schema.get("items", {})
    for number, item in enumerate(value):
        wanted = first[number] if number < len(first) else rest
        yield from _misfits(wanted, item, f"{path}[{number}]", definitions)


def _entries(
    schema: Mapping[str, Any], value: dict[str, Any], path: str, definitions: Mapping[str, Any]
) -> Iterator[Misfit]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield Misfit(path, f"a table with `{name}`")
    for name, item in value.items():
        if "propertyNames" in schema and next(_misfits(schema["propertyNames"], name, path, definitions), None):
            yield Misfit(path, f"a table without the key `{name}`")
        wanted = properties.get(name, schema.get("additionalProperties", {}))
        yield from _misfits(wanted, item, f"{path}.{name}", definitions)
