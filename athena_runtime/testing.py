"""Workflows in tests: `run_workflow` in this process, `run_emitted` as the local engine runs their manifests.

Neither needs a cluster; `run_emitted` needs `athena` beside the Python that runs the tests.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from athena_runtime.template import Template, standing_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["EmittedRun", "EmittedStep", "LocalRun", "LocalStep", "run_emitted", "run_workflow"]


@dataclass(frozen=True)
class LocalStep:
    """One call of a template."""

    name: str
    """The function's name."""
    arguments: Mapping[str, object]
    result: object = None
    error: BaseException | None = None
    is_fake: bool = False


@dataclass(frozen=True)
class LocalRun:
    """A workflow that has run in this process."""

    result: Any
    error: BaseException | None
    """What the workflow raised."""
    steps: tuple[LocalStep, ...]
    """In the order in which they began; attempts of one step are steps of their own."""

    def calls(self, step: object) -> tuple[LocalStep, ...]:
        """The calls of a step, by its function or by that one's name."""
        name = _name(step)
        return tuple(each for each in self.steps if each.name == name)

    def ran(self, step: object) -> bool:
        """Whether a step was called."""
        return bool(self.calls(step))


def run_workflow(
    workflow: Callable[..., Any],
    /,
    *args: object,
    fakes: Mapping[Any, Any] | None = None,
    fail: Mapping[Any, int | BaseException] | None = None,
    **inputs: object,
) -> LocalRun:
    """Runs a workflow in this process and never raises: what it raised is the run's `error`.

    Args:
        workflow: The decorated function.
        fakes: What stands for steps, by function or name: a value that the step gives, or a function that is called
            with its arguments.
        fail: Steps that fail, by function or name: how many of the first calls, or what every call raises.
    """
    found: list[LocalStep] = []
    stands = {_name(step): fake for step, fake in (fakes or {}).items()}
    left: dict[str, int | BaseException] = {_name(step): count for step, count in (fail or {}).items()}

    def stand(
        template: Template[..., Any], given: tuple[object, ...], named: Mapping[str, object], call: Callable[[], object]
    ) -> object:
        name = template.__name__
        if template is workflow:
            return call()
        arguments = _arguments(template, given, named)
        place = len(found)
        found.append(LocalStep(name, arguments))
        try:
            _fail(name, left)
            result = _faked(stands[name], given, named) if name in stands else call()
        except BaseException as error:
            found[place] = LocalStep(name, arguments, error=error, is_fake=name in stands)
            raise
        found[place] = LocalStep(name, arguments, result, is_fake=name in stands)
        return result

    token = standing_in.set(stand)
    try:
        return LocalRun(workflow(*args, **inputs), None, tuple(found))
    except (Exception, SystemExit) as error:  # noqa: BLE001 (a failure is the value)
        return LocalRun(None, error, tuple(found))
    finally:
        standing_in.reset(token)


def _name(step: object) -> str:
    return step if isinstance(step, str) else str(getattr(step, "__name__", step))


def _arguments(
    template: Template[..., Any], given: tuple[object, ...], named: Mapping[str, object]
) -> dict[str, object]:
    try:
        return dict(inspect.signature(template.__wrapped__).bind(*given, **named).arguments)
    except (TypeError, ValueError):
        return dict(named)


def _fail(name: str, left: dict[str, int | BaseException]) -> None:
    wanted = left.get(name, 0)
    if isinstance(wanted, BaseException):
        raise wanted
    if wanted > 0:
        left[name] = wanted - 1
        raise RuntimeError(f"{name} fails on purpose")


def _faked(fake: Any, given: tuple[object, ...], named: Mapping[str, object]) -> object:
    return fake(*given, **named) if callable(fake) else fake


# --- the manifests ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EmittedStep:
    """A step of a run, as it ended."""

    name: str
    """Its path below the run: `report`, `squares.each(0:1)`."""
    phase: str
    """`Succeeded`, `Failed`, `Error`, `Skipped` or `Omitted`."""
    message: str
    attempts: int = 1


@dataclass(frozen=True)
class EmittedRun:
    """A run of emitted manifests on this machine."""

    phase: str
    message: str
    outputs: Mapping[str, str]
    """The JSON texts that the workflow gives."""
    steps: Mapping[str, EmittedStep]
    log: str = field(repr=False, default="")
    """What athena told meanwhile."""

    @property
    def result(self) -> Any:
        """The workflow's result, read from its JSON; None when it gave none."""
        text = self.outputs.get("return")
        return json.loads(text) if text is not None else None

    def ended(self, phase: str) -> tuple[str, ...]:
        """The names of the steps that ended so."""
        return tuple(name for name, step in self.steps.items() if step.phase == phase)


def run_emitted(
    target: str,
    /,
    inputs: Mapping[str, object] | None = None,
    *,
    fail: Mapping[str, int] | Sequence[str] = (),
    results: Mapping[str, object] | None = None,
    answers: Mapping[str, object] | None = None,
    options: Sequence[str] = (),
    folder: str | os.PathLike[str] = ".",
) -> EmittedRun:
    """Runs what `athena emit` makes of a program, on this machine, each step in a process.

    Args:
        target: What to run, as `athena run` takes it: `src/flow.py:pipeline`.
        inputs: The workflow's arguments, as values of JSON.
        fail: Steps whose pods fail, with how many of the first.
        results: Steps that do not run, with what they give.
        answers: Answers to questions, by step or parameter.
        options: Further options of `athena run`.
        folder: The working directory.

    Raises:
        ValueError: The run could not begin; the message is athena's.
    """
    command = [os.path.join(os.path.dirname(sys.executable), "athena"), "run", target, "--json", *options]
    for name, value in (inputs or {}).items():
        command += ["-a", f"{name}={json.dumps(value)}"]
    counts = fail.items() if hasattr(fail, "items") else ((step, 0) for step in fail)
    command += [f"--fail={step}:{count}" if count else f"--fail={step}" for step, count in counts]
    command += [f"--set={step}={json.dumps(value)}" for step, value in (results or {}).items()]
    command += [f"--answer={name}={json.dumps(value)}" for name, value in (answers or {}).items()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    last = events[-1] if events else {}
    if last.get("event") != "run":
        raise ValueError(done.stderr.strip() or f"athena ended with exit code {done.returncode}")
    return EmittedRun(last["phase"], last["message"], last["outputs"], _steps(events), done.stderr)


def _steps(events: list[dict[str, Any]]) -> dict[str, EmittedStep]:
    ended: dict[str, dict[str, Any]] = {}
    attempts: Counter[str] = Counter()
    for event in events:
        if event["event"] == "node" and event["name"] and event["kind"] not in ("StepGroup", "TaskGroup"):
            name = event["name"]
            if event["is_attempt"]:
                if event["phase"] in ("Succeeded", "Failed", "Error"):
                    attempts[re.sub(r"\(\d+\)\Z", "", name)] += 1
            else:
                ended[name] = event
    return {
        name: EmittedStep(name, event["phase"], event["message"], max(attempts[name], 1))
        for name, event in ended.items()
    }
