"""What every part of a manifest is: frozen data with keys in a fixed order, and the Python that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, field, fields
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Origin:
    """The Python that a part of a manifest came from: a span that counts from the start of a definition's block."""

    declaration: Declaration
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Anything in a manifest that has keys, and where it came from; the origin is no part of its meaning."""

    origin: Origin | None = field(default=None, compare=False, repr=False)
    marks: tuple[tuple[str, Origin], ...] = field(default=(), compare=False, repr=False)
    """Origins of single fields, by the field's Python name, where they differ from the whole's."""


Tree: TypeAlias = "str | int | float | bool | Part | tuple[Tree, ...] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Map(Part):
    """An object whose keys are not Argo's: labels, selectors, what is passed through to Kubernetes. All is written."""

    entries: tuple[tuple[str, Tree], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty(Part):
    """An object whose presence alone says something: `emptyDir: {}`."""


NO_MAP = Map()

KEYS: dict[type, tuple[tuple[str, str], ...]] = {}
"""What `_keys` has answered, by kind of part."""


def entries_of(part: Part) -> Iterator[tuple[str, Tree, Origin | None]]:
    """The keys that are written, in order, each with its value and its own origin."""
    marks = dict(part.marks)
    if isinstance(part, Map):
        for key, value in part.entries:
            yield key, value, marks.get(key)
        return
    for name, key in _keys(type(part)):
        value = getattr(part, name)
        if value is not None and value != () and value != NO_MAP:
            yield key, value, marks.get(name)


def plain(tree: Tree) -> object:
    """The same as dicts, lists and scalars, as a JSON or YAML reader would give it."""
    if isinstance(tree, Part):
        return {key: plain(value) for key, value, _ in entries_of(tree)}
    if isinstance(tree, tuple):
        return [plain(item) for item in tree]
    return tree


def _keys(kind: type) -> tuple[tuple[str, str], ...]:
    """The fields of a kind of part that are written, with their keys."""
    keys = KEYS.get(kind)
    if keys is None:
        written = (part for part in fields(kind) if part.name not in ("origin", "marks"))
        keys = tuple((part.name, part.metadata.get("key") or _camel(part.name)) for part in written)
        KEYS[kind] = keys
    return keys


def _camel(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)
