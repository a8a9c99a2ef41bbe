"""Dates, paths and decimals that a program writes down are spelled as Python spells them."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.analysis.spelled import path_text, spelled
from athena_lsp.ir.types import ScalarKind


@given(st.lists(st.text(alphabet="/.a ", max_size=6), max_size=4))
def test_a_path_is_spelled_as_pathlib_does(segments: list[str]) -> None:
    assert path_text(*segments) == str(PurePosixPath(*segments))


@pytest.mark.parametrize(
    ("name", "given", "named", "expected"),
    [
        ("datetime.date", (2026, 1), {"day": 2}, (ScalarKind.DATE, "2026-01-02")),
        ("datetime.datetime", (2026, 1, 2, 3), {}, (ScalarKind.DATETIME, "2026-01-02T03:00:00")),
        ("datetime.time", (2, 30), {}, (ScalarKind.TIME, "02:30:00")),
        ("decimal.Decimal", ("1.50",), {}, (ScalarKind.DECIMAL, "1.50")),
        ("uuid.UUID", ("{12345678123456781234567812345678}",), {},
         (ScalarKind.UUID, "12345678-1234-5678-1234-567812345678")),
    ],
)  # fmt: skip
def test_what_is_made(
    name: str, given: tuple[str | int, ...], named: dict[str, str | int], expected: tuple[ScalarKind, str]
) -> None:
    assert spelled(name, given, named) == expected


@pytest.mark.parametrize(
    ("name", "given"),
    [("datetime.date", (2026, 2, 30)), ("datetime.date", ()), ("decimal.Decimal", ("a",)), ("uuid.UUID", ("a",)),
     ("pathlib.Path", (1,)), ("datetime.time", (25,)), ("datetime.date", (10**30, 1, 1))],
)  # fmt: skip
def test_what_python_refuses(name: str, given: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        spelled(name, given, {})
