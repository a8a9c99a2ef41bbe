"""Reading YAML and JSON manifests as Argo's own reader does, with the place of every node. The only user of PyYAML."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping

import yaml

from athena_lsp.argo.checks.places import Path
from athena_lsp.records import dataclass, field
from athena_lsp.text import Span

PLAIN = "plain"
"""The tag of scalars without quotes and without a tag of their own: what they are depends on how they are written."""
SEPARATOR = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"])
FALSE = frozenset(["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"])
NULL = frozenset(("", "~", "null", "Null", "NULL"))
INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
TAGS = {kind: f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq")}
LEAD = re.compile(r"^[ ?:\-]{200,}", re.MULTILINE)
BRACKET = re.compile(r"[\[\]{}]")
DEEP = 400
MOST_NODES = 500_000
"""More than this many come from aliases of aliases only."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text."""

    value: Span
    key: Span | None
    """Its key; None in lists and for whole documents."""
    is_collection: bool
    block: tuple[int, int] | None = None
    """Of a block text (`|`): where its first line begins in the source, and by how much its lines are indented."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something in a text that no reader of manifests takes."""

    span: Span
    code: str
    message: str


@dataclass(frozen=True)
class Manifest:
    """One document: its value, as Go's reader gives it, and the places of its parts."""

    value: object
    places: Mapping[Path, Place]
    problems: tuple[Wrong, ...] = ()


def read_manifests(text: str) -> tuple[Manifest, ...]:
    """The documents of a file; those that cannot be read have a problem and no value. Argo splits at lines `---`."""
    marks = [match.start() for match in SEPARATOR.finditer(text)]
    starts = [0, *(mark for mark in marks if mark)]
    ends = [*starts[1:], len(text)]
    found = (_read(text[start:end], start) for start, end in zip(starts, ends, strict=True))
    return tuple(manifest for manifest in found if manifest.value is not None or manifest.problems)


def read_yaml(text: str) -> object:
    """The value of a YAML text inside of a manifest. Raises ValueError for what is none."""
    manifest = _read(text, 0)
    if manifest.problems:
        raise ValueError(manifest.problems[0].message)
    return manifest.value


def _read(text: str, offset: int) -> Manifest:
    """One document that begins at `offset` of its file."""
    if "\t" in text and _is_json(text):
        text = text.replace("\t", " ")  # JSON may be indented with tabs, and has none inside of texts
    try:
        node = _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = min(mark.index if mark is not None else 0, max(len(text) - 1, 0))
        what = error.problem or error.context or "it cannot be read"
        return Manifest(None, {}, (Wrong(Span(place, min(place + 1, len(text))).shift(offset), "P1", what),))
    except (yaml.reader.ReaderError, UnicodeEncodeError) as error:
        at = error.position if isinstance(error, yaml.reader.ReaderError) else error.start
        place = min(at, max(len(text) - 1, 0))
        what = f"special characters are not allowed: {error.reason}"
        return Manifest(None, {}, (Wrong(Span(place, min(place + 1, len(text))).shift(offset), "P1", what),))
    except RecursionError:
        return Manifest(None, {}, (Wrong(Span(offset, offset), "P1", "it nests too deep"),))
    if node is None:
        return Manifest(None, {})
    builder = _Builder(text, offset)
    try:
        value = builder.value(node, (), None, ())
    except RecursionError:
        return Manifest(None, {}, (Wrong(Span(offset, offset), "P1", "it nests too deep"),))
    return Manifest(value, builder.places, tuple(builder.problems))


def _compose(text: str) -> yaml.Node | None:
    """The nodes of a document."""
    loader = _loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def _tag(kind: type[yaml.Node], _value: object, implicit: tuple[bool, bool]) -> str:
    """The tag of a node without one of its own."""
    if kind is yaml.ScalarNode:
        return PLAIN if implicit[0] else TAGS["str"]
    return TAGS["map"] if kind is yaml.MappingNode else TAGS["seq"]


def _loader(text: str) -> yaml.BaseLoader | yaml.CBaseLoader:
    """Gives nodes whose scalars are not yet anything: Go reads them otherwise than PyYAML does."""
    fast = yaml.__with_libyaml__ and not _may_nest_deep(text)
    loader = yaml.CBaseLoader(text) if fast else yaml.BaseLoader(text)
    loader.resolve = _tag  # type: ignore[method-assign]  # the C parser finds it there too
    return loader


def _may_nest_deep(text: str) -> bool:
    """Whether libyaml, which recurses without a limit, could end the process on it."""
    if any(len(lead[0]) > DEEP for lead in LEAD.finditer(text)):
        return True
    depth = 0
    for bracket in BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEEP:
            return True
    return False


@dataclass
class _Builder:
    """Makes values of nodes, and remembers where each came from."""

    text: str
    offset: int
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Wrong] = field(default_factory=list)

    def value(self, node: yaml.Node, path: Path, key: Span | None, above: tuple[int, ...]) -> object:
        if id(node) in above or len(self.places) > MOST_NODES:
            self.wrong(node, "P1", "an alias stands inside of what it stands for" if id(node) in above else "too large")
            return None
        self.places[path] = self.place(node, key)
        if isinstance(node, yaml.CollectionNode) and node.flow_style:
            self.in_flow(node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path, (*above, id(node)))
        if isinstance(node, yaml.SequenceNode):
            inside = (*above, id(node))
            return [self.value(item, (*path, number), None, inside) for number, item in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, path: Path, above: tuple[int, ...]) -> dict[str, object]:
        found: dict[str, object] = {}
        merged: list[yaml.MappingNode] = []
        for key, value in node.value:
            if key.tag == PLAIN and key.value == "<<":
                merged += self.merged(value)
                continue
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, "P1", "a key must be a text")
                continue
            name = _key(self.scalar(key))
            if name in found:
                self.wrong(key, "P3", f'key "{name}" already set in map')
            found[name] = self.value(value, (*path, name), self.span(key), above)
        for other in merged:
            if id(other) in above:
                self.wrong(node, "P1", "an alias stands inside of what it stands for")
                continue
            for key, value in other.value:
                name = _key(self.scalar(key)) if isinstance(key, yaml.ScalarNode) else ""
                if name and name != "<<" and name not in found:
                    found[name] = self.value(value, (*path, name), self.span(key), (*above, id(other)))
        return found

    def in_flow(self, node: yaml.CollectionNode) -> None:
        """Go's reader ends a text without quotes at a `?` when it stands in brackets."""
        inside = (part for item in node.value for part in (item if isinstance(item, tuple) else (item,)))
        for part in inside:
            if isinstance(part, yaml.ScalarNode) and not part.style and "?" in part.value:
                self.wrong(part, "P1", "did not find expected ',': a text with `?` in brackets needs quotes")

    def merged(self, node: yaml.Node) -> list[yaml.MappingNode]:
        """What `<<` brings; of several, the first counts."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not all(isinstance(each, yaml.MappingNode) for each in nodes):
            self.wrong(node, "P1", "map merge requires map or sequence of maps as the value")
            return []
        return list(nodes)

    def scalar(self, node: yaml.Node) -> object:
        text: str = node.value
        if node.tag not in (PLAIN, TAGS["int"], TAGS["float"], TAGS["bool"], TAGS["null"]):
            return text
        value = plain_value(text)
        if isinstance(value, float) and not math.isfinite(value):
            self.wrong(node, "P1", f"json: unsupported value: {text}")
        return value

    def wrong(self, node: yaml.Node, code: str, message: str) -> None:
        self.problems.append(Wrong(self.span(node), code, message))

    def span(self, node: yaml.Node) -> Span:
        return Span(node.start_mark.index, max(node.start_mark.index, node.end_mark.index)).shift(self.offset)

    def place(self, node: yaml.Node, key: Span | None) -> Place:
        is_collection = not isinstance(node, yaml.ScalarNode)
        block = self.block(node) if isinstance(node, yaml.ScalarNode) and node.style == "|" else None
        return Place(self.trimmed(self.span(node), first_line=is_collection), key, is_collection, block)

    def trimmed(self, span: Span, *, first_line: bool) -> Span:
        """Without blanks and line ends behind it; of a collection in several lines, the first."""
        inside = span.shift(-self.offset).of(self.text)
        if first_line:
            inside = inside.split("\n", 1)[0]
        return Span(span.start, span.start + len(inside.rstrip()))

    def block(self, node: yaml.Node) -> tuple[int, int] | None:
        """Where the first line of a block text begins, and its indentation."""
        start = self.text.find("\n", node.start_mark.index) + 1
        lines: Iterator[str] = (line for line in self.text[start : node.end_mark.index].split("\n") if line.strip())
        first, wanted = next(lines, ""), next((line for line in node.value.split("\n") if line.strip()), "")
        first = first.removesuffix("\r")
        indent = len(first) - len(wanted)
        return (start + self.offset, indent) if start and indent >= 0 and first.endswith(wanted) else None


def plain_value(text: str) -> object:
    """What Go's reader makes of a scalar without quotes: YAML 1.1, but for numbers with colons and for dates."""
    if text in NULL:
        return None
    if text in TRUE or text in FALSE:
        return text in TRUE
    bare = text.replace("_", "") if text[0] != "_" else text
    if INTEGER.fullmatch(text) and (number := _integer(bare)) is not None:
        return number
    if FLOAT.fullmatch(bare):
        value = float(bare)
        if math.isinf(value):
            return text
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if INFINITE.fullmatch(text):
        return math.nan if "n" in text.lower()[1:2] else math.inf
    return text


def _integer(text: str) -> int | None:
    sign, digits = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2]) or (8 if len(digits) > 1 and digits[0] == "0" else 10)
    try:
        return sign * int(digits[2:] if digits[1:2] in ("b", "o", "x") else digits, base)
    except ValueError:
        return None


def _key(value: object) -> str:
    """A key as JSON has it: a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _is_json(text: str) -> bool:
    bare = SEPARATOR.sub("", text, count=1).strip()
    if not bare.startswith("{"):
        return False
    try:
        json.loads(bare)
    except ValueError:
        return False
    return True
