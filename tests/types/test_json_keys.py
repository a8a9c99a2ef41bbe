"""Keys in the JSON form are made as pydantic and msgspec make them."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import alias_generators

from athena_lsp.analysis.class_settings import MSGSPEC, PYDANTIC

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True)


@pytest.mark.parametrize("name", ["to_camel", "to_pascal", "to_snake"])
@given(field=NAMES)
def test_generators_of_pydantic(name: str, field: str) -> None:
    assert PYDANTIC[f"pydantic.{name}"](field) == getattr(alias_generators, name)(field)


@pytest.mark.parametrize("word", ["lower", "upper", "camel", "pascal", "kebab"])
@given(field=NAMES)
def test_words_of_msgspec(word: Literal["lower", "upper", "camel", "pascal", "kebab"], field: str) -> None:
    assume(not field.startswith("__"))  # msgspec makes no struct of them
    made = msgspec.defstruct("Made", [(field, int)], rename=word)
    assert (MSGSPEC[word](field),) == made.__struct_encode_fields__
