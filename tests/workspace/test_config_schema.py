"""The description of the settings, the JSON Schema, the reader and the page about configuration say the same."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.config.keys import BUNDLE, S3, SETTINGS, TABLES, TENANT, TENANT_TABLES, Key, Keys, default_of
from athena_lsp.config.read import read_config
from athena_lsp.config.schema import schema_text, settings_schema
from athena_lsp.settings import Settings

ROOT = Path(__file__).parents[2]
COPY = ROOT / "docs/athena.schema.json"
PAGE = ROOT / "docs/configuration.md"
VALID = jsonschema_rs.validator_for(settings_schema())
PLACES: dict[str, Keys] = {"": SETTINGS, "bundle": BUNDLE, "s3": S3, "tenants": TENANT}
EVERY_KEY = [(table, name) for table, keys in PLACES.items() for name in keys]


def complaints(text: str) -> list[str]:
    return [found.message for found in read_config("folder", {"athena.toml": text}).diagnostics]


def document(table: str, line: str) -> str:
    """A configuration with that line in that table, and with whatever else the table needs."""
    if table == "s3":
        bucket = "" if line.startswith("bucket") else 'bucket = "b"\n'
        other = {"access": "secret", "secret": "access"}.get(line.partition("-")[0].partition("_")[0])
        both = f'{other}-key-secret = {{ name = "s3", key = "other" }}\n' if other else ""
        return f"[s3]\n{bucket}{both}{line}\n"
    if table == "bundle":
        return f"[bundle]\n{line}\n"
    return f"[tenants.acme]\n{line}\n" if table else f"{line}\n"


def test_the_committed_schema_is_current(update: bool) -> None:
    if update:
        COPY.write_text(schema_text(), encoding="utf-8")
    assert COPY.read_text(encoding="utf-8") == schema_text() == schema_text()


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(settings_schema())


@pytest.mark.parametrize(("table", "name"), EVERY_KEY)
@pytest.mark.parametrize("spelling", ["-", "_"])
def test_every_key_with_its_example_is_read_and_valid(table: str, name: str, spelling: str) -> None:
    key = PLACES[table][name]
    text = document(table, f"{name.replace('-', spelling)} = {key.example}")
    assert complaints(text) == []
    assert list(VALID.iter_errors(tomllib.loads(text))) == []
    before, after = (read_config("folder", {"athena.toml": each}).settings for each in (document(table, ""), text))
    assert before != after


@pytest.mark.parametrize(("table", "name"), EVERY_KEY)
def test_a_wrong_value_is_a_finding_and_invalid(table: str, name: str) -> None:
    text = document(table, f"{name} = 1979-05-27")
    assert complaints(text) != []
    assert not VALID.is_valid({**json.loads(json.dumps(tomllib.loads(text), default=lambda _: 3))})


def test_the_schema_has_the_keys_that_are_read_and_no_other() -> None:
    properties = settings_schema()["properties"]
    tenant = properties["tenants"]["additionalProperties"]["properties"]
    assert canonical(properties) == {*SETTINGS, *TABLES}
    assert canonical(properties["s3"]["properties"]) == set(S3)
    assert canonical(properties["bundle"]["properties"]) == set(BUNDLE)
    assert canonical(tenant) == {*TENANT, *TENANT_TABLES}


def canonical(properties: dict[str, Any]) -> set[str]:
    return {name for name, schema in properties.items() if "$ref" not in schema}


def test_every_field_of_the_settings_has_a_key() -> None:
    fields = {name.replace("-", "_") for name in (*SETTINGS, "bundle", "rules", "tenants")}
    made = {"repository", "labels", "defaults", "supply"}
    assert fields | made == set(Settings.__dataclass_fields__)


WORDS = (
    *("a", "", " ", "A b", "a.b", "-a", "x" * 64, "3.6", "v3.7.1", "3", "/a", "a//b", "..", "a/..b", "dev", "off"),
    *("error", "auto", "athena/x", "example.com/x", "é", "a_b"),
)
SCALARS = st.one_of(st.sampled_from(WORDS), st.booleans(), st.integers(-2, 2), st.floats(-1, 1))
INNER = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.just({"name": "s3", "key": "id"}), st.just({"name": "x"}))
NAMES = {
    table: st.sampled_from(sorted({spelled for name in keys for spelled in (name, name.replace("-", "_"))} | {"nope"}))
    for table, keys in PLACES.items()
}
FREE = st.dictionaries(st.sampled_from(WORDS), SCALARS, max_size=2)
RULES = st.dictionaries(st.sampled_from(["untyped-edge", "unknown-field", "nope"]), SCALARS, max_size=2)
TENANTS = st.dictionaries(
    st.sampled_from(WORDS),
    st.one_of(
        SCALARS,
        st.dictionaries(NAMES["tenants"], INNER, max_size=2),
        st.fixed_dictionaries({}, optional={"labels": FREE, "defaults": FREE}),
    ),
    max_size=2,
)
DOCUMENTS = st.tuples(
    st.dictionaries(NAMES[""], INNER, max_size=3),
    st.fixed_dictionaries(
        {},
        optional={
            "bundle": st.one_of(SCALARS, st.dictionaries(NAMES["bundle"], INNER, max_size=4)),
            "s3": st.one_of(SCALARS, st.dictionaries(NAMES["s3"], INNER, max_size=4)),
            "rules": st.one_of(SCALARS, RULES),
            "tenants": st.one_of(SCALARS, TENANTS),
        },
    ),
).map(lambda pair: {**pair[0], **pair[1]})


@settings(max_examples=400)
@given(DOCUMENTS)
def test_what_the_schema_allows_is_what_is_read_without_complaint(values: dict[str, Any]) -> None:
    if any(len(keys) > len({key.replace("_", "-") for key in keys}) for keys in tables(values)):
        return  # one setting in two spellings, which a schema cannot tell
    text = "".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in values.items())
    assert VALID.is_valid(tomllib.loads(text)) == (complaints(text) == []), complaints(text)


def tables(value: Any) -> list[list[str]]:
    if not isinstance(value, dict):
        return []
    return [list(value), *(found for item in value.values() for found in tables(item))]


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


# --- the page -----------------------------------------------------------------------------------------------------


def row(table: str, name: str, key: Key) -> str:
    default = default_of(table, name)
    shown = key.otherwise or ("none" if default in (None, []) else f"`{json.dumps(default)}`")
    return f"| `{name}` | {key.kind.title} | {shown} | `{key.example}` | {key.about} |"


def test_the_page_has_every_key_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    for table, title in (("", "Keys"), ("bundle", "bundle"), ("s3", "s3"), ("tenants", "tenants")):
        rows = re.findall(r"^\| `.*", parts[title], re.MULTILINE)
        own = [line for line in rows if not line.startswith(tuple(f"| `{name}`" for name in TENANT_TABLES))]
        assert own == [row(table, name, key) for name, key in PLACES[table].items()]
        assert len(rows) - len(own) == (len(TENANT_TABLES) if table == "tenants" else 0)
    assert [name for name in TABLES if f"[tool.athena.{name}" not in page] == []


def test_the_examples_of_the_page_are_read() -> None:
    examples = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    for text in examples:
        path = "pyproject.toml" if "[tool.athena]" in text else "athena.toml"
        config = read_config("folder", {path: text})
        assert (config.diagnostics, config.path) == ((), path)
        values = tomllib.loads(text)
        assert VALID.is_valid(values["tool"]["athena"] if path == "pyproject.toml" else values)
