"""The state of a run as frozen data, what happens to it, and what it asks for in turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from athena_lsp.engine.outputs import NO_OUTPUTS, NO_TREES, NOTHING, Outputs
from athena_lsp.engine.substitution import Tree
from athena_lsp.records import dataclass, field

Phase: TypeAlias = Literal["Pending", "Running", "Succeeded", "Failed", "Error", "Skipped", "Omitted"]
NodeKind: TypeAlias = Literal["Pod", "Suspend", "DAG", "Steps", "StepGroup", "TaskGroup", "Retry", "Skipped"]
ENDED: frozenset[Phase] = frozenset({"Succeeded", "Failed", "Error", "Skipped", "Omitted"})
FAILED: frozenset[Phase] = frozenset({"Failed", "Error"})
COMPLETED: frozenset[Phase] = frozenset({"Succeeded", "Failed", "Error"})
"""Those that ran; the others were passed over."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the run, as Argo's `status.nodes` has it; `id` is the name that Argo gives it."""

    id: str
    kind: NodeKind
    template: str
    phase: Phase
    parent: str
    """The node that looks after it; empty for the first one."""
    boundary: str
    """The dag or the steps that it is a task of; empty at the top."""
    task: str = ""
    """The task or step, without the item's number."""
    message: str = ""
    started: float = 0.0
    ended: float | None = None
    inputs: Mapping[str, str] = NOTHING
    outputs: Outputs = NO_OUTPUTS
    children: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    is_daemoned: bool = False
    is_hook: bool = False
    is_attempt: bool = False
    from_cache: bool = False

    @property
    def has_ended(self) -> bool:
        """Argo's `Fulfilled`: dependents need not wait for it."""
        return self.phase in ENDED or (self.is_daemoned and self.phase == "Running")

    @property
    def is_completed(self) -> bool:
        return self.phase in COMPLETED

    @property
    def name(self) -> str:
        """The last part of the id, for people."""
        return self.id[len(self.boundary) :].lstrip(".") if self.boundary else self.id


# --- what happens -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a pod ended. `files` are the texts of the files that output parameters name, by parameter."""

    phase: Literal["Succeeded", "Failed", "Error"]
    exit_code: int | None = 0
    message: str = ""
    files: Mapping[str, str] = NOTHING
    artifacts: Mapping[str, Tree] = NO_TREES
    result: str | None = None
    """What the main container printed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The run begins, or goes on in another process."""


@dataclass(frozen=True, slots=True)
class PodRunning:
    """A pod runs; a daemon's is ready."""

    node: str


@dataclass(frozen=True, slots=True)
class PodEnded:
    node: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody resumed a suspended node, or refused to (`phase` Failed)."""

    node: str
    values: Mapping[str, str] = NOTHING
    phase: Literal["Succeeded", "Failed"] = "Succeeded"
    message: str = ""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """`Stop` lets exit handlers run, `Terminate` nothing more."""

    strategy: Literal["Stop", "Terminate"]
    message: str = ""


Event: TypeAlias = Begun | PodRunning | PodEnded | Answered | Ticked | Stopped


# --- what is asked for --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartPod:
    """Run the template of a leaf, with everything filled in."""

    node: str
    pod: str
    """The pod's name."""
    template: Mapping[str, Tree]
    inputs: Mapping[str, str]
    volumes: tuple[Tree, ...]
    """Of the spec; the template has its own."""
    attempt: int


@dataclass(frozen=True, slots=True)
class KillPod:
    node: str
    why: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A suspended node waits for somebody; `parameters` are those that may be supplied, as the manifest has them."""

    node: str
    parameters: tuple[Mapping[str, Tree], ...]
    until: float | None


@dataclass(frozen=True, slots=True)
class Finish:
    """The run has ended."""

    phase: Phase
    message: str
    outputs: Outputs


Action: TypeAlias = StartPod | KillPod | Ask | Finish


# --- the state ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of a node while it is looked after: derived from the manifest and the events, and so kept."""

    template: Mapping[str, Tree]
    document: str
    """The key of the object whose templates its tasks name."""
    items: tuple[Mapping[str, Tree], ...] = ()
    """Of a group of tasks: each with its item filled in."""
    ids: tuple[str, ...] = ()
    """The nodes of the items."""
    plan: object = None
    """Of a dag: the order of its tasks."""


@dataclass(frozen=True, slots=True)
class State:
    """A run at a moment. Every collection is replaced, never changed."""

    started: float
    now: float
    phase: Phase = "Running"
    message: str = ""
    nodes: Mapping[str, Node] = field(default_factory=dict)
    frames: Mapping[str, Frame] = field(default_factory=dict)
    dirty: frozenset[str] = frozenset()
    """Nodes to look at again."""
    timers: Mapping[str, float] = field(default_factory=dict)
    """When nodes want to be looked at, whatever happens."""
    waiting: frozenset[str] = frozenset()
    """Nodes that wait for a lock."""
    blocked: frozenset[str] = frozenset()
    """Nodes with children for which there is no room."""
    asked: frozenset[str] = frozenset()
    """Pods and questions that have been asked for."""
    queues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By lock: who holds it and who waits, in order."""
    globals: Mapping[str, str] = NOTHING
    """`workflow.*`."""
    artifacts: Mapping[str, Tree] = NO_TREES
    """Global artifacts."""
    outputs: Outputs = NO_OUTPUTS
    memo: Mapping[str, tuple[Outputs, float]] = field(default_factory=dict)
    """What templates with `memoize` gave, and when."""
    shutdown: str = ""
    active: Mapping[str, int] = field(default_factory=dict)
    """How many pods run, under an empty name, and how many nodes in each boundary."""

    @property
    def next_timer(self) -> float | None:
        return min(self.timers.values(), default=None)

    @property
    def is_over(self) -> bool:
        return self.phase in ENDED
