"""The part of Argo Workflows that athena writes, as small frozen objects: workflows, templates, tasks, their arguments.

Every class mirrors one Argo type; a field is the Argo field of the same name in camel case, in the order in which it is
written, and absent when it is None or empty. What a pod is made of stands in `pod.py`.
"""

from __future__ import annotations

from typing import TypeAlias

from athena_lsp.argo.pod import Container, KeySelector, Metadata, Named, Toleration, Volume, VolumeClaim
from athena_lsp.argo.tree import NO_MAP, Empty, Map, Part
from athena_lsp.records import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowTemplate(Part):
    """Argo `WorkflowTemplate`."""

    api_version: str = "argoproj.io/v1alpha1"
    kind: str = "WorkflowTemplate"
    metadata: Metadata
    spec: WorkflowSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow(Part):
    """Argo `Workflow`: one run."""

    api_version: str = "argoproj.io/v1alpha1"
    kind: str = "Workflow"
    metadata: Metadata
    spec: WorkflowSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class CronWorkflow(Part):
    """Argo `CronWorkflow`."""

    api_version: str = "argoproj.io/v1alpha1"
    kind: str = "CronWorkflow"
    metadata: Metadata
    spec: CronSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowEventBinding(Part):
    """Argo `WorkflowEventBinding`."""

    api_version: str = "argoproj.io/v1alpha1"
    kind: str = "WorkflowEventBinding"
    metadata: Metadata
    spec: EventBindingSpec


Document: TypeAlias = WorkflowTemplate | Workflow | CronWorkflow | WorkflowEventBinding


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBindingSpec(Part):
    """Argo `WorkflowEventBindingSpec`."""

    event: EventSelector
    submit: Submit


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSelector(Part):
    """Argo `Event`."""

    selector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(Part):
    """Argo `Submit`."""

    workflow_template_ref: Named
    arguments: Arguments | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CronSpec(Part):
    """Argo `CronWorkflowSpec`."""

    schedules: tuple[str, ...]
    timezone: str | None = None
    concurrency_policy: str | None = None
    starting_deadline_seconds: int | None = None
    suspend: bool | None = None
    workflow_spec: WorkflowSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowSpec(Part):
    """Argo `WorkflowSpec`. All after `templates` is read from the submitted workflow alone."""

    entrypoint: str | None = None
    workflow_template_ref: Named | None = None
    arguments: Arguments | None = None
    templates: tuple[Template, ...] = ()
    hooks: Map = NO_MAP
    ttl_strategy: TtlStrategy | None = None
    pod_gc: PodGc | None = field(default=None, metadata={"key": "podGC"})
    active_deadline_seconds: int | None = None
    priority: int | None = None
    parallelism: int | None = None
    synchronization: Synchronization | None = None
    node_selector: Map = NO_MAP
    tolerations: tuple[Toleration, ...] = ()
    affinity: Map = NO_MAP
    pod_spec_patch: str | None = None
    image_pull_secrets: tuple[Named, ...] = ()
    volume_claim_templates: tuple[VolumeClaim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TtlStrategy(Part):
    """Argo `TTLStrategy`, in seconds."""

    seconds_after_completion: int | None = None
    seconds_after_success: int | None = None
    seconds_after_failure: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PodGc(Part):
    """Argo `PodGC`."""

    strategy: str
    delete_delay_duration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook(Part):
    """Argo `LifecycleHook`."""

    expression: str | None = None
    template_ref: TemplateRef
    arguments: Arguments | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRef(Part):
    """Argo `TemplateRef`: a template of another object."""

    name: str
    template: str


# --- templates ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Part):
    """Argo `Template`: exactly one of `dag`, `steps`, `suspend` and `container` says what it does."""

    name: str
    metadata: Metadata | None = None
    inputs: Inputs | None = None
    outputs: Outputs | None = None
    retry_strategy: RetryStrategy | None = None
    timeout: str | None = None
    pending_timeout: str | None = None
    active_deadline_seconds: int | None = None
    daemon: bool | None = None
    memoize: Memoize | None = None
    parallelism: int | None = None
    fail_fast: bool | None = None
    synchronization: Synchronization | None = None
    dag: Dag | None = None
    steps: tuple[tuple[Task, ...], ...] = ()
    suspend: Suspend | None = None
    init_containers: tuple[Container, ...] = ()
    container: Container | None = None
    sidecars: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    service_account_name: str | None = None
    node_selector: Map = NO_MAP
    tolerations: tuple[Toleration, ...] = ()
    affinity: Map = NO_MAP
    pod_spec_patch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dag(Part):
    """Argo `DAGTemplate`."""

    fail_fast: bool | None = None
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(Part):
    """Argo `SuspendTemplate`."""

    duration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Part):
    """Argo `DAGTask`, and `WorkflowStep`, which has no `depends`."""

    name: str
    depends: str | None = None
    when: str | None = None
    template: str | None = None
    template_ref: TemplateRef | None = None
    arguments: Arguments | None = None
    with_param: str | None = None
    continue_on: ContinueOn | None = None
    hooks: Map = NO_MAP


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinueOn(Part):
    """Argo `ContinueOn`; of steps alone."""

    error: bool | None = None
    failed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments(Part):
    """Argo `Arguments`."""

    parameters: tuple[Parameter, ...] = ()
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs(Part):
    """Argo `Inputs`."""

    parameters: tuple[Parameter, ...] = ()
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs(Part):
    """Argo `Outputs`."""

    parameters: tuple[Parameter, ...] = ()
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Part):
    """Argo `Parameter`; `value`, `default` and `enum` are JSON text."""

    name: str
    description: str | None = None
    value: str | None = None
    default: str | None = None
    value_from: ValueFrom | None = None
    enum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFrom(Part):
    """Argo `ValueFrom`."""

    parameter: str | None = None
    expression: str | None = None
    path: str | None = None
    event: str | None = None
    supplied: Empty | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact(Part):
    """Argo `Artifact`."""

    name: str
    path: str | None = None
    from_: str | None = None
    from_expression: str | None = None
    optional: bool | None = None
    archive: Archive | None = None
    raw: RawArtifact | None = None
    s3: S3Artifact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive(Part):
    """Argo `ArchiveStrategy`."""

    none: Empty | None = None
    tar: Empty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArtifact(Part):
    """Argo `RawArtifact`."""

    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Artifact(Part):
    """Argo `S3Artifact`; with a key alone, in the cluster's own repository."""

    endpoint: str | None = None
    bucket: str | None = None
    region: str | None = None
    insecure: bool | None = None
    key: str
    access_key_secret: KeySelector | None = None
    secret_key_secret: KeySelector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryStrategy(Part):
    """Argo `RetryStrategy`."""

    limit: str | None = None
    retry_policy: str | None = None
    backoff: Backoff | None = None
    expression: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff(Part):
    """Argo `Backoff`; durations are Go's."""

    duration: str | None = None
    factor: str | None = None
    cap: str | None = None
    max_duration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memoize(Part):
    """Argo `Memoize`."""

    key: str
    max_age: str
    cache: CacheSource


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSource(Part):
    """Argo `Cache`."""

    config_map: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchronization(Part):
    """Argo `Synchronization`."""

    mutexes: tuple[Mutex, ...] = ()
    semaphores: tuple[SemaphoreRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutex(Part):
    """Argo `Mutex`."""

    name: str
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SemaphoreRef(Part):
    """Argo `SemaphoreRef`."""

    config_map_key_ref: KeySelector
    namespace: str | None = None
