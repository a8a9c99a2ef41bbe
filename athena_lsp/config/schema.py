"""The JSON Schema (draft 2020-12) of the settings, for editors: made from their description, the same every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from athena_lsp.config.keys import BUNDLE, S3, SETTINGS, TABLES, TENANT, TENANT_TABLES, Key, Keys, default_of
from athena_lsp.config.read import LEVELS
from athena_lsp.config.values import DNS_LABEL, LABEL_KEY, LABEL_VALUE, whole
from athena_lsp.rules.base import Rule, all_rules

DRAFT = "https://json-schema.org/draft/2020-12/schema"
BOTH_SECRETS = {"access-key-secret": "secret-key-secret", "secret-key-secret": "access-key-secret"}

Object = dict[str, Any]


def settings_schema() -> Object:
    """The schema of an athena.toml, and of `[tool.athena]` in a pyproject.toml."""
    tables = {"bundle": _bundle(), "rules": _rules(), "s3": _s3(), "tenants": _tenants()}
    described = {name: {"description": _sentence(TABLES[name]), **schema} for name, schema in tables.items()}
    return {
        "$schema": DRAFT,
        "title": "Settings of athena",
        "description": "An athena.toml, or [tool.athena] in a pyproject.toml.",
        **_closed({**_properties(SETTINGS, "", "#/properties"), **described}),
    }


def schema_text() -> str:
    """The schema as the text of a file."""
    return json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n"


def _closed(properties: Object) -> Object:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _properties(keys: Keys, table: str, place: str) -> Object:
    """The keys of a table in both spellings: `-` and `_` are the same in a key."""
    found: Object = {}
    for name, key in keys.items():
        found[name] = _property(key, table, name)
        if "-" in name:
            found[name.replace("-", "_")] = {"$ref": f"{place}/{name}"}
    return found


def _property(key: Key, table: str, name: str) -> Object:
    described = {"description": _sentence(key.about), **key.kind.schema}
    default = None if key.otherwise else default_of(table, name)
    return described if default is None else {**described, "default": default}


def _rules() -> Object:
    return _closed({rule.name: _rule(rule) for rule in sorted(all_rules(), key=lambda rule: rule.name)})


def _rule(rule: Rule) -> Object:
    if rule.required:
        return {"description": _sentence(rule.summary), "const": rule.severity.value}
    return {"description": _sentence(rule.summary), "enum": list(LEVELS), "default": rule.severity.value}


def _bundle() -> Object:
    return _closed(_properties(BUNDLE, "bundle", "#/properties/bundle/properties"))


def _s3() -> Object:
    needs: Mapping[str, str] = {
        spelling: other for name, other in BOTH_SECRETS.items() for spelling in (name, name.replace("-", "_"))
    }
    both = {
        name: {"anyOf": [{"required": [other]}, {"required": [other.replace("-", "_")]}]}
        for name, other in needs.items()
    }
    properties = _properties(S3, "s3", "#/properties/s3/properties")
    return {**_closed(properties), "required": ["bucket"], "dependentSchemas": both}


def _tenants() -> Object:
    open_tables: Mapping[str, Object] = {
        "labels": {
            "type": "object",
            "propertyNames": {"pattern": whole(LABEL_KEY)},
            "additionalProperties": {"type": "string", "pattern": whole(LABEL_VALUE), "maxLength": 63},
        },
        "defaults": {"type": "object"},
    }
    tables = {name: {"description": _sentence(TENANT_TABLES[name]), **schema} for name, schema in open_tables.items()}
    tenant = _closed(
        {**_properties(TENANT, "tenants", "#/properties/tenants/additionalProperties/properties"), **tables}
    )
    return {
        "type": "object",
        "propertyNames": {"pattern": whole(DNS_LABEL), "maxLength": 63},
        "additionalProperties": tenant,
    }


def _sentence(about: str) -> str:
    return f"{about[:1].upper()}{about[1:]}."
