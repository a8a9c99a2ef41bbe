"""invalid-template-name: a name that Argo or Kubernetes would refuse."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.kubernetes_names import (
    CRON_OBJECT_LIMIT,
    LABEL_LIMIT,
    RESERVED_CONTAINERS,
    TEMPLATE_OBJECT_LIMIT,
    dns_label_problem,
    dns_subdomain_problem,
    is_yaml_word,
    nearest_dns_label,
)
from athena_lsp.analysis.options import TextShape
from athena_lsp.analysis.placeholders import Placeholder, parse_placeholders
from athena_lsp.ir.model import Definition, Kind, Unit
from athena_lsp.ir.values import Null, Text
from athena_lsp.rules._options import Slot, definition_slots, describe, replaced, slots
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.settings import Settings

KINDS = {"template-name": "a template", "object-name": "an object of Kubernetes", "container-name": "a container"}


@rule("a name that Argo or Kubernetes would refuse", fixable=True, required=True)
def invalid_template_name(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for slot in slots(unit):
        if isinstance(slot.shape, TextShape) and slot.shape.check in KINDS and isinstance(slot.value, Text):
            yield from _given(slot, slot.shape, slot.value)
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT:
            yield from _template(definition, facts.settings)
            yield from _containers(definition)


def _given(slot: Slot, shape: TextShape, value: Text) -> Iterator[Finding]:
    name = value.value
    if any(isinstance(part, Placeholder) for part in parse_placeholders(name)):
        return  # a placeholder in a name is a mistake of its own, with advice of its own
    if shape.check == "container-name" and name in RESERVED_CONTAINERS:
        yield Finding(
            span=value.span,
            message=f"Argo itself puts a container called `{name}` into every pod",
            hints=("rename the container",),
        )
        return
    dots = shape.check == "object-name"
    problem = dns_subdomain_problem(name) if dots else dns_label_problem(name)
    if not problem:
        return
    near = nearest_dns_label(name, dots=dots)
    edits = replaced(slot, near) if near and not is_yaml_word(near) else ()
    yield Finding(
        span=value.span,
        message=f"{describe(value)} cannot name {KINDS[shape.check]}: it {problem}",
        hints=("write lower-case letters and digits, with `-` between them",),
        fixes=(Mend(f"Rename to `{near}`", edits),) if edits else (),
    )


def _containers(definition: Definition) -> Iterator[Finding]:
    """Two containers of one pod with one name."""
    seen: dict[str, Text] = {}
    for slot in definition_slots(definition):
        if slot.key == "Sidecar.name" and isinstance(slot.value, Text):
            name = slot.value.value
            if name in seen:
                yield Finding(
                    span=slot.value.span,
                    message=f"two containers of the pod are called `{name}`",
                    related=(Related("the first one", span=seen[name].span),),
                    hints=("rename one of them",),
                )
            seen.setdefault(name, slot.value)


def _template(definition: Definition, settings: Settings) -> Iterator[Finding]:
    """A name made from the function's, and how long the object's name gets with the version."""
    given = definition.option("name")
    is_given = given is not None and not isinstance(given, Null)
    if is_given and dns_label_problem(definition.template):
        return  # which is said of the text itself
    span = given.span if is_given and given is not None else definition.name_span
    problem = dns_label_problem(definition.template)
    if problem and len(definition.template) <= LABEL_LIMIT:
        yield Finding(
            span=span,
            message=f"`{definition.name}` becomes the template `{definition.template}`, which {problem}",
            hints=("rename the function, or give the decorator `name=`",),
        )
        return
    is_scheduled = definition.option("schedule") is not None
    limit = CRON_OBJECT_LIMIT if is_scheduled else TEMPLATE_OBJECT_LIMIT
    full = f"{definition.template}-{settings.version_tag}"
    if len(full) > limit:
        what = "a scheduled workflow's name" if is_scheduled else "a template's name"
        yield Finding(
            span=span,
            message=f"with its version the name is `{full}`, {len(full)} characters, and {what} has {limit} at most",
            hints=(f"give the decorator a `name=` of {limit - len(settings.version_tag) - 1} characters or fewer",),
        )
