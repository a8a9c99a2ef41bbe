"""What does not fit a type's schema is what a JSON Schema validator refuses, with its place in the value."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.analysis.misfits import Misfit, misfit
from athena_lsp.analysis.schema import BASE64, DECIMAL, INTEGER_KEY

DEFINITIONS = {
    "Node": {
        "type": "object",
        "properties": {"id": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}},
        "required": ["id"],
    },
    "Closed": {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
}
LEAVES: list[dict[str, Any]] = [
    {},
    *({"type": kind} for kind in ("null", "boolean", "integer", "number", "string", "array", "object")),
    {"type": "string", "contentEncoding": "base64", "pattern": BASE64},
    {"type": "string", "pattern": DECIMAL},
    {"type": "string", "enum": ["a", "b"]},
    {"type": "integer", "const": 1},
    {"type": "array", "maxItems": 0},
    {"$ref": "#/$defs/Node"},
    {"$ref": "#/$defs/Closed"},
]
SCHEMAS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        inner.map(lambda item: {"type": "array", "items": item, "uniqueItems": True}),
        st.tuples(inner, inner).map(
            lambda items: {"type": "array", "prefixItems": list(items), "items": False, "minItems": 2}
        ),
        inner.map(
            lambda item: {"type": "object", "additionalProperties": item, "propertyNames": {"pattern": INTEGER_KEY}}
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
    ),
    max_leaves=4,
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.just(0.5), st.sampled_from(["a", "b", "", "1", "YWI="])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "next", "a", "1"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=500)
@given(SCHEMAS, VALUES)
def test_a_validator_agrees(schema: dict[str, Any], value: Any) -> None:
    whole = {**schema, "$defs": DEFINITIONS}
    assert (misfit(whole, value) is None) == jsonschema_rs.is_valid(whole, value)


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "array", "items": {"type": "integer"}}, [1, "x"], Misfit("[1]", "a whole number")),
        ({"$ref": "#/$defs/Node"}, {"id": 1, "next": {"id": "x"}}, Misfit(".next.id", "a whole number")),
        ({"$ref": "#/$defs/Node"}, {}, Misfit("", "a table with `id`")),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "x", Misfit("", "a whole number or `null`")),
        ({"enum": ["a", 1]}, True, Misfit("", '`"a"` or `1`')),
        ({"type": "integer"}, 3.0, Misfit("", "a whole number")),
        ({"type": "string", "format": "date"}, "2026-02-30", Misfit("", "a text of the format `date`")),
        ({"type": "string", "format": "uuid"}, "x", Misfit("", "a text of the format `uuid`")),
        ({"type": "string", "format": "date-time"}, "2026-02-28T10:00:00", None),
        ({"$ref": "#/$defs/Closed"}, {"b": 1}, Misfit(".b", "left out")),
    ],
)
def test_the_part_and_what_it_must_be(schema: dict[str, Any], value: Any, expected: Misfit | None) -> None:
    assert misfit({**schema, "$defs": DEFINITIONS}, value) == expected
