"""A state while it is moved on: what the parts of the interpreter read and change together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from athena_lsp.engine.model import ENDED, Action, Frame, KillPod, Node, NodeKind, Phase, State
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import Program
from athena_lsp.engine.substitution import Tree
from athena_lsp.records import dataclass, field, replace


@dataclass
class Draft:
    """The parts of a `State` as they change, and the actions that come of it."""

    program: Program
    now: float
    nodes: dict[str, Node]
    frames: dict[str, Frame]
    dirty: set[str]
    timers: dict[str, float]
    waiting: set[str]
    queues: dict[str, tuple[str, ...]]
    globals: dict[str, str]
    artifacts: dict[str, Tree]
    outputs: Outputs
    memo: dict[str, tuple[Outputs, float]]
    shutdown: str
    active: Counter[str]
    """How many pods run, under an empty name, and how many nodes in each boundary."""
    actions: list[Action] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    """Nodes that have ended, and for which nobody has cleaned up yet."""
    blocked: set[str] = field(default_factory=set)
    """Nodes with children for which there is no room yet: they look again when something has ended."""
    started: set[str] = field(default_factory=set)
    """Pods and questions that have been asked for."""

    @classmethod
    def of(cls, program: Program, state: State, now: float) -> Draft:
        return cls(
            program=program,
            now=now,
            nodes=dict(state.nodes),
            frames=dict(state.frames),
            dirty=set(state.dirty),
            timers=dict(state.timers),
            waiting=set(state.waiting),
            queues=dict(state.queues),
            globals=dict(state.globals),
            artifacts=dict(state.artifacts),
            outputs=state.outputs,
            memo=dict(state.memo),
            shutdown=state.shutdown,
            active=Counter(state.active),
            blocked=set(state.blocked),
            started=set(state.asked),
        )

    # --- nodes ----------------------------------------------------------------------------------------------------

    def add(
        self,
        id: str,  # noqa: A002  # it is called so everywhere
        kind: NodeKind,
        phase: Phase,
        *,
        parent: str,
        boundary: str,
        template: str = "",
        task: str = "",
        message: str = "",
        inputs: Mapping[str, str] | None = None,
        is_hook: bool = False,
        is_attempt: bool = False,
    ) -> Node:
        """A new node; one that has ended already has ended now."""
        ended = self.now if phase in ENDED else None
        node = Node(
            id=id,
            kind=kind,
            template=template,
            phase=phase,
            parent=parent,
            boundary=boundary,
            task=task,
            message=message,
            started=self.now,
            ended=ended,
            inputs=inputs or {},
            is_hook=is_hook,
            is_attempt=is_attempt,
        )
        self.nodes[id] = node
        self.active.update(_counted(node, self.waiting))
        above = self.nodes.get(parent)
        if above is not None:
            as_hook = is_hook and not is_attempt
            hooks, children = ((*above.hooks, id), above.children) if as_hook else (above.hooks, (*above.children, id))
            self.nodes[parent] = replace(above, hooks=hooks, children=children)
        self.touch(id if phase not in ENDED else parent)
        return node

    def update(self, node: Node) -> Node:
        """Writes a node; whoever looks after it will look at it again when its phase is another."""
        before = self.nodes[node.id]
        self.nodes[node.id] = node
        self.active.subtract(_counted(before, self.waiting))
        self.active.update(_counted(node, self.waiting))
        begins = node.phase == "Running" and before.phase == "Pending" and not self.program.has_live_hooks
        if (before.phase != node.phase and not begins) or before.is_daemoned != node.is_daemoned:
            self.touch(node.parent)
        return node

    def end(self, id: str, phase: Phase, message: str = "", outputs: Outputs | None = None) -> Node:  # noqa: A002
        """A node ends; a message that it has already stays unless there is a new one."""
        node = self.nodes[id]
        self.timers.pop(id, None)
        self.leave(id)
        self.ended.append(id)
        if outputs is None:
            outputs = node.outputs
        ended = replace(
            node, phase=phase, message=message or node.message, ended=self.now, outputs=outputs, is_daemoned=False
        )
        return self.update(ended)

    def wait(self, id: str) -> None:  # noqa: A002
        """A node waits for a lock and does not count as active."""
        if id not in self.waiting:
            self.active.subtract(_counted(self.nodes[id], self.waiting))
            self.waiting.add(id)

    def leave(self, id: str) -> None:  # noqa: A002
        """It waits no longer."""
        if id in self.waiting:
            self.waiting.discard(id)
            self.active.update(_counted(self.nodes[id], self.waiting) if id in self.nodes else ())

    def is_stopped(self, id: str) -> bool:  # noqa: A002
        """Whether nothing more begins at a node: exit handlers do, unless everything is ended at once."""
        return bool(self.shutdown) and not (".onExit" in id and self.shutdown == "Stop")

    def touch(self, id: str) -> None:  # noqa: A002
        """A node is to be looked at again, and so are those that it is part of."""
        while id:
            self.dirty.add(id)
            id = self.nodes[id].parent if id in self.nodes else ""  # noqa: A001

    def kill(self, ids: Iterable[str], why: str) -> None:
        """Pods that still run are ended from outside."""
        for id in ids:  # noqa: A001
            node = self.nodes[id]
            if node.kind == "Pod" and node.phase in ("Pending", "Running"):
                self.actions.append(KillPod(id, why))

    def below(self, id: str) -> list[Node]:  # noqa: A002
        """All nodes that a node looks after, directly or not."""
        found: list[Node] = []
        waiting = [id]
        while waiting:
            node = self.nodes[waiting.pop()]
            for child in (*node.children, *node.hooks):
                found.append(self.nodes[child])
                waiting.append(child)
        return found

    def frozen(self, state: State) -> State:
        return replace(
            state,
            now=self.now,
            nodes=self.nodes,
            frames=self.frames,
            dirty=frozenset(self.dirty),
            timers=self.timers,
            waiting=frozenset(self.waiting),
            queues=self.queues,
            globals=self.globals,
            artifacts=self.artifacts,
            outputs=self.outputs,
            memo=self.memo,
            shutdown=self.shutdown,
            blocked=frozenset(self.blocked),
            asked=frozenset(self.started),
            active=self.active,
        )


def _counted(node: Node, waiting: Collection[str]) -> Iterator[str]:
    """Under which names a node counts as active."""
    if node.phase in ("Pending", "Running") and node.id not in waiting:
        if node.kind == "Pod":
            yield ""
        if node.kind in ("Pod", "Steps", "DAG") and node.boundary:
            yield node.boundary
