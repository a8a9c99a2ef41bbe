"""`athena lint`: manifests in YAML and JSON, findings at their place, comments that hide them, exit codes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from athena_lsp.cli import main

GOOD = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: alpine}
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Writes files, and gives exit code, output and the rest of what is said."""
    monkeypatch.chdir(tmp_path)

    def call(files: dict[str, str], *arguments: str) -> tuple[int, str, str]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        code = main.run(["lint", *(arguments or ("--output-format", "json"))])
        out, told = capsys.readouterr()
        return code, out, told

    return call


def found(out: str) -> list[tuple[str, int, int, str]]:
    """Path, line, column and message of each finding."""
    return [
        (each["path"], each["range"]["start"]["line"], each["range"]["start"]["column"], each["message"])
        for each in json.loads(out)
    ]


def test_good_manifests(lint: Run) -> None:
    code, out, told = lint({"a.yaml": GOOD}, "a.yaml")
    assert (code, out, told) == (0, "", "nothing found in 1 object\n")


def test_every_finding_is_at_its_node(lint: Run) -> None:
    text = GOOD.replace(
        "{image: alpine}", "\n      image: alpine\n      arg: [a]\n      command: ['{{inputs.parameters.x}}']"
    )
    code, out, _ = lint({"a.yaml": text})
    assert code == 1
    assert found(out) == [
        ("a.yaml", 10, 7, 'unknown field "spec.templates[0].container.arg": did you mean `args`? (P3)'),
        ("a.yaml", 11, 18, "templates.main failed to resolve {{inputs.parameters.x}} (V1)"),
    ]


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("'a {{item.b}}'", (10, 22), (10, 32)),
        ('"a {{item.b}}"', (10, 22), (10, 32)),
        ("{{item.b}}", (10, 19), (10, 29)),
        ('"\\t{{item.b}}"', (10, 22), (10, 32)),
        ('"\\u007b\\x7bitem.b}}"', (10, 20), (10, 38)),
        ('"a \\"b\\" {{item.b}}"', (10, 28), (10, 38)),
        ("'it''s {{item.b}}'", (10, 26), (10, 36)),
        ('"a\n      b {{item.b}}"', (10, 19), (11, 20)),
        ("|\n      first\n      second {{item.b}}", (12, 14), (12, 24)),
        ("|-\n      a\n\n       {{item.b}}\n      c", (13, 8), (13, 18)),
        (">\n      first\n      {{item.b}}", (10, 19), (12, 17)),
    ],
)
def test_parts_of_texts(lint: Run, written: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    text = GOOD.replace("{image: alpine}", "\n      image: alpine") + f"    podSpecPatch: {written}\n"
    if written.startswith("{"):
        text = text.replace(": {{", ": a{{")
        start, end = (start[0], start[1] + 1), (end[0], end[1] + 1)
    _, out, _ = lint({"a.yaml": text})
    (hit,) = (each["range"] for each in json.loads(out) if "item.b" in each["message"])
    assert (tuple(hit["start"].values()), tuple(hit["end"].values())) == (start, end)


def test_lines_that_end_as_on_windows(lint: Run) -> None:
    script = "script:\n      image: alpine\n      source: |\n        a\n\n        b {{item.b}}\n        c"
    text = GOOD.replace("container: {image: alpine}", script).replace("\n", "\r\n")
    (Path.cwd() / "a.yaml").write_bytes(text.encode())
    _, out, _ = lint({}, "a.yaml", "--output-format", "json")
    assert found(out) == [("a.yaml", 13, 11, "templates.main failed to resolve {{item.b}} (V1)")]


def test_several_documents_and_files(lint: Run) -> None:
    template = GOOD.replace("kind: Workflow", "kind: WorkflowTemplate").replace("generateName: hello-", "name: t")
    caller = GOOD.replace("container: {image: alpine}", "steps: [[{name: a, templateRef: {name: t, template: main}}]]")
    assert lint({"a.yaml": f"{caller}---\n# nothing\n---\n{template}"}, ".", "--offline")[0] == 0
    (Path.cwd() / "a.yaml").unlink()
    assert lint({"b.yaml": caller, "c/t.json": json.dumps({"kind": "ConfigMap"})}, ".")[0] == 0
    code, out, _ = lint({}, "b.yaml", "--offline", "--output-format", "json")
    assert code == 1
    assert [message for *_, message in found(out)] == [
        "templates.main.steps.a template reference t.main not found (D11)"
    ]


def test_references_stay_in_their_namespace(lint: Run) -> None:
    template = (
        "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: t, namespace: %s}\nspec: %s\n"
    )
    run = GOOD.split("spec:")[0].replace("{", "{namespace: %s, ") + "spec: {workflowTemplateRef: {name: t}}\n"
    files = {
        "dev/t.yaml": template % ("dev", "{templates: [{name: main, suspend: {}}]}"),
        "prod/t.yaml": template % ("prod", "{entrypoint: main, templates: [{name: main, suspend: {}}]}"),
        "prod/run.yaml": run % "prod",
    }
    assert lint(files, ".", "--offline")[0] == 0
    code, out, _ = lint({"prod/run.yaml": run % "dev"}, ".", "--offline")
    assert code == 1
    assert "spec.entrypoint is required (O6)" in out
    code, out, _ = lint({"prod/run.yaml": run % "test"}, ".", "--offline")
    assert code == 1
    assert 'workflowtemplates.argoproj.io "t" not found (O5)' in out


def test_the_nearest_of_several_is_meant(lint: Run) -> None:
    template = "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: t}\nspec: %s\n"
    run = GOOD.split("spec:")[0] + "spec: {workflowTemplateRef: {name: t}}\n"
    files = {
        "dev/t.yaml": template % "{templates: [{name: main, suspend: {}}]}",
        "prod/t.yaml": template % "{entrypoint: main, templates: [{name: main, suspend: {}}]}",
        "prod/run.yaml": run,
    }
    assert lint(files, ".")[0] == 0
    assert "duplicate WorkflowTemplate found: t (P8)" in lint({}, ".", "--offline")[1]
    assert "(P8)" in lint({"dev/t.yaml": files["dev/t.yaml"] + "---\n" + files["dev/t.yaml"]}, "dev/t.yaml")[1]
    assert "(O6)" in lint({"dev/run.yaml": run}, "dev/run.yaml", "dev/t.yaml", "prod/t.yaml")[1]


def test_json(lint: Run) -> None:
    text = (
        '{\n\t"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",\n\t"metadata": {}, "spec": {"templates": []}\n}'
    )
    code, out, _ = lint({"a.json": text})
    assert code == 1
    assert [where[1:3] for where in found(out)] == [(3, 2), (3, 18)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [1", 1, "(P1)"),
        ("a: b: c", 1, "(P1)"),
        (GOOD + "kind: Workflow\n", 9, 'key "kind" already set in map (P3)'),
        (GOOD + "status: &a [*a]\n", 9, "an alias stands inside of what it stands for (P1)"),
        (GOOD + "? [a]\n: 1\n", 9, "a key must be a text (P1)"),
        ("a: \x07", 1, "special characters are not allowed"),
        ("[" * 5_000, 1, "(P1)"),
        (GOOD.replace("image: alpine", "image: no"), 8, "must be a string, not a boolean: write it in quotes (P3)"),
        (
            GOOD.replace("name: main\n    c", "name: 1e3\n    c"),
            7,
            "must be a string, not a number: write it in quotes (P3)",
        ),
    ],
)
def test_what_cannot_be_read(lint: Run, text: str, line: int, message: str) -> None:
    code, out, _ = lint({"a.yaml": text}, "a.yaml", "--output-format", "json")
    assert code == 1
    assert any(message in what and at == line for _, at, _, what in found(out)), out


def test_merge_keys_and_anchors(lint: Run) -> None:
    text = GOOD.replace(
        "  - name: main\n    container: {image: alpine}",
        "  - &one {name: main, suspend: {}}\n  - {<<: *one, name: two}",
    )
    assert lint({"a.yaml": text}, "a.yaml")[0] == 0


def test_warnings_and_strict(lint: Run) -> None:
    text = GOOD.replace("    container", "    retryStrategy: {backoff: {duration: 1s}}\n    container")
    code, out, _ = lint({"a.yaml": text})
    assert code == 0
    assert [each["severity"] for each in json.loads(out)] == ["warning"]
    assert lint({}, "a.yaml", "--strict")[0] == 1


def test_rules_are_chosen(lint: Run) -> None:
    text = GOOD.replace("    container", "    retryStrategy: {backoff: {duration: 1s}}\n    container").replace(
        "alpine", "''"
    )
    assert [message[-4:-1] for *_, message in found(lint({"a.yaml": text})[1])] == ["X25", "(T7"]
    as_json = ("a.yaml", "--output-format", "json")
    assert [message[-3:] for *_, message in found(lint({}, *as_json, "--ignore", "X25, P7")[1])] == ["T7)"]
    code, out, _ = lint({}, *as_json, "--select", "X25")
    assert (code, [message[-4:] for *_, message in found(out)]) == (0, ["X25)"])
    assert found(lint({}, *as_json, "--ignore", "argo-refuses")[1]) == []
    with pytest.raises(SystemExit) as ended:
        lint({}, "a.yaml", "--ignore", "X26")
    assert ended.value.code == 2


def test_comments_hide_findings(lint: Run) -> None:
    bad = "    retryStrategy: {backoff: {duration: 1s}}"
    for comment in ("ignore[X25]", "ignore[argo-refuses]", "ignore[X9, X25]"):
        same = GOOD.replace("    container", f"{bad}  # athena: {comment}\n    container")
        above = GOOD.replace("    container", f"    # athena: {comment}\n{bad}\n    container")
        everywhere = (
            GOOD.replace("    container", f"{bad}\n    container") + f"# athena: {comment.replace('e[', 'e-file[')}\n"
        )
        for text in (same, above, everywhere):
            _, out, _ = lint({"a.yaml": text})
            rest = [] if "X9" not in comment else ["nothing here is reported by `X9`"]
            assert [message for *_, message in found(out)] == rest
    _, out, _ = lint({"a.yaml": GOOD + "# athena: ignore[X99b]\n"})
    assert [each["rule"] for each in json.loads(out)] == ["unknown-suppression"]


def test_standard_input(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD.replace("alpine", "")))
    code, out, _ = lint({}, "-", "--output-format", "json")
    assert code == 1
    assert found(out)[0][0] == "stdin.yaml"


def test_nothing_to_lint(lint: Run) -> None:
    code, _, told = lint({"a.yaml": "kind: ConfigMap\n"}, "a.yaml")
    assert code == 1
    assert "nothing to lint" in told


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif", "github", "gitlab", "junit"])
def test_formats(lint: Run, form: str) -> None:
    code, out, _ = lint({"a.yaml": GOOD.replace("alpine", "''")}, "a.yaml", "--output-format", form)
    assert code == 1
    assert "image may not be empty" in out


def test_what_is_not_ours_is_left_alone(lint: Run) -> None:
    helm = "{{- if .Values.on }}\n" + GOOD + "{{- end }}\n"
    files = {
        "chart/templates/flow.yaml": helm,
        "chart/Chart.yaml": "name: shop\n",
        "chart/values.yaml": "image: a\n",
        "broken.yaml": "a: [",
        "mkdocs.yml": "x: !!python/name:a.b\nWorkflow: 1\n",
        "deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: many}\n",
        "argocd.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {anything: 1}\n",
        "out/made.yaml": "a: [",
        ".gitignore": "out/\n",
        "good.yaml": GOOD,
    }
    code, out, told = lint(files, ".")
    assert (code, out) == (0, "")
    assert told.splitlines() == [
        "passed over as templates of Helm: chart/templates/flow.yaml; lint what `helm template` makes of them",
        "nothing found in 1 object",
    ]
    code, out, _ = lint({}, "chart/templates/flow.yaml")
    assert code == 1
    assert "(P1)" in out
    assert lint({"flow.yaml": helm}, ".")[0] == 1, "no chart"


def test_a_broken_file_of_argo_is_reported(lint: Run) -> None:
    code, out, _ = lint({"a.yaml": GOOD + "  [\n"}, ".")
    assert code == 1
    assert "(P1)" in out


def test_lists_as_kubectl_prints_them(lint: Run) -> None:
    item = "  ".join(f"\n{GOOD}".replace("alpine", "''").splitlines(keepends=True)).strip()
    text = f"apiVersion: v1\nkind: List\nitems:\n- {item}\n- {{apiVersion: v1, kind: ConfigMap}}\n"
    code, out, _ = lint({"a.yaml": text})
    assert code == 1
    assert found(out) == [("a.yaml", 11, 26, "templates.main.container.image may not be empty (T7)")]
    assert lint({"a.yaml": text.replace("''", "alpine")}, "a.yaml")[2] == "nothing found in 1 object\n"
    of_argo = text.replace("apiVersion: v1", "apiVersion: argoproj.io/v1alpha1", 1).replace("List", "WorkflowList")
    assert found(lint({"a.yaml": of_argo})[1]) == found(out)


def test_a_kind_that_is_none(lint: Run) -> None:
    code, out, _ = lint({"a.yaml": GOOD.replace("kind: Workflow", "kind: Workfow")})
    assert code == 1
    assert "did you mean `Workflow`?" in out


def test_hidden_folders_are_left_alone(lint: Run) -> None:
    assert lint({".git/a.yaml": "a: [", "a.yaml": GOOD, "b.txt": "a: ["}, ".")[0] == 0


def test_a_file_that_cannot_be_read(lint: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\xff")
    code, _, told = lint({}, "a.yaml")
    assert code == 2
    assert "could not be read" in told


def test_the_hook_for_pre_commit_runs(lint: Run) -> None:
    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (hook,) = (each for each in hooks if each["id"] == "athena-lint")
    assert hook["entry"].split() == ["athena", "lint"]
    given = [str(each) for each in hook["args"]]
    assert lint({"a.yaml": GOOD}, *given)[0] == 0
    assert lint({"a.yaml": GOOD.replace("alpine", "''")}, *given)[0] == 1
