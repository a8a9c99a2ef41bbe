"""Every one of the 81 rows has a section; that each passes, the pages' own tests say."""

from __future__ import annotations

from rows_table import COUNT, rows

NO_MISTAKE = frozenset({53, 62, 64, 81})
"""What is right in Python: nothing is moved, loops and `match` are constructs, every value is JSON."""


def test_every_row_is_there_once() -> None:
    assert [row.number for row in rows()] == list(range(1, COUNT + 1))


def test_every_mistake_is_refused_by_a_rule() -> None:
    named = {row.number for row in rows() if row.rules and all(row.rules)}
    assert named | NO_MISTAKE == set(range(1, COUNT + 1))
