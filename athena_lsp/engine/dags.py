"""Dags: which tasks may begin, which are left out, and how the whole ends."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from athena_lsp.argo.exprs.depends import Both, Condition, Either, Not, Result, parse_depends
from athena_lsp.argo.exprs.depends import results as results_of
from athena_lsp.engine.draft import Draft
from athena_lsp.engine.hooks import Hooked, has_hooks, run_hooks
from athena_lsp.engine.inputs import Call
from athena_lsp.engine.loops import expanded, loops
from athena_lsp.engine.model import FAILED, Frame, Node, Phase
from athena_lsp.engine.program import as_list, as_map, as_text
from athena_lsp.engine.scopes import Reading, add_globals, add_inputs, results, template_outputs
from athena_lsp.engine.substitution import NeverResolvedError, Scope, SubstitutionError, Tree
from athena_lsp.engine.tasks import Execute, call_of, continues_on, filled, passed_over, run_items, run_task
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Plan:
    """The order of a dag, from the texts of its tasks."""

    order: tuple[str, ...]
    """Tasks that a target needs, each behind all that it depends on."""
    conditions: Mapping[str, Condition | None]
    needs: Mapping[str, tuple[str, ...]]
    """The tasks that a task depends on directly."""
    targets: tuple[str, ...]
    ancestors: Mapping[str, frozenset[str]]


@dataclass
class _Dag:
    """A dag while it is looked at."""

    draft: Draft
    node: Node
    frame: Frame
    call: Call
    execute: Execute
    tasks: Mapping[str, Mapping[str, Tree]]
    plan: Plan
    ids: Mapping[str, str]
    is_failing: bool = False
    """A branch has failed already, and so no further task begins."""

    def task_node(self, name: str) -> Node | None:
        return self.draft.nodes.get(self.ids[name])


@dataclass(frozen=True)
class _Planned:
    """What a dag's frame keeps: its tasks by name, their order, and the ids of their nodes."""

    tasks: Mapping[str, Mapping[str, Tree]]
    plan: Plan
    ids: Mapping[str, str]


def _planned(id: str, frame: Frame) -> _Planned:  # noqa: A002
    dag = as_map(frame.template["dag"])
    tasks = {as_text(as_map(task).get("name")): as_map(task) for task in as_list(dag.get("tasks"))}
    plan = _plan(tuple(map(_texts, tasks.values())), tuple(as_text(dag.get("target")).split()))
    return _Planned(tasks, plan, {name: f"{id}.{name}" for name in tasks})


def run_dag(draft: Draft, id: str, frame: Frame, call: Call, execute: Execute) -> None:  # noqa: A002
    """Looks at a dag again: begins what may begin, and ends it when everything has ended."""
    if not isinstance(frame.plan, _Planned):
        try:
            frame = draft.frames[id] = replace(frame, plan=_planned(id, frame))
        except SubstitutionError as error:
            draft.end(id, "Error", str(error))
            return
    assert isinstance(frame.plan, _Planned)
    dag = _Dag(draft, draft.nodes[id], frame, call, execute, frame.plan.tasks, frame.plan.plan, frame.plan.ids)
    dag.is_failing = _is_failing_fast(dag)
    try:
        pending = sum(_visit(dag, name) for name in dag.plan.order) > 0
        _conclude(dag, is_pending=pending)
    except NeverResolvedError:
        raise
    except SubstitutionError as error:
        draft.end(id, "Error", str(error))


def _texts(task: Mapping[str, Tree]) -> tuple[str, str, tuple[str, ...], tuple[bool, bool], bool]:
    dependencies = tuple(map(as_text, as_list(task.get("dependencies"))))
    continues = (continues_on(task, "Failed"), continues_on(task, "Error"))
    return as_text(task.get("name")), as_text(task.get("depends")), dependencies, continues, loops(task)


# --- tasks --------------------------------------------------------------------------------------------------------


def _visit(dag: _Dag, name: str) -> bool:
    """Looks at one task; whether its hooks are still running."""
    draft, task = dag.draft, dag.tasks[name]
    node = dag.task_node(name)
    if node is None:
        if not _may_begin(dag, name):
            return False
        _begin(dag, name)
    elif node.kind == "TaskGroup":
        if not node.has_ended and node.id in draft.dirty:
            _visit_group(dag, name, node)
    elif not node.has_ended or node.id in draft.dirty:
        dag.execute(draft, Call(node.id, task, dag.frame.document, dag.node.id, dag.node.id, name))
    node = dag.task_node(name)
    return node is not None and has_hooks(task) and not _hooks_done(dag, name, node)


def _hooks_done(dag: _Dag, name: str, node: Node) -> bool:
    if node.phase == "Pending":
        return True
    scope = _scope(dag, name).scope(dag.draft.globals)
    task = dag.tasks[name]
    hooked = Hooked(node, task, dag.frame.document, scope, f"tasks.{name}")
    done = run_hooks(dag.draft, hooked, dag.execute)
    if node.kind == "TaskGroup":
        for child in node.children:
            if dag.draft.nodes[child].is_completed:
                only_exit = {key: value for key, value in as_map(task.get("hooks")).items() if key == "exit"}
                for_child = replace(hooked, node=dag.draft.nodes[child], task={**task, "hooks": only_exit})
                done = run_hooks(dag.draft, for_child, dag.execute) and done
    return done


def _may_begin(dag: _Dag, name: str) -> bool:
    """Whether a task's dependencies have ended as it wants; it is left out when they have ended otherwise."""
    if dag.is_failing or dag.draft.is_stopped(dag.node.id):
        return False
    condition = dag.plan.conditions[name]
    if condition is None:
        return True
    for needed in dag.plan.needs[name]:
        node = dag.task_node(needed)
        if node is None or not node.has_ended:
            return False
        if has_hooks(dag.tasks[needed]) and not _hooks_done(dag, needed, node):
            return False
    if _holds(dag, condition):
        return True
    call = Call(f"{dag.node.id}.{name}", {}, dag.frame.document, dag.node.id, dag.node.id, name)
    passed_over(dag.draft, call, "Omitted", "omitted: depends condition not met")
    return False


def _is_failing_fast(dag: _Dag) -> bool:
    """Whether a branch has failed already: then no further task begins."""
    if as_map(dag.frame.template["dag"]).get("failFast") is False:
        return False
    nodes = dag.draft.nodes
    if not any(id in nodes and nodes[id].phase in FAILED for id in dag.ids.values()):  # noqa: A001
        return False
    phases = _branches(dag)
    return any(
        phases[name] in FAILED and not continues_on(dag.tasks[name], str(phases[name])) for name in dag.plan.targets
    )


def _begin(dag: _Dag, name: str) -> None:
    draft, task = dag.draft, dag.tasks[name]
    id = f"{dag.node.id}.{name}"  # noqa: A001
    call = Call(id, task, dag.frame.document, dag.node.id, dag.node.id, name)
    scope = _scope(dag, name).scope(draft.globals, strict=True)
    try:
        given = filled(task, scope)
        if not loops(task):
            call = _call(dag, given, scope, id, dag.node.id, name) if _would_run(given) else call
            if not run_task(draft, given, call, dag.execute):
                draft.blocked.add(dag.node.id)
            return
        items = expanded(given)
    except NeverResolvedError:
        raise
    except SubstitutionError as error:
        passed_over(draft, call, "Error", str(error))
        return
    if not items:
        passed_over(draft, call, "Skipped", "Skipped, empty params")
        return
    group = draft.add(id, "TaskGroup", "Running", parent=dag.node.id, boundary=dag.node.id, task=name)
    ids = tuple(f"{dag.node.id}.{as_text(item.get('name'))}" for item in items)
    draft.frames[id] = Frame({}, dag.frame.document, items, ids)
    _visit_group(dag, name, group)


def _would_run(task: Mapping[str, Tree]) -> bool:
    return as_text(task.get("when")).strip() != "false"


def _call(dag: _Dag, task: Mapping[str, Tree], scope: Scope, id: str, parent: str, name: str) -> Call:  # noqa: A002
    return call_of(
        dag.draft, task, scope, id=id, document=dag.frame.document, parent=parent, boundary=dag.node.id, name=name
    )


def _visit_group(dag: _Dag, name: str, group: Node) -> None:
    draft = dag.draft
    draft.dirty.discard(group.id)
    items = draft.frames[group.id].items
    scopes: list[Scope] = []

    def call(task: Mapping[str, Tree]) -> Call:
        id = f"{dag.node.id}.{as_text(task.get('name'))}"  # noqa: A001
        if id in draft.nodes:
            return Call(id, task, dag.frame.document, group.id, dag.node.id, name)
        if not scopes:
            scopes.append(_scope(dag, name).scope(draft.globals))
        return _call(dag, task, scopes[0], id, group.id, name)

    stopped = draft.is_stopped(group.id)
    complete = run_items(draft, items, draft.frames[group.id].ids, call, dag.execute, group.id) or stopped
    children = [draft.nodes[child] for child in draft.nodes[group.id].children]
    if complete and all(child.has_ended for child in children):
        failed = [child.phase for child in children if child.phase in FAILED]
        draft.end(group.id, failed[-1] if failed else "Failed" if stopped else "Succeeded")


def _scope(dag: _Dag, name: str) -> Reading:
    """What a task may read: the results of all tasks before it."""
    found = [
        (dag.tasks[other], node)
        for other in dag.plan.order
        if other in dag.plan.ancestors[name] and (node := dag.task_node(other)) is not None
    ]
    reading = results(dag.draft, dag.frame, "tasks", found)
    add_globals(dag.draft, reading)
    add_inputs(reading, dag.frame)
    return reading


# --- depends ------------------------------------------------------------------------------------------------------


def _holds(dag: _Dag, condition: Condition) -> bool:
    match condition:
        case Not(condition=inner):
            return not _holds(dag, inner)
        case Both(conditions=parts):
            return all(_holds(dag, part) for part in parts)
        case Either(conditions=parts):
            return any(_holds(dag, part) for part in parts)
        case Result(task=task, result=result):
            node = dag.task_node(task)
            return node is not None and _has_result(dag, node, dag.tasks[task], result)


def _has_result(dag: _Dag, node: Node, task: Mapping[str, Tree], result: str | None) -> bool:
    children = [dag.draft.nodes[child] for child in node.children] if node.kind == "TaskGroup" else []
    match result:
        case None:
            good = node.phase in ("Succeeded", "Skipped") or node.is_daemoned
            return good or continues_on(task, node.phase)
        case "Errored":
            return node.phase == "Error"
        case "Daemoned":
            return node.is_daemoned and node.phase != "Pending"
        case "AnySucceeded":
            return any(child.phase == "Succeeded" for child in children)
        case "AllFailed":
            return bool(children) and all(child.phase == "Failed" for child in children)
        case _:
            return node.phase == result


# --- the whole ----------------------------------------------------------------------------------------------------


def _conclude(dag: _Dag, *, is_pending: bool) -> None:
    draft = dag.draft
    phase = _phase(dag)
    if phase is None or is_pending:
        return
    if phase in FAILED:
        draft.end(dag.node.id, phase)
        return
    found = [(task, node) for name, task in dag.tasks.items() if (node := dag.task_node(name)) is not None]
    reading = results(draft, dag.frame, "tasks", found)
    add_globals(draft, reading)
    add_inputs(reading, dag.frame)
    outputs = template_outputs(dag.frame.template, reading.scope(draft.globals))
    draft.end(dag.node.id, "Succeeded", outputs=outputs)


def _phase(dag: _Dag) -> Phase | None:
    """How the dag has ended; None while it has not."""
    nodes = [node for name in dag.tasks if (node := dag.task_node(name)) is not None]
    if not all(node.has_ended for node in nodes):
        return None
    if dag.draft.is_stopped(dag.node.id):
        return "Failed"
    phases = _branches(dag)
    fails_fast = as_map(dag.frame.template["dag"]).get("failFast") is not False
    failed = [
        phases[name]
        for name in dag.plan.targets
        if phases[name] in FAILED and not continues_on(dag.tasks[name], str(phases[name]))
    ]
    if failed and fails_fast:
        return failed[0]
    if any(phases[name] is None for name in dag.plan.targets):
        return None
    return failed[0] if failed else "Succeeded"


def _branches(dag: _Dag) -> dict[str, Phase | None]:
    """How each branch stands at a task: what did not run inherits from what it depends on, failures first."""
    phases: dict[str, Phase | None] = {}
    for name in dag.plan.order:
        node = dag.task_node(name)
        if node is None or not node.has_ended:
            phases[name] = None
        elif node.is_completed or node.is_daemoned:
            phases[name] = "Succeeded" if node.is_daemoned else node.phase
        else:
            above = [phases[needed] for needed in dag.plan.needs[name]]
            phases[name] = next((phase for phase in above if phase in FAILED), "Succeeded")
    return phases


# --- the order ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _plan(
    tasks: tuple[tuple[str, str, tuple[str, ...], tuple[bool, bool], bool], ...], wanted: tuple[str, ...]
) -> Plan:
    """The plan of a dag. Raises SubstitutionError for conditions that mean nothing, and for cycles."""
    conditions = {name: _condition(name, depends, dependencies) for name, depends, dependencies, _, _ in tasks}
    needs: dict[str, tuple[str, ...]] = {}
    for name, condition in conditions.items():
        named = dict.fromkeys(result.task for result in results_of(condition)) if condition is not None else {}
        unknown = next((task for task in named if task not in conditions), None)
        if unknown is not None:
            raise SubstitutionError(f"task '{name}' depends on '{unknown}', which is no task of this dag")
        needs[name] = tuple(named)
    needed = {other for named in needs.values() for other in named}
    targets = wanted or tuple(sorted(name for name in needs if name not in needed))
    order: list[str] = []
    ancestors: dict[str, frozenset[str]] = {}
    for target in targets:
        if target not in needs:
            raise SubstitutionError(f"target '{target}' is not defined")
        _before(target, needs, order, ancestors)
    return Plan(tuple(order), conditions, needs, targets, ancestors)


def _condition(name: str, depends: str, dependencies: tuple[str, ...]) -> Condition | None:
    if depends.strip():
        parsed = parse_depends(depends)
        if parsed.condition is None:
            assert parsed.problem is not None
            raise SubstitutionError(f"depends of task '{name}': {parsed.problem.what}")
        return parsed.condition
    parts = tuple(Result(other, None, NOWHERE) for other in dependencies)
    return Both(parts) if parts else None


def _before(
    target: str, needs: Mapping[str, tuple[str, ...]], order: list[str], ancestors: dict[str, frozenset[str]]
) -> None:
    """Adds a task behind all that it needs, without recursion."""
    waiting = [(target, False)]
    above: set[str] = set()
    while waiting:
        name, is_complete = waiting.pop()
        if is_complete:
            above.discard(name)
            order.append(name)
            ancestors[name] = frozenset(needs[name]).union(*(ancestors[needed] for needed in needs[name]))
        elif name not in ancestors:
            if name in above:
                raise SubstitutionError(f"dependency cycle detected at task '{name}'")
            above.add(name)
            waiting.append((name, True))
            waiting += ((needed, False) for needed in reversed(needs[name]))
