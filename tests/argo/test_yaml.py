"""The YAML writer: what it writes is read back as it was, by PyYAML and by the reader that Kubernetes itself uses."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.argo.scalars import scalar, text
from athena_lsp.argo.tree import Map, Origin, Part, Tree, plain
from athena_lsp.argo.yaml import write
from athena_lsp.ir.names import Declaration
from athena_lsp.text import Span
from tests.argo.manifest_checks import read_with_go

RETYPED = (
    *(
        "y",
        "n",
        "Y",
        "N",
        "yes",
        "No",
        "on",
        "OFF",
        "true",
        "False",
        "null",
        "~",
        "",
        " ",
        "=",
        "<<",
        "-",
        "?",
        ":",
        "|",
    ),
    *(
        "1",
        "08",
        "0o17",
        "0x1F",
        "1e3",
        "12e03",
        "1E5",
        "1e+3",
        "0.1e1",
        "-.5",
        ".5",
        "1_000",
        "1:20",
        "190:20:30",
        "+1",
    ),
    *("0.1.0", "0-1-0", "2001-01-01", "2001-12-14t21:59:43.10-05:00", ".inf", "-.INF", ".nan", "0b11", "1,000", "inf"),
    *(
        "a: b",
        "a #b",
        "a:",
        "#a",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "{a",
        "[a",
        "'a",
        '"a',
        "- a",
        "a\nb",
        "a\tb",
        "a ",
    ),
    *("\u0085", "\u2028", "\ufeff", "é", "日本", "😀", "\x00", "\x1b", "\x7f", "\\", "a'b", "{{inputs.parameters.x}}"),
    *("---", "...", "a\r\nb", "\n", "\u00a0", "key", "ghcr.io/acme/app:{{=fromJSON(inputs.parameters['tag'])}}"),
)
# No reader takes half a surrogate pair, and JSON text, which is what values are, never holds one.
TEXTS = st.one_of(st.sampled_from(RETYPED), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
NUMBERS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none())
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(TEXTS, inner, max_size=4).map(lambda entries: Map(entries=tuple(entries.items()))),
    ),
    max_leaves=20,
)


def document(tree: Tree) -> Map:
    return Map(entries=(("value", tree),))


@given(TREES)
def test_pyyaml_reads_back_what_was_written(tree: Tree) -> None:
    written = write([document(tree)])
    assert yaml.safe_load(written.text) == {"value": plain(tree)}


@given(st.lists(TREES, min_size=2, max_size=3))
def test_several_documents(trees: list[Tree]) -> None:
    written = write([document(tree) for tree in trees], heading="made by a test")
    assert list(yaml.safe_load_all(written.text)) == [{"value": plain(tree)} for tree in trees]
    assert written.text.startswith("# made by a test\n")


@given(TREES)
def test_every_line_has_a_place_that_leads_back_to_it(tree: Tree) -> None:
    written = write([document(tree)])
    count = written.text.count("\n")
    assert len(written.line_places) == len(written.line_origins) == count
    assert min(written.paths.values()) == 0
    assert all(line < count for line in written.paths.values())


@settings(max_examples=5)
@given(st.lists(TEXTS, min_size=40, max_size=60))
def test_the_go_reader_reads_back_every_text(texts: list[str]) -> None:
    entries = tuple((f"k{number}", value) for number, value in enumerate(texts))
    keys = tuple((value, "x") for value in dict.fromkeys(texts) if value)
    assert_go_reads(Map(entries=entries), Map(entries=keys))


def test_the_go_reader_reads_back_what_yaml_dialects_disagree_about() -> None:
    entries = tuple((f"k{number}", value) for number, value in enumerate(RETYPED))
    assert_go_reads(Map(entries=entries), Map(entries=tuple((value, value) for value in RETYPED)))


@pytest.mark.parametrize("value", [0, -1, 2**53, 1e16, 1.5e-7, 0.1, -0.0, 1e22, True, False, None])
def test_the_go_reader_reads_back_numbers_and_words(value: float | bool | None) -> None:
    assert_go_reads(Map(entries=(("k", value),)), Map())


def assert_go_reads(data: Map, keys: Map) -> None:
    head = (("apiVersion", "v1"), ("kind", "ConfigMap"), ("metadata", Map(entries=(("name", "x"),))))
    tree = Map(entries=(*head, ("data", data), ("keys", keys)))
    (read,) = read_with_go(write([tree]).text)
    assert (read.get("data") or {}) == plain(data)
    assert (read.get("keys") or {}) == plain(keys)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("shop-pipeline", "shop-pipeline"),
        ("/athena/py", "/athena/py"),
        ("30s", "30s"),
        ("athena:absent", "athena:absent"),
        ("clean.Succeeded && raw.Succeeded", "clean.Succeeded && raw.Succeeded"),
        ("ghcr.io/acme/app:{tag}", "ghcr.io/acme/app:{tag}"),
        ("sh", "sh"),
        ("n", "'n'"),
        ("3", "'3'"),
        ("0.1.0", "'0.1.0'"),
        ('"latest"', "'\"latest\"'"),
        ("--", "'--'"),
        ("it's", "it's"),
        ("{{=tasks['a']}}", "'{{=tasks[''a'']}}'"),
        ("a\nb", '"a\\nb"'),
        ("é", "'é'"),
    ],
)
def test_how_texts_are_spelled(value: str, expected: str) -> None:
    assert text(value) == expected


def test_no_text_is_spelled_as_a_number() -> None:
    for value in RETYPED:
        assert isinstance(yaml.safe_load(scalar(value)), str)


def test_origins_are_inherited_until_a_part_or_a_field_has_its_own() -> None:
    def origin(start: int) -> Origin:
        return Origin(Declaration("a.py", "f"), Span(start, start + 1))

    inner = Map(entries=(("a", "1"), ("b", "2")), marks=(("b", origin(3)),))
    tree = Map(entries=(("x", "0"), ("list", (inner, Map(entries=(("c", "3"),), origin=origin(2))))), origin=origin(1))
    written = write([tree])
    starts = [entry.span.start if entry else None for entry in written.line_origins]
    assert written.text == "x: '0'\nlist:\n- a: '1'\n  b: '2'\n- c: '3'\n"
    assert starts == [1, 1, 1, 3, 2]
    assert written.paths[0, "list[0].b"] == 3
    assert written.paths[0, "list[1]"] == 4


def test_nested_lists_and_empty_things() -> None:
    tree: Part = Map(
        entries=(("steps", ((Map(entries=(("name", "a"),)),), (Map(entries=(("name", "b"),)),))), ("e", ()))
    )
    expected = "steps:\n- - name: a\n- - name: b\ne: []\n"
    assert write([tree]).text == expected


def test_lines_of_a_deep_tree_are_indented_by_two() -> None:
    tree: Tree = "end"
    for _ in range(30):
        tree = Map(entries=(("k", tree),))
    assert isinstance(tree, Map)
    lines = write([tree]).text.splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines]
    assert all(after - before == 2 for before, after in pairwise(indents))


def test_json_values_pass_unchanged() -> None:
    value = json.dumps({"a": ["{{", "é", 1e300]})
    assert yaml.safe_load(write([document(value)]).text) == {"value": value}
