"""What `workflow` and `container` make of a function: the function, with per-call options and attempts."""

from __future__ import annotations

import functools
from contextvars import ContextVar
from importlib import import_module
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Literal

    from athena_runtime.options import Duration, Retry
    from athena_runtime.outcomes import Failed, Ok

__all__ = ["Hook", "HookTarget", "Template"]

P = ParamSpec("P")
R = TypeVar("R", covariant=True)

HookTarget: TypeAlias = "Callable[[], object]"
"""A template without required parameters, or `lambda: template(arguments)`."""

Hook: TypeAlias = "HookTarget | Sequence[HookTarget]"
"""One target of a hook, or several."""

_in_workflow: ContextVar[bool] = ContextVar("athena_in_workflow", default=False)


class Stand(Protocol):
    """What tests put in place of the cluster (`athena_runtime.testing`)."""

    scheduled: datetime | None
    """The time for which a timetable started the run."""
    attempt: int
    """Which attempt of the innermost step this is, from 0."""

    def call(
        self,
        template: Template[..., Any],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        function: Callable[..., object],
    ) -> object:
        """What stands for one attempt of a call; `function` is the template's own."""

    def again(self, retry: Retry | int | None, number: int, began: datetime) -> bool:
        """Whether there is time for another attempt after `number` of them; the wait before it passes."""

    def wait(self, duration: Duration) -> None:
        """Time passes."""

    def wait_until(self, time: datetime | str) -> None:
        """Time passes, unless that is past."""

    def now(self) -> datetime:
        """The time."""


standing_in: ContextVar[Stand | None] = ContextVar("athena_standing_in", default=None)
"""What stands in place of the cluster, if anything does."""

_LOCAL_ATTEMPTS = 100
"""Attempts that stand for `"unlimited"` in a local run, which does not wait between them."""


class Template(Generic[P, R]):
    """A workflow or a container: call it as the function it was made of.

    A call runs the function in this process, an `async def` to its end. Inside a workflow a call that fails raises
    `StepFailed` from the function's exception, elsewhere that exception itself.
    """

    __wrapped__: Callable[..., Any]
    __name__: str
    __qualname__: str

    def __init__(
        self,
        kind: Literal["workflow", "container", "external"],
        function: Callable[..., Any],
        arguments: Mapping[str, Any],
        call: Mapping[str, Any] | None = None,
    ) -> None:
        functools.update_wrapper(self, function)
        self.__athena_kind__ = kind
        self.__athena_arguments__ = arguments
        self.__athena_call__: Mapping[str, Any] = call or {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result."""
        if not _in_workflow.get():
            return cast("R", _run(self, args, kwargs))
        try:
            return cast("R", _run(self, args, kwargs))
        except (Exception, SystemExit) as error:
            outcomes = _outcomes()
            end = outcomes.failed(self.__name__, error)
            kind = outcomes.JoinNotMet if isinstance(error, outcomes.JoinNotMet) else outcomes.StepFailed
            raise kind(end.message, step=end.step, status=end.status, exit_code=end.exit_code) from error

    def attempt(self, *args: P.args, **kwargs: P.kwargs) -> Ok[R] | Failed:
        """A call that never fails the workflow: `Ok` with the result, or `Failed` with status, exit code and message.

        Locally every exception is a `Failed`, and so is `sys.exit`; Ctrl-C is not.
        """
        outcomes = _outcomes()
        try:
            ok: Ok[R] = outcomes.Ok(_run(self, args, kwargs))
            return ok
        except (Exception, SystemExit) as error:  # noqa: BLE001 (a failure is the value)
            end: Failed = outcomes.failed(self.__name__, error)
            return end

    def options(
        self,
        *,
        name: str | None = None,
        after: Sequence[object] = (),
        retry: Retry | int | None = None,
        when: str | None = None,
        on_exit: Hook | None = None,
        on_success: Hook | None = None,
        on_failure: Hook | None = None,
        on_error: Hook | None = None,
        hooks: Mapping[str, Hook] | None = None,
    ) -> Template[P, R]:
        """The same template with options for one call: `step.options(after=[a])(x)`.

        Hook arguments come from what is known before the call. Options given twice: the last counts.

        Args:
            name: The task's name in the workflow. Locally nothing.
                Argo field: `task.name`. Default: the name that the result is bound to, else the function's.
            after: Results whose steps must succeed first, without handing over their values. Locally nothing.
                Argo field: `task.depends`. Default: `()`.
            retry: How this call is tried again; a number is the limit. Locally too, without waiting, with `"unlimited"`
                as 100 attempts. A failure of the function counts as `"OnFailure"`.
                Argo field: `template.retryStrategy`. Default: the template's own, which a local call leaves out.
            when: A raw Argo expression; the step is skipped when it is false. Locally it always runs.
                Argo field: `task.when`. Default: the step runs.
            on_exit: What runs after the step, however it ended. Locally too.
                Argo field: `task.hooks.exit`. Default: nothing.
            on_success: What runs after the step succeeded. Locally too.
                Argo field: `task.hooks`. Default: nothing.
            on_failure: What runs after the step failed. Locally when the function raised.
                Argo field: `task.hooks`. Default: nothing.
            on_error: What runs after the cluster failed the step. Locally never.
                Argo field: `task.hooks`. Default: nothing.
            hooks: What runs once a raw Argo expression is true, by expression. Locally never.
                Argo field: `task.hooks`. Default: nothing.
        """
        given = {key: value for key, value in locals().items() if key != "self" and value not in (None, ())}
        call = {**self.__athena_call__, **given}
        return Template(self.__athena_kind__, self.__wrapped__, self.__athena_arguments__, call)

    def __repr__(self) -> str:
        return f"<{self.__athena_kind__} {self.__module__}.{self.__qualname__}>"

    def __reduce__(self) -> str | tuple[object, ...]:
        # As a function is: by the name it has in its module.
        return self.__qualname__


def _outcomes() -> Any:
    # Data classes take 6 ms to import, which a function that succeeds in a pod does not need.
    return import_module("athena_runtime.outcomes")


def _run(template: Template[..., Any], args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
    """One call with the options that have a local meaning."""
    options = template.__athena_call__
    try:
        result = _retry(template, options.get("retry"), args, kwargs)
    except (Exception, SystemExit):
        _call_hooks(options, "on_failure", "on_exit")
        raise
    _call_hooks(options, "on_success", "on_exit")
    return result


def _retry(
    template: Template[..., Any], retry: Retry | int | None, args: tuple[object, ...], kwargs: Mapping[str, object]
) -> object:
    stand = standing_in.get()
    if stand is not None:
        return _retry_on_stage(stand, template, retry, args, kwargs)
    left = _retries(retry)
    while True:
        try:
            return _call(template, args, kwargs)
        except (Exception, SystemExit) as error:
            if left <= 0 or not _is_retried(error, retry):
                raise
        left -= 1


def _retry_on_stage(
    stand: Stand,
    template: Template[..., Any],
    retry: Retry | int | None,
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
) -> object:
    """The same in a test, where retries of the template itself count, and waits between them have a length."""
    if retry is None:
        retry = template.__athena_arguments__.get("retry")
    outside, most, began, number = stand.attempt, _retries(retry), stand.now(), 0
    while True:
        stand.attempt = number
        try:
            return _call(template, args, kwargs)
        except (Exception, SystemExit) as error:
            number += 1
            if number > most or not _is_retried(error, retry) or not stand.again(retry, number, began):
                raise
        finally:
            stand.attempt = outside


def _retries(retry: Retry | int | None) -> int:
    match retry:
        case None:
            return 0
        case int():
            return retry
        case _ if retry.limit == "unlimited":
            return _LOCAL_ATTEMPTS - 1
        case _:
            return retry.limit


def _is_retried(error: BaseException, retry: Retry | int | None) -> bool:
    outcomes = _outcomes()
    if isinstance(error, outcomes.PermanentError):
        return False
    if retry is None or isinstance(retry, int):
        return True
    if retry.on:
        return isinstance(error, (outcomes.TransientError, *retry.on))
    return retry.policy in ("Always", "OnFailure")


def _call(template: Template[..., Any], args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
    stand = standing_in.get()
    if stand is not None:
        return stand.call(template, args, kwargs, template.__wrapped__)
    return call_function(template, template.__wrapped__, args, kwargs)


def call_function(
    template: Template[..., Any],
    function: Callable[..., Any],
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
) -> object:
    """The result of a template's function, or of one that was made from it."""
    token = _in_workflow.set(template.__athena_kind__ == "workflow")
    try:
        result = function(*args, **{**_times(function, args), **kwargs})
        if template.__athena_kind__ != "container" or not isinstance(result, CoroutineType):
            return result
        # asyncio takes 30 ms to import, which functions that are not `async` do not need.
        from athena_runtime.coroutines import complete  # noqa: PLC0415

        return complete(result)
    finally:
        _in_workflow.reset(token)


def _times(function: Callable[..., Any], args: tuple[object, ...]) -> dict[str, object]:
    """The time now, for each parameter behind `args` whose default is `Scheduled()`."""
    defaults = getattr(function, "__defaults__", None) or ()
    late = [type(default) for default in defaults]
    if not any(hasattr(kind, "__athena_now__") for kind in late):
        return {}
    code = function.__code__
    names = code.co_varnames[code.co_argcount - len(late) : code.co_argcount]
    left = {name: kind for name, kind in zip(names, late, strict=True) if name not in code.co_varnames[: len(args)]}
    stand = standing_in.get()
    return {
        name: stand.now() if stand is not None else kind()
        for name, kind in left.items()
        if hasattr(kind, "__athena_now__")
    }


def _call_hooks(options: Mapping[str, Any], *names: str) -> None:
    for name in names:
        hook: Hook = options.get(name, ())
        for target in (hook,) if callable(hook) else hook:
            target()
