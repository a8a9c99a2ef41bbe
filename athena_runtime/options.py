"""The values that decorators and per-call options take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from typing import Literal

__all__ = [
    "Cache",
    "Cron",
    "Duration",
    "EphemeralPvc",
    "Event",
    "ExternalPvc",
    "HostMount",
    "Inject",
    "Mutex",
    "PodGc",
    "Quantity",
    "Resources",
    "Retry",
    "Scheduled",
    "Semaphore",
    "Sidecar",
    "Toleration",
    "Ttl",
]

Duration: TypeAlias = "int | str | timedelta"
"""Whole seconds above 0: a number of seconds, a text such as `"90s"`, `"1h30m"` or `"2d"`, or a `timedelta`."""

Quantity: TypeAlias = "int | float | str"
"""A Kubernetes quantity: a number, or a text such as `"500m"` or `"1Gi"`."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How a failed template is tried again. Argo field: `template.retryStrategy`."""

    limit: int | Literal["unlimited"]
    """Retries after the first attempt, 0 or more, or `"unlimited"`.
    Argo field: `template.retryStrategy.limit`. Default: none, it must be given.
    """
    policy: Literal["Always", "OnFailure", "OnError", "OnTransientError"] = "OnFailure"
    """Which ends are tried again: `OnFailure` a main container that ended with an error, `OnError` trouble of the
    cluster (a lost pod, an image that cannot be pulled), `OnTransientError` trouble that Argo knows to pass,
    `Always` any.
    Argo field: `template.retryStrategy.retryPolicy`. Default: `"OnFailure"`; `"Always"` under `on=`.
    """
    backoff: Duration | None = None
    """Time to wait before the first retry. Argo field: `template.retryStrategy.backoff.duration`. Default: no wait."""
    factor: int | None = None
    """What each wait is multiplied with for the next, 1 or more.
    Argo field: `template.retryStrategy.backoff.factor`. Default: 1, every wait is the same.
    """
    cap: Duration | None = None
    """The longest single wait. Argo field: `template.retryStrategy.backoff.cap`. Default: no cap."""
    max_duration: Duration | None = None
    """Time after the first start from which nothing is tried again.
    Argo field: `template.retryStrategy.backoff.maxDuration`. Default: no end.
    """
    on: tuple[type[BaseException], ...] = ()
    """Exception types of the function that are tried again, and no others but `TransientError`; of the cluster's own
    trouble, all.
    Argo field: `template.retryStrategy.expression`. Default: what `policy` says.
    """

    def __post_init__(self) -> None:
        if self.limit != "unlimited" and self.limit < 0:
            raise ValueError(f"Retry(limit={self.limit!r}): the limit is 0 or more, or 'unlimited'")


@dataclass(frozen=True, slots=True)
class Resources:
    """What a container asks of its node and may use at most. Argo field: `template.container.resources`."""

    cpu: Quantity | None = None
    """Processor time, in cores: `2`, `0.5` or `"500m"`; request and limit.
    Argo field: `template.container.resources.requests.cpu`, `template.container.resources.limits.cpu`. Default: the
    namespace's.
    """
    memory: Quantity | None = None
    """Memory, in bytes: `"512Mi"`, `"1Gi"`; request and limit.
    Argo field: `template.container.resources.requests.memory`, `template.container.resources.limits.memory`. Default:
    the namespace's.
    """
    ephemeral_storage: Quantity | None = None
    """Disk space of the node, in bytes: `"10Gi"`; request and limit.
    Argo field: `template.container.resources.requests.ephemeral-storage`,
    `template.container.resources.limits.ephemeral-storage`. Default: the namespace's.
    """
    gpu: int | None = None
    """Number of devices named by `gpu_resource`; request and limit.
    Argo field: `template.container.resources.limits`. Default: none.
    """
    gpu_resource: str = "nvidia.com/gpu"
    """The resource name that `gpu` counts.
    Argo field: `template.container.resources.limits`. Default: `"nvidia.com/gpu"`.
    """
    requests: Mapping[str, Quantity] | None = None
    """Requests by resource name, where they differ from the above: `{"cpu": "250m"}`.
    Argo field: `template.container.resources.requests`. Default: as given above.
    """
    limits: Mapping[str, Quantity] | None = None
    """Limits by resource name, where they differ from the above: `{"memory": "2Gi"}`.
    Argo field: `template.container.resources.limits`. Default: as given above.
    """


@dataclass(frozen=True, slots=True)
class Mutex:
    """A lock that one holder has at a time, within its namespace. Argo field: `template.synchronization.mutexes`."""

    name: str
    """The lock's name; text with placeholders.
    Argo field: `template.synchronization.mutexes.name`. Default: none, it must be given.
    """
    namespace: str | None = None
    """The namespace the lock belongs to; text with placeholders.
    Argo field: `template.synchronization.mutexes.namespace`. Default: the workflow's.
    """


@dataclass(frozen=True, slots=True)
class Semaphore:
    """A lock that as many have at a time as a ConfigMap says. Argo field: `template.synchronization.semaphores`."""

    config_map: str
    """The ConfigMap that holds the number; text with placeholders.
    Argo field: `template.synchronization.semaphores.configMapKeyRef.name`. Default: none, it must be given.
    """
    key: str
    """The key of the number; text with placeholders.
    Argo field: `template.synchronization.semaphores.configMapKeyRef.key`. Default: none, it must be given.
    """
    namespace: str | None = None
    """The namespace the lock belongs to; text with placeholders.
    Argo field: `template.synchronization.semaphores.namespace`. Default: the workflow's.
    """


@dataclass(frozen=True, slots=True)
class Toleration:
    """A taint of nodes that a pod accepts. Argo field: `template.tolerations`."""

    key: str = ""
    """The taint's key; text with placeholders.
    Argo field: `template.tolerations.key`. Default: `""`, every key, with operator `"Exists"` alone.
    """
    operator: Literal["Equal", "Exists"] = "Equal"
    """`Equal` compares `value`, `Exists` accepts any.
    Argo field: `template.tolerations.operator`. Default: `"Equal"`.
    """
    value: str = ""
    """The taint's value, under `Equal`; text with placeholders.
    Argo field: `template.tolerations.value`. Default: `""`.
    """
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute", ""] = ""
    """The taint's effect. Argo field: `template.tolerations.effect`. Default: `""`, every effect."""
    toleration_seconds: int | None = None
    """Seconds that a running pod stays on a node that gets the taint, under `NoExecute`.
    Argo field: `template.tolerations.tolerationSeconds`. Default: for ever.
    """


@dataclass(frozen=True, slots=True)
class HostMount:
    """A folder or file of the node, seen in the pod. Argo field: `template.volumes.hostPath`."""

    host_path: str
    """The absolute path on the node. Argo field: `template.volumes.hostPath.path`. Default: none, it must be given."""
    mount_path: str
    """The absolute path in the container, without `:`.
    Argo field: `template.container.volumeMounts.mountPath`. Default: none, it must be given.
    """
    read_only: bool = False
    """Whether the container may only read. Argo field: `template.container.volumeMounts.readOnly`. Default: `False`."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A further container of the pod: beside the function's, or before it under `init_containers=`.
    Argo field: `template.sidecars`, `template.initContainers`.
    """

    name: str
    """The container's name; not `main`, `init`, `wait` or `supervisor`.
    Argo field: `template.sidecars.name`. Default: none, it must be given.
    """
    image: str
    """The container's image; text with placeholders.
    Argo field: `template.sidecars.image`. Default: none, it must be given.
    """
    command: Sequence[str] = ()
    """The program and its first arguments; texts with placeholders.
    Argo field: `template.sidecars.command`. Default: the image's.
    """
    args: Sequence[str] = ()
    """Arguments of the program; texts with placeholders. Argo field: `template.sidecars.args`. Default: the image's."""
    env: Mapping[str, str] | None = None
    """Environment variables; values with placeholders. Argo field: `template.sidecars.env`. Default: none."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A memory of results: equal inputs and equal code give the stored result. Argo field: `template.memoize`."""

    name: str
    """The ConfigMap that stores results; at most 1 MB in all.
    Argo field: `template.memoize.cache.configMap.name`. Default: none, it must be given.
    """
    max_age: Duration | None = None
    """Age from which a stored result is not used. Argo field: `template.memoize.maxAge`. Default: no end."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A timetable by which the cluster submits a workflow, with its parameters' defaults.
    Argo field: `CronWorkflow`.
    """

    schedule: str
    """Five fields (minute, hour, day of month, month, day of week) or `"@daily"`, `"@every 90m"` and their like.
    Argo field: `CronWorkflow.spec.schedules`. Default: none, it must be given.
    """
    timezone: str | None = None
    """The IANA name of the time zone that the schedule is read in.
    Argo field: `CronWorkflow.spec.timezone`. Default: the controller's, most often UTC.
    """
    overlap: Literal["allow", "forbid", "replace"] = "allow"
    """What happens when the last run still goes on: `allow` runs both, `forbid` skips the new one, `replace` ends the
    old one.
    Argo field: `CronWorkflow.spec.concurrencyPolicy`. Default: `"allow"`.
    """
    starting_deadline: Duration | None = None
    """How late a missed run may still start.
    Argo field: `CronWorkflow.spec.startingDeadlineSeconds`. Default: a missed run is not made up.
    """
    suspend: bool = False
    """Whether the timetable is held until somebody resumes it.
    Argo field: `CronWorkflow.spec.suspend`. Default: `False`.
    """
    arguments: Mapping[str, object] | None = None
    """Values of the workflow's parameters for the runs of this timetable, by name.
    Argo field: `CronWorkflow.spec.workflowSpec.arguments`. Default: the parameters' own defaults.
    """


class Scheduled(datetime):
    """The default of a parameter that gets the time for which a timetable started the run, and not when it did.

    `def nightly(at: datetime = Scheduled()) -> None`. A run that somebody submits, and a local one, get the time of
    their own start. Argo field: `workflow.scheduledTime`.
    """

    __athena_now__ = True

    def __new__(cls, *parts: Any) -> Scheduled:
        now = datetime.now(timezone.utc)  # noqa: UP017 (pods may have Python 3.10)
        given = parts or (now.year, now.month, now.day, now.hour, now.minute, now.second, now.microsecond, now.tzinfo)
        return super().__new__(cls, *given)


@dataclass(frozen=True, slots=True)
class Event:
    """What makes Argo's server submit a workflow: a request to `/api/v1/events/NAMESPACE/DISCRIMINATOR` that fits.

    Argo field: `WorkflowEventBinding`.
    """

    selector: str
    """Argo's expression on `payload`, `metadata` and `discriminator`, which is true for events that count.
    Argo field: `WorkflowEventBinding.spec.event.selector`. Default: none, it must be given.
    """
    arguments: Mapping[str, str] | None = None
    """For each parameter an expression on the event, such as `"payload.id"`, whose value it gets.
    Argo field: `WorkflowEventBinding.spec.submit.arguments`. Default: the parameters' own defaults.
    """


@dataclass(frozen=True, slots=True)
class Ttl:
    """How long a finished workflow is kept; at least one bound. Argo field: `spec.ttlStrategy`."""

    after_completion: Duration | None = None
    """Time after any end. Argo field: `spec.ttlStrategy.secondsAfterCompletion`. Default: for ever."""
    after_success: Duration | None = None
    """Time after an end in success.
    Argo field: `spec.ttlStrategy.secondsAfterSuccess`. Default: as `after_completion`.
    """
    after_failure: Duration | None = None
    """Time after an end in failure.
    Argo field: `spec.ttlStrategy.secondsAfterFailure`. Default: as `after_completion`.
    """

    def __post_init__(self) -> None:
        if self.after_completion is None and self.after_success is None and self.after_failure is None:
            raise ValueError("Ttl() needs after_completion=, after_success= or after_failure=")


@dataclass(frozen=True, slots=True)
class PodGc:
    """When the pods of a workflow are deleted. Argo field: `spec.podGC`."""

    strategy: Literal["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"]
    """The event after which pods are deleted. Argo field: `spec.podGC.strategy`. Default: none, it must be given."""
    delete_delay: Duration | None = None
    """Time between that event and the deletion. Argo field: `spec.podGC.deleteDelayDuration`. Default: 5 seconds."""


@dataclass(frozen=True, slots=True)
class EphemeralPvc:
    """A volume that a run creates, shares between its steps and deletes: bind it to a module-level name.
    Argo field: `spec.volumeClaimTemplates`.
    """

    size: str
    """The volume's size: `"10Gi"`.
    Argo field: `spec.volumeClaimTemplates.spec.resources.requests.storage`. Default: none, it must be given.
    """
    access_modes: Sequence[Literal["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod"]]
    """Who may mount the volume at a time: `ReadWriteOnce` one node, `ReadWriteOncePod` one pod, the others many nodes.
    Argo field: `spec.volumeClaimTemplates.spec.accessModes`. Default: none, it must be given.
    """
    storage_class: str | None = None
    """The storage class. Argo field: `spec.volumeClaimTemplates.spec.storageClassName`. Default: the cluster's."""
    name: str | None = None
    """The claim's name, DNS-1123.
    Argo field: `spec.volumeClaimTemplates.metadata.name`. Default: `<project>-<variable>` in kebab case.
    """

    def __post_init__(self) -> None:
        if isinstance(self.access_modes, str) or not self.access_modes:
            raise ValueError(f"EphemeralPvc(access_modes={self.access_modes!r}): give a list of one mode or more")


@dataclass(frozen=True, slots=True)
class ExternalPvc:
    """A volume that is there before and after the run: bind it to a module-level name.
    Argo field: `template.volumes.persistentVolumeClaim`.
    """

    claim: str
    """The name of the claim, in the workflow's namespace.
    Argo field: `template.volumes.persistentVolumeClaim.claimName`. Default: none, it must be given.
    """
    read_only: bool = False
    """Whether the pod may only read.
    Argo field: `template.volumes.persistentVolumeClaim.readOnly`, `template.container.volumeMounts.readOnly`. Default:
    `False`.
    """


@dataclass(frozen=True, slots=True)
class Inject:
    """The mark of a parameter that Argo fills: `x: Annotated[int, Inject("{{retries}}")] = 0`.

    Argo field: `template.container.args`.

    Callers do not see the parameter. It stands last, has a default (used in local calls) and is not an `Artifact`.
    """

    expression: str
    """Argo's text for the value, JSON once Argo has replaced the tags: a text needs its own quotes, as in
    `'"{{pod.name}}"'`.
    Argo field: `template.container.args`. Default: none, it must be given.
    """
