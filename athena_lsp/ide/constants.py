"""Placeholders in module-level texts, such as `IMAGE = "app:{tag}"`, told by the decorators that take them."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.references import constant_placeholders, constant_texts, constants_of
from athena_lsp.ide.place import Place, place_at
from athena_lsp.ide.spots import PlaceholderSpot, Spot, spot_at
from athena_lsp.ir.model import Definition
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Argument, Text
from athena_lsp.project import Project
from athena_lsp.text import Span


def spot_of(place: Place) -> Spot | None:
    """What a cursor stands on; also in a constant that a decorator takes."""
    return spot_at(place.unit, place.offset) or _in_constant(place)


def users_of(project: Project, constant: Declaration) -> Iterator[Definition]:
    """The definitions whose decorators take a module-level name, those of its own file first. Of other files those are
    looked at that speak of its module."""
    *folders, file = constant.path.removesuffix(".py").split("/")
    module = folders[-1] if file == "__init__" and folders else file
    others = (path for path, each in sorted(project.files.items()) if module in each.text and path != constant.path)
    seen: set[Declaration] = set()
    for path in (constant.path, *others):
        for location in project.references(constant, path) if constant.name in project.files[path].text else ():
            place = place_at(project, location.path, location.span.start)
            definition = place.definition if place else None
            if definition is None or definition.declaration in seen:
                continue
            seen.add(definition.declaration)
            if constant in constants_of(project.facts, definition.declaration):
                yield definition


def user_at(place: Place) -> tuple[Declaration, Definition, int] | None:
    """The constant in whose text the cursor stands, a definition whose decorator takes it, where the text begins."""
    if place.unit.definitions or "{" not in place.block:
        return None
    for name, start, text in constant_texts(place.block):
        if Span(start, start + len(text)).touches(place.offset):
            constant = Declaration(place.path, name)
            return next(((constant, user, start) for user in users_of(place.project, constant)), None)
    return None


def _in_constant(place: Place) -> PlaceholderSpot | None:
    found = user_at(place)
    if found is None:
        return None
    constant, user, _ = found
    for name, part, start in constant_placeholders(place.block):
        for depth, span in enumerate(each.shift(start) for each in part.spans):
            if name == constant.name and span.touches(place.offset):
                option = _option(user, constant)
                return PlaceholderSpot(span, user, option, part, depth) if option is not None else None
    return None


def _option(user: Definition, constant: Declaration) -> Argument | None:
    """The argument that takes a constant."""
    taking = (each for each in user.options if any(text.origin == constant for text in walk(each.value, Text)))
    return next(taking, None)
