"""`when` as govaluate decides it, and functions of sprig; the expected values are those of the Go libraries."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.engine.conditions import ConditionError, holds
from athena_lsp.engine.evaluator import EvaluationError, evaluate
from athena_lsp.engine.functions import environment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("true", True),
        ("false", False),
        ("abc == abc", True),
        ("abc == 'abc'", True),
        ('1 == "1"', False),
        ("1 == 1.0", True),
        ("3 > 2 && 2 > 1", True),
        ("1 + 1 == 2", True),
        ("'a' + 1 == 'a1'", True),
        ("!(a == b)", True),
        ("true || a < 1", True),
        ("false && a < 1", False),
        ("1 in (1, 2)", True),
        ("a in ('b', 'c')", False),
        ("'hello' =~ 'h.*o'", True),
        ("'hello' !~ '^x'", True),
        ("(1 > 2 ? false : true)", True),
        ("[x y] == 'x y'", True),
        ("'2024-01-02' > '2024-01-01'", True),
        ("-3 < 2 ** 2", True),
        ("7 % 4 == 3", True),
    ],
)
def test_conditions(text: str, expected: bool) -> None:
    assert holds(text) is expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{{item}} == 1", "Invalid token: '{'"),
        ("{a}", "Invalid 'when' expression"),
        ("a", "Expected boolean evaluation for 'a'. Got a"),
        ("a-b == c", "cannot be used with the operator '-'"),
        ("1 <", "Unexpected end of expression"),
        ("(1 == 1", "Unbalanced parenthesis"),
        ("a < 1", "cannot be used with the operator '<'"),
        ("1 && true", "cannot be used with the operator '&&'"),
        ("a.b == 1", "No parameter 'a' found."),
        ("'open", "never closed"),
        ("1 in 2", "is not an array"),
    ],
)
def test_what_govaluate_cannot_decide(text: str, what: str) -> None:
    with pytest.raises(ConditionError) as raised:
        holds(text)
    assert what in str(raised.value)


@given(st.text(alphabet="ab1.'\"()!=<>&|?:+-*/%[]{} ,~^", max_size=20))
def test_no_text_makes_it_raise_anything_else(text: str) -> None:
    with contextlib.suppress(ConditionError):
        assert holds(text) in (True, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sprig.trunc(3, 'hello')", "hel"),
        ("sprig.trunc(-2, 'hello')", "lo"),
        ("sprig.splitList(',', 'a,b')", ["a", "b"]),
        ("sprig.split('$', 'a$b')", {"_0": "a", "_1": "b"}),
        ("sprig.substr(1, 3, 'hello')", "el"),
        ("sprig.int('010')", 8),
        ("sprig.int('x')", 0),
        ("sprig.add(1, '2', 3.9)", 6),
        ("sprig.div(7, 2)", 3),
        ("sprig.round(2.567, 1)", 2.6),
        ("sprig.join('-', [1, 'a', nil])", "1-a"),
        ("sprig.default('x', [])", "x"),
        ("sprig.ternary('y', 'n', true)", "y"),
        ("sprig.dig('a', 'b', 'none', {a: {b: 1}})", 1),
        ("sprig.regexReplaceAll('a(x*)b', '-ab-axxb-', '${1}W')", "-W-xxW-"),
        ("sprig.b64dec(sprig.b64enc('é'))", "é"),
        ("sprig.until(3)", [0, 1, 2]),
        ("sprig.merge({a: 1}, {a: 2, b: 3})", {"a": 1, "b": 3}),
        ("sprig.quote('a', 1)", '"a" "1"'),
        ("sprig.indent(2, 'a\\nb')", "  a\n  b"),
        ("sprig.ext('/a/b.tar.gz')", ".gz"),
        ("sprig.uniq([1, 1, 2])", [1, 2]),
        ("sprig.contains('ell', 'hello')", True),
        ("sprig.toJson({b: '<'})", '{"b":"\\u003c"}'),
        ("sprig.toRawJson({b: '<'})", '{"b":"<"}'),
    ],
)
def test_sprig(text: str, expected: object) -> None:
    assert evaluate(text, environment({})) == expected


@pytest.mark.parametrize("text", ["sprig.trim(1)", "sprig.fail('no')", "sprig.div(1, 0)", "sprig.mustFromJson('{')"])
def test_sprig_refuses(text: str) -> None:
    with pytest.raises(EvaluationError):
        evaluate(text, environment({}))
