"""What preflight says of the manifest of each workflow and container in a block, at the Python it came from."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.emit import own_documents
from athena_lsp.argo.preflight import Refusal, emission_refusals
from athena_lsp.ir.model import Definition, Kind, PodBody, Unit, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Text
from athena_lsp.rules._once import once
from athena_lsp.rules.base import Finding, Related

LONG = 20_000
"""Code points of a definition from which its manifest may come near a limit."""
LONG_NAME = 40
MANY = 100
CHECKED = frozenset(
    {
        "name",
        "image",
        "image_pull_policy",
        "resources",
        "retry",
        "timeout",
        "pod_running_timeout",
        "pending_timeout",
        "env",
        "privileged",
        "run_as_user",
        "daemon",
        "steps",
        "parallelism",
        "fail_fast",
        "ttl_if_root",
        "active_deadline_if_root",
        "parallelism_if_root",
        "priority_if_root",
    }
)
"""Options whose values the rules about arguments check to the end."""


@once
def _suspects(unit: Unit) -> Iterator[Definition]:
    """The definitions of a block whose manifest is worth a look."""
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT and not definition.nested_in and _may_be_refused(definition):
            yield definition


def refusals_of(unit: Unit, facts: Facts) -> Iterator[tuple[Definition, Refusal]]:
    """Each definition with what Argo would refuse of its own objects; what they refer to is not looked at."""
    for definition in _suspects(unit):
        for refusal in _refusals(facts, definition.declaration):
            yield definition, refusal


def _may_be_refused(definition: Definition) -> bool:
    """Whether making the manifest and looking at it can tell something.

    What the other rules have checked to the end needs no second look, and that is nearly every definition: a look costs
    several times as much as all other rules together. Left are parts that are handed through, texts with Argo's own
    tags, resource calls, which come together from many places, and whatever is long.
    """
    size = definition.span.end - definition.span.start
    if size > LONG or len(definition.parameters) > MANY or len(definition.template) > LONG_NAME:
        return True
    if isinstance(definition.body, PodBody):
        if definition.body.resources or definition.body.calls:
            return True
    elif len(definition.body.every_step) > MANY:
        return True
    if any(option.name not in CHECKED for option in definition.options):
        return True
    if any(parameter.inject is not None for parameter in definition.parameters):
        return True
    # What the code of a pod returns is no part of its manifest.
    steps = definition.body if isinstance(definition.body, WorkflowBody) else ()
    texts = walk((definition.options, definition.parameters, steps), Text)
    return any("{{" in text.value or len(text.value) > LONG for text in texts)


def finding(definition: Definition, refusal: Refusal, message: str, hint: str) -> Finding:
    """At its place in the block; what came from another block (a fragment's call) is shown at the function's name."""
    origin = refusal.origin
    if origin is None or origin.declaration == definition.declaration:
        span = origin.span if origin is not None else definition.name_span
        return Finding(span=span, message=message, hints=(hint,))
    related = Related(f"`{origin.declaration.name}` asks for it", origin.declaration)
    return Finding(span=definition.name_span, message=message, related=(related,), hints=(hint,))


def _refusals(facts: Facts, declaration: Declaration) -> tuple[Refusal, ...]:
    """Remembered, since more than one rule asks."""

    def compute() -> tuple[Refusal, ...]:
        definition = facts.definition(declaration)
        if definition is None:
            return ()
        return tuple(emission_refusals(own_documents(facts, definition), complete=False, wiring=False))

    return facts.ask(("refusals", declaration), compute, ())
