"""Quantities are read as Kubernetes reads them, and what is none gets the nearest one."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.analysis.quantities import SUFFIXES, QuantityProblem, parse_quantity

NUMBERS = st.from_regex(r"[+-]?([0-9]{1,6}(\.[0-9]{0,3})?|\.[0-9]{1,3})", fullmatch=True)
# The pattern that Kubernetes' own schemas give for quantities.
PATTERN = r"(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?([0-9]+)))?"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500m", "0.5"),
        ("1Gi", "1073741824"),
        ("1.5Gi", "1610612736"),
        ("10G", "1e10"),
        ("2", "2"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1E", "1e18"),
        ("1E3", "1000"),
        ("2e-3", "0.002"),
        ("-1", "-1"),
        ("0", "0"),
    ],
)
def test_texts_that_are_quantities(text: str, value: str) -> None:
    assert parse_quantity(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "what", "suggestion"),
    [
        ("10 GB", "space", "10Gi"),
        ("10 Gigs", "space", "10Gi"),
        ("10gb", "suffix `gb`", "10Gi"),
        ("10GB", "suffix `GB`", "10Gi"),
        ("512mi", "suffix `mi`", "512Mi"),
        ("512 Mi", "space", "512Mi"),
        ("10K", "suffix `K`", "10Ki"),
        ("1,5Gi", "comma", "1.5Gi"),
        ("2 cores", "space", "2"),
        ("500mcpu", "suffix `mcpu`", "500m"),
        ("50%", "suffix `%`", ""),
        ("lots", "no number", ""),
        ("", "empty", ""),
        ("1e999999999", "exponent", ""),
    ],
)
def test_texts_that_are_none(text: str, what: str, suggestion: str) -> None:
    problem = parse_quantity(text)
    assert isinstance(problem, QuantityProblem)
    assert what in problem.what
    assert problem.suggestion == suggestion


@given(NUMBERS, st.sampled_from(sorted(SUFFIXES)))
def test_a_number_with_a_suffix_is_its_product(number: str, suffix: str) -> None:
    assert parse_quantity(number + suffix) == Decimal(number) * SUFFIXES[suffix]


@given(st.text(alphabet="0123456789.,+-eEKkMmGgTiBbnu ", max_size=8) | st.text(max_size=8))
def test_the_grammar_is_that_of_the_schemas(text: str) -> None:
    found = parse_quantity(text)
    exponent = re.search(r"[eE]([+-]?\d+)\Z", text)
    if exponent is None or abs(int(exponent[1])) <= 18:
        assert isinstance(found, Decimal) == bool(re.fullmatch(PATTERN, text))
    if isinstance(found, QuantityProblem) and found.suggestion:
        assert isinstance(parse_quantity(found.suggestion), Decimal)
