"""The codec agrees with the compiler's schemas, and gives back what it was given, for random types and values."""

from __future__ import annotations

import pytest

from tests.codec.agreement import compare


@pytest.mark.filterwarnings("ignore")
def test_what_is_written_fits_the_schema_and_reads_back() -> None:
    report = compare("sample", 30)
    assert report.wrong == []
    assert report.values > 1000
    assert report.equal > 0.95 * report.values, "hardly anything would be told apart"
    assert sum(report.refused.values()) < 0.01 * report.values
