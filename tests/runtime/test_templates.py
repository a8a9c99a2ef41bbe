"""A decorated function stays the function it was, and a call of it has the options and outcomes of the language."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
import sys
import typing
from dataclasses import dataclass, field

import pytest

from athena_runtime import (
    Failed,
    Inject,
    JoinNotMet,
    Ok,
    PermanentError,
    Quorum,
    Retry,
    StepFailed,
    TransientError,
    container,
    fragment,
    gather,
    workflow,
)


@dataclass
class Log:
    """What happened, in order."""

    lines: list[str] = field(default_factory=list)

    def __call__(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    monkeypatch.setattr(sys.modules[__name__], "LOG", log)
    return log


LOG = Log()


@container(image="a:{text}", retry=3)
def shout(text: str, times: int = 1) -> str:
    """The text, louder."""
    if not text:
        raise ValueError("nothing to shout")
    return text.upper() * times


@container
async def later(text: str) -> str:
    await asyncio.sleep(0)
    return text


@container
def note(text: str = "over") -> None:
    LOG(text)


@workflow
def loud(text: str) -> str:
    return shout(later(text))


@workflow
def louder(text: str) -> str:
    return loud(text)


@workflow(steps=True)
def careful(text: str) -> str:
    try:
        result = shout(text)
    except StepFailed as error:
        result = error.step
    else:
        note("fine")
    finally:
        note("done")
    return result


def test_a_call_runs_the_function() -> None:
    assert shout("a", times=2) == "AA"
    assert later("b") == "b"
    assert loud("c") == "C"


def test_it_looks_like_the_function() -> None:
    assert (shout.__name__, shout.__qualname__, shout.__module__) == ("shout", "shout", __name__)
    assert shout.__doc__ == "The text, louder."
    assert inspect.getdoc(shout) == "The text, louder."
    assert str(inspect.signature(shout)) == "(text: 'str', times: 'int' = 1) -> 'str'"
    assert typing.get_type_hints(shout) == {"text": str, "times": int, "return": str}
    assert inspect.unwrap(shout) is shout.__wrapped__
    assert inspect.getsource(shout).startswith("@container(image=")
    assert repr(shout) == f"<container {__name__}.shout>"
    assert repr(loud) == f"<workflow {__name__}.loud>"


def test_it_is_pickled_and_copied_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(shout)) is shout
    assert copy.deepcopy([loud])[0] is loud


def test_what_the_decorator_was_given_can_be_read() -> None:
    assert shout.__athena_arguments__ == {"image": "a:{text}", "retry": 3, **UNSET}
    assert shout.__athena_kind__ == "container"
    assert loud.__athena_kind__ == "workflow"


UNSET = {"privileged": False, "daemon": False, "interpreter": "bundle"}


def test_a_fragment_is_the_function_itself() -> None:
    def helper(x: int) -> int:
        return x

    assert fragment(helper) is helper


def test_an_injected_parameter_has_its_default() -> None:
    @container
    def attempt(retries: typing.Annotated[int, Inject("{{retries}}")] = 7) -> int:
        return retries

    assert attempt() == 7


async def test_an_async_container_runs_to_its_end_below_a_running_loop() -> None:
    assert later("x") == "x"
    assert loud("x") == "X"


def test_outside_a_workflow_a_call_raises_what_the_function_raises() -> None:
    with pytest.raises(ValueError, match="nothing to shout"):
        shout("")


def test_in_a_workflow_a_failed_call_raises_that_the_step_failed() -> None:
    with pytest.raises(StepFailed) as caught:
        loud("")
    error = caught.value
    assert str(error) == "step `shout` failed: ValueError: nothing to shout"
    assert (error.step, error.status, error.exit_code) == ("shout", "Failed", 1)
    assert isinstance(error.__cause__, ValueError)


def test_a_failure_names_every_step_on_its_way() -> None:
    with pytest.raises(StepFailed, match=r"^step `loud` failed: step `shout` failed: ValueError: nothing to shout$"):
        louder("")


def test_a_container_that_calls_a_container_is_no_workflow() -> None:
    @container
    def outer() -> str:
        try:
            return shout("")
        except ValueError:
            return "caught"

    @workflow
    def flow() -> str:
        return outer()

    assert flow() == "caught"


def test_a_workflow_catches_a_failed_step(log: Log) -> None:
    assert careful("a") == "A"
    assert careful("") == "shout"
    assert log.lines == ["fine", "done", "done"]


def test_a_step_that_failed_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(JoinNotMet("two of three", step="x", exit_code=66)))
    assert isinstance(error, JoinNotMet)
    assert (error.message, error.step, error.exit_code) == ("two of three", "x", 66)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("bad"), Failed("Failed", 1, "ValueError: bad")),
        (KeyError(), Failed("Failed", 1, "KeyError")),
        (TransientError("later"), Failed("Failed", 75, "TransientError: later")),
        (PermanentError("never"), Failed("Failed", 64, "PermanentError: never")),
        (SystemExit(3), Failed("Failed", 3, "SystemExit: 3")),
        (SystemExit("no"), Failed("Failed", 1, "SystemExit: no")),
        (StepFailed("x", status="Error", exit_code=None), Failed("Error", None, "x")),
    ],
)
def test_an_attempt_that_fails_is_a_value(error: BaseException, expected: Failed) -> None:
    @container
    def fail() -> int:
        raise error

    outcome = fail.attempt()
    assert outcome == expected
    assert isinstance(outcome, Failed)
    assert outcome.step == "fail"


def test_an_attempt_that_succeeds_is_a_value() -> None:
    assert shout.attempt("a", times=3) == Ok("AAA")
    assert later.attempt("a") == Ok("a")


def test_an_attempt_does_not_swallow_an_interrupt() -> None:
    @container
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop.attempt()


def test_options_keep_the_template_as_it_was(log: Log) -> None:
    optioned = shout.options(name="x", after=["y"], on_exit=note, when="{{= false }}")
    assert optioned("a") == "A"
    assert log.lines == ["over"]
    assert shout("a") == "A"
    assert log.lines == ["over"]
    assert inspect.signature(optioned) == inspect.signature(shout)


def test_hooks_run_by_how_the_step_ended(log: Log) -> None:
    hooked = shout.options(
        on_exit=[note, lambda: note("again")],
        on_success=lambda: note("good"),
        on_failure=lambda: note("bad"),
        on_error=lambda: note("never"),
        hooks={"tasks['x'].status == 'Running'": lambda: note("never")},
    )
    assert hooked("a") == "A"
    assert log.lines == ["good", "over", "again"]
    log.lines.clear()
    assert isinstance(hooked.attempt(""), Failed)
    assert log.lines == ["bad", "over", "again"]


def test_the_last_of_two_options_counts(log: Log) -> None:
    assert shout.options(on_exit=lambda: note("one")).options(on_exit=lambda: note("two"), name="x")("a") == "A"
    assert log.lines == ["two"]


@pytest.mark.parametrize(
    ("retry", "error", "attempts"),
    [
        (0, OSError, 1),
        (2, OSError, 3),
        (Retry(2), OSError, 3),
        (Retry(2, policy="Always", backoff="1h"), OSError, 3),
        (Retry(2, policy="OnError"), OSError, 1),
        (Retry(2, on=(OSError,)), OSError, 3),
        (Retry(2, on=(OSError,)), FileNotFoundError, 3),
        (Retry(2, on=(OSError,)), ValueError, 1),
        (Retry(2, on=(OSError,)), TransientError, 3),
        (Retry("unlimited"), OSError, 100),
        (2, PermanentError, 1),
        (Retry(2, on=(PermanentError,)), PermanentError, 1),
    ],
)
def test_a_retry_tries_again_at_once(retry: Retry | int, error: type[Exception], attempts: int, log: Log) -> None:
    @container
    def fail() -> None:
        LOG("try")
        raise error

    assert isinstance(fail.options(retry=retry).attempt(), Failed)
    assert len(log.lines) == attempts


def test_a_retry_ends_with_the_first_success(log: Log) -> None:
    @container
    def third_time() -> int:
        LOG("try")
        if len(log.lines) < 3:
            raise OSError
        return len(log.lines)

    assert third_time.options(retry=5)() == 3


def test_a_failed_join_in_a_sub_workflow_stays_one() -> None:
    @workflow
    def inner() -> list[str]:
        return gather(shout.attempt("a"), shout.attempt(""), join=Quorum(2))

    @workflow
    def outer() -> list[str]:
        return inner()

    outcome = outer.attempt()
    assert isinstance(outcome, Failed)
    assert outcome.exit_code == 66
