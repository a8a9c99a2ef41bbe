"""What is read out of docstrings."""

from __future__ import annotations

from inspect import cleandoc

import pytest

from athena_lsp.argo.docstrings import parameter_texts, title_and_description

GOOGLE = """Title.

Args:
    url: Where
        it is.
    count (int): How many: at most 3.

Returns:
    name: nothing of a parameter.
"""
NUMPY = """
Parameters
----------
url : str
    Where it is.
count
    How many,
    at most.

Returns
-------
name
    Nothing.
"""
SPHINX = """Title.

:param url: Where it is.
:param int count: How many
    at most.
:returns: nothing
"""


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        (GOOGLE, {"url": "Where it is.", "count": "How many: at most 3."}),
        (NUMPY, {"url": "Where it is.", "count": "How many, at most."}),
        (SPHINX, {"url": "Where it is.", "count": "How many at most."}),
        ("Nothing said.", {}),
        ("", {}),
    ],
)
def test_texts_of_parameters(doc: str, expected: dict[str, str]) -> None:
    assert parameter_texts(cleandoc(doc)) == expected


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("Title.", ("Title.", "")),
        ("Title.\n\nMore.\nLines.", ("Title.", "More.\nLines.")),
        ("", ("", "")),
        ("\n  Title\n", ("Title", "")),
    ],
)
def test_title_and_description(doc: str, expected: tuple[str, str]) -> None:
    assert title_and_description(doc) == expected
