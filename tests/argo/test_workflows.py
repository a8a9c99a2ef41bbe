"""Workflow bodies: tasks, edges, parts of values, results."""

from __future__ import annotations

import json

import pytest

from athena_lsp.argo.expressions import tag
from athena_lsp.argo.printer import safe
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from tests.argo.programs import HEAD, SETTINGS, emission, emitted, object_of, template_of

golem = pytest.importorskip("golem", reason="no engine of Argo's expression language for this platform")

PARTS = """
@container
def text() -> str: ...
@container
def number(n_value: int = 0) -> int: ...
@container
def both(a: str, b: str) -> tuple[str, int]: ...
@container
def join(a: str, b: str = "-", c: int = 0) -> str: ...
"""


def arguments(task: dict[str, object]) -> dict[str, str]:
    found = task.get("arguments", {})
    assert isinstance(found, dict)
    return {parameter["name"]: parameter["value"] for parameter in found.get("parameters", [])}


def tasks(source: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = template_of(PARTS + source)["dag"]["tasks"]
    return found


def test_tasks_wait_for_the_data_they_take() -> None:
    found = tasks("""
@workflow
def pipeline(x: str) -> str:
    a = text()
    b = text()
    c = join(a, b)
    d = join(x)
    return join(c, d, number())
""")
    assert [(task["name"], task.get("depends")) for task in found] == [
        ("a", None),
        ("b", None),
        ("c", "a.Succeeded && b.Succeeded"),
        ("d", None),
        ("number", None),
        ("join", "c.Succeeded && d.Succeeded && number.Succeeded"),
    ]


def test_whole_values_travel_in_plain_tags() -> None:
    found = tasks("""
@workflow
def pipeline(x: str) -> str:
    a = text()
    return join(a, x, 3)
""")
    assert arguments(found[1]) == {
        "a": "{{tasks.a.outputs.parameters.return}}",
        "b": "{{inputs.parameters.x}}",
        "c": "3",
    }


def test_steps_follow_each_other() -> None:
    template = template_of(
        PARTS
        + """
@workflow(steps=True)
def pipeline() -> str:
    a = text()
    pair = both(a, "x")
    return join(a, pair[0], pair[1])
"""
    )
    assert [[step["name"] for step in group] for group in template["steps"]] == [["a"], ["pair"], ["join"]]
    assert all("depends" not in step for group in template["steps"] for step in group)
    assert arguments(template["steps"][2][0]) == {
        "a": "{{steps.a.outputs.parameters.return}}",
        "b": tag(safe("toJson(fromJSON(steps['pair'].outputs.parameters['return'])[0])")),
        "c": "{{=toJson(fromJSON(steps['pair'].outputs.parameters['return'])[1])}}",
    }
    assert template["outputs"]["parameters"][0]["valueFrom"] == {
        "parameter": "{{steps.join.outputs.parameters.return}}"
    }


def test_a_tuple_is_taken_apart() -> None:
    found = tasks("""
@workflow
def pipeline() -> str:
    a, b = both("x", "y")
    return join(a, c=b)
""")
    assert arguments(found[1]) == {
        "a": tag(safe(f"toJson(fromJSON(tasks['{found[0]['name']}'].outputs.parameters['return'])[0])")),
        "c": f"{{{{=toJson(fromJSON(tasks['{found[0]['name']}'].outputs.parameters['return'])[1])}}}}",
    }


def test_workflows_call_workflows() -> None:
    objects = emitted(
        PARTS
        + """
@workflow
def inner(x: str) -> str:
    return join(x)

@workflow
def pipeline() -> str:
    return inner(inner("a"))
"""
    )
    outer = objects["WorkflowTemplate/shop-pipeline-0-1-0"]["spec"]["templates"][0]
    assert [task["templateRef"]["name"] for task in outer["dag"]["tasks"]] == ["shop-inner-0-1-0"] * 2
    assert outer["dag"]["tasks"][1]["depends"] == f"{outer['dag']['tasks'][0]['name']}.Succeeded"


@pytest.mark.parametrize(
    ("result", "annotation", "expected"),
    [
        ("a", "str", {"parameter": "{{tasks.a.outputs.parameters.return}}"}),
        ("x", "str", {"expression": "inputs.parameters['x']"}),
        ("'it\\'s'", "str", {"expression": "'\"it\\'s\"'"}),
        ("3", "int", {"expression": "'3'"}),
        ("pair[0]", "str", {"expression": safe("toJson(fromJSON(tasks['pair'].outputs.parameters['return'])[0])")}),
    ],
)
def test_results(result: str, annotation: str, expected: dict[str, str]) -> None:
    template = template_of(
        PARTS
        + f"""
@workflow
def pipeline(x: str) -> {annotation}:
    a = text()
    pair = both(a, x)
    return {result}
"""
    )
    assert template["outputs"] == {"parameters": [{"name": "return", "valueFrom": expected}]}


def test_a_workflow_that_returns_nothing_has_no_output() -> None:
    assert "outputs" not in template_of(PARTS + "\n@workflow\ndef pipeline() -> None:\n    text()\n")


def test_a_workflow_without_steps_calls_something_that_is_skipped() -> None:
    spec = object_of("@workflow\ndef pipeline(x: str) -> str:\n    return x\n")["spec"]
    main, idle = spec["templates"]
    assert main["dag"] == {"tasks": [{"name": "nothing", "when": "{{=false}}", "template": "shop-pipeline-nothing"}]}
    assert main["outputs"]["parameters"][0]["valueFrom"] == {"expression": "inputs.parameters['x']"}
    assert idle == {"name": "shop-pipeline-nothing", "suspend": {"duration": "0"}}


def test_artifacts_travel_by_reference() -> None:
    objects = emitted("""
@container
def make() -> Artifact[str]: ...
@container
def use(data: Artifact[str], more: Artifact[str]) -> None: ...
@workflow
def inner(data: Artifact[str]) -> Artifact[str]:
    use(data, data)
    return data
@workflow
def pipeline() -> Artifact[str]:
    a = make()
    b = inner(a)
    use(a, b)
    return b
""")
    inner = objects["WorkflowTemplate/shop-inner-0-1-0"]["spec"]["templates"][0]
    outer = objects["WorkflowTemplate/shop-pipeline-0-1-0"]["spec"]["templates"][0]
    assert inner["inputs"] == {"artifacts": [{"name": "data"}]}
    assert inner["outputs"] == {"artifacts": [{"name": "return", "from": "{{inputs.artifacts.data}}"}]}
    assert inner["dag"]["tasks"][0]["arguments"]["artifacts"][1] == {
        "name": "more",
        "from": "{{inputs.artifacts.data}}",
    }
    assert outer["outputs"] == {"artifacts": [{"name": "return", "from": "{{tasks.b.outputs.artifacts.return}}"}]}
    assert outer["dag"]["tasks"][2]["depends"] == "a.Succeeded && b.Succeeded"
    use = objects["WorkflowTemplate/shop-use-0-1-0"]["spec"]["templates"][0]
    assert use["inputs"]["artifacts"][-1] == {"name": "more", "path": "/athena/in/more"}
    assert use["container"]["args"] == ["--"]


def test_a_daemon_need_only_be_ready() -> None:
    source = """
@container(daemon=True)
def serve() -> str: ...
@workflow
def pipeline() -> None:
    server = serve()
    join(server)
"""
    # A finding of its own says that the value never comes.
    made = Project.of({"main.py": HEAD + PARTS + source}, settings=SETTINGS)
    text = made.emit(Declaration("main.py", "pipeline")).text
    assert "(server.Succeeded || server.Daemoned)" in text


def test_choices_and_defaults_reach_the_form() -> None:
    spec = object_of("""
class Size(Enum):
    SMALL = "s"
    BIG = "b"

@container
def step(size: Size) -> None: ...

@workflow
def pipeline(
    size: Size, stage: Literal["dev", "prod"] = "dev", fast: bool = True, count: int = 3, none: str | None = None
) -> None:
    step(size)
""")["spec"]
    assert spec["arguments"]["parameters"] == [
        {"name": "size", "enum": ['"s"', '"b"']},
        {"name": "stage", "value": '"dev"', "enum": ['"dev"', '"prod"']},
        {"name": "fast", "value": "true", "enum": ["true", "false"]},
        {"name": "count", "value": "3"},
        {"name": "none", "value": "null"},
    ]


CONSTANTS = [
    ('"a \\"b\\" {{x}} é 😀"', "str", 'a "b" {{x}} é 😀'),
    ("3", "int", 3),
    ("-1.5", "float", -1.5),
    ("True", "bool", True),
    ("None", "str | None", None),
    ('b"\\x00\\xff"', "bytes", "AP8="),
    ('["a", "b"]', "list[str]", ["a", "b"]),
    ('("a", 1)', "tuple[str, int]", ["a", 1]),
    ('{"b", "a"}', "set[str]", ["a", "b"]),
    ('{"k": [1, {"{{": 2}]}', "dict[str, list[int | dict[str, int]]]", {"k": [1, {"{{": 2}]}),
    ("{1: 'a'}", "dict[int, str]", {"1": "a"}),
    ("Size.BIG", "Size", "b"),
    ("LIMIT", "int", 40),
]


@pytest.mark.parametrize(("literal", "annotation", "expected"), CONSTANTS)
def test_constants_are_json_that_holds_no_tag(literal: str, annotation: str, expected: object) -> None:
    template = template_of(f"""
LIMIT = 4 * 10
class Size(Enum):
    SMALL = "s"
    BIG = "b"
@container
def step(value: {annotation}) -> None: ...
@workflow
def pipeline() -> {annotation}:
    step({literal})
    return {literal}
""")
    (argument,) = template["dag"]["tasks"][0]["arguments"]["parameters"]
    assert json.loads(argument["value"]) == expected
    assert "{{" not in argument["value"]
    expression = template["outputs"]["parameters"][0]["valueFrom"]["expression"]
    assert golem.Engine(variables={}, strict_vars=False).eval(expression, {}) == argument["value"]


PROJECTIONS = [
    (".text", "hi"),
    (".inner.numbers[1]", 2),
    (".inner.by_id[3]", "three"),
    ('.inner.by_name["it\'s }}"]', "brace"),
    (".typed['key']", True),
    (".size.value", "b"),
    (".size.name", "BIG"),
    (".inner.numbers", [1, 2]),
]
VALUE = {
    "text": "hi",
    "inner": {"numbers": [1, 2], "by_id": {"3": "three"}, "by_name": {"it's }}": "brace"}},
    "typed": {"key": True},
    "size": "b",
}


@pytest.mark.parametrize(("path", "expected"), PROJECTIONS)
def test_parts_of_values(path: str, expected: object) -> None:
    template = template_of(f"""
class Size(Enum):
    SMALL = "s"
    BIG = "b"
class Typed(TypedDict):
    key: bool
@dataclass
class Inner:
    numbers: list[int]
    by_id: dict[int, str]
    by_name: dict[str, str]
@dataclass
class Whole:
    text: str
    inner: Inner
    typed: Typed
    size: Size
@container
def make() -> Whole: ...
@container
def use(value: object) -> None: ...
@workflow
def pipeline(given: Whole) -> None:
    made = make()
    use(made{path})
    use(given{path})
""")
    whole = json.dumps(VALUE)
    scope = {
        "tasks": {"made": {"outputs": {"parameters": {"return": whole}}}},
        "inputs": {"parameters": {"given": whole}},
    }
    for task in template["dag"]["tasks"][1:]:
        value = task["arguments"]["parameters"][0]["value"]
        assert value.startswith(("{{=toJson(", "{{=replace("))
        assert value.index("}}") == len(value) - 2
        # The engine has expr's own toJSON and not Argo's compact one; both give the same value.
        expression = value[3:-2].replace("toJson(", "toJSON(")
        found = golem.Engine(variables={}, strict_vars=False).eval(expression, scope)
        assert json.loads(found) == expected


def test_parts_of_constants_are_known_now() -> None:
    found = tasks("""
@workflow
def pipeline() -> None:
    table = {"a": ["x", "y"]}
    join(table["a"][1])
""")
    assert arguments(found[0]) == {"a": '"y"'}


def test_task_names_are_never_words_of_the_expression_language() -> None:
    text = emission(
        PARTS
        + """
@workflow
def pipeline() -> str:
    contains = text()
    matches = join(contains)
    return join(matches)
"""
    ).text
    assert "- name: contains\n" not in text
    assert "- name: matches\n" not in text


def test_a_value_of_any_type_becomes_the_content_of_an_artifact() -> None:
    template = template_of("""
@container
def anything() -> Any: ...
@container
def take(data: Artifact[str]) -> None: ...
@workflow
def pipeline() -> None:
    take(anything())
""")
    assert template["dag"]["tasks"][1]["arguments"]["artifacts"] == [
        {"name": "data", "raw": {"data": "{{tasks.anything.outputs.parameters.return}}"}}
    ]
