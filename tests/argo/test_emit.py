"""Whole emissions, byte for byte, and what holds for all of them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from athena_lsp.argo.emit import NOT_PUBLISHED, emit
from athena_lsp.argo.expressions import tag
from athena_lsp.argo.layers import Layers
from athena_lsp.argo.printer import safe
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.settings import ArtifactRepository, SecretKey, Settings
from athena_lsp.text import Span
from tests.argo.manifest_checks import check_manifest
from tests.argo.programs import HEAD, SETTINGS, emission, emitted, object_of, project

SHOP = '''
@dataclass
class Report:
    id: str
    rows: int

@workflow
def pipeline(url: str = "https://example.com/data") -> Report:
    """Make the report.

    Every night.

    Args:
        url: Where the data
            are kept.
    """
    raw = fetch(url)
    clean = transform(raw, 3)
    publish(clean.id)
    return clean

@container
def fetch(url: str) -> str: ...

@container(image="ghcr.io/acme/app:{tag}", retry=Retry(limit=3, policy="OnError", backoff="30s"))
def transform(data: str, factor: int, tag: str = "latest") -> Report: ...

@container
def publish(id: str) -> None: ...
'''

ID_OF_CLEAN = tag(safe("toJson(fromJSON(tasks['clean'].outputs.parameters['return'])['id'])")).replace("'", "''")
PIPELINE = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: shop-pipeline-0-1-0
  labels:
    athena/project: shop
    athena/version: '0.1.0'
    athena/tag: '0-1-0'
    athena/channel: release
  annotations:
    workflows.argoproj.io/title: Make the report.
    workflows.argoproj.io/description: "Every night.\\n\\nArgs:\\n    url: Where the data\\n        are kept."
spec:
  entrypoint: shop-pipeline
  arguments:
    parameters:
    - name: url
      description: Where the data are kept.
      value: '"https://example.com/data"'
  templates:
  - name: shop-pipeline
    inputs:
      parameters:
      - name: url
        default: '"https://example.com/data"'
    outputs:
      parameters:
      - name: return
        valueFrom:
          parameter: '{{tasks.clean.outputs.parameters.return}}'
    dag:
      tasks:
      - name: raw
        templateRef:
          name: shop-fetch-0-1-0
          template: shop-fetch
        arguments:
          parameters:
          - name: url
            value: '{{inputs.parameters.url}}'
      - name: clean
        depends: raw.Succeeded
        templateRef:
          name: shop-transform-0-1-0
          template: shop-transform
        arguments:
          parameters:
          - name: data
            value: '{{tasks.raw.outputs.parameters.return}}'
          - name: factor
            value: '3'
      - name: publish
        depends: clean.Succeeded
        templateRef:
          name: shop-publish-0-1-0
          template: shop-publish
        arguments:
          parameters:
          - name: id
            value: '<the id of clean>'
"""

TRANSFORM = """\
spec:
  entrypoint: shop-transform
  arguments:
    parameters:
    - name: data
    - name: factor
    - name: tag
      value: '"latest"'
  templates:
  - name: shop-transform
    inputs:
      parameters:
      - name: data
      - name: factor
      - name: tag
        default: '"latest"'
      artifacts:
      - name: athena-py
        path: /athena/py
        archive:
          tar: {}
        s3:
          key: athena/layers/py/unpublished.tgz
      - name: athena-deps
        path: /athena/deps
        archive:
          tar: {}
        s3:
          key: athena/layers/deps/unpublished.tgz
      - name: athena-app
        path: /athena/app
        archive:
          tar: {}
        s3:
          key: athena/layers/app/unpublished.tgz
    outputs:
      parameters:
      - name: return
        valueFrom:
          path: /athena/out/return
    retryStrategy:
      limit: '3'
      retryPolicy: OnError
      backoff:
        duration: 30s
    container:
      image: ghcr.io/acme/app:{{=fromJSON(inputs.parameters['tag'])}}
      command:
      - sh
      - /athena/app/boot.sh
      args:
      - '--'
      - '{{inputs.parameters.data}}'
      - '{{inputs.parameters.factor}}'
      - '{{inputs.parameters.tag}}'
      env:
      - name: ATHENA_TEMPLATE
        value: shop-transform
      volumeMounts:
      - name: athena
        mountPath: /athena
    volumes:
    - name: athena
      emptyDir: {}
"""


def test_the_example_of_the_design() -> None:
    made = emission(SHOP)
    texts = dict(zip((document.metadata.name for document in made.documents), made.text.split("---\n"), strict=True))
    assert list(texts) == [f"shop-{name}-0-1-0" for name in ("fetch", "pipeline", "publish", "transform")]
    assert texts["shop-pipeline-0-1-0"] == PIPELINE.replace("<the id of clean>", ID_OF_CLEAN)
    assert texts["shop-transform-0-1-0"].partition("spec:\n")[2] == TRANSFORM.partition("spec:\n")[2]
    assert made.notes == (NOT_PUBLISHED,)
    check_manifest(made.text)


def test_two_emissions_are_byte_identical() -> None:
    assert emission(SHOP).text == emission(SHOP).text
    assert emission(SHOP, with_workflow=True).text == emission(SHOP, with_workflow=True).text


def test_only_what_is_reached_is_emitted() -> None:
    assert [document.metadata.name for document in emission(SHOP, "publish").documents] == ["shop-publish-0-1-0"]
    assert emission(SHOP, "nothing_of_that_name").text == ""


def test_a_run_to_submit_refers_to_the_template() -> None:
    made = emission(SHOP, with_workflow=True)
    (document,) = [document for document in check_manifest(made.text) if document["kind"] == "Workflow"]
    assert document["metadata"]["generateName"] == "shop-pipeline-0-1-0-"
    assert document["spec"] == {"workflowTemplateRef": {"name": "shop-pipeline-0-1-0"}}


def test_every_line_knows_the_python_it_came_from() -> None:
    made_from = project(SHOP)
    made = made_from.emit(Declaration("main.py", "pipeline"))
    lines = made.text.splitlines()
    origins = dict(made.origins)
    assert [line for line in range(len(lines)) if line not in origins] == [
        number for number, line in enumerate(lines) if line == "---"
    ]

    def python(path: str, document: int = 1) -> str:
        origin = origins[made.paths[document, path]]
        return origin.span.of(made_from.facts.block(origin.declaration.path, origin.declaration.name) or "")

    assert python("spec.templates[0].name") == "pipeline"
    assert python("spec.templates[0].dag.tasks[1]") == "transform(raw, 3)"
    assert python("spec.templates[0].dag.tasks[1].templateRef.name") == "transform"
    assert python("spec.templates[0].dag.tasks[1].arguments.parameters[1].value") == "3"
    assert python("spec.templates[0].dag.tasks[2].arguments.parameters[0]") == "clean.id"
    assert python("spec.templates[0].outputs.parameters[0].valueFrom") == "clean"
    assert python("spec.arguments.parameters[0].value") == "url"
    assert python("spec.templates[0].container.image", 3) == '"ghcr.io/acme/app:{tag}"'
    assert python("spec.templates[0].retryStrategy.backoff.duration", 3) == '"30s"'
    assert python("spec.templates[0].retryStrategy.limit", 3).startswith("Retry(limit=3")
    assert python("spec.templates[0].inputs.parameters[2]", 3) == "tag"


def test_a_fragments_resource_is_traced_to_the_fragment() -> None:
    source = """
    @fragment
    def user() -> str:
        return secret("db", "user")

    @container
    def login() -> None:
        print(len(user()))
    """
    made = emission(dedent(source), "login")
    line = made.paths[0, "spec.templates[0].container.env[1]"]
    origin = dict(made.origins)[line]
    assert origin.declaration == Declaration("main.py", "user")


def test_published_layers_are_named_by_their_digests() -> None:
    facts = project(SHOP).facts
    made = emit(facts, Declaration("main.py", "fetch"), layers=Layers(py="p1", deps="d2", app="a3"))
    assert made.notes == ()
    keys = [line.strip() for line in made.text.splitlines() if "key: " in line]
    assert keys == [f"key: athena/layers/{name}.tgz" for name in ("py/p1", "deps/d2", "app/a3")]


def test_the_repository_is_spelled_out_when_the_project_names_one() -> None:
    repository = ArtifactRepository(
        bucket="code",
        endpoint="minio:9000",
        region="eu-1",
        insecure=True,
        access_key_secret=SecretKey("s3", "access"),
        secret_key_secret=SecretKey("s3", "secret"),
    )
    settings = Settings(project="shop", version="0.1.0", prefix="team/athena", repository=repository)
    artifacts = object_of("@container\ndef f() -> Artifact[str]: ...", "f", settings)["spec"]["templates"][0]
    assert artifacts["inputs"]["artifacts"][0]["s3"] == {
        "endpoint": "minio:9000",
        "bucket": "code",
        "region": "eu-1",
        "insecure": True,
        "key": "team/athena/layers/py/unpublished.tgz",
        "accessKeySecret": {"name": "s3", "key": "access"},
        "secretKeySecret": {"name": "s3", "key": "secret"},
    }
    assert artifacts["outputs"]["artifacts"][0]["s3"]["key"] == "team/athena/runs/{{workflow.uid}}/{{pod.name}}/return"


def test_labels_are_made_of_what_labels_can_hold() -> None:
    settings = Settings(project="Acme Shop!", version="1.0.0-rc.1+build.5", channel="dev")
    made = Project.of({"main.py": f"{HEAD}\n@container(name='load')\ndef f() -> None: ..."}, settings=settings)
    text = made.emit(Declaration("main.py", "f")).text
    (document,) = check_manifest(text)
    assert document["metadata"]["name"] == "load-1-0-0-rc-1-build-5"
    assert document["metadata"]["labels"] == {
        "athena/project": "Acme-Shop",
        "athena/version": "1.0.0-rc.1-build.5",
        "athena/tag": "1-0-0-rc-1-build-5",
        "athena/channel": "dev",
    }


def test_the_exit_handler_is_emitted_and_hooked() -> None:
    objects = emitted("""
@container
def tell() -> None: ...

@container(on_exit_if_root=tell)
def pipeline() -> None: ...
""")
    assert list(objects) == ["WorkflowTemplate/shop-pipeline-0-1-0", "WorkflowTemplate/shop-tell-0-1-0"]
    spec = objects["WorkflowTemplate/shop-pipeline-0-1-0"]["spec"]
    assert spec["hooks"] == {"exit": {"templateRef": {"name": "shop-tell-0-1-0", "template": "shop-tell"}}}


@pytest.mark.parametrize(("channel", "name"), [("release", "shop-pipeline"), ("dev", "shop-pipeline-0-1-0")])
def test_a_release_takes_over_the_timetable_of_the_last_one(channel: str, name: str) -> None:
    source = """
@container
def step() -> None: ...

NIGHTLY = Cron("0 2 * * *", timezone="Europe/Paris", overlap="forbid", starting_deadline="5m")

@workflow(schedule=[NIGHTLY, Cron("@daily")])
def pipeline() -> None:
    step()
"""
    objects = emitted(source, settings=Settings(project="shop", version="0.1.0", channel=channel))
    assert objects[f"CronWorkflow/{name}"]["spec"] == {
        "schedules": ["0 2 * * *"],
        "timezone": "Europe/Paris",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 300,
        "workflowSpec": {"workflowTemplateRef": {"name": "shop-pipeline-0-1-0"}},
    }
    assert objects[f"CronWorkflow/{name}-2"]["spec"]["schedules"] == ["@daily"]


def test_volumes_of_a_run_are_claimed_by_every_root_that_reaches_them() -> None:
    objects = emitted("""
SCRATCH = EphemeralPvc(size="10Gi", access_modes=["ReadWriteMany"])

@fragment
def folder() -> str:
    return str(pvc(SCRATCH))

@container
def write() -> None:
    folder()

@container
def other() -> None: ...

@workflow
def inner() -> None:
    write()

@workflow
def pipeline() -> None:
    inner()
    other()
""")
    claims = {name: "volumeClaimTemplates" in document["spec"] for name, document in objects.items()}
    assert claims == {
        "WorkflowTemplate/shop-inner-0-1-0": True,
        "WorkflowTemplate/shop-other-0-1-0": False,
        "WorkflowTemplate/shop-pipeline-0-1-0": True,
        "WorkflowTemplate/shop-write-0-1-0": True,
    }


def test_spans_of_origins_count_in_their_own_block() -> None:
    made = emission(SHOP, "fetch")
    assert all(origin.span != Span(0, 0) for _, origin in made.origins)
    assert {origin.declaration for _, origin in made.origins} == {Declaration("main.py", "fetch")}


def test_settings_name_the_image_and_the_account_of_containers_that_name_none() -> None:
    settings = Settings(project="shop", version="0.1.0", image="registry/base:1", service_account="runner")
    template = object_of("@container\ndef f() -> None: ...", "f", settings)["spec"]["templates"][0]
    assert (template["container"]["image"], template["serviceAccountName"]) == ("registry/base:1", "runner")
    assert SETTINGS.image == "busybox:1.36"
