"""Workflows longer than a dag may be."""

from __future__ import annotations

from athena_lsp.argo.printer import safe
from athena_lsp.diagnostics import Severity
from athena_lsp.project import Project
from tests.argo.programs import HEAD, SETTINGS, emission, object_of

STEP = """
@dataclass
class Pair:
    name: str
    size: int

@container
def step(data: str, n_value: int = 0) -> str: ...
@container
def pair(data: str) -> Pair: ...
@container
def make() -> Artifact[str]: ...
@container
def use(data: Artifact[str]) -> str: ...
"""


def chain(count: int) -> str:
    lines = [f"    s{number} = step(s{number - 1}, {number})" for number in range(1, count)]
    return "\n".join(
        (STEP, "@workflow", "def pipeline(x: str) -> str:", "    s0 = step(x)", *lines, f"    return s{count - 1}")
    )


def test_200_steps_are_one_dag() -> None:
    spec = object_of(chain(200))["spec"]
    assert [len(template["dag"]["tasks"]) for template in spec["templates"]] == [200]


def test_more_are_a_dag_of_dags() -> None:
    spec = object_of(chain(450))["spec"]
    assert [template["name"] for template in spec["templates"]] == [
        "shop-pipeline",
        *(f"shop-pipeline-part-{number}" for number in (1, 2, 3)),
    ]
    assert [len(template["dag"]["tasks"]) for template in spec["templates"]] == [3, 200, 200, 50]
    main, first, second, _ = spec["templates"]
    assert [task.get("depends") for task in main["dag"]["tasks"]] == [None, "part-1.Succeeded", "part-2.Succeeded"]
    assert main["dag"]["tasks"][1]["arguments"]["parameters"] == [
        {"name": "step-s199", "value": "{{tasks.part-1.outputs.parameters.step-s199}}"}
    ]
    assert main["outputs"]["parameters"] == [
        {"name": "return", "valueFrom": {"parameter": "{{tasks.part-3.outputs.parameters.step-s449}}"}}
    ]
    assert first["inputs"] == {"parameters": [{"name": "x"}]}
    assert first["outputs"]["parameters"] == [
        {"name": "step-s199", "valueFrom": {"parameter": "{{tasks.s199.outputs.parameters.return}}"}}
    ]
    task = second["dag"]["tasks"][0]
    assert "depends" not in task
    assert task["arguments"]["parameters"][0]["value"] == "{{inputs.parameters.step-s199}}"


def test_artifacts_and_parts_of_values_cross_over() -> None:
    middle = "\n".join(f"    s{number} = step(x)" for number in range(250))
    source = f"""{STEP}
@workflow
def pipeline(x: str) -> str:
    a = make()
    p = pair(x)
{middle}
    use(a)
    step(p.name, p.size)
    return p.name
"""
    spec = object_of(source)["spec"]
    main, first, second = spec["templates"]
    assert main["dag"]["tasks"][1]["arguments"]["artifacts"] == [
        {"name": "step-a", "from": "{{tasks.part-1.outputs.artifacts.step-a}}"}
    ]
    assert first["outputs"]["artifacts"] == [{"name": "step-a", "from": "{{tasks.a.outputs.artifacts.return}}"}]
    assert second["inputs"]["artifacts"] == [{"name": "step-a"}]
    use, last = second["dag"]["tasks"][-2:]
    assert use["arguments"]["artifacts"] == [{"name": "data", "from": "{{inputs.artifacts.step-a}}"}]
    assert last["arguments"]["parameters"][1]["value"] == "{{=toJson(fromJSON(inputs.parameters['step-p'])['size'])}}"
    assert main["outputs"]["parameters"][0]["valueFrom"] == {
        "expression": safe("toJson(fromJSON(tasks['part-1'].outputs.parameters['step-p'])['name'])")
    }


def test_a_bound_on_parallel_tasks_still_holds() -> None:
    wide = "\n".join(f"    s{number} = step(x)" for number in range(250))
    source = f'{STEP}\n@workflow(parallelism=5, fail_fast=False, boundary_node_selector={{"a": "b"}})\n'
    spec = object_of(f"{source}def pipeline(x: str) -> None:\n{wide}\n")["spec"]
    main, *parts = spec["templates"]
    assert [task.get("depends") for task in main["dag"]["tasks"]] == [None, "part-1.Succeeded"]
    for part in parts:
        assert part["parallelism"] == 5
        assert part["dag"]["failFast"] is False
        assert part["nodeSelector"] == {"a": "b"}


def test_without_one_independent_parts_run_together() -> None:
    wide = "\n".join(f"    s{number} = step(x)" for number in range(250))
    spec = object_of(f"{STEP}\n@workflow\ndef pipeline(x: str) -> None:\n{wide}\n")["spec"]
    assert all("depends" not in task for task in spec["templates"][0]["dag"]["tasks"])


def test_a_daemon_would_end_with_its_part() -> None:
    wide = "\n".join(f"    s{number} = step(x)" for number in range(201))
    source = f"{HEAD}{STEP}\n@container(daemon=True)\ndef serve() -> str: ...\n"
    source += f"@workflow\ndef pipeline(x: str) -> None:\n    serve()\n{wide}\n"
    found = Project.of({"main.py": source}, settings=SETTINGS).diagnostics("main.py")
    (error,) = [diagnostic for diagnostic in found if diagnostic.severity is Severity.ERROR]
    assert error.rule == "manifest-limit"
    assert "must have at most 200 items, not 202" in error.message


def test_a_thousand_steps_keep_their_python() -> None:
    made = emission(chain(1000))
    assert all(origin.declaration.name in ("pipeline", "step") for _, origin in made.origins)
    assert len(made.text) / 1000 < 400
