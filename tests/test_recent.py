"""What is in use stays remembered, whatever comes and goes beside it; the rest goes."""

from __future__ import annotations

import gc
import weakref

from athena_lsp.recent import Recent, recent
from athena_lsp.syntax.tree import parse


def test_what_is_in_use_is_worked_out_once() -> None:
    asked: list[int] = []
    answers = _negating(asked)
    for _ in range(4):  # more than the limit: seen once they come back
        for key in range(100):
            assert answers[key] == -key
    asked.clear()
    for edit in range(1_000, 1_500):
        assert [answers[key] for key in range(100)] == [-key for key in range(100)]
        assert answers[edit] == -edit
    assert asked == list(range(1_000, 1_500))


def test_what_is_in_use_no_more_is_forgotten() -> None:
    answers = _negating([])
    for edit in range(1_000):
        assert answers[edit] == -edit
        assert len(answers) + len(answers.older) <= 20
    assert 0 not in answers


def test_more_is_kept_only_until_a_quiet_moment() -> None:
    answers = _negating([])
    for _ in range(4):
        for key in range(100):
            assert answers[key] == -key
    assert answers.limit > 50
    answers.settle()
    for edit in range(1_000, 2_000):
        assert answers[edit] == -edit
        assert edit < 1_010 or len(answers) + len(answers.older) <= 10


def test_in_a_quiet_moment_what_was_asked_for_once_goes() -> None:
    asked: list[int] = []
    answers = _negating(asked)
    for key in range(8):
        assert answers[key] == -key
    for _ in range(3):
        answers.settle()
        assert answers[0] == 0
    asked.clear()
    assert answers[0] == 0
    assert answers[1] == -1
    assert asked == [1]


def test_a_failure_is_not_remembered() -> None:
    tries: list[int] = []

    @recent(2)
    def halves(number: int) -> float:
        """One of so many."""
        tries.append(number)
        return 1 / (number - 1 if len(tries) < 2 else number)

    try:
        halves(1)
    except ZeroDivisionError:
        assert halves(1) == 1.0
    assert tries == [1, 1]
    assert halves.__doc__ == "One of so many."


def test_trees_of_texts_that_are_gone_are_gone() -> None:
    tree = weakref.ref(parse("first = 1\n").source)
    for edit in range(2_000):
        parse(f"later = {edit}\n")
    gc.collect()
    assert tree() is None


def _negating(asked: list[int]) -> Recent[int, int]:
    """Which notes what it is asked to work out."""

    def work_out(key: int) -> int:
        asked.append(key)
        return -key

    return Recent(work_out, 10)
