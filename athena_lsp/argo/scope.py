"""Where the texts of options are spliced: on a template, on the submitted workflow, or nowhere (`boundary_*`)."""

from __future__ import annotations

from itertools import zip_longest
from typing import Literal, assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.json_names import json_name
from athena_lsp.analysis.placeholders import ARGO_TAG, Malformed, Part, Placeholder, Verbatim, parse_placeholders
from athena_lsp.analysis.types import part_type
from athena_lsp.argo.expressions import (
    decoded,
    input_expression,
    input_tag,
    quoted,
    tag,
    workflow_expression,
    workflow_tag,
)
from athena_lsp.argo.tree import Origin
from athena_lsp.argo.values import json_text
from athena_lsp.ir.model import Definition
from athena_lsp.ir.node import Node
from athena_lsp.ir.types import INT, UNRESOLVED, Type
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The definition that an option belongs to, and where Argo reads its field."""

    facts: Facts
    definition: Definition
    level: Literal["template", "root", "boundary"] = "template"

    def origin(self, node: Node) -> Origin:
        """The Python behind a part of the manifest."""
        return Origin(self.definition.declaration, node.span)

    def splice(self, text: str) -> str:
        """The text with each placeholder as the tag that Argo replaces with the argument's bare value.

        At a boundary, where no arguments are in reach, the text stands as it is.
        """
        return self._spliced(text, in_json=False)

    def splice_json(self, text: str) -> str:
        """The same for a text in JSON, with its quotes: whatever the argument holds, it stays one text."""
        return f'"{self._spliced(text, in_json=True)}"'

    def _spliced(self, text: str, *, in_json: bool) -> str:
        if self.level == "boundary":
            return _escaped(text) if in_json else text
        parts = []
        found = parse_placeholders(text)
        for part, behind in zip_longest(found, found[1:]):
            match part:
                case Verbatim() | Malformed():
                    verbatim = part.text if isinstance(part, Verbatim) else part.span.of(text)
                    if verbatim == "{" and _is_tag(behind):
                        verbatim = tag(quoted(verbatim))  # three braces would be another tag
                    parts.append(_escaped(verbatim) if in_json else verbatim)
                case Placeholder():
                    parts.append(self._tag(part, in_json=in_json))
                case _:
                    assert_never(part)
        return "".join(parts)

    def _tag(self, placeholder: Placeholder, *, in_json: bool) -> str:
        name, fields = placeholder.parameter, placeholder.fields
        parameter = next((parameter for parameter in self.definition.parameters if parameter.name == name), None)
        if parameter is not None and parameter.inject is not None:
            # The expression stands for JSON text; a bare text is what the quotes enclose.
            return (parameter.inject.expression or "").strip().strip('"')
        if parameter is not None and parameter.type == INT and not fields:
            # Numbers in expressions are floating-point; a plain tag keeps every digit.
            return workflow_tag(name) if self.level == "root" else input_tag(name)
        path = self._keys(parameter.type if parameter is not None else UNRESOLVED, fields)
        value = decoded(workflow_expression(name) if self.level == "root" else input_expression(name), path)
        return tag(f"toJson(string({value}))[1:-1]" if in_json else value)

    def _keys(self, type_: Type, fields: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the fields in the value's JSON form."""
        keys: list[str] = []
        for name in fields:
            key = json_name(self.facts, type_, name)
            keys += [name if key is None else key] if key != "" else []
            type_ = part_type(self.facts, type_, name) or UNRESOLVED
        return tuple(keys)


def _is_tag(part: Part | None) -> bool:
    """Whether a part begins with the braces of a tag."""
    return isinstance(part, Placeholder) or (isinstance(part, Verbatim) and part.text.startswith("{"))


def _escaped(text: str) -> str:
    """The inside of a JSON text; Argo's own tags stay as they are, or Argo could not read them."""
    parts: list[str] = []
    done = 0
    for found in ARGO_TAG.finditer(text):
        parts += (json_text(text[done : found.start()])[1:-1], found[0])
        done = found.end()
    return "".join((*parts, json_text(text[done:])[1:-1]))
