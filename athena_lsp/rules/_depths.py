"""How deep the calls of a workflow nest: Argo gives up on a run that nests more than 100."""

from __future__ import annotations

from typing import assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import (
    Branch,
    Each,
    Fail,
    Fold,
    Gather,
    Inner,
    Kind,
    Loop,
    Region,
    Step,
    Tried,
    Wait,
    WorkflowBody,
    calls,
)
from athena_lsp.ir.names import Declaration

LIMIT = 100
HALVINGS = 20
"""Calls in each other of a loop over a list of a thousand elements: it is halved ten times, with two calls each."""


def depth_of(facts: Facts, declaration: Declaration) -> int:
    """The longest chain of calls, from a workflow to the pods below it; 0 for workflows that call each other."""

    def compute() -> int:
        face = facts.signature(declaration)
        definition = facts.definition(declaration) if face is not None and face.kind is Kind.WORKFLOW else None
        if definition is None:
            return 1  # of a container only the kind counts, whatever its code is
        return 1 + max((call_depth(facts, call) for call in _calls(definition.body)), default=1)

    return facts.ask(("depth", declaration), compute, 0)


def call_depth(facts: Facts, call: Step | Region) -> int:
    """The same from a call of a body on."""
    match call:
        case Step(callee=callee, item=item):
            is_workflow = callee.kind is Kind.WORKFLOW  # a container's body is not looked into: it changes often
            return (depth_of(facts, callee.declaration) if is_workflow else 1) + (item is not None) + _around(call)
        case Branch(arms=arms):
            return 1 + max((_inner(facts, arm.body) for arm in arms), default=0)
        case Loop(bound=bound, body=body):
            return bound + max(_inner(facts, body), 1)
        case Fold(body=body):
            return HALVINGS + 1 + _inner(facts, body)
        case Each(body=body):
            return 2 + _inner(facts, body)
        case Tried(bodies=bodies):
            return 1 + max(_inner(facts, body) for body in bodies)
        case Gather() | Fail():
            return 2
        case Wait():
            return 3
        case _:
            assert_never(call)


def _around(step: Step) -> int:
    """The templates around one call: of an attempt, of hooks, of retries."""
    return (step.attempted or step.options is not None) + (step.options is not None)


def _inner(facts: Facts, inner: Inner) -> int:
    called = calls(inner.statements)
    deepest = max((call_depth(facts, call) for call in called), default=0)
    return deepest if len(called) == 1 else 1 + deepest


def _calls(body: object) -> tuple[Step | Region, ...]:
    return calls(body.statements) if isinstance(body, WorkflowBody) else ()
