"""Settings of a class that rename its fields in the JSON: pydantic's `alias_generator`, msgspec's `rename`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from athena_lsp.analysis.scope import canonical, follow_node
from athena_lsp.analysis.view import View
from athena_lsp.ir.types import ClassKind

Renamer: TypeAlias = Callable[[str], str | None]
"""From a field's name to its key; None where only the running program knows."""


def joined(name: str) -> str:
    """The words of a name, each with a capital letter."""
    return "".join(word.capitalize() for word in name.split("_"))


PLAIN = re.compile(r"[a-z]+(_[a-z]+)*")
"""The names for which both libraries, in all their versions, agree on what the words of a name are."""
STYLES: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "camel": lambda name: name[0] + joined(name)[1:],
    "pascal": joined,
    "kebab": lambda name: name.replace("_", "-"),
    "snake": str,
}
GENERATORS = {f"pydantic.alias_generators.to_{style}": style for style in ("camel", "pascal", "snake")}


def renamer(view: View, kind: ClassKind, settings: Mapping[str, tuple[str, ast.expr]]) -> Renamer | None:
    """How a class renames its fields; None where it does not. Each setting comes with the file that it stands in."""
    match kind:
        case ClassKind.PYDANTIC if "alias_generator" in settings:
            path, node = settings["alias_generator"]
            entity = follow_node(view, path, node)
            return _by(GENERATORS.get(canonical(entity), "") if entity is not None else "")
        case ClassKind.MSGSPEC if "rename" in settings:
            match settings["rename"][1]:
                case ast.Constant(value=None):
                    return None
                case ast.Constant(value=str(style)):
                    return _by(style)
                case _:
                    return _by("")
        case _:
            return None


def _by(style: str) -> Renamer:
    change = STYLES.get(style)
    return lambda name: change(name) if change is not None and PLAIN.fullmatch(name) else None
