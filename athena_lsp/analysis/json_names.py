"""The names that fields have in the JSON form of a value."""

from __future__ import annotations

from athena_lsp.analysis.types import field_of, unfolded
from athena_lsp.analysis.view import View
from athena_lsp.ir.types import ClassOf, NewTypeOf, Type, UnionOf


def json_names(view: View, type_: Type, name: str) -> frozenset[str | None]:
    """The keys that a field is written under; more than one where members of a union differ.

    None stands for a key that only the running program knows; an empty text for the root of a pydantic RootModel,
    whose JSON form is the whole value. A name that is no field stands for itself.
    """
    match unfolded(view, type_):
        case UnionOf(members=members):
            return frozenset().union(*(json_names(view, member, name) for member in members))
        case NewTypeOf(base=base):
            return json_names(view, base, name)
        case ClassOf() as class_ if (field := field_of(view, class_, name)) is not None:
            return frozenset({field.json_name})
        case _:
            return frozenset({name})


def json_name(view: View, type_: Type, name: str) -> str | None:
    """The only key that a field is written under; None when there are several, or nobody can tell."""
    names = json_names(view, type_, name)
    return next(iter(names)) if len(names) == 1 else None
