"""The interpreter as one pure function: a state and an event give the next state and what is to be done."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial

from athena_lsp.engine import locks, memo
from athena_lsp.engine.dags import run_dag
from athena_lsp.engine.draft import Draft
from athena_lsp.engine.endings import conclude, finished
from athena_lsp.engine.groups import run_steps
from athena_lsp.engine.inputs import Call, config_value
from athena_lsp.engine.model import (
    ENDED,
    Action,
    Answered,
    Begun,
    Event,
    Frame,
    Node,
    NodeKind,
    Outcome,
    PodEnded,
    PodRunning,
    State,
    Stopped,
    Ticked,
)
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import Program, as_map, as_text, named
from athena_lsp.engine.scopes import publish, run_globals
from athena_lsp.engine.substitution import NeverResolvedError, SubstitutionError, Tree
from athena_lsp.engine.templates import Run, execute
from athena_lsp.records import replace

MOST_PASSES = 100_000
DEEP = 10_000
"""Frames of Python that templates 100 levels deep need, with room to spare."""


def begin(
    program: Program,
    arguments: Mapping[str, str],
    *,
    now: float,
    uid: str,
    memory: Mapping[str, tuple[Outputs, float]] | None = None,
) -> State:
    """The state of a run before anything has happened. `arguments` are those of the spec, by name."""
    deadline = program.spec.get("activeDeadlineSeconds")
    timers = {"": now + deadline} if isinstance(deadline, int | float) else {}
    state = State(started=now, now=now, memo=memory or {}, timers=timers)
    draft = Draft.of(program, state, now)
    given = spec_arguments(draft, arguments)
    return replace(state, globals=run_globals(draft, given, uid, now))


def spec_arguments(draft: Draft, arguments: Mapping[str, str]) -> dict[str, str]:
    """The values of the spec's parameters: what is given, else what the manifest says."""
    found = dict(arguments)
    for name, each in named(as_map(draft.program.spec.get("arguments")).get("parameters")).items():
        if name not in found:
            value = each.get("value")
            text = as_text(value) if value is not None else config_value(draft, as_map(each.get("valueFrom")))
            if text is not None:
                found[name] = text
    return found


def step(program: Program, state: State, event: Event, now: float) -> tuple[State, tuple[Action, ...]]:
    """The state after an event, and what is to be done now. A run that is over does not change any more."""
    if state.is_over:
        return state, ()
    draft = Draft.of(program, state, max(now, state.now))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEP))
    try:
        _happen(draft, event)
        _settle(draft)
        return conclude(draft, state, partial(_execute, draft), _clean)
    except NeverResolvedError as error:
        return _broken(draft, state, str(error))
    finally:
        sys.setrecursionlimit(limit)


def _broken(draft: Draft, state: State, message: str) -> tuple[State, tuple[Action, ...]]:
    """The run ends at once: on the cluster it would never."""
    draft.kill(list(draft.nodes), message)
    for node in list(draft.nodes.values()):
        if node.phase not in ENDED:
            draft.end(node.id, "Error", message if not node.parent else "the run has ended")
    return finished(draft, state, "Error", message)


# --- events -------------------------------------------------------------------------------------------------------


def _happen(draft: Draft, event: Event) -> None:
    match event:
        case Begun() | Ticked():
            _due(draft)
        case PodRunning(node=id):
            _running(draft, id)
        case PodEnded(node=id, outcome=outcome):
            _pod_ended(draft, id, outcome)
        case Answered():
            _answered(draft, event)
        case Stopped(strategy=strategy, message=message):
            _stopped(draft, strategy, message)


def _running(draft: Draft, id: str) -> None:  # noqa: A002
    node = draft.nodes.get(id)
    if node is not None and node.phase == "Pending":
        is_daemon = draft.frames[id].template.get("daemon") is True
        draft.update(replace(node, phase="Running", is_daemoned=is_daemon))
        if is_daemon:
            draft.touch(id)


def _pod_ended(draft: Draft, id: str, outcome: Outcome) -> None:  # noqa: A002
    node = draft.nodes.get(id)
    if node is None or node.phase in ENDED:
        return
    template = draft.frames[id].template
    if node.is_daemoned and outcome.phase == "Succeeded":
        draft.end(id, "Failed", "the daemon has ended by itself")
        return
    outputs, problem = _pod_outputs(draft, node, template, outcome)
    phase, message = outcome.phase, outcome.message
    if problem and phase == "Succeeded":
        phase, message = "Error", problem
    draft.end(id, phase, message, outputs)


def _pod_outputs(draft: Draft, node: Node, template: Mapping[str, Tree], outcome: Outcome) -> tuple[Outputs, str]:
    """What a pod gives, also one that failed, and why it gives less than it should."""
    declared = as_map(template.get("outputs"))
    parameters: dict[str, str] = {}
    problem = ""
    for name, each in named(declared.get("parameters")).items():
        source = as_map(each.get("valueFrom"))
        if each.get("value") is not None:
            parameters[name] = as_text(each["value"])
        elif name in outcome.files:
            parameters[name] = outcome.files[name].removesuffix("\n")
        elif source.get("default") is not None:
            parameters[name] = as_text(source["default"])
        else:
            problem = problem or f"output parameter `{name}`: there is no file {as_text(source.get('path'))}"
    for name, each in named(declared.get("artifacts")).items():
        if name not in outcome.artifacts and not each.get("optional"):
            problem = problem or f"output artifact `{name}`: there is nothing at {as_text(each.get('path'))}"
    code = None if outcome.exit_code is None else str(outcome.exit_code)
    result = outcome.result.removesuffix("\n") if outcome.result is not None and _wants_result(draft, node) else None
    return Outputs(parameters, outcome.artifacts, result, code), problem


def _wants_result(draft: Draft, node: Node) -> bool:
    """Whether the template that called it mentions what it printed: else Argo does not keep it."""
    frame = draft.frames.get(node.boundary)
    return frame is not None and "outputs.result" in str(frame.template)


def _answered(draft: Draft, event: Answered) -> None:
    node = draft.nodes.get(event.node)
    if node is None or node.phase in ENDED or node.kind != "Suspend":
        return
    if event.phase == "Failed":
        draft.end(node.id, "Failed", event.message or "refused")
        return
    try:
        draft.end(node.id, "Succeeded", outputs=_supplied(draft, node, event.values))
    except SubstitutionError as error:
        draft.end(node.id, "Error", str(error))


def _supplied(draft: Draft, node: Node, values: Mapping[str, str]) -> Outputs:
    """The outputs of a suspended node: what was supplied, else the default, else the input of the same name."""
    found: dict[str, str] = {}
    template = draft.frames[node.id].template
    for name, each in named(as_map(template.get("outputs")).get("parameters")).items():
        source = as_map(each.get("valueFrom"))
        default = source.get("default")
        if name in values and "supplied" in source:
            found[name] = values[name]
        elif each.get("value") is not None or default is not None:
            found[name] = as_text(each.get("value") if each.get("value") is not None else default)
        elif name in node.inputs:
            found[name] = node.inputs[name]
        else:
            raise SubstitutionError(f"output parameter `{name}` was not supplied")
    return Outputs(found)


def _stopped(draft: Draft, strategy: str, message: str) -> None:
    draft.shutdown = strategy
    why = message or f"Stopped with strategy '{strategy}'"
    for node in list(draft.nodes.values()):
        is_exit = ".onExit" in node.id
        if node.phase in ENDED or (is_exit and strategy == "Stop"):
            continue
        if node.kind == "Pod":
            draft.kill([node.id], why)
            draft.end(node.id, "Failed", why)
        elif node.kind == "Suspend" or node.id in draft.waiting:
            draft.end(node.id, "Failed", why)
        else:
            draft.touch(node.id)


def _due(draft: Draft) -> None:
    """Timers that have run out: waits that are over, questions nobody answered, and nodes that took too long."""
    for id, moment in sorted(draft.timers.items(), key=lambda entry: entry[1]):  # noqa: A001
        if moment > draft.now or id not in draft.timers:
            continue
        del draft.timers[id]
        if id == "":
            _stopped(draft, "Stop", "Step exceeded its deadline")
            continue
        node = draft.nodes[id]
        if node.phase in ENDED:
            continue
        if node.kind == "Suspend" and as_map(draft.frames[id].template.get("suspend")).get("duration"):
            _answered(draft, Answered(id))
        elif node.kind == "Retry" and _is_backing_off(draft, node):
            draft.touch(id)
        else:
            _too_long(draft, node)


def _is_backing_off(draft: Draft, node: Node) -> bool:
    return bool(node.children) and draft.nodes[node.children[-1]].phase in ENDED


def _too_long(draft: Draft, node: Node) -> None:
    for each in (*draft.below(node.id), node):
        if draft.nodes[each.id].phase not in ENDED:
            draft.kill([each.id], "Step exceeded its deadline")
            draft.end(each.id, "Failed", "Step exceeded its deadline")


# --- looking at nodes again ---------------------------------------------------------------------------------------


def _execute(draft: Draft, call: Call) -> Node | None:
    kinds: dict[NodeKind, Run] = {
        "DAG": partial(run_dag, execute=_execute),
        "Steps": partial(run_steps, execute=_execute),
    }
    return execute(draft, call, kinds)


def _settle(draft: Draft) -> None:
    """Looks at the first template again until nothing changes."""
    program = draft.program
    for _ in range(MOST_PASSES):
        _clean(draft)
        root = draft.nodes.get(program.name)
        if root is not None and (root.phase in ENDED or program.name not in draft.dirty):
            return
        if _execute(draft, _root_call(draft)) is None:
            return
    raise RuntimeError(f"the run of {program.name} does not settle")


def _root_call(draft: Draft) -> Call:
    spec = draft.program.spec
    prefix = "workflow.parameters."
    parameters = {key[len(prefix) :]: value for key, value in draft.globals.items() if key.startswith(prefix)}
    parameters.pop("json", None)
    artifacts: dict[str, Tree] = dict(named(as_map(spec.get("arguments")).get("artifacts")))
    holder: dict[str, Tree] = {"template": draft.program.entrypoint}
    return Call(draft.program.name, holder, draft.program.root, parameters=parameters, artifacts=artifacts)


def _clean(draft: Draft) -> None:
    """What the end of a node brings: locks and room for others, values for the run, the end of its daemons."""
    while draft.ended:
        node = draft.nodes[draft.ended.pop()]
        locks.release(draft, node.id)
        frame = draft.frames.get(node.id)
        if frame is not None and frame.template:
            if not node.is_attempt:
                publish(draft, frame.template, node.outputs)
            memo.save(draft, node, frame.template)
            _end_daemons(draft, node, frame)
        for blocked in sorted(draft.blocked):
            draft.touch(blocked)
        draft.blocked.clear()


def _end_daemons(draft: Draft, node: Node, frame: Frame) -> None:
    """Daemons end with the dag or the steps that they belong to."""
    if "dag" not in frame.template and "steps" not in frame.template:
        return
    for below in draft.below(node.id):
        if below.is_daemoned and below.phase == "Running" and below.boundary == node.id:
            draft.kill([below.id], "its dag or steps have ended")
            draft.end(below.id, "Succeeded", "ended with its dag or steps")
