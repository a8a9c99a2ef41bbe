"""How a step ends: a value, a failure, and the exceptions for both sides of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from athena_runtime.contract import EXIT_BAD_INPUT, EXIT_JOIN, EXIT_RAISED, EXIT_TERMINATED, EXIT_TRANSIENT

if TYPE_CHECKING:
    from typing import Literal

__all__ = [
    "Failed",
    "JoinNotMet",
    "Ok",
    "PermanentError",
    "StepFailed",
    "Terminated",
    "TransientError",
    "exit_code",
    "failed",
]

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """What `step.attempt(...)` gives when the step succeeded."""

    value: T
    """The step's result."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What `step.attempt(...)` gives when the step did not succeed."""

    status: str
    """Argo's word for the end: `"Failed"` for the step's own failure, `"Error"` for the cluster's."""
    exit_code: int | None
    """The exit code of the step's process; None where there was none."""
    message: str
    """What went wrong, in one line: of an exception, its type and its text."""
    step: str = field(default="", compare=False)
    """The function's name, where it is known; no part of comparisons."""


class StepFailed(Exception):  # noqa: N818 (it names a state, as in `except StepFailed`)
    """A step of a workflow failed: what `except StepFailed` catches in a workflow body.

    Locally a call raises it inside a workflow, from the exception of the step's own function; a call from anywhere else
    raises that exception itself.
    """

    def __init__(
        self, message: str, *, step: str = "", status: str = "Failed", exit_code: int | None = EXIT_RAISED
    ) -> None:
        super().__init__(message)
        self.message = message
        """What went wrong, in one line."""
        self.step = step
        """The function's name, where there is one."""
        self.status = status
        """Argo's word for the end: `"Failed"` or `"Error"`."""
        self.exit_code = exit_code
        """The exit code of the step's process; None where there was none."""

    def __str__(self) -> str:
        return f"step `{self.step}` failed: {self.message}" if self.step else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return (_step_failed, (type(self), self.message, self.step, self.status, self.exit_code))


class JoinNotMet(StepFailed):
    """Fewer branches of a `gather` succeeded than its join asks for; a pod ends with exit code 66."""


class TransientError(Exception):
    """A failure that may pass: the step ends with exit code 75, which `Retry(on=...)` always tries again."""


class PermanentError(Exception):
    """A failure that no retry helps: the step ends with exit code 64, which is never tried again."""


class Terminated(KeyboardInterrupt):
    """The pod is told to stop (SIGTERM): raised in the function as Ctrl-C is, so that `finally` and `with` clean up.

    An `async def` is cancelled. What is left of the pod's grace period, 30 seconds unless the cluster says otherwise,
    is the time to end in; the pod then ends with exit code 143.
    """


def exit_code(error: BaseException, on: tuple[type[BaseException], ...] = ()) -> int:
    """The exit code of a pod whose function raised `error`, where `on` are the types of its `Retry(on=...)`."""
    match error:
        case PermanentError():
            return EXIT_BAD_INPUT
        case TransientError():
            return EXIT_TRANSIENT
        case JoinNotMet():
            return EXIT_JOIN
        case _ if isinstance(error, on):
            return EXIT_TRANSIENT
        case Terminated():
            return EXIT_TERMINATED
        case SystemExit(code=int(code)):
            return code
        case SystemExit(code=None):
            return 0
        case _:
            return EXIT_RAISED


def failed(step: str, error: BaseException) -> Failed:
    """The failure of the step called `step` whose function raised `error`."""
    if isinstance(error, StepFailed):
        return Failed(error.status, error.exit_code, str(error), step)
    text = str(error)
    name = type(error).__name__
    return Failed("Failed", exit_code(error), f"{name}: {text}" if text else name, step)


def _step_failed(
    kind: type[StepFailed], message: str, step: str, status: Literal["Failed", "Error"], code: int | None
) -> StepFailed:
    return kind(message, step=step, status=status, exit_code=code)
