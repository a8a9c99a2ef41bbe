"""The types of a template as others see them: signature, JSON Schema of what it takes and gives, who declares it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from athena_lsp.analysis.schema import (
    Object,
    Schema,
    Source,
    given_parameters,
    inputs_schema,
    output_schema,
    type_schema,
)
from athena_lsp.analysis.types import show
from athena_lsp.diagnostics import Location
from athena_lsp.ir.model import Definition, Kind, Parameter
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.records import dataclass

MOST_LINES = 60
"""So many lines of a schema are shown in a hover at most."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A parameter, the result, or a class on the way: what it is, and where that is declared."""

    name: str
    type: str
    """The type as Python writes it; for a class, which kind of class."""
    location: Location


@dataclass(frozen=True, slots=True)
class TemplateTypes:
    """Everything about the types of one workflow or container."""

    definition: Definition
    location: Location
    signature: str
    inputs: Schema
    output: Schema
    edges: tuple[Origin, ...]
    """The parameters that a caller gives, then the result, named `return`."""
    classes: tuple[Origin, ...]
    """Every class, enum and new type that the schemas speak of, in the order met."""


def template_types(project: Project, declaration: Declaration) -> TemplateTypes | None:
    """The types of the template at a declaration; None when none is there."""
    definition = project.facts.definition(declaration)
    location = project.locate(declaration)
    if definition is None or location is None or definition.kind is Kind.FRAGMENT:
        return None
    inputs, output = inputs_schema(project.facts, definition), output_schema(project.facts, definition)
    return TemplateTypes(
        definition,
        location,
        _signature(project, definition),
        inputs,
        output,
        tuple(_edges(project, definition)),
        tuple(_classes(project, (*inputs.sources, *output.sources))),
    )


def template_markdown(project: Project, declaration: Declaration) -> str:
    """The schemas of a template; empty for a fragment, whose values travel nowhere."""
    found = template_types(project, declaration)
    if found is None:
        return ""
    inputs = ("Takes:", _fence(found.inputs.document)) if found.inputs.document["properties"] else ("Takes nothing.",)
    output = ("Gives:", _fence(found.output.document))
    return "\n\n".join((*inputs, *output, *_declared(project, found.classes)))


def parameter_markdown(project: Project, definition: Definition, parameter: Parameter) -> str:
    """The schema of one parameter; empty where no caller gives it."""
    if definition.kind is Kind.FRAGMENT or parameter.inject is not None:
        return ""
    schema = type_schema(project.facts, parameter.type)
    return "\n\n".join((_fence(schema.document), *_declared(project, _classes(project, schema.sources))))


def _signature(project: Project, definition: Definition) -> str:
    """The `def` with the defaults as the source writes them; without what Argo fills in."""
    parts: list[str] = []
    for parameter in given_parameters(definition):
        if parameter.form == "keyword-only" and "*" not in parts:
            parts.append("*")
        default = ""
        if parameter.default is not None:
            place = project.place(definition.declaration, parameter.default.span)
            default = f" = {place.span.of(project.source(place.path).text) if place else '...'}"
        parts.append(f"{parameter.name}: {show(parameter.type)}{default}")
    returns = f" -> {show(definition.returns)}" if definition.signature.returns_annotated else ""
    prefix = "async def" if definition.is_async else "def"
    return f"{prefix} {definition.name}({', '.join(parts)}){returns}"


def _edges(project: Project, definition: Definition) -> Iterator[Origin]:
    for parameter in given_parameters(definition):
        place = project.place(definition.declaration, parameter.span)
        if place is not None:
            yield Origin(parameter.name, show(parameter.type), place)
    place = project.place(definition.declaration, definition.returns_span or definition.name_span)
    if place is not None:
        yield Origin("return", show(definition.returns), place)


def _classes(project: Project, sources: Iterable[Source]) -> Iterator[Origin]:
    for source in dict.fromkeys(sources):
        place = project.locate(source.declaration)
        if place is not None:
            yield Origin(source.declaration.name, source.kind, place)


def _fence(document: Object) -> str:
    """A schema without its dialect, cut off where a hover would fill the screen."""
    body = {key: value for key, value in document.items() if key != "$schema"}
    lines = json.dumps(body, indent=2, ensure_ascii=False).split("\n")
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"... and {len(lines) - MOST_LINES} lines more: `athena types` prints them"]
    return "\n".join(("```json", *lines, "```"))


def _declared(project: Project, classes: Iterable[Origin]) -> tuple[str, ...]:
    lines: list[str] = []
    for each in classes:
        line = project.source(each.location.path).line_of(each.location.span.start) + 1
        lines.append(f"- `{each.name}` ({each.type}): {each.location.path}:{line}")
    return ("\n".join(lines),) if lines else ()
