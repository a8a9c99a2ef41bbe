"""Argo's expressions, tags, `depends` and `when`: trees with places, what is read, what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.argo.exprs.depends import Both, Either, Not, Result, parse_depends, results
from athena_lsp.argo.exprs.functions import call_problems, sprig_problem
from athena_lsp.argo.exprs.govaluate import bare_tags, when_problem
from athena_lsp.argo.exprs.names import references
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.printer import printed
from athena_lsp.argo.exprs.tags import Tag, Unclosed, only_tag, tags
from athena_lsp.argo.exprs.tree import (
    Binary,
    Call,
    Chain,
    Condition,
    Entries,
    Expression,
    Float,
    Integer,
    Items,
    Let,
    Member,
    Name,
    Nil,
    Pointer,
    Predicate,
    Sequence,
    Slice,
    Text,
    Unary,
    children,
    walk,
)

A, B, C, ONE = Name("a"), Name("b"), Name("c"), Integer(1)

TREES: list[tuple[str, Expression]] = [
    ("a.b", Member(A, Text("b"), dotted=True)),
    ("a['b-c']", Member(A, Text("b-c"))),
    ("a?.b.not", Chain(Member(Member(A, Text("b"), True, True), Text("not"), dotted=True))),
    ("a?.['b'][1]", Member(Chain(Member(A, Text("b"), True)), ONE)),
    ("a[1:]", Slice(A, ONE, None)),
    ("a + b * c", Binary("+", A, Binary("*", B, C))),
    ("a ** b ** c", Binary("**", A, Binary("**", B, C))),
    ("-a ** b", Unary("-", Binary("**", A, B))),
    ("not a in b", Binary("in", Unary("not", A), B)),
    ("not (a in b)", Unary("not", Binary("in", A, B))),
    ("a not in b", Unary("not", Binary("in", A, B))),
    ("1 < a < b", Binary("&&", Binary("<", ONE, A), Binary("<", A, B))),
    ("a ?? b ?? c", Binary("??", Binary("??", A, B), C)),
    ("a ? b : c", Condition(A, B, C)),
    ("a ?: b", Condition(A, A, B)),
    ("if a {b} else if b {c} else {nil}", Condition(A, B, Condition(B, C, Nil()))),
    ("let x = a; x", Let("x", A, Name("x"))),
    ("a; b", Sequence((A, B))),
    ("[a, 1.5,]", Items((A, Float(1.5)))),
    ("{a: 1, 'b c': a, (b): c}", Entries(((Text("a"), ONE), (Text("b c"), A), (B, C)))),
    ("a | map(# + 1)", Call(Name("map"), (A, Predicate(Binary("+", Pointer(), ONE))))),
    ("filter(a, .b)", Call(Name("filter"), (A, Predicate(Member(Pointer(), Text("b"), dotted=True))))),
    ("::len(a)", Call(Name("len"), (A,), True)),
    ("a.b(c)", Call(Member(A, Text("b"), dotted=True), (C,))),
    ("a /* no */ + // end\n1", Binary("+", A, ONE)),
    ("'\\u{41}\\x42\\103\\n'", Text("ABC\n")),
    ("0x_ff * 0b1_1", Binary("*", Integer(255), Integer(3))),
    ("0o17 / 1_0", Binary("/", Integer(15), Integer(10))),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_trees(text: str, tree: Expression) -> None:
    parsed = parse(text)
    assert parsed.problem is None
    assert parsed.expression == tree
    assert parse(printed(tree)).expression == tree


PROBLEMS = [
    ("", 0, "`` is not expected here"),
    ("a +", 3, "the end is not expected here"),
    ("a b", 2, "`b` is not expected here"),
    ("(a", 2, "the end"),
    ("'a", 0, "the text is never closed"),
    ("'\\q'", 0, "`\\q` is no escape"),
    ("a @ b", 2, "`@` is no character"),
    ("1a", 0, "`1a` is no number"),
    ("0x", 0, "no number of 64 bits"),
    ("9223372036854775808", 0, "no number of 64 bits"),
    ("a ?? b + c", 7, "`+` beside `??` needs parentheses"),
    ("a.+", 2, "a name must follow the dot"),
    ("{+: 1}", 1, "a key is a text"),
    ("filter(a)", 8, "`filter` needs 2 arguments"),
    ("map(a, 1; 2)", 8, "needs braces"),
    ("/* a", 0, "the comment is never closed"),
    ("(" * 90 + ")" * 90, 80, "nests more than 80 levels deep"),
    ("+".join(["a"] * 6_000), 0, "more than 10000 parts"),
]


@pytest.mark.parametrize(("text", "start", "what"), PROBLEMS[1:])
def test_problems_and_their_places(text: str, start: int, what: str) -> None:
    problem = parse(text).problem
    assert problem is not None
    assert what in problem.what
    assert start in (problem.span.start, 0)


def test_every_node_spans_its_text() -> None:
    text = "toJson(map(fromJSON(tasks['a-b'].outputs?.x ?? '[]'), {# + -1})) | upper() ? {a: [1, b[2:]]} : c.d(e)"
    tree = parse(text).expression
    assert tree is not None
    assert tree.span.of(text) == text
    for node in walk(tree):
        for child in children(node):
            assert node.span.start <= child.span.start <= child.span.end <= node.span.end
        if isinstance(node, Name | Integer | Items | Entries | Binary | Unary) and "#" not in node.span.of(text):
            assert parse(node.span.of(text)).expression == node


@given(st.text(alphabet=st.sampled_from(list("ab1.'\"`()[]{}?:,;#|&=!<>+-*/\\ \nénot²\ud800\x00")), max_size=30))
def test_any_text_is_an_expression_or_has_a_problem(text: str) -> None:
    parsed = parse(text)
    assert (parsed.expression is None) != (parsed.problem is None)
    if parsed.problem is not None:
        assert parsed.problem.span.end <= len(text)
    if parsed.expression is not None:
        assert parse(printed(parsed.expression)).expression == parsed.expression
        list(references(parsed.expression))
        list(call_problems(parsed.expression))


@given(st.text(alphabet=st.sampled_from(list("ab-_.'\"`()[]{}?:,&|!=<>~ \n1=")), max_size=30))
def test_any_text_can_be_a_condition(text: str) -> None:
    depends = parse_depends(text)
    assert (depends.condition is None) != (depends.problem is None)
    when_problem(text)
    list(bare_tags(text))
    for tag in tags(text):
        assert tag.span.of(text).startswith("{{")


READS = [
    ("tasks['a-b'].outputs.parameters.x", [("tasks", "a-b", "outputs", "parameters", "x")]),
    ("toJson(item.f) + inputs.parameters['x'][0]", [("item", "f"), ("inputs", "parameters", "x")]),
    ("let y = a.b; y.c + d", [("a", "b"), ("d",)]),
    ("map(a, #.b == c)", [("a",), ("c",)]),
    ("a[b.c].d", [("a",), ("b", "c")]),
    ("sprig.trim(a)", [("sprig", "trim"), ("a",)]),
    ("(a).b", [("a", "b")]),
    ("f(a).b", [("a",)]),
]


@pytest.mark.parametrize(("text", "names"), READS)
def test_what_is_read(text: str, names: list[tuple[str, ...]]) -> None:
    expression = parse(text).expression
    assert expression is not None
    assert sorted(reference.names for reference in references(expression)) == sorted(names)


def test_what_may_be_missing() -> None:
    expression = parse("(a.b ?? c.d) + e?.f.g + h['i'].j").expression
    assert expression is not None
    guards = {"".join(found.names): found.is_guarded(len(found.names)) for found in references(expression)}
    assert guards == {"ab": True, "cd": False, "efg": True, "hij": False}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("foo(1)", "there is no function `foo`"),
        ("len()", "`len` needs 1 argument, not 0"),
        ("now(1)", "`now` takes at most 0 arguments, not 1"),
        ("let len = 1; 2", "cannot be declared"),
        ("let x = 1; let x = 2; x", "`x` is declared already"),
        ("map(a, #acc)", "`#acc` is not known here"),
        ("reduce(a, map(#, #acc))", "`#acc` is not known here"),
    ],
)
def test_calls(text: str, what: str) -> None:
    expression = parse(text).expression
    assert expression is not None
    (problem,) = call_problems(expression)
    assert what in problem.what


def test_functions_of_sprig() -> None:
    text = "sprig.env('HOME') + sprig.trimm('a') + sprig.trim('a')"
    expression = parse(text).expression
    assert expression is not None
    problems = [sprig_problem(reference) for reference in references(expression)]
    assert problems[0].endswith("Argo leaves it out")
    assert problems[1].endswith("sprig has no such function")
    assert problems[2] == ""


def test_good_calls() -> None:
    text = "let f = a; f(1) + reduce(b, #acc + #, 0) + asInt(c) + toJson(d) + sprig.sha256sum(e) + a.len()"
    expression = parse(text).expression
    assert expression is not None
    assert list(call_problems(expression)) == []


def test_tags() -> None:
    text = "a {{ x.y }} {{={'a': {'b': 1}}}} {{ =1}} {{a.{{b}}}} {{z"
    found = tags(text)
    assert [(tag.content, tag.is_expression, tag.outer) for tag in found if isinstance(tag, Tag)] == [
        ("x.y", False, None),
        ("{'a': {'b': 1", True, None),
        ("=1", False, None),
        ("b", False, "a."),
    ]
    assert isinstance(found[-1], Unclosed)
    for tag in found:
        if isinstance(tag, Tag):
            assert text[tag.start :].startswith(tag.content)
    assert only_tag(" {{=a}} ") is not None
    assert only_tag("{{a}}{{b}}") is None


def test_depends() -> None:
    text = "(a-b.Succeeded || !c) && d.AllFailed and not e"
    condition = parse_depends(text).condition
    assert isinstance(condition, Both)
    assert isinstance(condition.conditions[0], Either)
    assert isinstance(condition.conditions[2], Not)
    assert [(found.task, found.result) for found in results(condition)] == [
        ("a-b", "Succeeded"),
        ("c", None),
        ("d", "AllFailed"),
        ("e", None),
    ]
    first = next(results(condition))
    assert isinstance(first, Result)
    assert first.span.of(text) == "a-b.Succeeded"


@pytest.mark.parametrize("text", ["a &&", "a + b", "a.b.c", "contains", "a && let", "1", "len(a)", "a == b"])
def test_what_is_no_condition_on_tasks(text: str) -> None:
    assert parse_depends(text).problem is not None


@pytest.mark.parametrize(
    "text",
    [
        "{{a}} == heads",
        "'{{a}}' == 'x' && ({{b}} > 3 || !({{c}} =~ \"^a.*\"))",
        "{{=a == 1}}",
        "{{a}} in ('x', 'y')",
        "true",
        "-1 < {{a}}",
        "{{a}} ? b : c",
    ],
)
def test_what_govaluate_may_read(text: str) -> None:
    assert when_problem(text) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "a value is missing"),
        ("{{a}} ==", "a value is missing"),
        ("({{a}} == 1", "`)` is missing"),
        ("{{a}} == {b}", "no token of govaluate"),
        ("{{a}} b", "`b` is not expected"),
        ("'a == 1", "never closed"),
        ("{{a}} == foo-bar", "put quotes around it"),
        ("len({{a}}) == 1", "`(` is not expected"),
    ],
)
def test_what_govaluate_cannot_read(text: str, what: str) -> None:
    problem = when_problem(text)
    assert problem is not None
    assert what in problem.what


def test_bare_tags_are_those_outside_of_quotes() -> None:
    assert [tag.content for tag in bare_tags("'{{a}}' == {{b}}")] == ["b"]
