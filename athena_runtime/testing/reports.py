"""What happened in a run, line by line, for somebody whose test has failed."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athena_runtime.testing.emitted import EmittedRun
    from athena_runtime.testing.local import LocalRun, LocalStep

__all__ = ["RunFailedError", "emitted_report", "local_report"]

_LONGEST = 100
_LAST_LINES = 20
_MOST_STEPS = 60
_RUNTIME = str(Path(__file__).parent.parent)
_MARKS = {"Succeeded": "+", "Failed": "x", "Error": "x", "Skipped": "-", "Omitted": "-"}


class RunFailedError(AssertionError):
    """A workflow has no result since it failed; the message tells what happened."""

    def __init__(self, run: LocalRun[Any] | EmittedRun[Any]) -> None:
        super().__init__(run.report())
        self.run = run


def local_report(run: LocalRun[object]) -> str:
    """How a run in this process ended, its calls in order, and what was not called."""
    return "\n".join(_local_lines(run))


def _local_lines(run: LocalRun[object]) -> Iterator[str]:
    took = f" after {run.took}" if run.took else ""
    if run.error is None:
        yield f"{run.workflow} gave {_short(run.value)}{took}"
    else:
        yield f"{run.workflow} raised {_short_error(run.error)}{took}"
    for step in run.steps[:_MOST_STEPS]:
        yield f"  {_local_line(step)}"
    if len(run.steps) > _MOST_STEPS:
        yield f"  and {len(run.steps) - _MOST_STEPS} more"
    if run.not_run:
        yield f"  - not called: {', '.join(run.not_run)}"
    failed = next((step for step in reversed(run.steps) if step.error is not None), None)
    if run.error is not None:
        error = failed.error if failed is not None and failed.error is not None else run.error
        yield from (f"    {line}" for line in _traceback(error))


def _local_line(step: LocalStep) -> str:
    arguments = ", ".join(f"{name}={_short(value, 40)}" for name, value in step.arguments.items())
    fake = "  (fake)" if step.is_fake else ""
    if step.error is not None:
        return f"x {step.name}({arguments}) raised {_short_error(step.error)}{fake}"
    return f"+ {step.name}({arguments}) -> {_short(step.result)}{fake}"


def _short(value: object, longest: int = _LONGEST) -> str:
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 (of a user's class)
        text = f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"
    return text if len(text) <= longest else f"{text[:longest]}..."


def _short_error(error: BaseException) -> str:
    text = " ".join(str(error).split())
    text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= 2 * _LONGEST else f"{text[: 2 * _LONGEST]}..."


def _traceback(error: BaseException) -> list[str]:
    """The end of a traceback, without the lines of athena's own."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(_RUNTIME)]
    text = "".join((*traceback.format_list(frames), *traceback.format_exception_only(error)))
    return text.splitlines()[-_LAST_LINES:]


def emitted_report(run: EmittedRun[object]) -> str:
    """How a run of manifests ended, its steps in order, and the end of the logs of those that failed."""
    return "\n".join(_emitted_lines(run))


def _emitted_lines(run: EmittedRun[object]) -> Iterator[str]:
    message = f": {run.message}" if run.message else ""
    yield f"{run.target} {run.phase.lower()}{message}"
    for name, text in run.outputs.items():
        yield f"  {name} = {text if len(text) <= _LONGEST else text[:_LONGEST] + '...'}"
    shown = list(run.steps.values())
    for step in shown[:_MOST_STEPS]:
        attempts = f", {step.attempts} attempts" if step.attempts > 1 else ""
        message = f": {step.message}" if step.message else ""
        yield f"  {_MARKS.get(step.phase, '*')} {step.name} {step.phase.lower()}{attempts}{message}"
    if len(shown) > _MOST_STEPS:
        yield f"  and {len(shown) - _MOST_STEPS} more"
    for step in shown:
        if step.phase in ("Failed", "Error") and step.log:
            yield f"the end of what `{step.name}` printed:"
            yield from (f"    {line}" for line in step.log.splitlines()[-_LAST_LINES:])
