"""JSON as it stands in manifests: the text of a parameter."""

from __future__ import annotations

import json

from athena_lsp.analysis.jsonform import Json, NoJsonFormError, json_value
from athena_lsp.ir.values import Value

TAKEN = (("{{", r"\u007b\u007b"), ("$$", r"\u0024\u0024"), ("$(", r"\u0024("))


def value_text(value: Value) -> str:
    """The value as the JSON text of a parameter. Raises NoJsonFormError."""
    return json_text(json_value(value))


def known_text(value: Value) -> str | None:
    """The same; None when only the running program knows the value."""
    try:
        return value_text(value)
    except NoJsonFormError:
        return None


def json_text(value: Json) -> str:
    """Compact ASCII JSON that neither Argo nor Kubernetes takes anything out of.

    Argo replaces `{{...}}` wherever it stands, and Kubernetes `$(...)` and `$$` in arguments and variables. In JSON
    such characters stand together only inside a text, where `\\u007b` and `\\u0024` mean the same.
    """
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    for taken, kept in TAKEN:
        text = text.replace(taken, kept)
    return text
