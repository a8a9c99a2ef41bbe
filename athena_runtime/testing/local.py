"""A workflow in the test's own process, as Python calls it: with fakes, failures and a time that is made up."""

from __future__ import annotations

import inspect
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from athena_runtime.control import answering
from athena_runtime.options import Retry
from athena_runtime.outcomes import PermanentError
from athena_runtime.template import Template, call_function, standing_in
from athena_runtime.testing import recording
from athena_runtime.testing.answers import Answers, provider
from athena_runtime.testing.clock import Clock, seconds
from athena_runtime.testing.fakes import Misuse, faked
from athena_runtime.testing.names import Steps
from athena_runtime.testing.reports import RunFailedError, local_report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from athena_runtime.options import Duration

__all__ = ["Local", "LocalRun", "LocalStep", "run_workflow"]

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class LocalStep:
    """One call of a template."""

    name: str
    """The function's name."""
    arguments: Mapping[str, object]
    result: object = None
    error: BaseException | None = None
    is_fake: bool = False
    at: datetime | None = None
    """The time at which it began."""
    function: Callable[..., Any] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class LocalRun(Generic[R_co]):
    """A workflow that has run in this process. As text it tells what happened, line by line."""

    workflow: str
    value: R_co | None
    error: BaseException | None
    """What the workflow raised."""
    steps: tuple[LocalStep, ...]
    """In the order in which they began; attempts of one step are steps of their own."""
    took: timedelta = timedelta()
    """The time that passed, which is made up."""
    known: Steps | None = field(default=None, repr=False, compare=False)

    @property
    def result(self) -> R_co:
        """The workflow's result. Raises RunFailedError, an AssertionError that tells what happened, if it has none."""
        __tracebackhide__ = True
        if self.error is not None:
            raise RunFailedError(self) from None
        return self.value  # type: ignore[return-value]  # without an error there is one

    def calls(self, step: object) -> tuple[LocalStep, ...]:
        """The calls of a step, by its function or by that one's name. Raises ValueError if it can have none."""
        function = self._known.of(step)
        return tuple(each for each in self.steps if each.function is function)

    def ran(self, step: object) -> bool:
        """Whether a step was called. Raises ValueError if it can never be."""
        return bool(self.calls(step))

    def retried(self, step: object) -> bool:
        """Whether a call of a step failed and another followed. Raises ValueError if it can have none."""
        calls = self.calls(step)
        return any(call.error is not None for call in calls[:-1])

    @property
    def not_run(self) -> tuple[str, ...]:
        """The steps that the workflow could have called and did not."""
        ran = {step.function for step in self.steps}
        return tuple(name for function, name in self._known.found.items() if function not in ran)

    def report(self) -> str:
        """What ran and what did not, line by line."""
        return local_report(self)

    def __str__(self) -> str:
        return self.report()

    def __repr__(self) -> str:
        end = "succeeded" if self.error is None else f"raised {type(self.error).__name__}"
        return f"<{self.workflow} {end} after {len(self.steps)} calls>"

    @property
    def _known(self) -> Steps:
        assert self.known is not None
        return self.known


@dataclass(frozen=True, kw_only=True)
class Local:
    """What a workflow meets in a test: `Local(fakes={...}).run(pipeline, "x")`, whose arguments have types.

    See `run_workflow` for each part.
    """

    fakes: Mapping[Any, Any] = field(default_factory=dict)
    fail: Mapping[Any, int | BaseException] = field(default_factory=dict)
    took: Mapping[Any, Duration] = field(default_factory=dict)
    answers: Answers | None = None
    clock: Clock | None = None

    def run(self, workflow: Callable[P, R], /, *args: P.args, **inputs: P.kwargs) -> LocalRun[R]:
        """Runs a workflow and never raises what it raises. Raises ValueError for steps that it does not have."""
        stage = _Stage(workflow, self)
        answers = answering(provider(self.answers)) if self.answers is not None else nullcontext()
        value: R | None = None
        error: BaseException | None = None
        token = standing_in.set(stage)
        try:
            with answers:
                value = workflow(*args, **inputs)
        except Misuse as misuse:
            raise misuse.error from None
        except (Exception, SystemExit) as raised:  # noqa: BLE001 (a failure is the value)
            error = raised
        finally:
            standing_in.reset(token)
        stage.check_uncalled()
        run = LocalRun(stage.name, value, error, tuple(stage.steps), stage.clock.passed, stage.known)
        recording.add(run)
        return run


def run_workflow(
    workflow: Callable[..., R],
    /,
    *args: object,
    fakes: Mapping[Any, Any] | None = None,
    fail: Mapping[Any, int | BaseException] | None = None,
    took: Mapping[Any, Duration] | None = None,
    answers: Answers | None = None,
    clock: Clock | None = None,
    **inputs: object,
) -> LocalRun[R]:
    """Runs a workflow in this process and never raises what it raises: that is the run's `error`.

    Args:
        workflow: The decorated function.
        fakes: What stands for steps, by function or name: a value that the step gives, or a function that is called
            with its arguments. It must fit the step's type.
        fail: Steps that fail, by function or name: how many of the first calls, or what every call raises.
        took: How long steps take, by function or name: `"90m"`. Longer than a step's `timeout` fails it.
        answers: Answers to `approval`, `ask` and external templates: by the question's text, its form or the
            template's name, or a function of the `Question`. `TimeoutError` is no answer.
        clock: The time at which the run begins, and that passes by waits, retries and what steps take.

    Raises:
        ValueError: The workflow has no such step.
        TypeError: A fake does not fit its step.
    """
    local = Local(fakes=fakes or {}, fail=fail or {}, took=took or {}, answers=answers, clock=clock)
    return local.run(workflow, *args, **inputs)


class DeadlineError(PermanentError):
    """A step took longer than its `timeout`, which counts for all attempts together."""


class _Stage:
    """Stands for the cluster while a workflow runs."""

    def __init__(self, workflow: Callable[..., Any], given: Local) -> None:
        self.workflow = getattr(workflow, "__wrapped__", workflow)
        self.name = str(getattr(workflow, "__name__", workflow))
        self.known = Steps(workflow)
        self.fakes = self._by_function(given.fakes)
        self.left: dict[Callable[..., Any], int | BaseException] = self._by_function(given.fail)
        self.took = {step: seconds(duration) for step, duration in self._by_function(given.took).items()}
        self.clock = given.clock or Clock()
        self.clock.start = self.clock.now
        is_scheduled = "schedule" in getattr(workflow, "__athena_arguments__", {})
        self.scheduled = self.clock.now if is_scheduled else None
        self.attempt = 0
        self.steps: list[LocalStep] = []
        self.called: set[Callable[..., Any]] = set()
        self.trace = recording.trace()

    def _by_function(self, given: Mapping[Any, Any]) -> dict[Callable[..., Any], Any]:
        return {self.known.of(step, may_come=True): value for step, value in given.items()}

    def check_uncalled(self) -> None:
        """Raises ValueError for what was given for functions that the workflow turns out not to call."""
        for function in (*self.fakes, *self.left, *self.took):
            if function not in self.called:
                self.known.of(function)

    # --- what the runtime asks ------------------------------------------------------------------------------------

    def call(
        self,
        template: Template[..., Any],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        function: Callable[..., object],
    ) -> object:
        if template.__athena_kind__ == "workflow":
            function = self.trace.of(function)
        if template.__wrapped__ is self.workflow:
            return call_function(template, function, args, kwargs)
        self.known.add(template)
        self.called.add(template.__wrapped__)
        is_fake = template.__wrapped__ in self.fakes
        arguments = _arguments(template, args, kwargs)
        step = LocalStep(template.__name__, arguments, None, None, is_fake, self.clock.now, template.__wrapped__)
        place = len(self.steps)
        self.steps.append(step)
        with self.trace.attempt():
            try:
                self._pass(template)
                self._fail(template)
                if is_fake:
                    result = faked(template, self.fakes[template.__wrapped__], args, kwargs)
                else:
                    result = call_function(template, function, args, kwargs)
            except BaseException as error:
                self.steps[place] = replace(step, error=error)
                raise
        self.steps[place] = replace(step, result=result)
        return result

    def again(self, retry: Retry | int | None, number: int, began: datetime) -> bool:
        if not isinstance(retry, Retry) or retry.backoff is None:
            return True
        wait = seconds(retry.backoff) * (retry.factor or 1) ** (number - 1)
        if retry.cap is not None:
            wait = min(wait, seconds(retry.cap))
        later = self.clock.now + timedelta(seconds=wait)
        if retry.max_duration is not None and later > began + timedelta(seconds=seconds(retry.max_duration)):
            return False
        self.clock.wait_until(later)
        return True

    def wait(self, duration: Duration) -> None:
        self.clock.wait(duration)

    def wait_until(self, time: datetime | str) -> None:
        self.clock.wait_until(time)

    def now(self) -> datetime:
        return self.clock.now

    # --- what a call comes to -------------------------------------------------------------------------------------

    def _pass(self, template: Template[..., Any]) -> None:
        takes = self.took.get(template.__wrapped__, 0.0)
        for name, error in (("pod_running_timeout", TimeoutError), ("timeout", DeadlineError)):
            limit = template.__athena_arguments__.get(name)
            if limit is not None and takes > seconds(limit):
                self.clock.wait(limit)
                raise error("Step exceeded its deadline")
        self.clock.wait(timedelta(seconds=takes))

    def _fail(self, template: Template[..., Any]) -> None:
        wanted = self.left.get(template.__wrapped__, 0)
        if isinstance(wanted, BaseException):
            raise wanted
        if wanted > 0:
            self.left[template.__wrapped__] = wanted - 1
            raise RuntimeError(f"{template.__name__} fails on purpose")


def _arguments(
    template: Template[..., Any], given: tuple[object, ...], named: Mapping[str, object]
) -> dict[str, object]:
    try:
        return dict(inspect.signature(template.__wrapped__).bind(*given, **named).arguments)
    except (TypeError, ValueError):
        return dict(named)
