"""How a run ends: hooks of the whole, exit handlers, and the last phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from athena_lsp.engine.draft import Draft
from athena_lsp.engine.inputs import Call
from athena_lsp.engine.model import ENDED, FAILED, Action, Ask, Finish, KillPod, Node, Phase, StartPod, State
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import as_map, as_text, named
from athena_lsp.engine.scopes import Reading, add_globals, failures
from athena_lsp.engine.substitution import Scope, SubstitutionError, Tree, substitute, value_of
from athena_lsp.engine.tasks import arguments_of
from athena_lsp.records import replace

Execute = Callable[[Call], Node | None]
Step = tuple[State, tuple[Action, ...]]


def conclude(draft: Draft, state: State, execute: Execute, clean: Callable[[Draft], None]) -> Step:
    """The next state: the run is over when its first node, its hooks and its exit handler have ended."""
    root = draft.nodes.get(draft.program.name)
    if root is None:
        return finished(draft, state, "Failed", f"Stopped with strategy '{draft.shutdown}'")
    _add_status(draft, root, state)
    try:
        hooks_done = _run_hooks(draft, execute)
        clean(draft)
        if root.phase not in ENDED or not hooks_done:
            return draft.frozen(state), tuple(draft.actions)
        handler = _exit_handler(draft, execute)
        clean(draft)
    except SubstitutionError as error:
        return finished(draft, state, "Error", str(error))
    if handler is not None and handler.phase not in ENDED:
        return draft.frozen(state), tuple(draft.actions)
    if handler is not None and handler.phase in FAILED:
        return finished(draft, state, handler.phase, handler.message or "the exit handler failed")
    return finished(draft, state, root.phase, root.message)


def finished(draft: Draft, state: State, phase: Phase, message: str) -> Step:
    """The state of a run that is over; whatever still runs is ended."""
    draft.kill(list(draft.nodes), "the run is over")
    root = draft.nodes.get(draft.program.name)
    outputs = root.outputs if root is not None else Outputs()
    parameters = {**draft.outputs.parameters, **outputs.parameters}
    whole = Outputs(parameters, {**draft.outputs.artifacts, **outputs.artifacts})
    last: list[Action] = [action for action in draft.actions if not isinstance(action, StartPod | Ask)]
    over = replace(draft.frozen(state), phase=phase, message=message, timers={}, dirty=frozenset())
    return over, (*_once(last), Finish(phase, message, whole))


def _once(actions: list[Action]) -> list[Action]:
    """Each pod is killed once."""
    seen: set[str] = set()
    found: list[Action] = []
    for action in actions:
        if isinstance(action, KillPod):
            if action.node in seen:
                continue
            seen.add(action.node)
        found.append(action)
    return found


def _add_status(draft: Draft, root: Node, state: State) -> None:
    """`workflow.status` and its kin: hooks and exit handlers read them."""
    draft.globals["workflow.status"] = root.phase
    draft.globals["workflow.duration"] = f"{draft.now - state.started:.6f}"
    if root.phase in ENDED:
        draft.globals["workflow.failures"] = failures(draft)


def _run_hooks(draft: Draft, execute: Execute) -> bool:
    """Hooks of the spec that have an expression; whether none is still running."""
    done = True
    for name, hook in as_map(draft.program.spec.get("hooks")).items():
        if name == "exit" or not isinstance(hook, dict):
            continue
        id = f"{draft.program.name}.hooks.{name}"  # noqa: A001
        starts = id in draft.nodes or not draft.shutdown
        if not starts or (id not in draft.nodes and not _asks(draft, hook)):
            continue
        node = _handled(draft, id, hook, execute)
        done = done and node is not None and node.phase in ENDED
    return done


def _asks(draft: Draft, hook: Mapping[str, Tree]) -> bool:
    return value_of(as_text(hook.get("expression")), _scope(draft)) is True


def _exit_handler(draft: Draft, execute: Execute) -> Node | None:
    spec = draft.program.spec
    hook = as_map(as_map(spec.get("hooks")).get("exit")) or ({"template": spec["onExit"]} if spec.get("onExit") else {})
    if not hook or draft.shutdown == "Terminate":
        return None
    return _handled(draft, f"{draft.program.name}.onExit", hook, execute)


def _handled(draft: Draft, id: str, hook: Mapping[str, Tree], execute: Execute) -> Node | None:  # noqa: A002
    node = draft.nodes.get(id)
    if node is not None and (node.phase in ENDED or id not in draft.dirty):
        return node
    scope = _scope(draft)
    filled = as_map(substitute(dict(hook), scope))
    parameters, artifacts = arguments_of(draft, filled, scope)
    own = named(as_map(draft.program.spec.get("arguments")).get("parameters"))
    prefix = "workflow.parameters."
    of_run = {name: draft.globals[prefix + name] for name in own if prefix + name in draft.globals}
    call = Call(
        id,
        filled,
        draft.program.root,
        parameters={**of_run, **parameters},
        artifacts=artifacts,
        is_hook=True,
    )
    found = execute(call)
    if found is None:
        draft.blocked.add(id)
    return found


def _scope(draft: Draft) -> Scope:
    reading = Reading()
    add_globals(draft, reading)
    return reading.scope(draft.globals)
