"""Running a template as a node: its inputs, its attempts, its place in line, and what it does by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from athena_lsp.engine import locks, memo, retries
from athena_lsp.engine.dates import seconds_of
from athena_lsp.engine.draft import Draft
from athena_lsp.engine.inputs import Call, fitted, frame_for, inputs_of, kind_of, pod_name_of
from athena_lsp.engine.model import ENDED, Ask, Frame, Node, NodeKind, Phase, StartPod
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import ProgramError, as_list, as_map, as_text
from athena_lsp.engine.substitution import NeverResolvedError, Scope, SubstitutionError, Tree, substitute
from athena_lsp.records import replace

DEEPEST = 100
GIVEN = "not run: its result was given"


Run = Callable[[Draft, str, Frame, Call], None]
"""What a kind of template does: look at the node with this id again."""


def execute(draft: Draft, call: Call, kinds: Mapping[NodeKind, Run]) -> Node | None:
    """The node of a call, looked at again; None while there is no room for it."""
    node = draft.nodes.get(call.id)
    if node is not None and (node.id not in draft.dirty or node.phase in ENDED):
        draft.dirty.discard(call.id)
        return node
    draft.dirty.discard(call.id)
    frame = draft.frames.get(call.id)
    if frame is None:
        try:
            frame = frame_for(draft, call)
        except (ProgramError, SubstitutionError) as error:
            given = draft.program.fixed_at(call.id)
            return _errored(draft, call, error) if given is None else _given(draft, call, given)
    kind = kind_of(frame.template)
    if node is None or call.id in draft.waiting:
        try:
            found = _entered(draft, call, frame, kind, node)
        except SubstitutionError as error:
            return _errored(draft, call, error)
        if found is None or found.phase in ENDED or call.id in draft.waiting:
            return found
        node = found
    if frame.template.get("retryStrategy") is not None:
        _attempts(draft, node, frame, call, kinds)
    else:
        _run(draft, call.id, frame, call, kinds)
    return draft.nodes[call.id]


def _given(draft: Draft, call: Call, outputs: Outputs) -> Node:
    """The node of a template that is not here, and need not be: its result was given."""
    _made(draft, call, "Pod", "Running")
    draft.dirty.discard(call.id)
    return draft.end(call.id, "Succeeded", GIVEN, outputs)


def _errored(draft: Draft, call: Call, error: Exception) -> Node:
    if isinstance(error, NeverResolvedError):
        raise error
    if call.id in draft.nodes:
        return draft.end(call.id, "Error", str(error))
    return _made(draft, call, "Skipped", "Error", str(error))


def _made(draft: Draft, call: Call, kind: NodeKind, phase: Phase, message: str = "") -> Node:
    """A node for a call whose template is not looked at."""
    return draft.add(
        call.id,
        kind,
        phase,
        parent=call.parent,
        boundary=call.boundary,
        task=call.task,
        message=message,
        is_hook=call.is_hook,
    )


def _entered(draft: Draft, call: Call, frame: Frame, kind: NodeKind, node: Node | None) -> Node | None:
    """The node when it may begin: there is room, the locks are free, and no result is remembered."""
    if node is None:
        if draft.is_stopped(call.id) or not has_room(draft, call, kind):
            return None
        shown: NodeKind = "Retry" if frame.template.get("retryStrategy") is not None else kind
        phase: Phase = "Pending" if shown == "Pod" else "Running"
        node = draft.add(
            call.id,
            shown,
            phase,
            parent=call.parent,
            boundary=call.boundary,
            template=as_text(frame.template.get("name")),
            task=call.task,
            inputs=inputs_of(frame.template),
            is_hook=call.is_hook,
        )
        draft.dirty.discard(call.id)
        draft.frames[call.id] = frame
        if depth(draft, call.id) > DEEPEST:
            return draft.end(call.id, "Error", "Maximum recursion depth exceeded")
    lock = locks.acquire(draft, call.id, frame.template)
    if lock:
        draft.wait(call.id)
        return draft.update(replace(node, message=f"Waiting for {lock} lock. Lock status: taken"))
    draft.leave(call.id)
    if node.message:
        node = draft.update(replace(node, message="", started=draft.now))
    fixed = draft.program.fixed_at(call.id)
    if fixed is not None:
        return draft.end(call.id, "Succeeded", GIVEN, fitted(frame.template, fixed))
    remembered = memo.lookup(draft, frame.template)
    if remembered is not None:
        draft.update(replace(node, from_cache=True))
        return draft.end(call.id, "Succeeded", outputs=remembered)
    timeout = seconds_of(as_text(frame.template.get("timeout")))
    if timeout is not None:
        draft.timers[call.id] = node.started + timeout
    return node


def has_room(draft: Draft, call: Call, kind: NodeKind) -> bool:
    """Whether `parallelism` of the spec and of the enclosing template let another node begin."""
    most = draft.program.spec.get("parallelism")
    if kind == "Pod" and isinstance(most, int) and draft.active[""] >= most and not call.is_exit:
        return False
    frame = draft.frames.get(call.boundary)
    if frame is None or kind == "Suspend":
        return True
    limit = frame.template.get("parallelism")
    return not isinstance(limit, int) or draft.active[call.boundary] < limit


def depth(draft: Draft, id: str) -> int:  # noqa: A002
    """How many templates deep a node stands."""
    found = 0
    while id:
        id, found = draft.nodes[id].boundary, found + 1  # noqa: A001
    return found


# --- attempts and kinds ---------------------------------------------------------------------------------------------


def _attempts(draft: Draft, node: Node, frame: Frame, call: Call, kinds: Mapping[NodeKind, Run]) -> None:
    """A template with a `retryStrategy`: its attempts are nodes below it."""
    last = draft.nodes[node.children[-1]] if node.children else None
    if last is not None and last.phase not in ENDED:
        draft.dirty.discard(last.id)
        _run(draft, last.id, draft.frames[last.id], call, kinds)
        last = draft.nodes[last.id]
        if last.is_daemoned:
            draft.update(replace(draft.nodes[node.id], is_daemoned=True))
    try:
        again = retries.another(draft, draft.nodes[node.id], frame.template)
    except SubstitutionError as error:
        draft.end(node.id, "Error", str(error))
        return
    if not again:
        return
    kind = kind_of(frame.template)
    if last is not None and not has_room(draft, call, kind):
        draft.blocked.add(node.id)
        return
    _next_attempt(draft, node, frame, call, kinds)


def _next_attempt(draft: Draft, node: Node, frame: Frame, call: Call, kinds: Mapping[NodeKind, Run]) -> None:
    kind = kind_of(frame.template)
    last = draft.nodes[node.children[-1]] if node.children else None
    number = len(node.children)
    id = f"{node.id}({number})"  # noqa: A001
    texts = retries.texts(draft, last, number)
    try:
        template = as_map(
            substitute(dict(frame.template), Scope.of({**texts, "pod.name": pod_name_of(draft, id, node.template)}))
        )
    except SubstitutionError as error:
        draft.end(node.id, "Error", str(error))
        return
    attempt = draft.add(
        id,
        kind,
        "Pending" if kind == "Pod" else "Running",
        parent=node.id,
        boundary=call.boundary,
        template=node.template,
        task=call.task,
        inputs=node.inputs,
        is_hook=call.is_hook,
        is_attempt=True,
    )
    draft.frames[attempt.id] = replace(frame, template=template)
    draft.dirty.discard(attempt.id)
    _run(draft, attempt.id, draft.frames[attempt.id], call, kinds)
    if draft.nodes[attempt.id].phase in ENDED:
        draft.touch(node.id)


def _run(draft: Draft, id: str, frame: Frame, call: Call, kinds: Mapping[NodeKind, Run]) -> None:  # noqa: A002
    kind = draft.nodes[id].kind
    if kind in kinds:
        kinds[kind](draft, id, frame, call)
    elif kind == "Suspend":
        _suspend(draft, id, frame)
    else:
        _start(draft, id, frame)


def _start(draft: Draft, id: str, frame: Frame) -> None:  # noqa: A002
    """Asks for the pod, once: a node that is looked at again has one already."""
    node = draft.nodes[id]
    if id in draft.started:
        return
    draft.started.add(id)
    parent = draft.nodes.get(node.parent)
    attempt = len(parent.children) - 1 if node.is_attempt and parent is not None else 0
    volumes = tuple(as_list(draft.program.spec.get("volumes")))
    volumes += tuple(as_list(draft.program.spec.get("volumeClaimTemplates")))
    draft.actions.append(StartPod(id, pod_name(draft, id), frame.template, node.inputs, volumes, attempt))
    seconds = frame.template.get("activeDeadlineSeconds")
    if seconds is not None and as_text(seconds).isdecimal():
        draft.timers[id] = min(draft.now + int(as_text(seconds)), draft.timers.get(id, float("inf")))


def _suspend(draft: Draft, id: str, frame: Frame) -> None:  # noqa: A002
    if id in draft.started:
        return
    draft.started.add(id)
    duration = as_text(as_map(frame.template.get("suspend")).get("duration"))
    until = None
    if duration:
        seconds = seconds_of(duration)
        if seconds is None:
            draft.end(id, "Error", f"unable to parse `{duration}` as a duration")
            return
        until = draft.timers[id] = draft.now + seconds
    outputs = _parameters(frame.template.get("outputs"))
    # What a form shows of an answer (`enum`, `description`) stands with the input of its name.
    forms = {as_text(each.get("name")): each for each in _parameters(frame.template.get("inputs"))}
    supplied = tuple(
        {**forms.get(as_text(each.get("name")), {}), **each}
        for each in outputs
        if "supplied" in as_map(each.get("valueFrom"))
    )
    draft.actions.append(Ask(id, supplied, until))


def _parameters(holder: Tree) -> list[Mapping[str, Tree]]:
    return [as_map(each) for each in as_list(as_map(holder).get("parameters"))]


def pod_name(draft: Draft, id: str) -> str:  # noqa: A002
    """A name for the pod of a node: as on the cluster, it tells the run and the node, and is valid there."""
    node = draft.nodes.get(id)
    return pod_name_of(draft, id, node.template if node is not None else "")
