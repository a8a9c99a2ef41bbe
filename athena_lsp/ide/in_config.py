"""Completion and hover in `athena.toml` and `pyproject.toml`: tables, keys, values of closed sets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from athena_lsp.config.keys import S3, SETTINGS, TABLES, TENANT, TENANT_TABLES, Key, Keys, default_of
from athena_lsp.ide.items import Item, Items
from athena_lsp.rules.base import rules_by_name
from athena_lsp.text import Source, Span

HEADER = re.compile(r"[ \t]*\[(?P<name>[^\[\]#]*)(?P<end>\])?")
ASSIGNED = re.compile(r"[ \t]*(?P<key>[\w\"'.-]+)[ \t]*=[ \t]*(?P<value>.*)\Z")
KEY = re.compile(r"[ \t]*(?P<key>[\w-]*)\Z")
LEVELS = ("error", "warning", "info", "off")
TOOL = "tool.athena"


def config_completions(path: str, text: str, offset: int) -> Items | None:
    """What can be written at a cursor in a configuration file; None where it is nothing of athena's."""
    source = Source(text)
    line = source.line_of(offset)
    before = text[source.line_starts[line] : offset]
    in_tool = path.rpartition("/")[2] == "pyproject.toml"
    if (header := HEADER.match(before)) and header["end"] is None:
        span = Span(offset - len(header["name"].lstrip()), offset)
        return Items(span, tuple(_headers(in_tool)))
    table = _table(source, line, in_tool)
    if table is None:
        return None
    if assigned := ASSIGNED.match(before):
        return _values(table, assigned["key"].strip("\"'"), assigned["value"], offset)
    if key := KEY.match(before):
        given = _given(source, line)
        items = tuple(item for item in _keys(table) if item.label not in given)
        return Items(Span(offset - len(key["key"]), offset), items) if items else None
    return None


def config_hover(path: str, text: str, offset: int) -> tuple[Span, str] | None:
    """What a key at a cursor means, as Markdown about the key's span."""
    source = Source(text)
    line = source.line_of(offset)
    span = source.line_span(line)
    match = re.match(r"[ \t]*([\w-]+)[ \t]*=", span.of(text))
    table = _table(source, line, path.rpartition("/")[2] == "pyproject.toml")
    if match is None or table is None:
        return None
    at = Span(*match.span(1)).shift(span.start)
    about = config_documentation(table, match[1])
    return (at, about) if at.touches(offset) and about else None


def config_documentation(table: str, name: str) -> str:
    """Markdown about a key of a table; empty for one that is not athena's."""
    if table == "rules":
        rule = rules_by_name().get(name)
        return f"`{name}`: {rule.summary}. Level: `{rule.severity.value}`." if rule else ""
    key = _known(table).get(name)
    return _setting(table, name, key) if key else ""


def _table(source: Source, line: int, in_tool: bool) -> str | None:
    """The table of athena's that a line stands in: empty for the top; None for somebody else's."""
    name: str | None = None if in_tool else ""
    for number in range(line + 1):
        header = HEADER.match(source.line_text(number))
        if header and header["end"] and number != line:
            name = _own_name(header["name"].strip(), in_tool)
    return name


def _own_name(name: str, in_tool: bool) -> str | None:
    if not in_tool:
        return name
    if name == TOOL:
        return ""
    return name.removeprefix(f"{TOOL}.") if name.startswith(f"{TOOL}.") else None


def _headers(in_tool: bool) -> Iterator[Item]:
    prefix = f"{TOOL}." if in_tool else ""
    if in_tool:
        yield Item(TOOL, "setting", "athena's settings", rank=0)
    for name, about in TABLES.items():
        if name == "tenants":
            text = f"{prefix}tenants.${{1:NAME}}"
            yield Item(f"{prefix}tenants", "setting", about, text, snippet=True)
        else:
            yield Item(f"{prefix}{name}", "setting", about)


def _known(table: str) -> Keys:
    match table.split("."):
        case [""]:
            return SETTINGS
        case ["s3"]:
            return S3
        case ["tenants", _]:
            return TENANT
        case _:
            return {}


def _keys(table: str) -> Iterator[Item]:
    if table == "rules":
        for rule in rules_by_name().values():
            if not rule.required:
                yield Item(rule.name, "rule", rule.summary, f'{rule.name} = "${{1|{",".join(LEVELS)}|}}"', snippet=True)
        return
    for name, key in _known(table).items():
        yield Item(name, "setting", key.about, f"{name} = ", about=("setting", table, name))
    if table.startswith("tenants.") and table.count(".") == 1:
        for name, about in TENANT_TABLES.items():
            yield Item(name, "setting", about, f"{name} = ")


def _values(table: str, key: str, written: str, offset: int) -> Items | None:
    """The words that a key can have; what stands behind the `=` is replaced."""
    if table == "rules":
        words: tuple[str, ...] = tuple(json.dumps(level) for level in LEVELS)
    else:
        known = _known(table).get(key)
        schema = known.kind.schema if known else {}
        words = tuple(json.dumps(word) for word in schema.get("enum", ()))
        if schema.get("type") == "boolean":
            words = ("true", "false")
    if not words or any(sign in written for sign in "#,"):
        return None
    return Items(Span(offset - len(written), offset), tuple(Item(word, "value") for word in words))


def _given(source: Source, line: int) -> frozenset[str]:
    """The keys that the table of a line has already."""
    first = last = line
    while first > 0 and not HEADER.match(source.line_text(first - 1)):
        first -= 1
    while last + 1 < source.line_count and not HEADER.match(source.line_text(last + 1)):
        last += 1
    lines = (source.line_text(number) for number in range(first, last + 1) if number != line)
    return frozenset(match["key"].strip("\"'") for each in lines if (match := ASSIGNED.match(each)))


def _setting(table: str, name: str, key: Key) -> str:
    """A setting: what it is, what it can be, its default."""
    default = default_of(table, name)
    otherwise = key.otherwise or (f"`{json.dumps(default)}`" if default is not None else "none")
    return f"`{name}`: {key.about}.\n\n- Value: {key.kind.title}, such as `{key.example}`\n- Default: {otherwise}"
