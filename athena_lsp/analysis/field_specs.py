"""What stands around a field's type and behind it: qualifiers, metadata, `field(...)` and its kin."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from athena_lsp.analysis.known_types import QUALIFIERS, known_name
from athena_lsp.analysis.reading import read_text
from athena_lsp.analysis.scope import follow_node
from athena_lsp.analysis.view import View
from athena_lsp.records import dataclass

FIELD_CALLS = frozenset({"dataclasses.field", "attr.ib", "attr.attrib", "attr.field", "attrs.field", "pydantic.Field",
                         "pydantic.fields.Field", "msgspec.field", "msgspec.structs.field"})  # fmt: skip
DEFAULTS = frozenset({"default", "default_factory", "factory"})


@dataclass(frozen=True, slots=True)
class Qualified:
    """An annotation taken apart: `Annotated[Required[int], Field(gt=0)]`."""

    inner: ast.expr | None
    """The type itself; None for a bare `Final` or `ClassVar`."""
    names: frozenset[str]
    """`Required`, `ClassVar` and the like."""
    metadata: tuple[ast.expr, ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """What a field's value says: a default, or a call such as `field(default_factory=list)`."""

    has_default: bool
    is_call: bool
    keywords: Mapping[str, ast.expr]


def qualified(view: View, path: str, annotation: ast.expr) -> Qualified:
    """The parts of a field's annotation."""
    names: set[str] = set()
    metadata: list[ast.expr] = []
    node: ast.expr | None = annotation
    while node is not None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            inner = read_text(node.value)
            if inner is None or isinstance(inner, ast.Constant):
                break
            node = inner
            continue
        outer = node.value if isinstance(node, ast.Subscript) else node
        entity = follow_node(view, path, outer)
        name = known_name(entity) if entity is not None else ""
        if name in QUALIFIERS:
            names.add(name)
            node = node.slice if isinstance(node, ast.Subscript) else None
        elif name == "Annotated" and isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
            metadata += node.slice.elts[1:]
            node = node.slice.elts[0] if node.slice.elts else None
        else:
            break
    return Qualified(node, frozenset(names), tuple(metadata))


def spec_of(view: View, path: str, value: ast.expr | None, metadata: tuple[ast.expr, ...]) -> Spec:
    """What a field's value says, together with the `Field(...)` in its annotation."""
    keywords: dict[str, ast.expr] = {}
    has_default = value is not None
    is_call = False
    calls = [*((each, True) for each in metadata), *([(value, False)] if value is not None else [])]
    for node, in_annotation in calls:
        if not isinstance(node, ast.Call) or not _is_field_call(view, path, node):
            continue
        keywords.update((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg is not None)
        first = node.args[0] if node.args else None
        gives = bool(DEFAULTS & keywords.keys()) or (first is not None and not _is_ellipsis(first))
        if in_annotation:
            has_default = has_default or gives
        else:
            is_call, has_default = True, gives and not _is_ellipsis(keywords.get("default"))
    return Spec(has_default, is_call, keywords)


def _is_field_call(view: View, path: str, call: ast.Call) -> bool:
    entity = follow_node(view, path, call.func)
    return entity is not None and known_name(entity) in FIELD_CALLS


def _is_ellipsis(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
