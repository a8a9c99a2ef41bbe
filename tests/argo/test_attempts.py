"""What an attempt gives, evaluated by Argo's engine for every end of the step."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("golem", reason="no wheel of the expression engine for this platform")

from tests.argo.expressions_agree import new_engine
from tests.argo.manifest_checks import check_manifest
from tests.argo.programs import emission

NO_CODE = "the step ended without an exit code"
PROGRAM = """
@container
def fetch(url: str) -> dict[str, int]: ...
@container
def use(value: Ok[dict[str, int]] | Failed) -> None: ...
@workflow
def pipeline(url: str) -> None:
    use(fetch.attempt(url))
"""


def outcome(run: dict[str, Any]) -> Any:
    documents = check_manifest(emission(PROGRAM, "pipeline").text)
    (template,) = [
        each
        for document in documents
        for each in document["spec"]["templates"]
        if each["name"].endswith("-fetch") and "steps" in each
    ]
    expression = template["outputs"]["parameters"][0]["valueFrom"]["expression"].replace("toJson(", "toJSON(")
    return json.loads(new_engine().eval(expression, {"steps": {"run": run}}))


def test_a_success_keeps_every_digit() -> None:
    text = '{"a":9007199254740993}'
    found = outcome({"status": "Succeeded", "outputs": {"parameters": {"return": text}}})
    assert found == {"value": {"a": 9007199254740993}}


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (
            {"status": "Failed", "exitCode": "3", "outputs": {"parameters": {"return": "athena:absent"}}},
            {"status": "Failed", "exit_code": 3, "message": "the step ended with exit code 3"},
        ),
        (
            {
                "status": "Failed",
                "exitCode": "1",
                "outputs": {"parameters": {"return": 'athena:raised "ValueError: {{x}} \\u007b\\u007b $(A)"'}},
            },
            {"status": "Failed", "exit_code": 1, "message": "ValueError: {{x}} {{ $(A)"},
        ),
        ({"status": "Error"}, {"status": "Error", "exit_code": None, "message": NO_CODE}),
        (
            {"status": "Omitted"},
            {"status": "Failed", "exit_code": None, "message": NO_CODE},
        ),
    ],
)
def test_a_failure_says_what_is_known(run: dict[str, Any], expected: dict[str, Any]) -> None:
    assert outcome(run) == {**expected, "step": "fetch"}
