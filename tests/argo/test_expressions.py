"""Texts in JSON and in expressions: the engine and every substitution give back what was meant."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.argo.expressions import Wires, quoted, result_expression, result_tag, tag
from athena_lsp.argo.values import json_text
from athena_lsp.ir.model import StepRef
from athena_lsp.ir.types import STR
from athena_lsp.text import Span

TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("{}$('\"\\")), max_size=12)
JSON = st.recursive(
    st.one_of(TEXTS, st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=10,
)


@given(JSON)
def test_json_holds_nothing_that_others_replace(value: object) -> None:
    text = json_text(value)  # type: ignore[arg-type]  # hypothesis does not know the recursive type
    assert json.loads(text) == value
    assert text.isascii()
    assert "{{" not in text
    assert "$$" not in text
    assert "$(" not in text


@given(TEXTS)
def test_the_engine_reads_back_every_text(value: str) -> None:
    golem = pytest.importorskip("golem", reason="no engine of Argo's expression language for this platform")
    assert golem.Engine(variables={}, strict_vars=False).eval(quoted(value), {}) == value


@given(TEXTS)
def test_no_text_ends_a_tag(value: str) -> None:
    written = tag(f"toJson({quoted(value)})")
    assert written.index("}}") == len(written) - 2
    assert "{{" not in written[2:]


@pytest.mark.parametrize(
    ("wires", "plain", "expression"),
    [
        (
            Wires(),
            "{{tasks.a-b.outputs.parameters.return}}",
            "tasks['a-b'].outputs.parameters['return']",
        ),
        (
            Wires("steps"),
            "{{steps.a-b.outputs.parameters.return}}",
            "steps['a-b'].outputs.parameters['return']",
        ),
        (
            Wires(inputs=frozenset({"step-a-b"})),
            "{{inputs.parameters.step-a-b}}",
            "inputs.parameters['step-a-b']",
        ),
        (
            Wires(parts={"a-b": "part-1"}),
            "{{tasks.part-1.outputs.parameters.step-a-b}}",
            "tasks['part-1'].outputs.parameters['step-a-b']",
        ),
    ],
)
def test_results_are_read_where_they_are(wires: Wires, plain: str, expression: str) -> None:
    reference = StepRef(span=Span(0, 0), task="a-b", type=STR)
    assert result_tag(wires, reference) == plain
    assert result_expression(wires, reference) == expression
