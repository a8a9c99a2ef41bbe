"""What Argo adds to the expression language: `toJson`, `asInt`, `asFloat`, `jsonpath`, and the functions of sprig."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from athena_lsp.engine.builtins import as_float, as_int
from athena_lsp.engine.jsonpath import query
from athena_lsp.engine.sprig import SPRIG
from athena_lsp.engine.values import Function, Value, ValueProblem, json_text, json_value, kind, texts_by_path


def environment(values: Mapping[str, str]) -> dict[str, Value]:
    """The variables of an expression: texts under dotted names, and Argo's functions."""
    return {**texts_by_path(values), **argo_functions()}


@cache
def argo_functions() -> dict[str, Value]:
    return {
        "asInt": Function("asInt", as_int),
        "asFloat": Function("asFloat", as_float),
        "toJson": Function("toJson", json_text),
        "jsonpath": Function("jsonpath", _jsonpath),
        "sprig": {name: Function(f"sprig.{name}", call) for name, call in SPRIG.items()},
    }


def _jsonpath(text: Value, path: Value) -> Value:
    if not isinstance(path, str):
        raise ValueProblem(f"a path is a string, not {kind(path)}")
    return query(json_value(text), path)
