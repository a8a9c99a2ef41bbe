"""`athena types`: which template is meant, what is printed of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from athena_lsp.cli import main
from athena_lsp.cli.process import guarded

MODELS = """\
from dataclasses import dataclass
from typing import NewType

UserId = NewType("UserId", int)


@dataclass
class Report:
    id: str
    owner: UserId
"""
STEPS = """\
from typing import Annotated

from athena_runtime import Artifact, Inject, container, fragment
from shop.models import Report

LATEST = "latest"


@container
async def transform(
    data: str, *, factor: int = 3, tag: str = LATEST, attempt: Annotated[int, Inject("{{retries}}")] = 0
) -> Report: ...


@container(name="shop-quiet")
def notify(): ...


@fragment
def helper(path: str) -> str: ...
"""
LONE = "from athena_runtime import container\n\n\n@container\ndef lone() -> None: ...\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    files = {"athena.toml": "project = 'shop'\n", "shop/models.py": MODELS, "shop/steps.py": STEPS, "lone.py": LONE}
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = guarded(lambda: main.run(("types", *arguments)))
        except SystemExit as end:
            code = int(str(end.code or 0))
        out, err = capsys.readouterr()
        return code, out, err

    return call


TRANSFORM = """\
container shop-transform, shop/steps.py:10

async def transform(data: str, *, factor: int = 3, tag: str = LATEST) -> Report

takes:
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "data": {
      "type": "string"
    },
    "factor": {
      "type": "integer",
      "default": 3
    },
    "tag": {
      "type": "string",
      "default": "latest"
    }
  },
  "additionalProperties": false,
  "required": [
    "data"
  ]
}

gives:
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$ref": "#/$defs/Report",
  "$defs": {
    "Report": {
      "title": "Report",
      "type": "object",
      "properties": {
        "id": {
          "type": "string"
        },
        "owner": {
          "title": "UserId",
          "type": "integer"
        }
      },
      "required": [
        "id",
        "owner"
      ]
    }
  }
}

declared:
  data: str           shop/steps.py:11
  factor: int         shop/steps.py:11
  tag: str            shop/steps.py:11
  return: Report      shop/steps.py:12
  Report (dataclass)  shop/models.py:8
  UserId (NewType)    shop/models.py:4
"""


@pytest.mark.parametrize(
    "target", ["shop/steps.py:transform", "shop.steps.transform", "steps.transform", "transform", "shop-transform"]
)
def test_a_template_is_named_in_many_ways(run: Run, target: str) -> None:
    assert run(target) == (0, TRANSFORM, "")


def test_a_file_with_one_template_names_it(run: Run) -> None:
    code, out, _ = run("lone.py")
    assert code == 0
    assert out.startswith("container shop-lone, lone.py:5\n\ndef lone() -> None\n")


def test_a_result_without_annotation(run: Run) -> None:
    code, out, _ = run("shop-quiet")
    assert code == 0
    assert "\ndef notify()\n" in out
    assert '"type": "null"' in out


def test_json_holds_the_same(run: Run) -> None:
    code, out, _ = run("transform", "--json")
    found = json.loads(out)
    assert code == 0
    assert {key: found[key] for key in ("template", "kind", "function", "path", "line", "column")} == {
        "template": "shop-transform", "kind": "container", "function": "transform",
        "path": "shop/steps.py", "line": 10, "column": 11,
    }  # fmt: skip
    assert found["signature"] == TRANSFORM.splitlines()[2]
    assert [edge["name"] for edge in found["edges"]] == ["data", "factor", "tag", "return"]
    assert found["edges"][3] == {"name": "return", "type": "Report", "path": "shop/steps.py", "line": 12, "column": 6}
    assert found["classes"][0] == {
        "name": "Report", "type": "dataclass", "path": "shop/models.py", "line": 8, "column": 7
    }  # fmt: skip
    assert jsonschema_rs.Draft202012Validator(found["inputs"]).is_valid({"data": "x"})
    assert jsonschema_rs.Draft202012Validator(found["output"]).is_valid({"id": "x", "owner": 1})


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("shop/steps.py:transfrom", "there is no `transfrom` in `shop/steps.py:transfrom`; did you mean `transform`?"),
        ("shop.steps.notifi", "did you mean `notify`?"),
        ("shop-quite", "did you mean `shop-quiet` or"),
        ("helper", "there is no file, folder, workflow or container `helper`"),
        ("shop/step.py", "there is no file or folder `shop/step.py`; did you mean `steps.py`?"),
        ("shop/steps.py", "there is more than one workflow or container in `shop/steps.py`"),
        ("shop/models.py", "no workflow or container is there"),
    ],
)
def test_what_is_not_there_has_near_names(run: Run, target: str, message: str) -> None:
    code, out, err = run(target)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
