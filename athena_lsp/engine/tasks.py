"""What dags and steps have in common: filling in a task, calling its template, and its group of looped calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from athena_lsp.engine.conditions import ConditionError, holds
from athena_lsp.engine.draft import Draft
from athena_lsp.engine.inputs import Call, config_value, has_location
from athena_lsp.engine.loops import loops
from athena_lsp.engine.model import Node, Phase
from athena_lsp.engine.program import as_list, as_map, as_text, named
from athena_lsp.engine.scopes import resolved_artifact
from athena_lsp.engine.substitution import Scope, SubstitutionError, Tree, has_tags, substitute

LATER = ("hooks", "onExit")
Execute = Callable[[Draft, Call], Node | None]


def filled(task: Mapping[str, Tree], scope: Scope) -> Mapping[str, Tree]:
    """The task with its tags filled in: its `when` first, and nothing else when that is false already.

    Hooks wait: they may read what the task itself gives. Raises SubstitutionError.
    """
    when = task.get("when")
    if when:
        when = substitute(when, scope)
        if not has_tags(when) and not _is_true(as_text(when), is_loop=loops(task)):
            return {**task, "when": when}
    bare = {key: value for key, value in _without_absent(task, scope).items() if key not in (*LATER, "when", "inline")}
    kept = {key: task[key] for key in (*LATER, "inline") if key in task}
    found = {**as_map(substitute(dict(bare), scope)), **kept}
    return {**found, "when": when} if when else found


def _is_true(when: str, *, is_loop: bool) -> bool:
    try:
        return holds(when)
    except ConditionError as error:
        if is_loop:
            return True
        raise SubstitutionError(str(error)) from None


def _without_absent(task: Mapping[str, Tree], scope: Scope) -> Mapping[str, Tree]:
    """An argument that is nothing but an absent output is not passed: the input's default counts."""
    arguments = as_map(task.get("arguments"))
    parameters = as_list(arguments.get("parameters"))
    if not scope.absent or not parameters:
        return task
    passed = [each for each in parameters if _tag(as_map(each).get("value")) not in scope.absent]
    return {**task, "arguments": {**arguments, "parameters": passed}}


def _tag(value: Tree) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return text[2:-2].strip() if text.startswith("{{") and text.endswith("}}") else ""


def should_run(task: Mapping[str, Tree]) -> bool:
    """Whether a filled-in task's `when` holds. Raises SubstitutionError."""
    try:
        return holds(as_text(task.get("when")))
    except ConditionError as error:
        raise SubstitutionError(str(error)) from None


def call_of(
    draft: Draft,
    task: Mapping[str, Tree],
    scope: Scope,
    *,
    id: str,  # noqa: A002
    document: str,
    parent: str,
    boundary: str,
    name: str,
) -> Call:
    """The call of a filled-in task. Raises SubstitutionError."""
    parameters, artifacts = arguments_of(draft, task, scope)
    return Call(id, task, document, parent, boundary, name, parameters, artifacts)


def arguments_of(draft: Draft, task: Mapping[str, Tree], scope: Scope) -> tuple[dict[str, str], dict[str, Tree]]:
    """The arguments of a task or a hook whose tags are filled in. Raises SubstitutionError."""
    arguments = as_map(task.get("arguments"))
    parameters: dict[str, str] = {}
    for name, each in named(arguments.get("parameters")).items():
        value = each.get("value")
        found = as_text(value) if value is not None else config_value(draft, as_map(each.get("valueFrom")))
        if found is not None:
            parameters[name] = found
    artifacts: dict[str, Tree] = {}
    for name, each in named(arguments.get("artifacts")).items():
        if has_location(each):
            artifacts[name] = each
            continue
        location = resolved_artifact(each, scope)
        if location is not None:
            artifacts[name] = location
        elif not each.get("optional"):
            what = as_text(each.get("from") or each.get("fromExpression"))
            raise SubstitutionError(f"Unable to resolve: {what}")
    return parameters, artifacts


def continues_on(task: Mapping[str, Tree], phase: str) -> bool:
    fields = as_map(task.get("continueOn"))
    return (phase == "Failed" and fields.get("failed") is True) or (phase == "Error" and fields.get("error") is True)


def run_items(
    draft: Draft,
    tasks: Sequence[Mapping[str, Tree]],
    ids: Sequence[str],
    call: Callable[[Mapping[str, Tree]], Call],
    execute: Execute,
    parent: str,
) -> bool:
    """Runs the calls of a loop, as many as there is room for; whether all have a node."""
    nodes, dirty = draft.nodes, draft.dirty
    left = [number for number, id in enumerate(ids) if id in dirty or id not in nodes]  # noqa: A001
    for number in left:
        task, made = tasks[number], call(tasks[number])
        if made.id in nodes:
            execute(draft, made)
            continue
        if not run_task(draft, task, made, execute):
            draft.blocked.add(parent)
            return False
    return True


def run_task(draft: Draft, task: Mapping[str, Tree], call: Call, execute: Execute) -> bool:
    """Runs a task for the first time, or passes over it; False when there is no room for it."""
    try:
        goes = should_run(task)
    except SubstitutionError as error:
        passed_over(draft, call, "Error", str(error))
        return True
    if not goes:
        passed_over(draft, call, "Skipped", f"when '{as_text(task.get('when'))}' evaluated false")
        return True
    return execute(draft, call) is not None


def passed_over(draft: Draft, call: Call, phase: Phase, message: str) -> Node:
    """A node for a task that does not run."""
    return draft.add(
        call.id,
        "Skipped",
        phase,
        parent=call.parent,
        boundary=call.boundary,
        task=call.task,
        message=message,
    )
