"""Preflight: each rule on the smallest manifest that breaks it, and none on good ones."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from athena_lsp.argo.preflight import emission_refusals, refusals
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from tests.argo.programs import HEAD

GOOD = yaml.safe_load("""
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: main, labels: {a: b}, annotations: {a.b/c: "d e"}}
spec:
  entrypoint: main
  arguments: {parameters: [{name: x, value: '"a"', enum: ['"a"', '"b"']}]}
  volumeClaimTemplates:
  - {metadata: {name: scratch}, spec: {resources: {requests: {storage: 1Gi}}}}
  templates:
  - name: main
    inputs: {parameters: [{name: x}]}
    outputs: {parameters: [{name: return, valueFrom: {parameter: '{{tasks.b.outputs.parameters.return}}'}}]}
    dag:
      tasks:
      - name: a
        template: pod
        arguments: {parameters: [{name: x, value: '{{inputs.parameters.x}}'}]}
      - name: b
        depends: a.Succeeded
        template: pod
        arguments:
          parameters:
          - {name: x, value: "{{=toJson(fromJSON(tasks['a'].outputs.parameters['return'])['id'])}}"}
  - name: pod
    inputs:
      parameters: [{name: x}]
      artifacts: [{name: code, path: /code, s3: {key: k}}]
    outputs: {parameters: [{name: return, valueFrom: {path: /out, default: none}}]}
    retryStrategy: {limit: 3, backoff: {duration: 30s}}
    timeout: 5m
    affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}
    tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 5}]
    podSpecPatch: '{"priority": {{inputs.parameters.x}}, "hostname": "{{pod.name}}"}'
    container:
      image: app
      command: ['{{pod.name}}', '{{retries}}', '{{user.jinja}}']
      args: ['{{inputs.parameters.x}}', '{{outputs.parameters.return.path}}']
      env: [{name: A, value: '{{workflow.name}}'}]
      resources: {requests: {cpu: 500m}}
      volumeMounts: [{name: data, mountPath: /data}, {name: scratch, mountPath: /scratch}]
    sidecars: [{name: proxy, image: nginx}]
    volumes: [{name: data, emptyDir: {}}]
""")

Path = tuple[str | int, ...]
MAIN: Path = ("spec", "templates", 0)
TASK_A: Path = (*MAIN, "dag", "tasks", 0)
TASK_B: Path = (*MAIN, "dag", "tasks", 1)
POD: Path = ("spec", "templates", 1)
ARGUMENT: Path = (*TASK_B, "arguments", "parameters", 0, "value")
GONE = object()

CASES: list[tuple[Path, object, str]] = [
    # objects
    (("metadata", "name"), "x" * 64, "must not be more than 63 characters long (currently 64)"),
    (("metadata", "name"), "Main", "lowercase RFC 1123"),
    (("metadata",), {"generateName": "x" * 60 + "-"}, "must not be more than 63"),
    (("metadata", "labels", "a"), "has space", "invalid label value"),
    (("metadata", "labels", "-bad"), "b", "invalid label key"),
    (("metadata", "annotations", "a b"), "b", "invalid annotation key"),
    (("metadata", "annotations", "a.b/c"), "x" * 300_000, "bytes of annotations"),
    (("spec", "entrypoint"), "other", "template name 'other' undefined"),
    (("spec", "podGC"), {"strategy": "Never"}, "podGC.strategy unknown strategy 'Never'"),
    (("spec", "workflowTemplateRef"), {"name": "t"}, "Templates is invalid field in spec"),
    (("spec", "hooks"), {"failed": {"template": "pod"}}, "hooks.failed Expression required"),
    (("spec", "parallelism"), 0, "spec.parallelism must be greater"),
    # names
    ((*TASK_A, "name"), "b", "name 'b' is not unique"),
    ((*TASK_A, "name"), "a b", "'a b' is invalid"),
    ((*TASK_A, "name"), "", "name is required"),
    ((*TASK_A, "name"), "x" * 129, "no more than 128"),
    ((*TASK_A, "name"), "matches", "word of the expression language"),
    ((*TASK_A, "name"), "1a", "cannot begin with a digit"),
    ((*POD, "inputs", "parameters"), [{"name": "x"}, {"name": "x"}], "inputs.parameters name 'x' is not unique"),
    ((*POD, "inputs", "parameters"), [{"name": "x"}, {"name": "é", "default": ""}], "must consist of alpha-numeric"),
    # templates
    ((*POD, "suspend"), {}, "multiple template types specified"),
    ((*POD, "container"), GONE, "template type unspecified"),
    ((*MAIN, "timeout"), "5m", "dag template doesn't support timeout"),
    ((*POD, "timeout"), "300", "invalid duration format in timeout"),
    ((*POD, "timeout"), "1d", "timeout: invalid duration `1d`"),
    ((*POD, "activeDeadlineSeconds"), -1, "activeDeadlineSeconds must be a positive integer"),
    ((*POD, "parallelism"), 3, "parallelism is only valid for steps and dag"),
    ((*POD, "retryStrategy", "retryPolicy"), "Never", "is not a valid RetryPolicy"),
    ((*POD, "retryStrategy", "limit"), "many", "no whole number"),
    ((*POD, "retryStrategy", "limit"), GONE, "the backoff is not waited for"),
    ((*POD, "retryStrategy", "backoff"), {"factor": 2}, "no base duration specified"),
    ((*POD, "retryStrategy", "backoff", "cap"), "1 day", "invalid duration `1 day`"),
    ((*MAIN, "retryStrategy"), {"limit": 1, "expression": "lastRetry.exitCode == '1'"}, "only a pod has an exit code"),
    ((*POD, "memoize"), {"key": "a b", "cache": {"configMap": {"name": "c"}}}, "no valid cache key"),
    (
        (*POD, "memoize"),
        {"key": "a", "maxAge": "1d", "cache": {"configMap": {"name": "c"}}},
        "maxAge: invalid duration",
    ),
    ((*POD, "memoize"), {"key": "a"}, "cache.configMap.name is required"),
    # parameters
    ((*TASK_A, "arguments"), GONE, "inputs.parameters.x was not supplied"),
    ((*TASK_A, "arguments", "parameters", 0, "name"), "y", "takes no parameter `y`"),
    ((*TASK_A, "arguments", "parameters", 0, "value"), GONE, "arguments.x.value or"),
    ((*TASK_A, "arguments", "artifacts"), [{"name": "code"}], "from, artifact location, or key is required"),
    (("spec", "arguments", "parameters", 0, "value"), '"c"', "should be present in"),
    (("spec", "arguments", "parameters", 0, "enum"), [], "should contain at least one value"),
    ((*POD, "inputs", "artifacts", 0, "path"), GONE, "artifacts.code: artifact path is required"),
    ((*MAIN, "inputs", "artifacts"), [{"name": "z", "path": "/z", "optional": True}], "only valid in container/script"),
    ((*POD, "inputs", "artifacts", 0, "from"), "{{inputs.artifacts.code}}", "from not valid in inputs"),
    ((*MAIN, "outputs", "parameters", 0, "valueFrom"), {"path": "/x"}, "parameter or expression must be specified"),
    ((*POD, "outputs", "parameters", 0, "valueFrom"), {"expression": "1"}, "path must be specified for Container"),
    ((*POD, "outputs", "parameters", 0, "valueFrom"), {"default": "1"}, "valueFrom type unspecified"),
    ((*POD, "outputs", "parameters", 0, "value"), "1", "has both valueFrom and value"),
    ((*POD, "outputs", "parameters", 0, "valueFrom"), GONE, "does not have valueFrom or value"),
    ((*MAIN, "outputs", "artifacts"), [{"name": "z"}], "from or fromExpression is required"),
    # graphs
    ((*MAIN, "dag", "tasks"), [], "must have at least one task"),
    ((*TASK_B, "depends"), "c.Succeeded", "dependency 'c' not defined"),
    ((*TASK_B, "depends"), "a.Done", "task result 'Done' for task 'a' is invalid"),
    ((*TASK_B, "depends"), "a.AnySucceeded", "uses an items-based condition"),
    ((*TASK_A, "depends"), "b.Succeeded", "dependency cycle detected: a->b->a"),
    ((*TASK_A, "dependencies"), ["b"], "cannot use both 'depends' and 'dependencies'"),
    ((*TASK_B, "continueOn"), {"failed": True}, "cannot use 'continueOn' when using 'depends'"),
    ((*TASK_B, "depends"), GONE, "`a` need not have ended by then"),
    ((*TASK_A, "template"), "other", "template name 'other' undefined"),
    ((*TASK_A, "template"), GONE, "one of template, templateRef or inline is required"),
    ((*TASK_A, "templateRef"), {"name": "m", "template": "t"}, "cannot be specified with templateRef"),
    (TASK_A, {"name": "a", "templateRef": {"name": "m", "template": "t"}}, "template reference m.t not found"),
    ((*TASK_A, "withItems"), [1], ""),
    (TASK_B, {"name": "b", "template": "pod", "withItems": [1], "withParam": "[]"}, "only one of withItems"),
    ((*TASK_B, "hooks"), {"late": {"template": "pod"}}, "hooks.late Expression required"),
    ((*MAIN, "dag", "target"), "z", "target 'z' is not defined"),
    # variables
    (ARGUMENT, "{{tasks.c.outputs.parameters.return}}", "failed to resolve {{tasks.c.outputs.parameters.return}}"),
    (ARGUMENT, "{{tasks.a.outputs.parameters.other}}", "failed to resolve"),
    (ARGUMENT, "{{inputs.parameters.y}}", "failed to resolve {{inputs.parameters.y}}"),
    (ARGUMENT, "{{item}}", "failed to resolve {{item}}"),
    (ARGUMENT, "{{workflow.nmae}}", "failed to resolve {{workflow.nmae}}"),
    (ARGUMENT, "{{pod.name}}", "failed to resolve {{pod.name}}"),
    (ARGUMENT, "{{inputs.parameters.x", "Cannot find end tag"),
    (ARGUMENT, "{{=toJson(}}", "failed to evaluate expression"),
    (ARGUMENT, "{{=inputs.parameters['y']}}", "is no input of this template"),
    (ARGUMENT, "{{=tasks['c'].outputs.parameters['return']}}", "would wait for it for ever"),
    (ARGUMENT, "{{=tasks['b'].outputs.parameters['return']}}", "need not have ended by then"),
    (ARGUMENT, "{{=tasks['a'].outputs.parameters['other']}}", "is no output of what `a` calls"),
    (ARGUMENT, "{{=tasks['a'].outputs.parameters['return'].id}}", "decode it with fromJSON first"),
    (ARGUMENT, "{{=inputs.parameters.x.id}}", "decode it with fromJSON first"),
    (ARGUMENT, '{{=tasks["a"].outputs.result}}', "only captured for outputs.result in single quotes"),
    ((*POD, "container", "image"), "app:{{inputs.parameters.tag}}", "failed to resolve {{inputs.parameters.tag}}"),
    # pods
    ((*POD, "container", "image"), "", "image may not be empty"),
    ((*POD, "container", "imagePullPolicy"), "Sometimes", "Unsupported value"),
    ((*POD, "container", "env"), [{"name": "A"}, {"name": "A"}], 'env: Duplicate value: "A"'),
    ((*POD, "container", "env", 0, "name"), "1A", "valid environment variable name"),
    ((*POD, "container", "volumeMounts", 1, "mountPath"), "/data", "already mounted"),
    ((*POD, "container", "volumeMounts", 1, "name"), "other", "volume 'other' not found"),
    ((*POD, "container", "resources", "requests", "cpu"), "half", "quantities must match"),
    ((*POD, "inputs", "artifacts", 0, "path"), "/data", "already mounted"),
    ((*POD, "volumes"), [{"name": "data"}, {"name": "data"}], 'volumes: Duplicate value: "data"'),
    ((*POD, "volumes", 0, "name"), "Data_1", "volumes name `Data_1`"),
    ((*POD, "sidecars", 0, "name"), "wait", "name 'wait' is reserved"),
    ((*POD, "sidecars", 0, "name"), GONE, "must all have container name"),
    ((*POD, "tolerations", 0, "operator"), "Is", "must be one of Exists, Equal"),
    ((*POD, "tolerations", 0, "effect"), "Never", "must be one of NoSchedule"),
    ((*POD, "tolerations", 0, "value"), "v", "value must be empty"),
    ((*POD, "tolerations", 0), {"value": "v"}, "operator must be Exists when `key` is empty"),
    ((*POD, "tolerations", 0, "effect"), "NoSchedule", "effect must be 'NoExecute'"),
    ((*POD, "affinity"), {"node_affinity": {}}, "did you mean `nodeAffinity`?"),
    ((*POD, "affinity", "nodeAffinity"), [], "must be an object, not a list"),
    (
        (*POD, "podSpecPatch"),
        '{"containers": [{"name": "main", "images": "x"}]}',
        'unknown field "templates.pod.podSpec',
    ),
    ((*POD, "podSpecPatch"), '{"priority": "high"}', "must be an integer, not a string"),
    ((*POD, "podSpecPatch"), '{"containers": [{"resources": {"limits": {"cpu": "lots"}}}]}', "quantities must match"),
    (("spec", "volumeClaimTemplates", 0, "metadata", "name"), "a.b", "volumeClaimTemplates name `a.b`"),
    # limits
    (
        (*MAIN, "dag", "tasks"),
        [{"name": f"t{n}", "template": "pod"} for n in range(201)],
        "Too many: must have at most 200",
    ),
    ((*POD, "inputs", "parameters"), [{"name": f"p{n}", "default": ""} for n in range(501)], "at most 500 items"),
    (
        ("spec", "templates"),
        [{"name": f"t{n}", "suspend": {}} for n in range(201)],
        "must have at most 200 items, not 201",
    ),
    ((*TASK_A, "arguments", "parameters", 0, "value"), "x" * 140_000, "one of at most 131072 fits a command line"),
    ((*POD, "container", "args"), ["x" * 1_100_000], "longer than maximum allowed size"),
]


def changed(path: Path, value: object) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(GOOD)
    here: Any = document
    for key in path[:-1]:
        here = here[key]
    if value is GONE:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return document


def test_a_good_manifest_has_nothing_against_it() -> None:
    assert [str(refusal) for refusal in refusals([GOOD])] == []


@pytest.mark.parametrize(("path", "value", "message"), CASES)
def test_rules(path: Path, value: object, message: str) -> None:
    found = list(refusals([changed(path, value)]))
    if not message:
        assert not found
        return
    hits = [refusal for refusal in found if message in refusal.message]
    assert hits, [str(refusal) for refusal in found]
    assert hits[0].path[0] == path[0]


@pytest.mark.parametrize(("path", "value", "message"), CASES[-5:])
def test_sizes_are_limits(path: Path, value: object, message: str) -> None:
    assert any(refusal.is_limit and message in refusal.message for refusal in refusals([changed(path, value)]))


CRON = yaml.safe_load("""
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: [0 2 * * *]
  workflowSpec: {workflowTemplateRef: {name: main}}
""")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("schedules", ["0 2 * *"], "cron schedule 0 2 * * is malformed"),
        ("schedules", [], "must have at least one schedule"),
        ("concurrencyPolicy", "Never", "'Never' is not a valid concurrencyPolicy"),
        ("startingDeadlineSeconds", -1, "startingDeadlineSeconds must be positive"),
        ("workflowSpec", {"workflowTemplateRef": {"name": "other"}}, "not found"),
        ("workflowSpec", {"templates": []}, "spec.entrypoint is required"),
    ],
)
def test_timetables(field: str, value: object, message: str) -> None:
    broken = {**CRON, "spec": {**CRON["spec"], field: value}}
    assert not list(refusals([CRON, GOOD]))
    assert any(message in refusal.message for refusal in refusals([broken, GOOD]))


def test_a_timetable_needs_a_value_for_every_argument() -> None:
    without = changed(("spec", "arguments", "parameters", 0, "value"), GONE)
    (refusal,) = refusals([CRON, without])
    assert refusal.message.startswith("cannot validate Workflow: spec.arguments.x.value")
    given = {"workflowTemplateRef": {"name": "main"}, "arguments": {"parameters": [{"name": "x", "value": '"a"'}]}}
    assert not list(refusals([{**CRON, "spec": {**CRON["spec"], "workflowSpec": given}}, without]))


def test_a_long_name_of_a_timetable() -> None:
    named = {**CRON, "metadata": {"name": "x" * 53}}
    (refusal,) = refusals([named, GOOD])
    assert refusal.is_limit
    assert "must not be more than 52 characters" in refusal.message


def test_duplicates_among_documents() -> None:
    assert [refusal.message for refusal in refusals([GOOD, GOOD])] == ["duplicate WorkflowTemplate found: main"]


def test_calls_that_nest_too_deep() -> None:
    def calls(name: str, other: str) -> dict[str, Any]:
        task = {"name": "t", "templateRef": {"name": other, "template": "m"}}
        templates = [{"name": "m", "dag": {"tasks": [task]}}]
        return {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "WorkflowTemplate",
            "metadata": {"name": name},
            "spec": {"entrypoint": "m", "templates": templates},
        }

    last = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": "w120"},
        "spec": {"entrypoint": "m", "templates": [{"name": "m", "suspend": {}}]},
    }
    chain = [*(calls(f"w{n}", f"w{n + 1}") for n in range(120)), last]
    (refusal,) = refusals(chain)
    assert refusal.is_limit
    assert refusal.message.startswith("Maximum recursion depth exceeded")
    assert not list(refusals(chain[30:]))


def test_references_are_only_followed_where_all_documents_are_there() -> None:
    alone = changed(TASK_A, {"name": "a", "templateRef": {"name": "m", "template": "t"}})
    assert not list(refusals([alone], complete=False))


def test_other_kinds_and_shapes_are_passed_over() -> None:
    shapes: list[Any] = [None, [], "text", {"kind": "ConfigMap"}, {"kind": "Workflow", "spec": [], "metadata": 3}]
    for document in shapes:
        list(refusals([document]))
    assert not list(refusals([{"kind": "ConfigMap", "metadata": {"name": "Not A Name"}}]))


def test_steps_see_earlier_groups_only() -> None:
    def document(value: str) -> dict[str, Any]:
        step = {"name": "b", "template": "pod", "arguments": {"parameters": [{"name": "x", "value": value}]}}
        first = {"name": "a", "template": "pod", "arguments": {"parameters": [{"name": "x", "value": "1"}]}}
        main = {"name": "main", "steps": [[first], [step]]}
        return changed(("spec", "templates", 0), main)

    good = "{{=toJson(fromJSON(steps['a'].outputs.parameters['return']))}}"
    assert not list(refusals([document(good)]))
    assert not list(refusals([document("{{steps.a.outputs.parameters.return}}")]))
    assert list(refusals([document(good.replace("'a'", "'b'"))]))
    assert list(refusals([document(good.replace("steps", "tasks"))]))


def test_findings_on_emitted_manifests_have_their_python() -> None:
    source = f"{HEAD}\n@container(affinity={{'nodeAffinity': {{'preferred': []}}}})\ndef f(tag: str) -> None: ..."
    project = Project.of({"main.py": source})
    declaration = Declaration("main.py", "f")
    (refusal,) = emission_refusals(project.emit(declaration).documents)
    assert refusal.place == "spec.templates[0].affinity.nodeAffinity.preferred"
    assert refusal.origin is not None
    assert refusal.origin.declaration == declaration
    assert refusal.origin.span.of(project.facts.block("main.py", "f") or "") == "[]"
