"""Joins, bounded loops, waiting and people, in a local run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import pytest

from athena_runtime import (
    All,
    AnyOf,
    AtLeast,
    Failed,
    Join,
    Ok,
    Percentage,
    Question,
    Quorum,
    StepFailed,
    Within,
    answering,
    approval,
    ask,
    bounded,
    container,
    external,
    gather,
    parallel,
    sleep,
    wait_until,
    workflow,
)

BROKEN = Failed("Failed", 1, "ValueError: bad", step="fetch")


def branches(shape: str) -> list[Ok[int] | Failed]:
    """`+` is a branch that succeeded with its place as the value, `-` one that failed."""
    return [Ok(place) if sign == "+" else BROKEN for place, sign in enumerate(shape)]


@pytest.mark.parametrize(
    ("join", "shape", "met"),
    [
        (All(), "++", True),
        (All(), "+-", False),
        (All(), "", True),
        (AnyOf(), "-+-", True),
        (AnyOf(), "--", False),
        (AnyOf(), "", False),
        (Quorum(2), "+-+", True),
        (Quorum(2), "+--", False),
        (Quorum(2), "+", False),
        (AtLeast(2), "+-+-", True),
        (AtLeast(3), "+-+-", False),
        (Percentage(0.5), "+--", False),
        (Percentage(0.5), "++-", True),
        (Percentage(1), "++", True),
        (Percentage(0.01), "---", False),
        (Within("10m"), "-+", True),
        (Within(60), "--", False),
    ],
)
def test_a_join_is_met_or_fails(join: Join, shape: str, met: bool) -> None:
    values = [place for place, sign in enumerate(shape) if sign == "+"]
    if met:
        assert gather(branches(shape), join=join) == values
        return
    with pytest.raises(StepFailed) as caught:
        gather(branches(shape), join=join)
    assert caught.value.exit_code == 66


def test_a_join_without_a_rule_wants_all() -> None:
    assert gather(Ok(1), Ok(2)) == [1, 2]
    with pytest.raises(StepFailed):
        gather(Ok(1), BROKEN)


def test_one_attempt_is_one_branch() -> None:
    assert gather(Ok([1, 2]), join=All()) == [[1, 2]]


def test_a_join_that_is_not_met_names_the_branches() -> None:
    with pytest.raises(StepFailed) as caught:
        gather(Ok(1), BROKEN, Failed("Error", None, "pod deleted"), join=Quorum(2))
    assert str(caught.value) == (
        "Quorum(n=2) needs 2 of 3 branches, 1 succeeded; branch 2 `fetch` (Failed: ValueError: bad); "
        "branch 3 (Error: pod deleted)"
    )


@pytest.mark.parametrize(
    "make", [lambda: Quorum(0), lambda: AtLeast(-1), lambda: Percentage(0), lambda: Percentage(1.5)]
)
def test_a_join_that_makes_no_sense_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"below 1|above 0 and at most 1"):
        make()


def test_a_bounded_loop_ends_by_break() -> None:
    turns = []
    for turn in bounded(5):
        turns.append(turn)
        if turn == 2:
            break
    assert turns == [0, 1, 2]


def test_a_bounded_loop_may_break_in_its_last_turn() -> None:
    for turn in bounded(3):
        if turn == 2:
            break


def test_a_bounded_loop_without_break_fails_after_all_turns() -> None:
    turns = bounded(3)
    assert [next(turns), next(turns), next(turns)] == [0, 1, 2]
    with pytest.raises(StepFailed, match=r"bounded\(3\) made 3 turns without `break`"):
        next(turns)


@pytest.mark.parametrize("n", [0, -1, 81])
def test_a_bound_that_argo_cannot_honour_is_refused_at_once(n: int) -> None:
    with pytest.raises(ValueError, match="the bound is 1 to 80"):
        bounded(n)


def test_parallel_gives_the_items_in_order() -> None:
    assert list(parallel([3, 1, 2], limit=2)) == [3, 1, 2]
    assert list(parallel(range(2))) == [0, 1]
    with pytest.raises(ValueError, match="below 1"):
        parallel([1], limit=0)


def test_waiting_takes_no_time() -> None:
    sleep("365d")
    wait_until("2999-01-01T00:00:00Z")
    wait_until(datetime(2999, 1, 1, tzinfo=UTC))


@dataclass
class Form:
    """May we deploy?"""

    reason: str = "none"
    size: Literal["small", "large"] = "small"


def timed_out(_: Question) -> object:
    raise TimeoutError


def test_a_question_without_anybody_to_ask_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match=r"approval\('Deploy\?'\) has no answer in a local run: .*answering"):
        approval("Deploy?")
    with pytest.raises(RuntimeError, match=r"ask\(Form\) has no answer"):
        ask(Form)


def test_an_approval_is_what_was_answered() -> None:
    asked: list[Question] = []

    def answer(question: Question) -> object:
        asked.append(question)
        return question.text == "Deploy?"

    with answering(answer):
        assert approval("Deploy?", timeout="2d") is True
        assert approval("Delete?") is False
    assert asked[0] == Question("approval", "Deploy?", timeout="2d")
    with answering(lambda _: "yes"), pytest.raises(TypeError, match="answered with 'yes'"):
        approval("Deploy?")


def test_answers_end_with_their_context() -> None:
    with answering(lambda _: True):
        with answering(lambda _: False):
            assert not approval("x")
        assert approval("x")
    with pytest.raises(RuntimeError):
        approval("x")


def test_an_approval_that_nobody_gives() -> None:
    with answering(timed_out):
        assert approval("Deploy?", on_timeout="approve") is True
        assert approval("Deploy?", on_timeout="reject") is False
        with pytest.raises(StepFailed, match="was not answered in time"):
            approval("Deploy?")


def test_a_form_is_filled_in() -> None:
    with answering(lambda _: Form("because", "large")):
        assert ask(Form) == Form("because", "large")
    with answering(lambda question: {"reason": question.text}):
        assert ask(Form) == Form("May we deploy?")
        assert ask(Form, "Why?") == Form("Why?")
    with answering(lambda _: 3), pytest.raises(TypeError, match="not with a `Form`"):
        ask(Form)


def test_a_form_that_nobody_fills_in() -> None:
    with answering(timed_out):
        assert ask(Form, on_timeout="default") == Form()
        with pytest.raises(StepFailed, match=r"ask\(Form\) was not answered in time"):
            ask(Form)


legacy = external("legacy-etl", template="run", inputs={"day": str}, returns=int)


@container
def double(x: int) -> int:
    return 2 * x


@workflow
def flow(day: str) -> int:
    return double(legacy(day=day))


def test_a_foreign_template_asks_for_its_result() -> None:
    def answer(question: Question) -> object:
        assert (question.kind, question.text, question.arguments) == ("external", "legacy-etl", ((), {"day": "monday"}))
        return 21

    with answering(answer):
        assert flow("monday") == 42
        assert legacy.attempt(day="monday") == Ok(21)
    with pytest.raises(RuntimeError, match=r"external\('legacy-etl'\) has no answer"):
        legacy(day="monday")
    assert legacy.__athena_arguments__ == {"template": "run", "inputs": {"day": str}, "returns": int}
