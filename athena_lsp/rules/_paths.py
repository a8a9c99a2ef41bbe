"""Paths into values: the type that each access of `report.items[0].price` finds, and what stands there instead."""

from __future__ import annotations

import json
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import attribute_type, is_typed_dict, item_type
from athena_lsp.ir.model import Access, Projection
from athena_lsp.ir.types import ClassOf, NewTypeOf, Type


def accesses(facts: Facts, value: Projection) -> Iterator[tuple[Type, Access]]:
    """Each access of a path with the type it is made on; the last is the first that does not exist, if one does not."""
    owner = value.base.type
    for access in value.path:
        yield owner, access
        found = accessed(facts, owner, access)
        if found is None:
            return
        owner = found


def accessed(facts: Facts, owner: Type, access: Access) -> Type | None:
    """What an access finds; None where there is nothing."""
    if access.attribute:
        return attribute_type(facts, owner, str(access.key))
    return item_type(facts, owner, access.key)


def bare_class(type_: Type) -> ClassOf | None:
    """The class that a type is, under any NewType; None for what is no class with fields."""
    while isinstance(type_, NewTypeOf):
        type_ = type_.base
    return type_ if isinstance(type_, ClassOf) else None


def access_text(facts: Facts, class_: ClassOf, name: str) -> str:
    """How a field is read: `.name`, or `["name"]` for a TypedDict."""
    return f"[{quoted(name)}]" if is_typed_dict(facts, class_) else f".{name}"


def quoted(key: str | int) -> str:
    """A key as Python source."""
    return str(key) if isinstance(key, int) else json.dumps(key, ensure_ascii=False)
