"""Which function stands behind each container template: what a pod reads first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, Kind


def function_places(facts: Facts, definitions: Iterable[Definition]) -> Mapping[str, str]:
    """`{"shop-fetch": "shop.flow:fetch"}` for the containers among these definitions, sorted by template."""
    places = {
        definition.template: f"{facts.layout.module_name(definition.declaration.path)}:{definition.name}"
        for definition in definitions
        if definition.kind is Kind.CONTAINER
    }
    return dict(sorted(places.items()))


def index_text(places: Mapping[str, str], path: Sequence[str] = ()) -> str:
    """The text of `contract.INDEX`. `path`: absolute folders that modules are imported from, in a local run."""
    index: dict[str, object] = {"version": 1, "templates": dict(places)}
    return json.dumps({**index, "path": list(path)} if path else index, indent=1) + "\n"
