"""Running a program for real: events are written down, the interpreter says what comes of them, and that is done."""

from __future__ import annotations

import fcntl
import os
import queue
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from athena_lsp.engine.clock import Clock
from athena_lsp.engine.core import begin, step
from athena_lsp.engine.lifetimes import is_locked
from athena_lsp.engine.model import (
    ENDED,
    Action,
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
    Stopped,
)
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.places import Places
from athena_lsp.engine.podspec import Machine
from athena_lsp.engine.processes import KILLED, Running, end_all, launch
from athena_lsp.engine.program import Program
from athena_lsp.engine.readiness import probe_of
from athena_lsp.engine.store import Run, Store, StoreError
from athena_lsp.records import dataclass, field

Fail = Callable[[StartPod], Outcome | None]
"""What a pod's outcome is made to be; None when it is to run."""
Watch = Callable[[State, tuple[Event, ...]], None]
"""Told after every change."""
Answers = Callable[[Ask], Answered | None]
"""The answer, or None: somebody may give it later, through `answer`."""
LOCK = "lock"
"""The file of a run that the process holds which drives it."""
LONGEST_WAIT, SHORT_WAIT = 0.2, 0.03
"""Seconds between two looks at the clock; an event is seen at once."""


class UnansweredError(Exception):
    """A run waits for answers to questions of these nodes, and nobody is there to give them."""

    def __init__(self, nodes: list[str]) -> None:
        super().__init__(", ".join(nodes))
        self.nodes = nodes


@dataclass
class Driver:
    """A run under way. `drive` ends when the run has; `stop` may be called from a signal."""

    program: Program
    run: Run
    store: Store
    machine: Machine
    places: Places
    jobs: int = os.cpu_count() or 1
    watch: Watch = lambda _state, _events: None
    ask: Answers = lambda _ask: None
    may_wait: bool = False
    """Whether somebody may still answer a question; else a run that waits for nothing else is left."""
    questions: set[str] = field(default_factory=set)
    fail: Fail = lambda _start: None
    clock: Clock = field(default_factory=Clock)
    inbox: queue.SimpleQueue[Event] = field(default_factory=queue.SimpleQueue)
    waiting: deque[StartPod] = field(default_factory=deque)
    """Pods for which no processor is free."""
    running: dict[str, Running] = field(default_factory=dict)
    daemons: set[str] = field(default_factory=set)
    """Those that are ready."""
    starting: set[str] = field(default_factory=set)
    """Daemons that are not ready yet."""
    begun: list[Event] = field(default_factory=list)
    """Pods that run, not yet written down: they go with the next event."""
    number: int = 0
    may_adopt: bool = False
    lock: IO[str] | None = None

    def drive(self) -> State:
        """Runs to the end, or goes on where an earlier process ended. Raises StoreError."""
        self._lock()
        try:
            state, actions = self._recall()
            self.watch(state, ())
            self._act(actions)
            while not state.is_over:
                state = self._next(state)
            return state
        finally:
            for node in self.running:
                (self.places.pod(node) / KILLED).touch() if self.places.pod(node).is_dir() else None
            end_all(self.running.values(), self.machine)
            if self.lock is not None:
                self.lock.close()

    def interrupted(self) -> None:
        """Writes down that the run was left before its end."""
        self.store.interrupt(self.run.id)

    def stop(self, strategy: str, message: str) -> None:
        """Ends the run: `Stop` lets its exit handlers run, `Terminate` does not."""
        self.inbox.put(Stopped("Stop" if strategy == "Stop" else "Terminate", message))

    def answer(self, answered: Answered) -> None:
        self.inbox.put(answered)

    # --- events ---------------------------------------------------------------------------------------------------

    def _recall(self) -> tuple[State, tuple[Action, ...]]:
        """The state after all that is written down, and what is to be done now."""
        state = begin(
            self.program,
            self.run.arguments,
            now=self.run.started,
            uid=self.run.uid,
            memory=self.run.memory,
        )
        open_: dict[str, Action] = {}
        for moment, event in self.store.events(self.run.id):
            state, actions = step(self.program, state, event, moment)
            self.number += 1
            open_ |= {action.node: action for action in actions if isinstance(action, StartPod | Ask)}
        if self.number == 0:
            return self._step(state, (Begun(),))
        self.may_adopt = True
        left = [action for node, action in open_.items() if state.nodes[node].phase not in ENDED]
        if state.is_over:
            left = []
        return state, tuple(left)

    def _next(self, state: State) -> State:
        events = self._arrived(state)
        if not events and not self.begun:
            self.watch(state, ())
            self._leave_if_nobody_answers(state)
            return state
        events, self.begun = [*self.begun, *events], []
        for event in events:
            if isinstance(event, PodEnded):
                self.running.pop(event.node, None)
                self.daemons.discard(event.node)
                self.starting.discard(event.node)
            elif isinstance(event, PodRunning) and event.node in self.starting:
                self.starting.discard(event.node)
                self.daemons.add(event.node)
        state, actions = self._step(state, tuple(events))
        self._act(actions)
        return state

    def _arrived(self, state: State) -> list[Event]:
        """What has happened, after a short wait for it."""
        is_busy = bool(self.waiting) or self.clock.running(self.running) > self.clock.running(self.daemons)
        events: list[Event] = []
        try:
            longest = LONGEST_WAIT if not self.begun else SHORT_WAIT
            events.append(self.inbox.get(timeout=self.clock.wait(state, longest, is_busy=is_busy)))
            while not self.inbox.empty():
                events.append(self.inbox.get())
        except queue.Empty:
            return list(self.clock.due(state, is_busy=is_busy))
        return [event for event in events if not self.clock.holds(event)]

    def _leave_if_nobody_answers(self, state: State) -> None:
        """Raises UnansweredError when the run waits for answers alone, and nobody is there."""
        self.questions = {node for node in self.questions if state.nodes[node].phase not in ENDED}
        is_busy = self.running or self.waiting or state.timers or not self.inbox.empty()
        if self.questions and not self.may_wait and not is_busy:
            raise UnansweredError(sorted(self.questions))

    def _step(self, state: State, events: tuple[Event, ...]) -> tuple[State, tuple[Action, ...]]:
        """Applies events, and writes them down before anything is done about them."""
        before = state
        actions: list[Action] = []
        moments: list[tuple[float, Event]] = []
        for event in events:
            moment = self.clock.now()
            moments.append((moment, event))
            state, more = step(self.program, state, event, moment)
            actions += more
        self.number = self.store.append(self.run.id, self.number, moments, state, before)
        self.watch(state, events)
        return state, tuple(actions)

    # --- actions --------------------------------------------------------------------------------------------------

    def _act(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            match action:
                case StartPod():
                    self.waiting.append(action)
                case KillPod(node=node):
                    self.waiting = deque(start for start in self.waiting if start.node != node)
                    if node in self.running:
                        self.running[node].kill()
                    if self.clock.held.pop(node, None) is not None:
                        self.running.pop(node, None)
                case Ask():
                    given = self.ask(action)
                    if given is not None:
                        self.inbox.put(given)
                    else:
                        self.questions.add(action.node)
                case Finish(phase=phase, message=message, outputs=outputs):
                    self.store.finish(self.run.id, self.clock.now(), phase, message, outputs)
        while self.waiting and len(self.running) - len(self.daemons) < self.jobs:
            self._start(self.waiting.popleft())

    def _start(self, start: StartPod) -> None:
        self.clock.begins(start)
        made = self.fail(start)
        if made is not None:
            self.inbox.put(PodEnded(start.node, made))
            return
        ready = None
        if probe_of(start.template) is not None:
            self.starting.add(start.node)
            ready = self._ready
        else:
            self.begun.append(PodRunning(start.node))
            if start.template.get("daemon") is True:
                self.daemons.add(start.node)
        self.running[start.node] = launch(start, self.machine, self.places, self._post, ready, may_adopt=self.may_adopt)

    def _ready(self, node: str) -> None:
        self.inbox.put(PodRunning(node))

    def _post(self, node: str, outcome: Outcome) -> None:
        self.inbox.put(PodEnded(node, outcome))

    def _lock(self) -> None:
        """One process at a time drives a run."""
        self.places.run.mkdir(parents=True, exist_ok=True)
        path = self.places.run / LOCK
        self.lock = open(path, "w", encoding="utf-8")  # noqa: SIM115  # held as long as the run
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(f"the run `{self.run.id}` is under way in another process") from None


def new_run(
    program: Program,
    target: str,
    arguments: Mapping[str, str],
    id: str,  # noqa: A002  # it is called so everywhere
    options: Mapping[str, object],
    now: float | None = None,
) -> Run:
    """A run that is to begin now, which may be another time than this machine's."""
    now = time.time() if now is None else now
    value = f"{id}{now}".encode().hex().ljust(32, "0")[-32:]
    uid = "-".join((value[:8], value[8:12], value[12:16], value[16:20], value[20:]))
    return Run(id, target, program.name, now, None, "Running", "", uid, arguments, Outputs(), options)


def is_driven(places: Places) -> bool:
    """Whether a process drives the run; a crash leaves one that nobody drives."""
    return is_locked(places.run / LOCK)


def places_of(state: Path, run: str) -> Places:
    return Places(state, state / "runs" / run)
