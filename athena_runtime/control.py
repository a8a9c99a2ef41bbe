"""What workflow bodies are made of besides calls: joins, loops, waiting, people, foreign templates."""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar, overload

from athena_runtime.contract import EXIT_JOIN, MAX_BOUND
from athena_runtime.outcomes import Failed, JoinNotMet, Ok, StepFailed
from athena_runtime.template import Template, standing_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from typing import Literal

    from athena_runtime.options import Duration

__all__ = [
    "All",
    "AnyOf",
    "AtLeast",
    "Join",
    "Percentage",
    "Question",
    "Quorum",
    "Within",
    "answering",
    "approval",
    "ask",
    "bounded",
    "external",
    "gather",
    "parallel",
    "sleep",
    "wait_until",
]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class All:
    """The join that is met when every branch succeeded."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The join that is met when one branch or more succeeded."""


@dataclass(frozen=True, slots=True)
class Quorum:
    """The join that is met when `n` branches or more succeeded."""

    n: int
    """Branches that must succeed, 1 or more and at most as many as there are. Default: none, it must be given."""

    def __post_init__(self) -> None:
        _at_least_one("Quorum", self.n)


@dataclass(frozen=True, slots=True)
class Percentage:
    """The join that is met when a share of the branches succeeded."""

    p: float
    """The share, above 0 and at most 1; of `k` branches, `p * k` rounded up. Default: none, it must be given."""

    def __post_init__(self) -> None:
        if not 0 < self.p <= 1:
            raise ValueError(f"Percentage({self.p!r}): the share is above 0 and at most 1")


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The join that is met when `n` branches or more succeeded, of however many there are."""

    n: int
    """Branches that must succeed, 1 or more. Default: none, it must be given."""

    def __post_init__(self) -> None:
        _at_least_one("AtLeast", self.n)


@dataclass(frozen=True, slots=True)
class Within:
    """The join that gives each branch a time limit and is met when one or more succeeded in it."""

    time: Duration
    """The limit, from the start of each branch. Locally it has no end. Default: none, it must be given."""


Join: TypeAlias = "All | AnyOf | Quorum | Percentage | AtLeast | Within"
"""The rule by which `gather` is content."""


@overload
def gather(attempts: Iterable[Ok[T] | Failed], /, *, join: Join = ...) -> list[T]: ...
@overload
def gather(*attempts: Ok[T] | Failed, join: Join = ...) -> list[T]: ...
def gather(*attempts: Any, join: Join = All()) -> list[Any]:
    """The results of the attempts that succeeded, in their order; the run fails when the join is not met.

    Argo waits for every branch and cancels none. Argo field: `dag.tasks`, with the rule checked in the consumer's pod.

    Args:
        attempts: Calls of `step.attempt(...)`, or one list of them.
        join: What must have succeeded. Default: `All()`.

    Raises:
        StepFailed: The join is not met; the message names the branches.
    """
    branches: list[Ok[Any] | Failed] = (
        list(attempts[0]) if len(attempts) == 1 and not isinstance(attempts[0], (Ok, Failed)) else list(attempts)
    )
    values = [branch.value for branch in branches if isinstance(branch, Ok)]
    needed = _needed(join, len(branches))
    if len(values) < needed:
        raise JoinNotMet(_join_message(join, branches, needed), exit_code=EXIT_JOIN)
    return values


def bounded(n: int, /) -> Iterator[int]:
    """A loop of at most `n` turns that ends by `break`: `for i in bounded(20): ... if done: break`.

    Argo field: a recursive `template`, which carries the names that the loop assigns.

    Args:
        n: The most turns, 1 to 80.

    Raises:
        StepFailed: All turns are over and no `break` was reached.
    """
    if not 1 <= n <= MAX_BOUND:
        raise ValueError(f"bounded({n!r}): the bound is 1 to {MAX_BOUND}")
    return _turns(n)


def parallel(items: Iterable[T], /, *, limit: int | None = None) -> Iterator[T]:
    """The items of a `for` whose turns run at once: `for x in parallel(xs, limit=8):`. Locally one after the other.

    Argo field: `task.withParam`, `template.parallelism`.

    Args:
        items: The list to go through.
        limit: How many turns run at a time, 1 or more. Default: no limit.
    """
    if limit is not None:
        _at_least_one("parallel(limit=...)", limit)
    return iter(items)


def sleep(duration: Duration, /) -> None:
    """A pause of the workflow, without a pod. Locally nothing is waited for.

    Argo field: `template.suspend.duration`.

    Args:
        duration: The length of the pause, from when the step is reached.
    """
    stand = standing_in.get()
    if stand is not None:
        stand.wait(duration)


def wait_until(time: datetime | str, /) -> None:
    """A pause of the workflow until a point in time, without a pod; none if it is past. Locally nothing is waited for.

    Argo field: `template.suspend.duration`.

    Args:
        time: The point in time, with its zone: a `datetime`, or text in ISO 8601.
    """
    stand = standing_in.get()
    if stand is not None:
        stand.wait_until(time)


def approval(
    text: str, /, *, timeout: Duration | None = None, on_timeout: Literal["fail", "approve", "reject"] = "fail"
) -> bool:
    """Whether a person approves: the workflow waits for the answer, without a pod.

    Use the value (`if approval("Deploy?"):`): an answer that nobody reads stops nothing. Locally the answer comes from
    `answering`.
    Argo field: `template.suspend`, `template.outputs.parameters.valueFrom.supplied`.

    Args:
        text: What is asked, shown in Argo's page.
        timeout: The longest wait. Default: no end.
        on_timeout: What a wait without an answer means: the step fails, or as if somebody had approved or rejected.
            Default: `"fail"`.

    Raises:
        StepFailed: Nobody answered in time, under `on_timeout="fail"`.
    """
    question = Question("approval", text, timeout=timeout)
    answer = _answer(question, f"approval({text!r})", on_timeout, lambda: on_timeout == "approve")
    if not isinstance(answer, bool):
        raise TypeError(f"approval({text!r}) was answered with {answer!r}, not with True or False")
    return answer


def ask(
    form: type[T],
    /,
    text: str = "",
    *,
    timeout: Duration | None = None,
    on_timeout: Literal["fail", "default"] = "fail",
) -> T:
    """What a person fills in: the workflow waits for the answers, without a pod.

    Locally the answer comes from `answering`: a value of the form, or a mapping of its fields.
    Argo field: `template.suspend`, `template.outputs.parameters.valueFrom.supplied`, with `enum` and `default`.

    Args:
        form: A dataclass whose fields are `str`, `int`, `float`, `bool`, `Literal` or `Enum`; each is one input.
        text: What is asked, shown in Argo's page. Default: the form's docstring.
        timeout: The longest wait. Default: no end.
        on_timeout: What a wait without an answer means: the step fails, or the form's own defaults count.
            Default: `"fail"`.

    Raises:
        StepFailed: Nobody answered in time, under `on_timeout="fail"`.
    """
    name = f"ask({form.__name__})"
    question = Question("ask", text or form.__doc__ or form.__name__, form=form, timeout=timeout)
    answer = _answer(question, name, on_timeout, form)
    if isinstance(answer, form):
        return answer
    if not isinstance(answer, dict):
        raise TypeError(f"{name} was answered with {answer!r}, not with a `{form.__name__}` or a dict of its fields")
    return form(**answer)


@overload
def external(name: str, /, *, template: str = ..., inputs: Callable[P, object], returns: type[R]) -> Template[P, R]: ...
@overload
def external(name: str, /, *, template: str = ..., inputs: Callable[P, object]) -> Template[P, None]: ...
@overload
def external(
    name: str, /, *, template: str = ..., inputs: Mapping[str, type[Any]] = ..., returns: type[R]
) -> Template[..., R]: ...
@overload
def external(name: str, /, *, template: str = ..., inputs: Mapping[str, type[Any]] = ...) -> Template[..., None]: ...
def external(
    name: str,
    /,
    *,
    template: str = "main",
    inputs: Callable[..., object] | Mapping[str, type[Any]] | None = None,
    returns: type[Any] | None = None,
) -> Template[..., Any]:
    """A template of the cluster that athena did not write, with types: bind it to a module-level name and call it.

    Locally a call asks `answering` for the result. Argo field: `task.templateRef`.

    Args:
        name: The WorkflowTemplate. Argo field: `task.templateRef.name`.
        template: The template in it. Argo field: `task.templateRef.template`. Default: `"main"`.
        inputs: The types of its input parameters: a dict by name, whose calls take keywords, or a dataclass, whose
            calls type checkers see through. Argo field: `task.arguments.parameters`. Default: no inputs.
        returns: The type of its output parameter `return`. Default: no result.
    """

    def call(*args: object, **kwargs: object) -> object:
        return _answer(Question("external", name, arguments=(args, kwargs)), f"external({name!r})")

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"The template `{template}` of the WorkflowTemplate `{name}`."
    return Template("external", call, {"template": template, "inputs": inputs, "returns": returns})


@dataclass(frozen=True, slots=True)
class Question:
    """What a local run cannot know by itself and asks of the provider that `answering` was given."""

    kind: Literal["approval", "ask", "external"]
    """Which call asks."""
    text: str
    """The text of the question; of an external template, its name."""
    form: type[Any] | None = None
    """The form of an `ask`."""
    timeout: Duration | None = None
    """The longest wait that an `approval` or `ask` allows."""
    arguments: tuple[tuple[object, ...], Mapping[str, object]] = ((), {})
    """The arguments of the call of an external template: by position, by keyword."""


@contextmanager
def answering(provider: Callable[[Question], object], /) -> Iterator[None]:
    """The context in which local runs get answers: `with answering(lambda question: True): pipeline()`.

    Args:
        provider: Called for each `approval` (gives a bool), `ask` (gives the form, or a dict of its fields) and call
            of an `external` template (gives its result). A `TimeoutError` from it means that nobody answered.
    """
    token = _provider.set(provider)
    try:
        yield
    finally:
        _provider.reset(token)


_provider: ContextVar[Callable[[Question], object] | None] = ContextVar("athena_provider", default=None)


def _answer(question: Question, call: str, on_timeout: str = "fail", otherwise: Callable[[], object] = bool) -> object:
    """The provider's answer; `otherwise()` when it timed out and `on_timeout` allows that."""
    provider = _provider.get()
    if provider is None:
        raise RuntimeError(f"{call} has no answer in a local run: run it in `with answering(lambda question: ...):`")
    try:
        return provider(question)
    except TimeoutError as error:
        stand = standing_in.get()
        if stand is not None and question.timeout is not None:
            stand.wait(question.timeout)
        if on_timeout == "fail":
            raise StepFailed(f"{call} was not answered in time") from error
        return otherwise()


def _turns(n: int) -> Iterator[int]:
    yield from range(n)
    raise StepFailed(f"the loop over bounded({n}) made {n} turns without `break`")


def _needed(join: Join, total: int) -> int:
    match join:
        case All():
            return total
        case AnyOf() | Within():
            return 1
        case Quorum(n) | AtLeast(n):
            return n
        case Percentage(p):
            return math.ceil(total * p)


def _join_message(join: Join, branches: list[Ok[Any] | Failed], needed: int) -> str:
    losses = [
        f"branch {number}{f' `{branch.step}`' if branch.step else ''} ({branch.status}: {branch.message})"
        for number, branch in enumerate(branches, 1)
        if isinstance(branch, Failed)
    ]
    met = len(branches) - len(losses)
    return "; ".join([f"{join} needs {needed} of {len(branches)} branches, {met} succeeded", *losses])


def _at_least_one(what: str, n: int) -> None:
    if n < 1:
        raise ValueError(f"{what}: {n!r} is below 1")
