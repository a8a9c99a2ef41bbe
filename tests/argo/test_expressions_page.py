"""docs/expressions.md says what is lowered and what is not; `pytest --update` writes it anew."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("golem", reason="no wheel of the expression engine for this platform")

from athena_lsp.ir.model import Hole
from tests.agreement import Outcome
from tests.argo.expression_table import ROWS, Row, page
from tests.argo.expressions_agree import PARAMETERS, compare, lowered, new_engine, value

PAGE = Path(__file__).parents[2] / "docs" / "expressions.md"


def test_the_page_is_what_the_table_says(update: bool) -> None:
    if update:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_a_row(row: Row) -> None:
    rng, outcome = random.Random(7), Outcome()
    engine = new_engine()
    for source, found in zip(row.exact, lowered(list(row.exact)) if row.exact else (), strict=True):
        assert not isinstance(found[1].value, Hole), f"{source}: {found[1].value}"
        for _ in range(10):
            compare(engine, source, found, {name: value(rng, type_) for name, type_ in PARAMETERS.items()}, outcome)
    assert outcome.disagreements == []
    for source, found in zip(row.refused, lowered(list(row.refused)) if row.refused else (), strict=True):
        assert isinstance(found[1].value, Hole), f"{source} is lowered"
