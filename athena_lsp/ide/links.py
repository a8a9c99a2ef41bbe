"""Links from a program to the pages of the documentation about it."""

from __future__ import annotations

from athena_lsp.diagnostics import RULES_URL
from athena_lsp.ide.spots import FieldSpot, OptionSpot, spots
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.syntax.comments import suppressions
from athena_lsp.text import Span

DOCS_URL = RULES_URL.removesuffix("rules/")


@dataclass(frozen=True, slots=True)
class Link:
    """A word of the file and the page about it."""

    span: Span
    url: str
    title: str


def links(project: Project, path: str) -> tuple[Link, ...]:
    """The decorators' names, the keywords in them, and the rules that suppressions name."""
    file = project.files.get(path)
    if file is None or not file.is_program:
        return ()
    found: list[Link] = []
    for start, meaning in project.units(path):
        for definition in meaning.definitions:
            for decorator in definition.decorators:
                if decorator.kind is not None:
                    at = Span(decorator.span.start, decorator.span.start + len(decorator.text)).shift(start)
                    found.append(Link(at, f"{DOCS_URL}arguments/", f"Arguments of @{decorator.kind.value}"))
        for spot in spots(meaning):
            if isinstance(spot, OptionSpot):
                name = spot.option.name
                found.append(Link(spot.span.shift(start), f"{DOCS_URL}arguments/#{name}", f"About {name}="))
            elif isinstance(spot, FieldSpot):
                url = f"{DOCS_URL}arguments/#{spot.construct.name.lower()}"
                found.append(Link(spot.span.shift(start), url, f"About {spot.construct.name}"))
    for suppression in suppressions(file.parsed.blocks):
        found += (Link(slug.span, f"{RULES_URL}{slug.name}/", f"About {slug.name}") for slug in suppression.slugs)
    return tuple(sorted(found, key=lambda link: link.span))
