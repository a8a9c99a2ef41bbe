"""yaml-boolean-name: a name that YAML 1.1 reads as a boolean or as null."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.kubernetes_names import is_yaml_word
from athena_lsp.analysis.options import TextShape
from athena_lsp.ir.model import Definition, Kind, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import Text
from athena_lsp.rules._options import Slot, replaced, slots
from athena_lsp.rules.base import Finding, Mend, Rename, rule
from athena_lsp.text import Span

NAMES = frozenset({"template-name", "object-name", "container-name"})


@rule("a name that YAML reads as a boolean or as null", fixable=True)
def yaml_boolean_name(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT:
            yield from _definition(definition)
    for volume in unit.volumes:
        if is_yaml_word(volume.name):
            span = Span(volume.span.start, volume.span.start + len(volume.name))
            yield _renamed(span, "a volume", volume.name, Declaration(unit.path, volume.name), f"{volume.name}_volume")
    for slot in slots(unit):
        match slot:
            case Slot(shape=TextShape(check=check), value=Text() as text) if check in NAMES:
                if is_yaml_word(text.value):
                    yield _text(slot, text, facts.settings.project)
            case _:
                pass


def _definition(definition: Definition) -> Iterator[Finding]:
    if is_yaml_word(definition.name):
        new = f"{definition.name}_step"
        yield _renamed(definition.name_span, "a template", definition.name, definition.declaration, new)
    for parameter in definition.parameters:
        if is_yaml_word(parameter.name):
            declaration = definition.declaration.of(parameter.name)
            taken = {each.name for each in definition.parameters}
            new = next(name for name in _candidates(parameter.name) if name not in taken)
            yield _renamed(parameter.span, "a parameter", parameter.name, declaration, new)


def _candidates(name: str) -> Iterator[str]:
    yield f"{name}_value"
    yield from (f"{name}_value_{number}" for number in count(2))


def _renamed(span: Span, what: str, name: str, declaration: Declaration, new: str) -> Finding:
    return Finding(
        span=span,
        message=_message(what, name),
        hints=(f"rename it, to `{new}` for example",),
        fixes=(Mend(f"Rename to `{new}` everywhere", renames=(Rename(declaration, new),)),),
    )


def _text(slot: Slot, value: Text, project: str) -> Finding:
    new = f"{project}-{value.value.lower()}"
    edits = replaced(slot, new)
    return Finding(
        span=value.span,
        message=_message(slot.title, value.value),
        hints=(f"rename it, to `{new}` for example",),
        fixes=(Mend(f"Rename to `{new}`", edits),) if edits else (),
    )


def _message(what: str, name: str) -> str:
    meaning = "null" if name.lower() in ("null", "~") else "a boolean"
    return f"{what} cannot be called `{name}`: YAML reads the bare word as {meaning}"
