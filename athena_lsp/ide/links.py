"""Links from a program to the pages of the documentation about it."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.diagnostics import RULES_URL
from athena_lsp.ide.blockwise import Question, of_blocks
from athena_lsp.ide.spots import FieldSpot, OptionSpot, spots
from athena_lsp.ir.model import Unit
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
    found = [Link(link.span.shift(start), link.url, link.title) for start, link in of_blocks(project, path, LINKS)]
    for suppression in suppressions(file.parsed.blocks):
        found += (Link(slug.span, f"{RULES_URL}{slug.name}/", f"About {slug.name}") for slug in suppression.slugs)
    return tuple(sorted(found, key=lambda link: link.span))


def _of_unit(_project: Project, meaning: Unit, _block: str) -> Iterator[Link]:
    for definition in meaning.definitions:
        for decorator in definition.decorators:
            if decorator.kind is not None:
                at = Span(decorator.span.start, decorator.span.start + len(decorator.text))
                yield Link(at, f"{DOCS_URL}arguments/", f"Arguments of @{decorator.kind.value}")
    for spot in spots(meaning):
        if isinstance(spot, OptionSpot):
            name = spot.option.name
            yield Link(spot.span, f"{DOCS_URL}arguments/#{name}", f"About {name}=")
        elif isinstance(spot, FieldSpot):
            name = spot.construct.name
            yield Link(spot.span, f"{DOCS_URL}arguments/#{name.lower()}", f"About {name}")


LINKS = Question("links", _of_unit)
