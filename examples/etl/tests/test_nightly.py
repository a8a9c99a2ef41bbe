"""Tests of the nightly run: `pytest --athena-cov=src` in the folder of the example."""

from pathlib import Path

from etl.flow import nightly
from etl.model import Batch, Order, Region, Summary
from etl.quality import count_duplicates
from etl.steps import extract, publish

from athena_runtime import StepFailed
from athena_runtime.testing import Clock, Golden, Local, run_emitted

SAMPLE = Path(__file__).parent.parent / "sample"
HERE = ("--host", f"/srv/orders={SAMPLE}", "--env-file", str(SAMPLE / "settings.env"))
"""Where a run on this machine finds the orders and the key."""


def day_of(*orders: Order) -> Batch:
    return Batch("2024-02-29", list(orders))


GOOD = day_of(Order("1", Region.EU, 500), Order("2", Region.US, 250))


def test_a_container_is_a_function() -> None:
    assert count_duplicates(day_of(Order("1", Region.EU, 5), Order("1", Region.EU, 5))) == 1


def test_both_regions_are_added_up() -> None:
    run = Local(fakes={extract: GOOD, publish: "signature"}).run(nightly, "2024-02-29")
    assert run.result == Summary("2024-02-29", 2, 750)
    assert run.calls(publish)[0].arguments["problems"] == []


def test_a_bad_day_is_not_published() -> None:
    bad = day_of(Order("1", Region.EU, -5), Order("1", Region.US, 5))
    run = Local(fakes={extract: bad}).run(nightly)
    assert isinstance(run.error, StepFailed)
    assert "1 orders counted twice; 1 orders below zero" in str(run.error)


def test_the_file_may_come_late() -> None:
    clock = Clock("2024-02-29T02:00:00+01:00")
    run = Local(fakes={extract: GOOD, publish: "signature"}, fail={extract: 2}, clock=clock).run(nightly)
    assert run.retried(extract)
    assert run.took.total_seconds() == 30 + 60


def test_the_manifests_run() -> None:
    run = run_emitted(nightly, {"day": "2024-01-31"}, fail={extract: 1}, options=HERE)
    assert run.result == Summary("2024-01-31", 4, 6330)
    assert run.retried(extract)
    assert "2024-01-31: 4 orders, 63.30" in run.calls(publish)[0].log


def test_the_manifests_are_those_that_somebody_has_looked_at(athena_golden: Golden) -> None:
    athena_golden(nightly, name="nightly")
