"""Hooks of tasks and steps: those with an expression while a node is there, and exit handlers after it."""

from __future__ import annotations

from collections.abc import Mapping

from athena_lsp.engine.draft import Draft
from athena_lsp.engine.inputs import Call
from athena_lsp.engine.model import Node
from athena_lsp.engine.program import as_map, as_text
from athena_lsp.engine.substitution import Scope, SubstitutionError, Tree, substitute, value_of
from athena_lsp.engine.tasks import Execute, arguments_of
from athena_lsp.engine.values import go_text
from athena_lsp.records import dataclass, replace

EXIT = "exit"


@dataclass(frozen=True, slots=True)
class Hooked:
    """A node and the task that says which hooks it has."""

    node: Node
    task: Mapping[str, Tree]
    document: str
    scope: Scope
    prefix: str
    """`tasks.x` or `steps.x`."""


def run_hooks(draft: Draft, hooked: Hooked, execute: Execute) -> bool:
    """Runs the hooks of a node that may run now; whether none of them is still running."""
    done = True
    hooks = as_map(hooked.task.get("hooks"))
    for name, hook in hooks.items():
        if name != EXIT and isinstance(hook, dict):
            done = _run_one(draft, hooked, f"{hooked.node.id}.hooks.{name}", hook, execute) and done
    handler = as_map(hooks.get(EXIT)) or ({"template": hooked.task["onExit"]} if hooked.task.get("onExit") else {})
    if handler and hooked.node.is_completed:
        if draft.shutdown == "Terminate":
            return done
        done = _run(draft, hooked, f"{hooked.node.id}.onExit", handler, execute) and done
    return done


def has_hooks(task: Mapping[str, Tree]) -> bool:
    return bool(task.get("hooks") or task.get("onExit"))


def _run_one(draft: Draft, hooked: Hooked, id: str, hook: Mapping[str, Tree], execute: Execute) -> bool:  # noqa: A002
    """A hook with an expression: it begins as soon as that holds, and at most once."""
    if id not in draft.nodes:
        if draft.shutdown:
            return True
        answer = value_of(as_text(hook.get("expression")), own_scope(hooked, is_exit=False))
        if not isinstance(answer, bool):
            raise SubstitutionError(f"unable to cast expression result '{go_text(answer)}' to bool")
        if not answer:
            return True
    return _run(draft, hooked, id, hook, execute)


def _run(draft: Draft, hooked: Hooked, id: str, hook: Mapping[str, Tree], execute: Execute) -> bool:  # noqa: A002
    node = draft.nodes.get(id)
    if node is not None and (node.has_ended or id not in draft.dirty):
        return node.has_ended
    scope = own_scope(hooked, is_exit=True)
    filled = as_map(substitute(dict(hook), scope))
    parameters, artifacts = arguments_of(draft, filled, scope)
    call = Call(
        id,
        filled,
        hooked.document,
        hooked.node.id,
        hooked.node.boundary,
        parameters=parameters,
        artifacts=artifacts,
        is_hook=True,
    )
    found = execute(draft, call)
    if found is None:
        draft.blocked.add(hooked.node.id)
    return found is not None and found.has_ended


def own_scope(hooked: Hooked, *, is_exit: bool) -> Scope:
    """What a hook reads: all that its task may, and what the task itself has come to."""
    node = hooked.node
    texts: dict[str, str] = {f"{hooked.prefix}.status": node.phase}
    structures = dict(hooked.scope.structures)
    if is_exit or node.is_completed:
        if node.outputs.result is not None:
            texts[f"{hooked.prefix}.outputs.result"] = node.outputs.result
        if node.outputs.exit_code is not None:
            texts[f"{hooked.prefix}.exitCode"] = node.outputs.exit_code
        texts |= {
            f"{hooked.prefix}.outputs.parameters.{name}": value for name, value in node.outputs.parameters.items()
        }
        structures |= {
            f"{hooked.prefix}.outputs.artifacts.{name}": value for name, value in node.outputs.artifacts.items()
        }
    return replace(hooked.scope, texts={**hooked.scope.texts, **texts}, structures=structures, strict=False)
