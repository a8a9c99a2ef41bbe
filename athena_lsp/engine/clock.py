"""The time of a run: that of this machine, or one that stands still while pods run and jumps over every wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from athena_lsp.engine.model import Event, PodEnded, StartPod, State, Ticked
from athena_lsp.records import dataclass, field


@dataclass
class Clock:
    """What time it is for a run, and what happens by its passing alone.

    With a `moment` the time is made up: a pod takes none, or as much as `took` says, and when nothing runs any more the
    time is that of the next timer. So the order of events is that of the times, on every machine.
    """

    moment: float | None = None
    """None: the time of this machine."""
    took: Callable[[StartPod], float] = lambda _: 0.0
    since: float = field(default_factory=time.monotonic)
    """When, really, the time became `moment`."""
    ends: dict[str, float] = field(default_factory=dict)
    """When pods end that are given a length."""
    held: dict[str, PodEnded] = field(default_factory=dict)
    """Pods whose process has ended before that."""

    def now(self) -> float:
        return time.time() if self.moment is None else self.moment

    def begins(self, start: StartPod) -> None:
        """A pod begins now."""
        if self.moment is not None:
            self.ends[start.node] = self.moment + self.took(start)

    def holds(self, event: Event) -> bool:
        """Whether an event comes later, for it is the end of a pod that takes longer than its process did."""
        if self.moment is None or not isinstance(event, PodEnded) or self.ends.get(event.node, 0.0) <= self.moment:
            return False
        self.held[event.node] = event
        return True

    def wait(self, state: State, longest: float, *, is_busy: bool) -> float:
        """How many seconds to wait for an event."""
        if self.moment is not None:
            return 0.0 if not is_busy and (self.held or state.timers) else longest
        timer = state.next_timer
        return longest if timer is None else max(0.0, min(longest, timer - time.time()))

    def due(self, state: State, *, is_busy: bool) -> tuple[Event, ...]:
        """What happens when nothing else does: a timer has run out, or a pod has taken its time."""
        timer = state.next_timer
        if self.moment is None:
            return (Ticked(),) if timer is not None and timer <= time.time() else ()
        if is_busy:
            return self._overdue(state)
        ends = min((self.ends[node] for node in self.held), default=None)
        if timer is not None and (ends is None or timer <= ends):
            self._move(timer)
            return (Ticked(),)
        if ends is None:
            return ()
        self._move(ends)
        return tuple(self.held.pop(node) for node in sorted(self.held) if self.ends[node] <= ends)

    def _overdue(self, state: State) -> tuple[Event, ...]:
        """The end of a time limit that a pod has really used up."""
        assert self.moment is not None
        limits = [timer for id, timer in state.timers.items() if _is_limit(state, id)]  # noqa: A001
        if not limits or time.monotonic() - self.since < min(limits) - self.moment:
            return ()
        self._move(min(limits))
        return (Ticked(),)

    def _move(self, moment: float) -> None:
        self.moment = max(self.moment or 0.0, moment)
        self.since = time.monotonic()

    def running(self, running: Collection[str]) -> int:
        """How many of these pods still have a process."""
        return sum(node not in self.held for node in running)


def _is_limit(state: State, id: str) -> bool:  # noqa: A002
    """Whether a timer bounds what runs; the others are waits of their own."""
    return id == "" or state.nodes[id].kind not in ("Suspend", "Retry")
