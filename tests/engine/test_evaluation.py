"""Values of expressions: as Argo's own engine gives them, and those that it cannot be asked for."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.engine.evaluator import EvaluationError, evaluate
from athena_lsp.engine.functions import environment
from athena_lsp.engine.values import ValueProblem, go_text, json_text, json_value


def test_the_engine_agrees() -> None:
    pytest.importorskip("golem", reason="no wheel of the expression engine for this platform")
    from tests.engine.evaluation_agree import run  # noqa: PLC0415  # it needs golem

    outcome = run(600, seed=7)
    assert outcome.disagreements == []
    assert outcome.counts["equal values"] > 300


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("toJson(fromJSON(inputs.parameters['x'])['id'])", '"a1"'),
        ("asInt('41') + 1", 42),
        ("10 / 4", 2.5),
        ("-7 % 3", -1),
        ("9223372036854775807 + 1", -9223372036854775808),
        ("toJson({b: '<&>', a: 1.0})", '{"a":1,"b":"\\u003c\\u0026\\u003e"}'),
        ("tasks['a'].outputs?.parameters?.['none'] ?? 'null'", "null"),
        ("jsonpath(inputs.parameters['x'], '$.tags[*].n')", [1, 2]),
        ("sprig.sha256sum('')[:8]", "e3b0c442"),
        ("sprig.default('none', '')", "none"),
        ("toJson(map(fromJSON('[1,2]'), # * 2))", "[2,4]"),
        ("filter(fromJSON(inputs.parameters['x']).tags, .n > 1)[0].n", 2),
        ("let v = 1; v + 1", 2),
        ("duration('90m') > duration('1h')", True),
        ("date('2024-02-01') - date('2024-01-31') == duration('24h')", True),
    ],
)
def test_values(text: str, value: object) -> None:
    inputs = {"inputs.parameters.x": '{"id":"a1","tags":[{"n":1},{"n":2}]}', "tasks.a.outputs.parameters.b": "1"}
    assert evaluate(text, environment(inputs)) == value


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1 == 'a'", "mismatched types int and string"),
        ("nosuch", "unknown name nosuch"),
        ("false ? nosuch : 1", "unknown name nosuch"),
        ("inputs.parameters.a.b.c", "cannot fetch"),
        ("'a' ? 1 : 2", "used as condition"),
        ("[1][5]", "index out of range: 5 (array length is 1)"),
        ("fromJSON('{')", "no JSON"),
        ("1 +", "is not expected here"),
        ("sprig.nosuch(1)", "cannot be called"),
        ("filter([1], #index > 0)", "`#index` is not known here"),
    ],
)
def test_problems(text: str, what: str) -> None:
    with pytest.raises(EvaluationError) as raised:
        evaluate(text, environment({"inputs.parameters.a": "1"}))
    assert what in raised.value.problem.what
    assert 0 <= raised.value.problem.span.start <= raised.value.problem.span.end <= len(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_json_comes_back(value: object) -> None:
    text = json_text(value)
    assert json_value(text) == json.loads(text, parse_int=float)
    again = json_value(json_text(value, indent=True))
    assert json_text(again) == text


@given(st.floats(allow_nan=False))
def test_numbers_keep_their_value(number: float) -> None:
    assert float(go_text(number)) == number


@pytest.mark.parametrize(
    ("number", "go", "in_json"),
    [
        (1e6, "1e+06", "1000000"),
        (123456789.0, "1.23456789e+08", "123456789"),
        (1e21, "1e+21", "1e+21"),
        (1e-7, "1e-07", "1e-7"),
        (0.00001, "1e-05", "0.00001"),
        (-0.0, "-0", "-0"),
        (3.0, "3", "3"),
    ],
)
def test_numbers_are_written_as_go_writes_them(number: float, go: str, in_json: str) -> None:
    assert (go_text(number), json_text(number)) == (go, in_json)


def test_go_text() -> None:
    assert go_text([1, "a", None, {"b": True, "a": [2.5]}]) == "[1 a <nil> map[a:[2.5] b:true]]"


def test_no_json() -> None:
    with pytest.raises(ValueProblem, match="unsupported value"):
        json_text(float("nan"))


@given(st.text(alphabet="xa.[]'(){}#?:+-*/&|!=<>,01 \n", max_size=25))
def test_no_text_makes_it_raise(text: str) -> None:
    with contextlib.suppress(EvaluationError):
        evaluate(text, environment({"x": "1", "a.b": "[1]"}))
