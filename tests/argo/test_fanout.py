"""A fan-out hands on every element as it is, and gives every result back, for all types and for an empty list.

The expressions run in Argo's own expression engine. What Argo does with the elements of `withParam` and with the
results of its children is modelled here after its source: no controller runs in a test.
"""

from __future__ import annotations

import json

import pytest

pytest.importorskip("golem", reason="no wheel of the expression engine for this platform")

import golem

from athena_lsp.argo.fanout import ITEMS, RESULTS
from athena_lsp.argo.manifest import Template, WorkflowTemplate
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project

PROGRAM = """from typing import Any
from athena_runtime import container, workflow

@container
def step(value: {type}) -> Any: ...

@workflow
def flow(values: list[{type}]) -> list[Any]:
    return [step(value) for value in values{condition}]
"""
TEXTS = ["", "3", "true", "null", "a b", "é😋", '"q"', "{{x}}", "}}", "\\", "\n", "[1]", '{"a": 1}', "$(A)", "<&>"]
LISTS: list[tuple[str, list[object]]] = [
    ("str", list(TEXTS)),
    ("int", [0, -1, 3, 2**53 + 1, 10**30]),
    ("float", [0.0, 1.5, 1e300, -2e-7]),
    ("bool", [True, False]),
    ("str | None", ["a", None, ""]),
    ("int | str", [1, "1", "x"]),
    ("list[int]", [[], [1, 2]]),
    ("list[str]", [["a"], [], ["3", '"']]),
    ("dict[str, str]", [{}, {"b": "1", "a": "{{x}}"}]),
    ("Any", [1, "1", None, [1], {"a": [None]}, True, 1.5]),
    ("str", []),
]


@pytest.mark.parametrize(("type_", "values"), LISTS)
def test_every_element_arrives_as_it_is(type_: str, values: list[object]) -> None:
    template = local_template(type_)
    assert [json.loads(text) for text in arrived(template, values)] == values


def test_a_filter_keeps_the_order() -> None:
    project = Project.of({"main.py": PROGRAM.format(type="int", condition=" if value > 1 and value != 5")})
    (document,) = (
        document
        for document in project.emit(Declaration("main.py", "flow")).documents
        if isinstance(document, WorkflowTemplate) and document.spec.entrypoint == "project-flow"
    )
    dag = document.spec.templates[0].dag
    assert dag is not None
    assert dag.tasks[0].arguments is not None
    tag = dag.tasks[0].arguments.parameters[0].value or ""
    expression = tag.removeprefix("{{=").removesuffix("}}")
    assert json.loads(evaluate(expression, {"inputs": {"parameters": {"values": "[3,1,5,2]"}}})) == [3, 2]


@pytest.mark.parametrize(("_", "values"), LISTS)
def test_every_result_comes_back_in_order(_: str, values: list[object]) -> None:
    assert results(aggregate([json.dumps(value) for value in values])) == [number_as_go(value) for value in values]


@pytest.mark.parametrize("parameters", [None, "[]", {}, {"return": ""}, {"return": "null"}])
def test_nothing_is_an_empty_list(parameters: object) -> None:
    assert results({} if parameters is None else {"outputs": {"parameters": parameters}}) == []
    assert results(None) == []


def local_template(type_: str) -> Template:
    project = Project.of({"main.py": PROGRAM.format(type=type_, condition="")})
    document = next(
        document
        for document in project.emit(Declaration("main.py", "flow")).documents
        if isinstance(document, WorkflowTemplate) and document.spec.entrypoint == "project-flow"
    )
    return document.spec.templates[1]


def arrived(template: Template, values: list[object]) -> list[str]:
    """The JSON texts that the steps are called with."""
    each = template.steps[0][0]
    assert each.with_param is not None
    assert each.arguments is not None
    assert [parameter.value for parameter in each.arguments.parameters] == ["{{item}}"]
    given = json.dumps(values)
    if each.with_param == f"{{{{inputs.parameters.{ITEMS}}}}}":
        elements = raw_elements(given)
    else:
        expression = each.with_param.removeprefix("{{=").removesuffix("}}")
        elements = raw_elements(evaluate(expression, {"inputs": {"parameters": {ITEMS: given}}}))
    return [spelled(element) for element in elements]


def raw_elements(text: str) -> list[str]:
    """The elements of a JSON list, each as it is spelled there: Argo keeps the text of numbers."""
    decoder, found, at = json.JSONDecoder(), [], 1
    while text[at:].strip() not in ("", "]"):
        while text[at] in ", \n":
            at += 1
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = end
    return found


def spelled(element: str) -> str:
    """What Argo puts for `{{item}}`: texts without quotes, all else as JSON."""
    value = json.loads(element)
    return value if isinstance(value, str) else element


def aggregate(texts: list[str]) -> dict[str, object]:
    """What Argo makes of the results of a loop: values when all are lists or objects, texts otherwise."""
    values = [json.loads(text) for text in texts]
    if not texts:
        return {}
    structured = all(isinstance(value, list | dict) for value in values)
    return {"outputs": {"parameters": {"return": json.dumps(values if structured else texts)}}}


def results(node: dict[str, object] | None) -> object:
    return json.loads(evaluate(RESULTS, {"steps": {} if node is None else {"each": node}}))


def evaluate(expression: str, variables: dict[str, object]) -> str:
    engine = golem.Engine(strict_vars=False)
    return str(engine.eval(expression.replace("toJson(", "toJSON("), variables))


def number_as_go(value: object) -> object:
    """Numbers that went through an expression are floats: exact up to 2**53."""
    if isinstance(value, list):
        return [number_as_go(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 else value
