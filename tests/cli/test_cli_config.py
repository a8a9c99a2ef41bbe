"""`athena config` and `--tenant`: what is in force, where it comes from, and what a tenant changes in the manifests."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from athena_lsp.cli import main
from athena_lsp.cli.process import guarded
from athena_lsp.config.schema import schema_text

FLOW = """\
from datetime import date
from athena_runtime import Artifact, Cron, container, workflow


@container
def load(day: str) -> str:
    return day


@workflow(schedule=Cron("0 3 * * *"))
def pipeline(day: str = "monday", count: int = 3, since: date | None = None) -> str:
    return load(day)


@container
def stored(data: Artifact[bytes], rate: float) -> None: ...
"""
SETTINGS = """\
project = "shop"
service_account = "everybody"

[rules]
untyped-edge = "off"

[tenants.acme]
namespace = "acme"
service-account = "acme-runner"
prefix = "tenants/acme"
labels = { "example.com/customer" = "acme", team = "a" }
[tenants.acme.defaults]
day = "sun{{day}}"
since = 2026-03-04

[tenants.plain]
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ATHENA_VERSION_TAG", raising=False)
    Path("flow.py").write_text(FLOW)
    Path("athena.toml").write_text(SETTINGS)

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = guarded(lambda: main.run(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def origins(text: str) -> dict[str, tuple[Any, str]]:
    """Of each key, its value and its origin in one text."""
    found: dict[str, tuple[Any, str]] = {}
    for entry in json.loads(text):
        place = entry["from"]
        words = (place["kind"], place.get("path"), place.get("line"), place.get("note"))
        found[entry["key"]] = entry["value"], " ".join(str(word) for word in words if word)
    return found


def test_every_value_has_its_place(run: Run) -> None:
    code, out, err = run("config", "--json")
    assert (code, err) == (0, "")
    found = origins(out)
    assert found["project"] == ("shop", "file athena.toml 1")
    assert found["service-account"] == ("everybody", "file athena.toml 2")
    assert found["image"] == ("busybox:1.36", "default")
    assert found["argo-version"] == ("3.6", "default")
    assert found["rules.untyped-edge"] == ("off", "file athena.toml 5")
    assert found["tenants.acme.prefix"] == ("tenants/acme", "file athena.toml 10")
    assert found["tenants.acme.labels.example.com/customer"] == ("acme", "file athena.toml 11")
    assert found["tenants.acme.defaults.since"] == ("2026-03-04", "file athena.toml 14")
    lines = run("config")[1].splitlines()
    assert len(lines) == len(found)
    assert lines[0].split() == ["project", '"shop"', "athena.toml:1"]
    assert lines[1].split() == ["version", '"0.0.0"', "default"]


def test_a_tenant_is_in_force_at_the_top(run: Run) -> None:
    found = origins(run("config", "--json", "--tenant", "acme")[1])
    assert found["namespace"] == ("acme", "file athena.toml 8")
    assert found["service-account"] == ("acme-runner", "file athena.toml 9")
    plain = origins(run("config", "--json", "--tenant", "plain")[1])
    assert plain["service-account"] == ("everybody", "file athena.toml 2")
    assert not any(key.startswith("tenants.") for key in plain)


def test_name_and_version_come_from_the_project(run: Run) -> None:
    Path("athena.toml").unlink()
    Path("pyproject.toml").write_text('[project]\nname = "My_Shop"\nversion = "2.1"\n\n[tool.athena]\nimage = ""\n')
    code, out, err = run("config", "--json")
    found = origins(out)
    assert found["project"] == ("my-shop", "file pyproject.toml 2")
    assert found["version"] == ("2.1", "file pyproject.toml 3")
    assert found["tag"] == ("2-1", "default from `version`")
    assert code == 1
    assert found["image"] == ("busybox:1.36", "default"), "a value that does not do is not in force"
    assert "error[invalid-config]: `image` must be a text that is not empty\n --> pyproject.toml:6:9" in err


def test_the_tag_comes_from_the_environment_or_from_git(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", "-b", "try"], check=True)
    value, origin = origins(run("config", "--json")[1])["tag"]
    assert (value, origin) == ("dev-local", "git commit none, branch try, changed files")
    assert origins(run("config", "--json")[1])["channel"] == ("dev", "default from `tag`")
    monkeypatch.setenv("ATHENA_VERSION_TAG", "Dev Kim")
    assert origins(run("config", "--json")[1])["tag"] == ("dev-kim", "environment ATHENA_VERSION_TAG")


def test_a_folder_elsewhere_is_named_from_here(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("inner").mkdir()
    monkeypatch.chdir("inner")
    assert origins(run("config", "..", "--json")[1])["project"] == ("shop", "file ../athena.toml 1")


def test_the_schema_is_printed(run: Run) -> None:
    assert run("config", "--schema") == (0, schema_text(), "")


# --- manifests of a tenant ----------------------------------------------------------------------------------------


def documents(text: str) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(text) if document]


def test_a_tenant_has_namespace_labels_account_keys_and_defaults(run: Run) -> None:
    code, out, err = run("emit", "flow.py:pipeline", "--tenant", "acme", "--with-workflow")
    assert code == 0, err
    found = documents(out)
    assert sorted({each["kind"] for each in found}) == ["CronWorkflow", "Workflow", "WorkflowTemplate"]
    for each in found:
        assert each["metadata"]["namespace"] == "acme"
        assert each["metadata"]["labels"]["example.com/customer"] == "acme"
        assert each["metadata"]["labels"]["athena/project"] == "shop"
    load, pipeline = (each["spec"] for each in found if each["kind"] == "WorkflowTemplate")
    (pod,) = load["templates"]
    assert pod["serviceAccountName"] == "acme-runner"
    assert {each["s3"]["key"].partition("/layers/")[0] for each in pod["inputs"]["artifacts"]} == {"tenants/acme"}
    values = {each["name"]: each.get("value") for each in pipeline["arguments"]["parameters"]}
    assert values["count"] == "3"
    assert values["since"] == '"2026-03-04"'
    assert json.loads(values["day"]) == "sun{{day}}"
    assert "{{" not in values["day"], "Argo would fill it in"
    defaults = {each["name"]: each.get("default") for each in pipeline["templates"][0]["inputs"]["parameters"]}
    assert defaults["day"] == '"monday"', "only a run of the workflow itself has the tenant's defaults"


def test_a_tenant_without_changes_and_no_tenant_are_the_same(run: Run) -> None:
    plain = run("emit", "flow.py:pipeline")[1]
    assert run("emit", "flow.py:pipeline", "--tenant", "plain")[1] == plain
    assert all("namespace" not in each["metadata"] for each in documents(plain))


def test_a_namespace_of_the_project_is_in_every_object(run: Run) -> None:
    Path("athena.toml").write_text('namespace = "data"\n')
    found = documents(run("emit", "flow.py:pipeline", "--with-workflow")[1])
    assert {each["metadata"]["namespace"] for each in found} == {"data"}


@pytest.mark.parametrize("command", [("emit", "flow.py:pipeline"), ("config",)])
def test_an_unknown_tenant_has_near_names(run: Run, command: tuple[str, ...]) -> None:
    code, out, err = run(*command, "--tenant", "acm")
    assert (code, out) == (2, "")
    assert err == "error: there is no tenant `acm` in `athena.toml`; did you mean `acme`?\nknown are: acme, plain\n"


@pytest.mark.parametrize(
    ("root", "default", "place", "message"),
    [
        ("pipeline", 'dya = "x"', "13:1", "`pipeline` has no parameter `dya`; did you mean `day`?"),
        ("pipeline", "count = 3.5", "13:9", "`count` of `pipeline` must be a whole number"),
        ("pipeline", "count = true", "13:9", "`count` of `pipeline` must be a whole number"),
        ("pipeline", 'since = "soon"', "13:9", "`since` of `pipeline` must be a text of the format `date` or `null`"),
        ("stored", 'rate = "1"', "13:8", "`rate` of `stored` must be a number"),
        ("stored", 'data = "1"', "13:8", "`data` of `stored` is an artifact, which has no default"),
    ],
)
def test_a_default_that_does_not_fit_is_an_error_at_its_key(
    run: Run, root: str, default: str, place: str, message: str
) -> None:
    text = SETTINGS.replace('day = "sun{{day}}"\n', "").replace("since = 2026-03-04", default)
    Path("athena.toml").write_text(text)
    code, out, err = run("emit", f"flow.py:{root}", "--tenant", "acme")
    assert (code, out) == (1, "")
    assert message in err
    assert f"--> athena.toml:{place}" in err
    assert f"defaults of the tenant `acme` do not fit `{root}`" in err


def test_another_configuration_stands_for_the_projects_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("athena.toml").unlink()
    Path("pyproject.toml").write_text('[project]\nname = "shop"\nversion = "2.0"\n[tool.athena]\nnamespace = "own"\n')
    Path("ci").mkdir()
    Path("ci/prod.toml").write_text('namespace = "prod"\nservice-account = "runner"\n')
    _, out, _ = run("config", "-c", "ci/prod.toml", "--json")
    entries = {each["key"]: each for each in json.loads(out)}
    assert entries["namespace"]["value"] == "prod"
    assert entries["namespace"]["from"] == {"kind": "file", "path": "ci/prod.toml", "line": 1}
    assert entries["project"]["value"] == "shop"
    _, emitted, _ = run("emit", "flow.py:pipeline", "--config", "ci/prod.toml")
    assert {each["metadata"]["namespace"] for each in yaml.safe_load_all(emitted)} == {"prod"}
    monkeypatch.setenv("ATHENA_CONFIG", "ci/prod.toml")
    assert run("emit", "flow.py:pipeline")[1] == emitted
    code, _, told = run("config", "-c", "ci/test.toml")
    assert code == 2
    assert "there is no file `ci/test.toml`, which --config names" in told
    Path("ci/prod.toml").write_text('namespacee = "x"\n')
    code, out, _ = run("check", "--output-format", "json")
    assert code == 1
    assert [(each["path"], each["rule"]) for each in json.loads(out)] == [("ci/prod.toml", "unknown-config-key")]
