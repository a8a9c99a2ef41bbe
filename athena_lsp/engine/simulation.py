"""Running a program with pods that are only functions, and with a clock that jumps: for tests, and for questions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

from athena_lsp.engine.core import begin, step
from athena_lsp.engine.model import (
    Answered,
    Ask,
    Begun,
    Event,
    Finish,
    KillPod,
    Outcome,
    PodEnded,
    PodRunning,
    StartPod,
    State,
    Ticked,
)
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import Program
from athena_lsp.records import dataclass

Pods = Callable[[StartPod], Outcome]
Answers = Callable[[Ask], Answered | None]
"""None leaves the question open."""
START = 1_700_000_000.0
MOST_EVENTS = 200_000


@dataclass(frozen=True)
class Simulated:
    """A run that is over, or that waits for something that nothing brings (`is_stuck`)."""

    state: State
    pods: tuple[StartPod, ...]
    """In the order in which they began."""
    outputs: Outputs
    is_stuck: bool = False

    @property
    def seconds(self) -> float:
        """How long it would have taken, had every pod taken no time."""
        return self.state.now - self.state.started


def simulate(
    program: Program,
    arguments: Mapping[str, str] | None = None,
    *,
    pods: Pods,
    answers: Answers = lambda _: None,
    seconds: Callable[[StartPod], float] = lambda _: 0.0,
    memory: Mapping[str, tuple[Outputs, float]] | None = None,
) -> Simulated:
    """Runs a program to its end. `seconds` says how long each pod takes; time is made of that and of waits alone."""
    state = begin(program, arguments or {}, now=START, uid="00000000-0000-0000-0000-000000000000", memory=memory)
    started: list[StartPod] = []
    running: dict[str, tuple[float, Outcome]] = {}
    events: deque[Event] = deque([Begun()])
    now, outputs = START, Outputs()
    for _ in range(MOST_EVENTS):
        if not events:
            ends = [(moment, node) for node, (moment, _) in running.items()]
            timer = state.next_timer
            if state.is_over or (not ends and timer is None):
                return Simulated(state, tuple(started), outputs, is_stuck=not state.is_over)
            moment, node = min([*ends, *([(timer, "")] if timer is not None else [])])
            now = max(now, moment)
            events.append(PodEnded(node, running.pop(node)[1]) if node else Ticked())
        state, actions = step(program, state, events.popleft(), now)
        for action in actions:
            match action:
                case StartPod():
                    started.append(action)
                    events.append(PodRunning(action.node))
                    if action.template.get("daemon") is not True:
                        running[action.node] = (now + seconds(action), pods(action))
                case KillPod(node=node):
                    running.pop(node, None)
                case Ask():
                    given = answers(action)
                    if given is not None:
                        events.append(given)
                case Finish():
                    outputs = action.outputs
    raise RuntimeError("the run takes more events than any run should")
