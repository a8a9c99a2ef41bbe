"""JSON as it stands in manifests: the text of a parameter, and parts that are passed through as they are."""

from __future__ import annotations

import json

from athena_lsp.analysis.jsonform import Json, json_value
from athena_lsp.argo.tree import Map, Tree
from athena_lsp.ir.values import Value


def value_text(value: Value) -> str:
    """The value as the JSON text of a parameter. Raises NoJsonFormError."""
    return json_text(json_value(value))


def json_text(value: Json) -> str:
    """Compact ASCII JSON in which nothing can begin one of Argo's tags.

    Two braces stand together in JSON only inside a text, where `\\u007b` means the same.
    """
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).replace("{{", r"\u007b\u007b")


def tree_of(value: Json) -> Tree:
    """A JSON value as a part of a manifest, to be passed through."""
    match value:
        case dict():
            return Map(entries=tuple((key, tree_of(item)) for key, item in value.items()))
        case list():
            return tuple(tree_of(item) for item in value)
        case _:
            return value
