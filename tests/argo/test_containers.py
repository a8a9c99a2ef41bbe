"""Container templates: every option, every resource call, nothing dropped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from athena_lsp.analysis.options import OPTIONS, options_of
from athena_lsp.ir.model import Kind
from athena_lsp.settings import Settings
from athena_runtime import contract
from tests.argo.programs import HEAD, SETTINGS, emission, object_of, template_of

golem = pytest.importorskip("golem", reason="no engine of Argo's expression language for this platform")

JOB = """
@dataclass
class Job:
    name: str
    size: int
"""

AFFINITY = '{"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}}'

# Each option with a value, the field that it becomes (below the template, or below the spec for a root's), and what is
# written there.
TEMPLATE_OPTIONS: list[tuple[str, str, str, object]] = [
    ("image", '"app:{tag}"', "container.image", "app:{{=fromJSON(inputs.parameters['tag'])}}"),
    ("service_account", '"sa-{tag}"', "serviceAccountName", "sa-{{=fromJSON(inputs.parameters['tag'])}}"),
    ("node_selector", '{"disk": "{tag}"}', "nodeSelector", {"disk": "{{=fromJSON(inputs.parameters['tag'])}}"}),
    ("env", '{"A": "{tag}"}', "container.env.1", {"name": "A", "value": "{{=fromJSON(inputs.parameters['tag'])}}"}),
    ("annotations", '{"a.b/c": "d e"}', "metadata.annotations", {"a.b/c": "d e"}),
    ("labels", '{"a": "b"}', "metadata.labels", {"a": "b"}),
    (
        "resources",
        'Resources(cpu=0.5, memory="1Gi", ephemeral_storage="2Gi", gpu=1, requests={"cpu": "250m"})',
        "container.resources",
        {
            "requests": {"cpu": "250m", "memory": "1Gi", "ephemeral-storage": "2Gi", "nvidia.com/gpu": "1"},
            "limits": {"cpu": "0.5", "memory": "1Gi", "ephemeral-storage": "2Gi", "nvidia.com/gpu": "1"},
        },
    ),
    ("resources", 'Resources(gpu=2, gpu_resource="amd.com/gpu")', "container.resources.limits", {"amd.com/gpu": "2"}),
    ("image_pull_policy", '"Always"', "container.imagePullPolicy", "Always"),
    ("working_dir", '"/work"', "container.workingDir", "/work"),
    ("privileged", "True", "container.securityContext", {"privileged": True}),
    ("run_as_user", "1000", "container.securityContext", {"runAsUser": 1000}),
    ("daemon", "True", "daemon", True),
    (
        "retry",
        "3",
        "retryStrategy",
        {"limit": "3", "retryPolicy": "OnFailure", "expression": "lastRetry.exitCode != '64'"},
    ),
    (
        "retry",
        'Retry(limit="unlimited", policy="Always")',
        "retryStrategy",
        {"retryPolicy": "Always", "expression": "lastRetry.exitCode != '64'"},
    ),
    (
        "retry",
        'Retry(limit="unlimited", policy="OnError", backoff="1m", factor=2, max_duration=timedelta(hours=1))',
        "retryStrategy",
        {
            "limit": "2147483647",
            "retryPolicy": "OnError",
            "backoff": {"duration": "60s", "factor": "2", "maxDuration": "3600s"},
        },
    ),
    (
        "retry",
        "Retry(limit=1, on=(OSError,))",
        "retryStrategy",
        {
            "limit": "1",
            "retryPolicy": "Always",
            "expression": "lastRetry.status == 'Error' || lastRetry.exitCode == '75'",
        },
    ),
    ("timeout", '"1h30m"', "timeout", "5400s"),
    ("pod_running_timeout", "timedelta(minutes=2)", "activeDeadlineSeconds", 120),
    ("pending_timeout", "90", "pendingTimeout", "90s"),
    (
        "mutexes",
        '[Mutex("db-{tag}", namespace="ops")]',
        "synchronization.mutexes",
        [{"name": "db-{{=fromJSON(inputs.parameters['tag'])}}", "namespace": "ops"}],
    ),
    (
        "semaphores",
        '[Semaphore("limits", "db")]',
        "synchronization.semaphores",
        [{"configMapKeyRef": {"name": "limits", "key": "db"}}],
    ),
    (
        "tolerations",
        '[Toleration("gpu", operator="Exists", effect="NoExecute", toleration_seconds=60)]',
        "tolerations",
        [{"key": "gpu", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}],
    ),
    ("affinity", AFFINITY, "affinity", json.loads(AFFINITY)),
    ("pod_spec_patch", '{"hostname": "a\\"b"}', "podSpecPatch", '{"hostname":"a\\"b"}'),
    (
        "host_mounts",
        '[HostMount("/var/log", "/logs", read_only=True)]',
        "container.volumeMounts.1",
        {"name": contract.host_volume("/var/log"), "mountPath": "/logs", "readOnly": True},
    ),
    (
        "sidecars",
        '[Sidecar("proxy", "nginx:{tag}", command=["nginx"], args=["-g"], env={"A": "b"})]',
        "sidecars",
        [
            {
                "name": "proxy",
                "image": "nginx:{{=fromJSON(inputs.parameters['tag'])}}",
                "command": ["nginx"],
                "args": ["-g"],
                "env": [{"name": "A", "value": "b"}],
            }
        ],
    ),
    ("init_containers", '[Sidecar("setup", "busybox")]', "initContainers", [{"name": "setup", "image": "busybox"}]),
    ("cache", 'Cache("results", max_age="1d")', "memoize.cache", {"configMap": {"name": "results"}}),
    ("cache", 'Cache("results", max_age="1d")', "memoize.maxAge", "86400s"),
]

ROOT_OPTIONS: list[tuple[str, str, str, object]] = [
    (
        "ttl_if_root",
        'Ttl(after_completion="1d", after_success=60, after_failure="2h")',
        "ttlStrategy",
        {"secondsAfterCompletion": 86400, "secondsAfterSuccess": 60, "secondsAfterFailure": 7200},
    ),
    ("pod_gc_if_root", '"OnPodCompletion"', "podGC", {"strategy": "OnPodCompletion"}),
    (
        "pod_gc_if_root",
        'PodGc("OnPodSuccess", delete_delay=30)',
        "podGC",
        {"strategy": "OnPodSuccess", "deleteDelayDuration": "30s"},
    ),
    ("active_deadline_if_root", '"1h"', "activeDeadlineSeconds", 3600),
    (
        "mutexes_if_root",
        '[Mutex("all-{tag}")]',
        "synchronization.mutexes",
        [{"name": "all-{{=fromJSON(workflow.parameters['tag'])}}"}],
    ),
    (
        "semaphores_if_root",
        '[Semaphore("limits", "runs", namespace="ops")]',
        "synchronization.semaphores",
        [{"configMapKeyRef": {"name": "limits", "key": "runs"}, "namespace": "ops"}],
    ),
    (
        "tolerations_if_root",
        '[Toleration("x", value="{tag}")]',
        "tolerations",
        [{"key": "x", "value": "{{=fromJSON(workflow.parameters['tag'])}}"}],
    ),
    ("affinity_if_root", AFFINITY, "affinity", json.loads(AFFINITY)),
    ("pod_spec_patch_if_root", '{"hostname": "h"}', "podSpecPatch", '{"hostname":"h"}'),
    ("image_pull_secrets_if_root", '["a", "b"]', "imagePullSecrets", [{"name": "a"}, {"name": "b"}]),
    ("priority_if_root", "5", "priority", 5),
]

WORKFLOW_OPTIONS: list[tuple[str, str, str, object]] = [
    ("retry", "2", "retryStrategy", {"limit": "2", "retryPolicy": "OnFailure"}),
    ("mutexes", '[Mutex("m")]', "synchronization.mutexes", [{"name": "m"}]),
    (
        "semaphores",
        '[Semaphore("c", "k")]',
        "synchronization.semaphores",
        [{"configMapKeyRef": {"name": "c", "key": "k"}}],
    ),
    ("parallelism", "3", "parallelism", 3),
    ("fail_fast", "False", "dag.failFast", False),
    ("steps", "True", "steps.0.0.name", "step"),
    ("boundary_node_selector", '{"disk": "ssd"}', "nodeSelector", {"disk": "ssd"}),
    ("boundary_tolerations", '[Toleration("x", value="y")]', "tolerations", [{"key": "x", "value": "y"}]),
    ("boundary_affinity", AFFINITY, "affinity", json.loads(AFFINITY)),
]

WORKFLOW_ROOT_OPTIONS: list[tuple[str, str, str, object]] = [
    ("node_selector_if_root", '{"a": "{tag}"}', "nodeSelector", {"a": "{{=fromJSON(workflow.parameters['tag'])}}"}),
    ("parallelism_if_root", "7", "parallelism", 7),
]
ELSEWHERE = {"name", "schedule", "on", "on_exit_if_root", "interpreter"}
"""Options with tests of their own."""


def at(tree: Any, path: str) -> object:
    for key in path.split("."):
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]
    return tree


NEWER = Settings(project="shop", version="0.1.0", argo_version=(4, 1))


@pytest.mark.parametrize(("name", "value", "path", "expected"), TEMPLATE_OPTIONS)
def test_options_of_containers(name: str, value: str, path: str, expected: object) -> None:
    source = f"@container({name}={value})\ndef f(tag: str) -> None: ..."
    assert at(template_of(source, "f", NEWER), path) == expected


@pytest.mark.parametrize(("name", "value", "path", "expected"), WORKFLOW_OPTIONS)
def test_options_of_workflows(name: str, value: str, path: str, expected: object) -> None:
    source = f"@container\ndef step() -> None: ...\n@workflow({name}={value})\ndef f(tag: str) -> None:\n    step()"
    assert at(template_of(source, "f"), path) == expected


@pytest.mark.parametrize(("name", "value", "path", "expected"), ROOT_OPTIONS)
@pytest.mark.parametrize("kind", ["container", "workflow"])
def test_options_of_roots(kind: str, name: str, value: str, path: str, expected: object) -> None:
    body = "..." if kind == "container" else "step()"
    source = f"@container\ndef step() -> None: ...\n@{kind}({name}={value})\ndef f(tag: str) -> None:\n    {body}"
    assert at(object_of(source, "f")["spec"], path) == expected


@pytest.mark.parametrize(("name", "value", "path", "expected"), WORKFLOW_ROOT_OPTIONS)
def test_options_of_workflow_roots(name: str, value: str, path: str, expected: object) -> None:
    source = f"@container\ndef step() -> None: ...\n@workflow({name}={value})\ndef f(tag: str) -> None:\n    step()"
    assert at(object_of(source, "f")["spec"], path) == expected


def test_no_option_is_forgotten() -> None:
    roots = {name for name, *_ in (*ROOT_OPTIONS, *WORKFLOW_ROOT_OPTIONS)}
    assert {name for name, *_ in TEMPLATE_OPTIONS} | roots | ELSEWHERE >= options_of(Kind.CONTAINER).keys()
    assert {name for name, *_ in WORKFLOW_OPTIONS} | roots | ELSEWHERE >= options_of(Kind.WORKFLOW).keys()
    assert {option.name for option in OPTIONS} >= roots


def test_an_image_with_its_own_interpreter_loads_no_other() -> None:
    template = template_of('@container(image="python:3.13", interpreter="image")\ndef f() -> None: ...', "f")
    assert [artifact["name"] for artifact in template["inputs"]["artifacts"]] == ["athena-deps", "athena-app"]


def test_a_name_of_its_own() -> None:
    text = emission('@container(name="loader")\ndef f() -> None: ...', "f").text
    assert "\n  name: loader-0-1-0\n" in text
    assert "\n  entrypoint: loader\n" in text


def test_arguments_are_in_order_and_filled_by_argo_where_it_says_so() -> None:
    template = template_of(
        """
@container
def f(
    data: Artifact[str], b: str, a: int = 1, tries: Annotated[int, Inject("{{retries}}")] = 0,
    pod: Annotated[str, Inject('"{{pod.name}}"')] = "",
) -> None: ...
""",
        "f",
    )
    assert template["container"]["args"] == [
        "--",
        "{{inputs.parameters.b}}",
        "{{inputs.parameters.a}}",
        "{{retries}}",
        '"{{pod.name}}"',
    ]
    assert template["inputs"]["parameters"] == [{"name": "b"}, {"name": "a", "default": "1"}]
    assert template["inputs"]["artifacts"][-1] == {"name": "data", "path": "/athena/in/data"}


PLACEHOLDERS = [
    ("{tag}", {"tag": '"v1 \\"x\\""'}, 'v1 "x"'),
    ("{job.name}-{count}", {"job": '{"name":"a","size":3}', "count": "12"}, "a-12"),
    ("{job.size}", {"job": '{"name":"a","size":3}'}, "3"),
    ("{{workflow.name}}-{tag}", {"tag": '"t"'}, "{{workflow.name}}-t"),
]


def substituted(text: str, parameters: dict[str, str]) -> str:
    """The text as Argo fills it in: plain tags first, then the others."""
    for name, value in parameters.items():
        text = text.replace(f"{{{{inputs.parameters.{name}}}}}", value)
    while (start := text.find("{{=")) >= 0:
        end = text.index("}}", start)
        expression = text[start + 3 : end].replace("toJson(", "toJSON(")
        engine = golem.Engine(variables={}, strict_vars=False)
        value = engine.eval(expression, {"inputs": {"parameters": parameters}})
        text = (
            text[:start] + (value if isinstance(value, str) else json.dumps(value).removesuffix(".0")) + text[end + 2 :]
        )
    return text


@pytest.mark.parametrize(("text", "parameters", "expected"), PLACEHOLDERS)
def test_placeholders_give_bare_values(text: str, parameters: dict[str, str], expected: str) -> None:
    source = f'{JOB}\n@container(env={{"A": "{text}"}})\ndef f(tag: str, job: Job, count: int) -> None: ...'
    value = template_of(source, "f")["container"]["env"][1]["value"]
    assert substituted(value, parameters) == expected


@pytest.mark.parametrize("tag", ["plain", 'with "quotes" and \\ and \n', "}}{{ é 😀", '","evil":"'])
def test_a_patch_stays_json_whatever_an_argument_holds(tag: str) -> None:
    source = """
@container(pod_spec_patch={"hostname": "say \\"{tag}\\"", "priority": 3})
def f(tag: str) -> None: ...
"""
    patch = template_of(source, "f")["podSpecPatch"]
    filled = substituted(patch, {"tag": json.dumps(tag)})
    assert json.loads(filled) == {"hostname": f'say "{tag}"', "priority": 3}


def test_an_injected_parameter_can_stand_in_a_text() -> None:
    source = """
@container(env={"POD": "{pod}!"})
def f(pod: Annotated[str, Inject('"{{pod.name}}"')] = "") -> None: ...
"""
    assert template_of(source, "f")["container"]["env"][1]["value"] == "{{pod.name}}!"


def test_the_cache_key_depends_on_function_code_and_inputs() -> None:
    template = template_of('@container(cache=Cache("c"))\ndef f(a: str, b: int) -> None: ...', "f")
    assert template["memoize"] == {
        "key": "{{=sprig.sha256sum(toJson(['shop-f unpublished unpublished unpublished', "
        "inputs.parameters['a'], inputs.parameters['b']]))}}",
        "maxAge": "",
        "cache": {"configMap": {"name": "c"}},
    }


RESOURCES = """
SCRATCH = EphemeralPvc(size="10Gi", access_modes=["ReadWriteMany"], storage_class="fast", name="scratch")
DATA = ExternalPvc("shared", read_only=True)

@fragment
def deep() -> None:
    host("/data"); host("/deep"); secret("db", "pw"); pvc(SCRATCH)

@fragment
def near() -> None:
    deep(); secret_opt("db", "pw"); load_artifact("in/a.csv")

@container
def f() -> None:
    secret_opt("db", "pw"); secret_opt("db", "maybe"); config_map("cfg", "k")
    if True:
        near()
    host("/data"); load_artifact_str("in/a.csv"); save_artifact("out", b""); pvc(DATA); checkpoint(str); run_info()
"""


def test_resource_calls_are_united_over_all_that_is_called() -> None:
    document = object_of(RESOURCES, "f")
    template = document["spec"]["templates"][0]
    env = {entry["name"]: entry.get("value") or entry["valueFrom"] for entry in template["container"]["env"]}
    scratch, shared = f"/athena/{contract.pvc_mount('scratch')}", f"/athena/{contract.pvc_mount('shared')}"
    assert env == {
        "ATHENA_TEMPLATE": "shop-f",
        "ATHENA_SECRET_DB__PW": {"secretKeyRef": {"name": "db", "key": "pw"}},
        "ATHENA_SECRET_DB__MAYBE": {"secretKeyRef": {"name": "db", "key": "maybe", "optional": True}},
        "ATHENA_CONFIG_CFG__K": {"configMapKeyRef": {"name": "cfg", "key": "k"}},
        "ATHENA_VOLUMES": json.dumps({"main:DATA": shared, "main:SCRATCH": scratch}, separators=(",", ":")),
        **contract.RUN_INFO_VARIABLES,
    }
    assert [mount["mountPath"] for mount in template["container"]["volumeMounts"]] == [
        "/athena",
        f"/athena/{contract.host_mount('/data')}",
        f"/athena/{contract.host_mount('/deep')}",
        shared,
        scratch,
    ]
    assert template["volumes"][1:] == [
        {"name": contract.host_volume("/data"), "hostPath": {"path": "/data"}},
        {"name": contract.host_volume("/deep"), "hostPath": {"path": "/deep"}},
        {"name": contract.pvc_volume("shared"), "persistentVolumeClaim": {"claimName": "shared", "readOnly": True}},
    ]
    assert document["spec"]["volumeClaimTemplates"] == [
        {
            "metadata": {"name": "scratch"},
            "spec": {
                "accessModes": ["ReadWriteMany"],
                "resources": {"requests": {"storage": "10Gi"}},
                "storageClassName": "fast",
            },
        }
    ]


def test_artifacts_by_key_are_exact_objects() -> None:
    template = template_of(RESOURCES, "f")
    (load,) = [a for a in template["inputs"]["artifacts"] if a["name"].startswith("load-")]
    (save,) = [a for a in template["outputs"]["artifacts"] if a["name"].startswith("save-")]
    assert load["s3"] == {"key": "in/a.csv"}
    assert load["path"] == f"/athena/{contract.loaded_artifact('in/a.csv')}"
    assert save["path"] == f"/athena/{contract.saved_artifact('out')}"
    assert load["archive"] == save["archive"] == {"none": {}}
    assert load["optional"] is save["optional"] is True


def test_a_checkpoint_is_shared_by_the_attempts_of_one_step() -> None:
    template = template_of(RESOURCES, "f")
    (before,) = [a for a in template["inputs"]["artifacts"] if a["name"].startswith("checkpoint-")]
    (after,) = [a for a in template["outputs"]["artifacts"] if a["name"].startswith("checkpoint-")]
    assert before["s3"] == after["s3"]
    assert "node.name" in before["s3"]["key"]
    assert before["path"] == f"/athena/{contract.checkpoint_in('state')}"
    assert after["path"] == f"/athena/{contract.checkpoint_out('state')}"


def test_the_head_of_all_programs_imports_the_runtime() -> None:
    assert "athena_runtime" in HEAD
    assert SETTINGS.version_tag == "0-1-0"
