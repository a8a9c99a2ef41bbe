"""Our parser of Argo's expressions takes what Argo's engine takes, and counts arguments as it does."""

from __future__ import annotations

import pytest

pytest.importorskip("golem", reason="no wheel of the expression engine for this platform")

import golem

from athena_lsp.argo.exprs.functions import ANY_NUMBER, BUILTINS
from tests.argo.exprs_agree import arguments_taken, run


def test_the_engine_agrees_with_our_parser() -> None:
    outcome = run(3_000, seed=7)
    assert outcome.disagreements == []
    assert min(outcome.counts["taken"], outcome.counts["refused"]) > 800


def test_the_engine_counts_arguments_as_we_do() -> None:
    engine = golem.Engine(strict_vars=False)
    taken = {name: arguments_taken(engine, name) for name in BUILTINS}
    ours = {name: (least, 6 if most == ANY_NUMBER else most) for name, (least, most) in BUILTINS.items()}
    assert taken == ours
