"""Hooks of a task: templates that run once something holds of it (Argo `task.hooks`)."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.edges import argument
from athena_lsp.argo.expressions import Wires, quoted
from athena_lsp.argo.manifest import Arguments, Artifact, Hook, Parameter, TemplateRef
from athena_lsp.argo.naming import object_name
from athena_lsp.argo.tree import NO_MAP, Map, Origin
from athena_lsp.ir import model
from athena_lsp.ir.model import HookKind, Step
from athena_lsp.ir.names import Declaration

STATUS: dict[HookKind, str] = {"success": "Succeeded", "failure": "Failed", "error": "Error"}


def hooks_of(facts: Facts, owner: Declaration, step: Step, wires: Wires, task: str) -> Map:
    """The hooks of a call, whose task has this name. Only `exit` needs no condition."""
    if step.options is None or not step.options.hooks:
        return NO_MAP
    origin = Origin(owner, step.options.span)
    found = tuple(
        (key, _hook(facts, owner, hook, wires, None if key == "exit" else _condition(task, hook, wires)))
        for key, hook in hook_keys(step.options.hooks)
    )
    return Map(entries=found, origin=origin)


def hook_keys(hooks: tuple[model.Hook, ...]) -> tuple[tuple[str, model.Hook], ...]:
    """The hooks of a call with the key of each."""
    found: dict[str, model.Hook] = {}
    for hook in hooks:
        key, number = _key(hook), 2
        while key in found:
            key, number = f"{_key(hook)}-{number}", number + 1
        found[key] = hook
    return tuple(found.items())


def _key(hook: model.Hook) -> str:
    return "when" if hook.kind == "expression" else hook.kind


def _hook(facts: Facts, owner: Declaration, hook: model.Hook, wires: Wires, condition: str | None) -> Hook:
    parts = tuple(argument(facts, owner, bound, wires) for bound in hook.call.bound)
    callee = hook.call.callee
    return Hook(
        expression=condition,
        template_ref=TemplateRef(name=object_name(facts.settings, callee.template), template=callee.template),
        arguments=Arguments(
            parameters=tuple(part for part in parts if isinstance(part, Parameter)),
            artifacts=tuple(part for part in parts if isinstance(part, Artifact)),
        )
        if parts
        else None,
        origin=Origin(owner, hook.span),
    )


def _condition(name: str, hook: model.Hook, wires: Wires) -> str:
    task = f"{wires.mode}[{quoted(name)}].status"
    if hook.kind == "expression":
        return hook.expression
    if hook.kind == "exit":  # a second one: `exit` itself is taken
        return f"{task} in ['Succeeded', 'Failed', 'Error']"
    return f"{task} == {quoted(STATUS[hook.kind])}"
