"""Lowered expressions give in Argo's engine what Python gives."""

from __future__ import annotations

import pytest

pytest.importorskip("golem", reason="no wheel of the expression engine for this platform")

from tests.argo.expressions_agree import run


def test_the_engine_agrees_with_python() -> None:
    outcome = run(1_500, seed=20)
    assert outcome.disagreements == []
    lowered = sum(outcome.counts.values()) - outcome.counts["refused"] - outcome.counts["constant"]
    assert lowered > 500
    assert len(outcome.counts) > 20
