"""A state machine: every state is handled, and the final one leaves the loop."""

from enum import Enum

from athena_runtime import bounded, container, workflow


class State(Enum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    LOST = "lost"


@workflow
def watch(job: str = "sort") -> State:
    state = State.QUEUED
    for turn in bounded(20):
        match state:
            case State.QUEUED:
                state = start(job)
            case State.RUNNING:
                state = poll(job, turn)
            case State.DONE | State.LOST:
                break
    return state


@container
def start(job: str) -> State:
    return State.RUNNING if job else State.LOST


@container
def poll(job: str, turn: int) -> State:
    return State.DONE if turn >= len(job) else State.RUNNING
