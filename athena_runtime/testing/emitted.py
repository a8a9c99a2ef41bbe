"""A workflow as `athena emit` makes it, run on this machine: each step in a process of its own."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from athena_runtime.codec.form import CodecError
from athena_runtime.codec.text import from_text, to_text
from athena_runtime.pod.target import signature
from athena_runtime.testing import recording
from athena_runtime.testing.clock import Clock, seconds
from athena_runtime.testing.names import meant
from athena_runtime.testing.processes import athena
from athena_runtime.testing.reports import RunFailedError, emitted_report

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from athena_runtime.options import Duration
    from athena_runtime.pod.target import Parameter
    from athena_runtime.testing.processes import Told

__all__ = ["EmittedRun", "EmittedStep", "run_emitted", "target_of"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_WAITS_PASS = Clock("1970-01-01")
"""Stands for a clock that begins now."""
_ATTEMPT = re.compile(r"\(\d+\)\Z")
_ITEM = re.compile(r"\(\d+:[^()]*\)")
_ENDED = ("Succeeded", "Failed", "Error")
_LOGS = ("stdout.log", "stderr.log")


@dataclass(frozen=True)
class EmittedStep:
    """A step of a run, as it ended."""

    name: str
    """Its path below the run: `report`, `squares.each(0:1)`."""
    phase: str
    """`Succeeded`, `Failed`, `Error`, `Skipped` or `Omitted`."""
    message: str
    attempts: int = 1
    function: str = ""
    """The function that it calls; empty for a part of a workflow, such as an `if`."""
    started: float = 0.0
    """Seconds since the run began, by its clock."""
    ended: float = 0.0
    log: str = field(repr=False, default="")
    """What its last attempt has printed, first the output, then the errors."""

    @property
    def ran(self) -> bool:
        return self.phase in _ENDED


@dataclass(frozen=True)
class EmittedRun(Generic[R_co]):
    """A run of emitted manifests on this machine. As text it tells what happened, line by line."""

    target: str
    phase: str
    message: str
    outputs: Mapping[str, str]
    """The JSON texts that the workflow gives."""
    steps: Mapping[str, EmittedStep]
    """In the order in which they ended."""
    log: str = field(repr=False, default="")
    """What athena told meanwhile."""
    known: tuple[str, ...] = field(repr=False, default=())
    """All names of steps and functions that the manifests have."""
    read: Callable[[str], R_co] = field(repr=False, compare=False, default=json.loads)

    @property
    def result(self) -> R_co:
        """The workflow's result: a value of its type, or of JSON where the target was a text; None when it gives none.

        Raises RunFailedError, an AssertionError that tells what happened, when the run has failed.
        """
        __tracebackhide__ = True
        if self.phase != "Succeeded":
            raise RunFailedError(self)
        text = self.outputs.get("return")
        return self.read(text) if text is not None else None  # type: ignore[return-value]  # then R is None

    def calls(self, step: object) -> tuple[EmittedStep, ...]:
        """The steps that somebody means by a path, the last part of one, or a function. Raises ValueError for none."""
        name = str(getattr(step, "__name__", step))
        found = tuple(each for each in self.steps.values() if _is_meant(each, name))
        if not found and name not in self.known and name.replace("_", "-") not in self.known:
            raise ValueError(f"`{self.target}` has no step `{name}`{meant(name, self.known)}")
        return found

    def ran(self, step: object) -> bool:
        """Whether a step ran, whatever came of it. Raises ValueError for one that is not there."""
        return any(each.ran for each in self.calls(step))

    def skipped(self, step: object) -> bool:
        """Whether a step was passed over wherever it stands. Raises ValueError for one that is not there."""
        return not self.ran(step)

    def retried(self, step: object) -> bool:
        """Whether a step took more than one attempt. Raises ValueError for one that is not there."""
        return any(each.attempts > 1 for each in self.calls(step))

    def ended(self, phase: str) -> tuple[str, ...]:
        """The names of the steps that ended so."""
        return tuple(name for name, step in self.steps.items() if step.phase == phase)

    def report(self) -> str:
        """What ran and what did not, line by line, with the end of the logs of what failed."""
        return emitted_report(self)

    def __str__(self) -> str:
        return self.report()

    def __repr__(self) -> str:
        return f"<{self.target} {self.phase.lower()} after {len(self.steps)} steps>"


@overload
def run_emitted(
    target: Callable[..., R],
    /,
    inputs: Mapping[str, object] | None = ...,
    *,
    fail: Mapping[Any, int] | Sequence[Any] = ...,
    results: Mapping[Any, object] | None = ...,
    answers: Mapping[str, object] | None = ...,
    took: Mapping[Any, Duration] | None = ...,
    clock: Clock | None = ...,
    options: Sequence[str] = ...,
    folder: str | os.PathLike[str] = ...,
    state: str | os.PathLike[str] | None = ...,
    limit: float | None = ...,
) -> EmittedRun[R]: ...
@overload
def run_emitted(
    target: str,
    /,
    inputs: Mapping[str, object] | None = ...,
    *,
    fail: Mapping[Any, int] | Sequence[Any] = ...,
    results: Mapping[Any, object] | None = ...,
    answers: Mapping[str, object] | None = ...,
    took: Mapping[Any, Duration] | None = ...,
    clock: Clock | None = ...,
    options: Sequence[str] = ...,
    folder: str | os.PathLike[str] = ...,
    state: str | os.PathLike[str] | None = ...,
    limit: float | None = ...,
) -> EmittedRun[Any]: ...
def run_emitted(
    target: Callable[..., Any] | str,
    /,
    inputs: Mapping[str, object] | None = None,
    *,
    fail: Mapping[Any, int] | Sequence[Any] = (),
    results: Mapping[Any, object] | None = None,
    answers: Mapping[str, object] | None = None,
    took: Mapping[Any, Duration] | None = None,
    clock: Clock | None = _WAITS_PASS,
    options: Sequence[str] = (),
    folder: str | os.PathLike[str] = ".",
    state: str | os.PathLike[str] | None = None,
    limit: float | None = None,
) -> EmittedRun[Any]:
    """Runs what `athena emit` makes of a program, on this machine, each step in a process. Waits pass at once.

    Args:
        target: The workflow, or what to run as `athena run` takes it: `src/flow.py:pipeline`.
        inputs: The workflow's arguments: values of their types, or for a text as target of JSON.
        fail: Steps whose pods fail, with how many of the first, or all.
        results: Steps that do not run, with what they give.
        answers: Answers to questions, by step or parameter.
        took: How long steps take, which counts for time limits: `"90m"`.
        clock: The time at which the run begins; it shows the end afterwards. None: everything takes its real time.
        options: Further options of `athena run`.
        folder: The working directory, from which a text as target is looked up.
        state: The folder in which the run is kept. Default: one that is removed afterwards.
        limit: Seconds, of this machine, after which the run is stopped.

    Raises:
        ValueError: The run could not begin; the message is athena's.
        TimeoutError: The run took longer than `limit`.
    """
    clock = Clock() if clock is _WAITS_PASS else clock
    if took and clock is None:
        raise ValueError("`took` needs a clock: without one everything takes its real time")
    place = target if isinstance(target, str) else target_of(target)
    forms = _Forms(None if isinstance(target, str) else target)
    command = ["run", place, "--json", "--with-parent", *options]
    command += _pairs("-a", forms.inputs(inputs or {}))
    counts = fail.items() if isinstance(fail, Mapping) else ((step, 0) for step in fail)
    command += [f"--fail={_name(step)}:{count}" if count else f"--fail={_name(step)}" for step, count in counts]
    command += _pairs("--set", ((_name(step), _result(step, value)) for step, value in (results or {}).items()))
    command += _pairs("--answer", ((name, _answer(value)) for name, value in (answers or {}).items()))
    if clock is not None:
        command += [f"--clock={clock.now.isoformat()}"]
        command += _pairs("--took", ((_name(step), f"{seconds(each):g}s") for step, each in (took or {}).items()))
    with TemporaryDirectory(prefix="athena-") as passing:
        kept = Path(passing if state is None else state).resolve()
        coverage = recording.coverage_file(kept)
        command += ["--state", str(kept), *(["--coverage", str(coverage)] if coverage is not None else [])]
        told = athena(command, folder, limit)
        run, passed = _run(_name(target), told, forms.read)
        recording.add(run, coverage)
    if clock is not None:
        clock.start = clock.now
        clock.wait(timedelta(seconds=passed))
    return run


def target_of(workflow: Callable[..., Any]) -> str:
    """A function as `athena` takes it: its file and its name. Raises ValueError for what is no function of a file."""
    function = inspect.unwrap(workflow)
    file = inspect.getsourcefile(function) if inspect.isfunction(function) else None
    if file is None:
        raise ValueError(f"{workflow!r} is no function that stands in a file: give its file and name as a text")
    return f"{Path(file).resolve()}:{function.__name__}"


class _Forms:
    """How values of a workflow travel: by its annotations, or as JSON when only its name is known."""

    def __init__(self, workflow: Callable[..., Any] | None) -> None:
        self.parameters: dict[str, Parameter] = {}
        self.returned: Parameter | None = None
        if workflow is not None:
            parameters, self.returned = signature(_name(workflow), inspect.unwrap(workflow))
            self.parameters = {each.name: each for each in parameters}

    def inputs(self, given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        for name, value in given.items():
            parameter = self.parameters.get(name)
            if parameter is None or parameter.is_artifact:  # an unknown name is told by athena
                yield name, value if isinstance(value, str) and parameter is not None else json.dumps(value)
                continue
            yield name, _text(parameter, value, f"`{name}`")

    def read(self, text: str) -> Any:
        return from_text(self.returned.form, text) if self.returned is not None else json.loads(text)


def _text(parameter: Parameter, value: object, what: str) -> str:
    try:
        return to_text(parameter.form, value)
    except CodecError as error:
        raise ValueError(error.at(what)) from None


def _result(step: object, value: object) -> str:
    function = inspect.unwrap(step) if callable(step) else None
    if function is None:
        return json.dumps(value)
    _, returned = signature(_name(step), function)
    return _text(returned, value, f"the result of `{_name(step)}`")


def _answer(value: object) -> str:
    """As somebody types it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case _:
            return json.dumps(value)


def _pairs(option: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [part for name, text in pairs for part in (option, f"{name}={text}")]


def _name(step: object) -> str:
    return str(getattr(step, "__name__", step))


def _is_meant(step: EmittedStep, name: str) -> bool:
    wanted = name.replace("_", "-")
    return step.function == name or any(
        here == wanted or here.endswith(f".{wanted}") for here in (step.name, _ITEM.sub("", step.name))
    )


# --- reading what athena tells ------------------------------------------------------------------------------------


def _run(target: str, told: Told, read: Callable[[str], Any]) -> tuple[EmittedRun[Any], float]:
    """The run that some events tell of, and how many seconds it took. Raises ValueError when there was none."""
    events = [json.loads(line) for line in told.out.splitlines() if line.startswith("{")]
    last = events[-1] if events else {}
    if last.get("event") != "run":
        raise ValueError(told.err.strip() or f"athena ended with exit code {told.code}")
    known = (*events[0]["steps"], *events[0]["functions"])
    steps = dict(_steps(events, last["started"]))
    run = EmittedRun(target, last["phase"], last["message"], last["outputs"], steps, told.err, known, read)
    return run, last["ended"] - last["started"]


def _steps(events: list[dict[str, Any]], began: float) -> Iterator[tuple[str, EmittedStep]]:
    nodes = [event for event in events if event["event"] == "node" and event["kind"] not in ("StepGroup", "TaskGroup")]
    ended = {event["name"]: event for event in nodes if event["name"] and not event["is_attempt"]}
    tries = [event for event in nodes if event["is_attempt"] and event["phase"] in _ENDED]
    attempts = Counter(_ATTEMPT.sub("", event["name"]) for event in tries)
    logs = {event["name"]: event["logs"] for event in nodes if event["logs"]}
    logs |= {_ATTEMPT.sub("", event["name"]): event["logs"] for event in tries if event["logs"]}
    for name, event in ended.items():
        yield (
            name,
            EmittedStep(
                name,
                event["phase"],
                event["message"],
                max(attempts[name], 1),
                event["function"] or "",
                event["started"] - began,
                (event["ended"] or event["started"]) - began,
                _log(logs.get(name)),
            ),
        )


def _log(folder: str | None) -> str:
    """What a pod has printed."""
    if folder is None:
        return ""
    places = (Path(folder, name) for name in _LOGS)
    return "".join(place.read_text(encoding="utf-8", errors="replace") for place in places if place.exists())
