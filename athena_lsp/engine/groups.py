"""Steps: groups one behind the other, the steps of a group side by side."""

from __future__ import annotations

from collections.abc import Mapping

from athena_lsp.engine.draft import Draft
from athena_lsp.engine.hooks import Hooked, has_hooks, run_hooks
from athena_lsp.engine.inputs import Call
from athena_lsp.engine.loops import expanded, loops
from athena_lsp.engine.model import ENDED, FAILED, Frame, Node
from athena_lsp.engine.program import as_list, as_map, as_text
from athena_lsp.engine.scopes import Reading, add_globals, add_inputs, results, template_outputs
from athena_lsp.engine.substitution import NeverResolvedError, Scope, SubstitutionError, Tree
from athena_lsp.engine.tasks import Execute, call_of, continues_on, filled, passed_over, run_task
from athena_lsp.records import dataclass, replace

STEP = "step"
"""The key under which an item of a loop keeps the name of its step."""


@dataclass
class _Steps:
    """Steps while they are looked at."""

    draft: Draft
    id: str
    frame: Frame
    call: Call
    execute: Execute

    def group(self, number: int) -> str:
        return f"{self.id}[{number}]"


def run_steps(draft: Draft, id: str, frame: Frame, call: Call, execute: Execute) -> None:  # noqa: A002
    """Looks at steps again: goes on as far as it may, and ends them when the last group has ended."""
    steps = _Steps(draft, id, frame, call, execute)
    groups = [[as_map(step) for step in as_list(group)] for group in as_list(frame.template.get("steps"))]
    try:
        for number, group in enumerate(groups):
            node = _run_group(steps, groups, number, group)
            if not node.has_ended:
                return
            if node.phase in FAILED:
                draft.end(id, "Failed", node.message)
                return
        reading = _scope(steps, groups, len(groups))
        draft.end(id, "Succeeded", outputs=template_outputs(frame.template, reading.scope(draft.globals)))
    except NeverResolvedError:
        raise
    except SubstitutionError as error:
        draft.end(id, "Error", str(error))


def _run_group(steps: _Steps, groups: list[list[dict[str, Tree]]], number: int, group: list[dict[str, Tree]]) -> Node:
    draft, id = steps.draft, steps.group(number)  # noqa: A001
    node = draft.nodes.get(id)
    if node is not None and (node.has_ended or id not in draft.dirty):
        return node
    scope = _scope(steps, groups, number).scope(draft.globals, strict=True)
    if node is None:
        node = draft.add(id, "StepGroup", "Running", parent=steps.id, boundary=steps.id)
        try:
            items = _items(steps, node, group, scope)
        except NeverResolvedError:
            raise
        except SubstitutionError as error:
            return draft.end(id, "Error", str(error))
        ids = tuple(f"{id}.{as_text(item.get('name'))}" for item in items)
        draft.frames[id] = Frame({}, steps.frame.document, items, ids)
    draft.dirty.discard(id)
    by_name = {as_text(step.get("name")): step for step in group}
    if not _run_all(steps, node, scope):
        return draft.nodes[id]
    return _concluded(steps, node, by_name, scope)


def _items(steps: _Steps, group: Node, declared: list[dict[str, Tree]], scope: Scope) -> tuple[Mapping[str, Tree], ...]:
    """The steps of a group with everything filled in, those of loops one for each item. Raises SubstitutionError."""
    found: list[Mapping[str, Tree]] = []
    for step in declared:
        name = as_text(step.get("name"))
        given = {**filled(step, scope), STEP: name}
        if not loops(step):
            found.append(given)
        elif items := expanded(given):
            found += items
        else:
            call = Call(f"{group.id}.{name}", step, steps.frame.document, group.id, steps.id, name)
            passed_over(steps.draft, call, "Skipped", "Skipped, empty params")
    return tuple(found)


def _run_all(steps: _Steps, group: Node, scope: Scope) -> bool:
    """Runs the steps of a group, as many as there is room for; whether all have a node."""
    draft, frame = steps.draft, steps.draft.frames[group.id]
    nodes, dirty = draft.nodes, draft.dirty
    left = [number for number, id in enumerate(frame.ids) if id in dirty or id not in nodes]  # noqa: A001
    for number in left:
        step, id = frame.items[number], frame.ids[number]  # noqa: A001
        name = as_text(step.get(STEP))
        if id in nodes:
            if id in dirty:
                steps.execute(draft, Call(id, step, steps.frame.document, group.id, steps.id, name))
            continue
        if draft.is_stopped(steps.id) or _fails_fast(steps):
            continue
        if as_text(step.get("when")).strip() == "false":
            call = Call(id, step, steps.frame.document, group.id, steps.id, name)
        else:
            try:
                call = call_of(
                    draft,
                    step,
                    scope,
                    id=id,
                    document=steps.frame.document,
                    parent=group.id,
                    boundary=steps.id,
                    name=name,
                )
            except SubstitutionError as error:
                call = Call(id, step, steps.frame.document, group.id, steps.id, name)
                passed_over(draft, call, "Error", str(error))
                continue
        if not run_task(draft, step, call, steps.execute):
            draft.blocked.add(group.id)
            return False
    return True


def _fails_fast(steps: _Steps) -> bool:
    """With `failFast` and `parallelism`, nothing more begins when a child has failed."""
    if steps.frame.template.get("failFast") is not True:
        return False
    return any(node.boundary == steps.id and node.phase in FAILED for node in steps.draft.below(steps.id))


def _concluded(steps: _Steps, group: Node, by_name: Mapping[str, Mapping[str, Tree]], scope: Scope) -> Node:
    draft = steps.draft
    children = [draft.nodes[child] for child in draft.nodes[group.id].children]
    done = True
    for child in children if any(map(has_hooks, by_name.values())) else ():
        step = by_name.get(child.task, {})
        if has_hooks(step) and child.phase != "Pending":
            hooked = Hooked(child, step, steps.frame.document, scope, f"steps.{child.task}")
            done = run_hooks(draft, hooked, steps.execute) and done
    if not done or not all(child.phase in ENDED or child.has_ended for child in reversed(children)):
        return draft.nodes[group.id]
    for child in children:
        step = by_name.get(child.task, {})
        if child.phase in FAILED and not continues_on(step, child.phase):
            why = f": {child.message}" if child.message and child.kind not in ("DAG", "Steps") else ""
            message = f"child '{child.id}' failed{why}"
            return draft.end(group.id, "Failed", message)
    if draft.is_stopped(steps.id):
        return draft.end(group.id, "Failed", f"Stopped with strategy '{draft.shutdown}'")
    return draft.end(group.id, "Succeeded")


def _scope(steps: _Steps, groups: list[list[dict[str, Tree]]], until: int) -> Reading:
    """What the steps of a group may read: the results of all groups before it."""
    draft = steps.draft
    found: list[tuple[Mapping[str, Tree], Node]] = []
    for number in range(until):
        group = draft.nodes[steps.group(number)]
        for step in groups[number]:
            name = as_text(step.get("name"))
            single = draft.nodes.get(f"{group.id}.{name}")
            if single is not None:
                found.append((step, single))
            else:
                children = tuple(child for child in group.children if draft.nodes[child].task == name)
                found.append((step, replace(group, kind="TaskGroup", children=children)))
    reading = results(draft, steps.frame, "steps", found)
    add_globals(draft, reading)
    add_inputs(reading, steps.frame)
    return reading
