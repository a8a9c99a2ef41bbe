"""The three decorators: `workflow`, `container`, `fragment`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, overload

from athena_runtime.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from typing import Literal

    from athena_runtime.options import (
        Cache,
        Cron,
        Duration,
        Event,
        HostMount,
        Mutex,
        PodGc,
        Resources,
        Retry,
        Semaphore,
        Sidecar,
        Toleration,
        Ttl,
    )

__all__ = ["container", "fragment", "workflow"]

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound="Callable[..., object]")


class WorkflowDecorator(Protocol):
    """What `workflow(...)` with keywords gives: a decorator for a `def`."""

    def __call__(self, function: Callable[P, R], /) -> Template[P, R]: ...


class ContainerDecorator(Protocol):
    """What `container(...)` with keywords gives: a decorator for a `def` or an `async def`."""

    @overload
    def __call__(self, function: Callable[P, Coroutine[Any, Any, R]], /) -> Template[P, R]: ...
    @overload
    def __call__(self, function: Callable[P, R], /) -> Template[P, R]: ...


@overload
def workflow(function: Callable[P, R], /) -> Template[P, R]: ...
@overload
def workflow(
    *,
    name: str | None = ...,
    retry: Retry | int | None = ...,
    mutexes: Sequence[Mutex] | None = ...,
    semaphores: Sequence[Semaphore] | None = ...,
    steps: bool = ...,
    parallelism: int | None = ...,
    fail_fast: bool = ...,
    boundary_node_selector: Mapping[str, str] | None = ...,
    boundary_tolerations: Sequence[Toleration] | None = ...,
    boundary_affinity: Mapping[str, object] | None = ...,
    schedule: Cron | Sequence[Cron] | None = ...,
    on: Event | Sequence[Event] | None = ...,
    on_exit_if_root: Callable[[], object] | None = ...,
    ttl_if_root: Ttl | None = ...,
    pod_gc_if_root: PodGc
    | Literal["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"]
    | None = ...,
    active_deadline_if_root: Duration | None = ...,
    mutexes_if_root: Sequence[Mutex] | None = ...,
    semaphores_if_root: Sequence[Semaphore] | None = ...,
    tolerations_if_root: Sequence[Toleration] | None = ...,
    node_selector_if_root: Mapping[str, str] | None = ...,
    affinity_if_root: Mapping[str, object] | None = ...,
    pod_spec_patch_if_root: Mapping[str, object] | None = ...,
    image_pull_secrets_if_root: Sequence[str] | None = ...,
    priority_if_root: int | None = ...,
    parallelism_if_root: int | None = ...,
) -> WorkflowDecorator: ...
def workflow(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    retry: Retry | int | None = None,
    mutexes: Sequence[Mutex] | None = None,
    semaphores: Sequence[Semaphore] | None = None,
    steps: bool = False,
    parallelism: int | None = None,
    fail_fast: bool = True,
    boundary_node_selector: Mapping[str, str] | None = None,
    boundary_tolerations: Sequence[Toleration] | None = None,
    boundary_affinity: Mapping[str, object] | None = None,
    schedule: Cron | Sequence[Cron] | None = None,
    on: Event | Sequence[Event] | None = None,
    on_exit_if_root: Callable[[], object] | None = None,
    ttl_if_root: Ttl | None = None,
    pod_gc_if_root: PodGc
    | Literal["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"]
    | None = None,
    active_deadline_if_root: Duration | None = None,
    mutexes_if_root: Sequence[Mutex] | None = None,
    semaphores_if_root: Sequence[Semaphore] | None = None,
    tolerations_if_root: Sequence[Toleration] | None = None,
    node_selector_if_root: Mapping[str, str] | None = None,
    affinity_if_root: Mapping[str, object] | None = None,
    pod_spec_patch_if_root: Mapping[str, object] | None = None,
    image_pull_secrets_if_root: Sequence[str] | None = None,
    priority_if_root: int | None = None,
    parallelism_if_root: int | None = None,
) -> Any:
    """A function whose body is read, never run by Argo: one WorkflowTemplate with a dag, or with steps.

    `@workflow` and `@workflow(...)` are both right. A call of the decorated function runs its body in this process.
    Values are static; None is the same as leaving the keyword out.

    Args:
        name: The template's base name, DNS-1123, in place of `<project>-<function>`.
            Argo field: `metadata.name`, `spec.entrypoint`, `template.name`. Default: `<project>-<function>` in kebab
            case.
        retry: How the whole workflow is tried again when it fails; a number is the limit.
            Argo field: `template.retryStrategy`. Default: a failure is final.
        mutexes: Locks that this part of the run holds while it runs.
            Argo field: `template.synchronization.mutexes`. Default: none.
        semaphores: Counted locks that this part of the run holds while it runs.
            Argo field: `template.synchronization.semaphores`. Default: none.
        steps: Whether calls run one after the other in the order of the text, and not as soon as their inputs are
            there.
            Argo field: `template.steps`. Default: `False`.
        parallelism: How many of the workflow's own calls run at a time, 1 or more.
            Argo field: `template.parallelism`. Default: no limit.
        fail_fast: Whether nothing new starts once a call has failed.
            Argo field: `template.dag.failFast`. Default: `True`.
        boundary_node_selector: Labels that nodes of the workflow's own pods must have, where a pod does not say;
            literal.
            Argo field: `template.nodeSelector`. Default: none.
        boundary_tolerations: Taints of nodes that the workflow's own pods accept, where a pod does not say; literal.
            Argo field: `template.tolerations`. Default: none.
        boundary_affinity: Kubernetes' `Affinity` of the workflow's own pods, where a pod does not say, as it stands in
            YAML; literal.
            Argo field: `template.affinity`. Default: none.
        schedule: When the cluster submits the workflow by itself; every parameter needs a default, or a value in each
            timetable.
            Argo field: `CronWorkflow`. Default: never.
        on: Which events make Argo's server submit the workflow; every parameter needs a default, or an expression in
            each event.
            Argo field: `WorkflowEventBinding`. Default: none.
        on_exit_if_root: A template without required parameters, which runs when the workflow has ended, however it
            ended. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.hooks.exit.templateRef`. Default: none.
        ttl_if_root: How long the finished workflow is kept. Acts only when this template's own workflow is the one
            submitted.
            Argo field: `spec.ttlStrategy`. Default: the controller's.
        pod_gc_if_root: When pods are deleted. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.podGC`. Default: the controller's.
        active_deadline_if_root: The longest time that the whole run takes. Acts only when this template's own workflow
            is the one submitted.
            Argo field: `spec.activeDeadlineSeconds`. Default: no limit.
        mutexes_if_root: Locks that the whole run holds. Acts only when this template's own workflow is the one
            submitted.
            Argo field: `spec.synchronization.mutexes`. Default: none.
        semaphores_if_root: Counted locks that the whole run holds. Acts only when this template's own workflow is the
            one submitted.
            Argo field: `spec.synchronization.semaphores`. Default: none.
        tolerations_if_root: Taints of nodes that the run's pods accept, where neither they nor their boundary say. Acts
            only when this template's own workflow is the one submitted.
            Argo field: `spec.tolerations`. Default: none.
        node_selector_if_root: Labels that nodes of the run's pods must have, where neither they nor their boundary say;
            values with placeholders. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.nodeSelector`. Default: none.
        affinity_if_root: Kubernetes' `Affinity` of the run's pods, where neither they nor their boundary say, as it
            stands in YAML. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.affinity`. Default: none.
        pod_spec_patch_if_root: A merge patch of every pod of the run, before the pod's own, as it stands in YAML; texts
            with placeholders. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.podSpecPatch`. Default: none.
        image_pull_secrets_if_root: Names of the Secrets that images are pulled with. Acts only when this template's own
            workflow is the one submitted.
            Argo field: `spec.imagePullSecrets`. Default: the service account's.
        priority_if_root: The run's rank among those that wait for the controller or a lock; higher goes first. Acts
            only when this template's own workflow is the one submitted.
            Argo field: `spec.priority`. Default: 0.
        parallelism_if_root: How many pods of the run are active at a time, 1 or more. Acts only when this template's
            own workflow is the one submitted.
            Argo field: `spec.parallelism`. Default: no limit.
    """
    arguments = {key: value for key, value in locals().items() if key != "function" and value is not None}
    return _decorate("workflow", function, arguments)


@overload
def container(function: Callable[P, Coroutine[Any, Any, R]], /) -> Template[P, R]: ...
@overload
def container(function: Callable[P, R], /) -> Template[P, R]: ...
@overload
def container(
    *,
    image: str | None = ...,
    name: str | None = ...,
    service_account: str | None = ...,
    node_selector: Mapping[str, str] | None = ...,
    env: Mapping[str, str] | None = ...,
    annotations: Mapping[str, str] | None = ...,
    labels: Mapping[str, str] | None = ...,
    resources: Resources | None = ...,
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = ...,
    working_dir: str | None = ...,
    privileged: bool = ...,
    run_as_user: int | None = ...,
    daemon: bool = ...,
    interpreter: Literal["bundle", "image"] = ...,
    retry: Retry | int | None = ...,
    timeout: Duration | None = ...,
    pod_running_timeout: Duration | None = ...,
    pending_timeout: Duration | None = ...,
    mutexes: Sequence[Mutex] | None = ...,
    semaphores: Sequence[Semaphore] | None = ...,
    tolerations: Sequence[Toleration] | None = ...,
    affinity: Mapping[str, object] | None = ...,
    pod_spec_patch: Mapping[str, object] | None = ...,
    host_mounts: Sequence[HostMount] | None = ...,
    sidecars: Sequence[Sidecar] | None = ...,
    init_containers: Sequence[Sidecar] | None = ...,
    cache: Cache | None = ...,
    on_exit_if_root: Callable[[], object] | None = ...,
    ttl_if_root: Ttl | None = ...,
    pod_gc_if_root: PodGc
    | Literal["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"]
    | None = ...,
    active_deadline_if_root: Duration | None = ...,
    mutexes_if_root: Sequence[Mutex] | None = ...,
    semaphores_if_root: Sequence[Semaphore] | None = ...,
    tolerations_if_root: Sequence[Toleration] | None = ...,
    affinity_if_root: Mapping[str, object] | None = ...,
    pod_spec_patch_if_root: Mapping[str, object] | None = ...,
    image_pull_secrets_if_root: Sequence[str] | None = ...,
    priority_if_root: int | None = ...,
) -> ContainerDecorator: ...
def container(
    function: Callable[..., Any] | None = None,
    /,
    *,
    image: str | None = None,
    name: str | None = None,
    service_account: str | None = None,
    node_selector: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    resources: Resources | None = None,
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None,
    working_dir: str | None = None,
    privileged: bool = False,
    run_as_user: int | None = None,
    daemon: bool = False,
    interpreter: Literal["bundle", "image"] = "bundle",
    retry: Retry | int | None = None,
    timeout: Duration | None = None,
    pod_running_timeout: Duration | None = None,
    pending_timeout: Duration | None = None,
    mutexes: Sequence[Mutex] | None = None,
    semaphores: Sequence[Semaphore] | None = None,
    tolerations: Sequence[Toleration] | None = None,
    affinity: Mapping[str, object] | None = None,
    pod_spec_patch: Mapping[str, object] | None = None,
    host_mounts: Sequence[HostMount] | None = None,
    sidecars: Sequence[Sidecar] | None = None,
    init_containers: Sequence[Sidecar] | None = None,
    cache: Cache | None = None,
    on_exit_if_root: Callable[[], object] | None = None,
    ttl_if_root: Ttl | None = None,
    pod_gc_if_root: PodGc
    | Literal["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"]
    | None = None,
    active_deadline_if_root: Duration | None = None,
    mutexes_if_root: Sequence[Mutex] | None = None,
    semaphores_if_root: Sequence[Semaphore] | None = None,
    tolerations_if_root: Sequence[Toleration] | None = None,
    affinity_if_root: Mapping[str, object] | None = None,
    pod_spec_patch_if_root: Mapping[str, object] | None = None,
    image_pull_secrets_if_root: Sequence[str] | None = None,
    priority_if_root: int | None = None,
) -> Any:
    """A function that runs in one pod: one WorkflowTemplate with a container.

    `@container` and `@container(...)` are both right, on `def` and `async def`; a call of the decorated function runs
    it to its end in this process and gives its result. Values are static, placeholders are `{parameter}` and
    `{parameter.field}`; None is the same as leaving the keyword out.

    Args:
        image: The container's image; text with placeholders.
            Argo field: `template.container.image`. Default: the image of the project's configuration.
        name: The template's base name, DNS-1123, in place of `<project>-<function>`.
            Argo field: `metadata.name`, `spec.entrypoint`, `template.name`. Default: `<project>-<function>` in kebab
            case.
        service_account: The service account that the pod runs as; text with placeholders.
            Argo field: `template.serviceAccountName`. Default: the service account of the project's configuration.
        node_selector: Labels that the pod's node must have; values with placeholders.
            Argo field: `template.nodeSelector`. Default: any node, or what an enclosing workflow's boundary says.
        env: Environment variables; values with placeholders. Argo field: `template.container.env`. Default: none.
        annotations: Annotations of the pod; values with placeholders.
            Argo field: `template.metadata.annotations`. Default: none.
        labels: Labels of the pod; values with placeholders. Argo field: `template.metadata.labels`. Default: none.
        resources: Processor time, memory, disk space and devices.
            Argo field: `template.container.resources`. Default: the namespace's.
        image_pull_policy: When the node pulls the image.
            Argo field: `template.container.imagePullPolicy`. Default: Kubernetes' rule: `"Always"` for the tag
            `latest`, else `"IfNotPresent"`.
        working_dir: The absolute path of the folder that the function starts in.
            Argo field: `template.container.workingDir`. Default: the image's.
        privileged: Whether the container has the rights of the node's root.
            Argo field: `template.container.securityContext.privileged`. Default: `False`.
        run_as_user: The user id that the container runs as, 0 or more.
            Argo field: `template.container.securityContext.runAsUser`. Default: the image's.
        daemon: Whether later steps start as soon as the pod is ready, while it goes on until the enclosing workflow
            ends; a daemon that returns has failed.
            Argo field: `template.daemon`. Default: `False`.
        interpreter: Which Python runs the function: the one athena brings along, or the image's own `python3`.
            Argo field: `template.inputs.artifacts`. Default: `"bundle"`.
        retry: How a failed pod is tried again; a number is the limit.
            Argo field: `template.retryStrategy`. Default: a failure is final.
        timeout: The longest time from the step's start to its end, with the time it waits for a node.
            Argo field: `template.timeout`. Default: no limit.
        pod_running_timeout: The longest time that the pod runs, from when it is on a node.
            Argo field: `template.activeDeadlineSeconds`. Default: no limit.
        pending_timeout: The longest time that the pod waits for a node, its image and its inputs; not every Argo
            version has it.
            Argo field: `template.pendingTimeout`. Default: no limit.
        mutexes: Locks that the step holds while it runs. Argo field: `template.synchronization.mutexes`. Default: none.
        semaphores: Counted locks that the step holds while it runs.
            Argo field: `template.synchronization.semaphores`. Default: none.
        tolerations: Taints of nodes that the pod accepts.
            Argo field: `template.tolerations`. Default: none, or what an enclosing workflow's boundary says.
        affinity: Kubernetes' `Affinity` of the pod, as it stands in YAML.
            Argo field: `template.affinity`. Default: none, or what an enclosing workflow's boundary says.
        pod_spec_patch: A merge patch of the finished pod's spec, as it stands in YAML; texts with placeholders. The
            function's container is called `main`.
            Argo field: `template.podSpecPatch`. Default: none.
        host_mounts: Folders and files of the node.
            Argo field: `template.volumes`, `template.container.volumeMounts`. Default: none.
        sidecars: Containers that run beside the function and are stopped after it.
            Argo field: `template.sidecars`. Default: none.
        init_containers: Containers that run to their end before the function, one after the other.
            Argo field: `template.initContainers`. Default: none.
        cache: Where results are stored, so that equal inputs to equal code run once; the key holds the code's digest.
            Argo field: `template.memoize`. Default: every call runs.
        on_exit_if_root: A template without required parameters, which runs when the workflow has ended, however it
            ended. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.hooks.exit.templateRef`. Default: none.
        ttl_if_root: How long the finished workflow is kept. Acts only when this template's own workflow is the one
            submitted.
            Argo field: `spec.ttlStrategy`. Default: the controller's.
        pod_gc_if_root: When pods are deleted. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.podGC`. Default: the controller's.
        active_deadline_if_root: The longest time that the whole run takes. Acts only when this template's own workflow
            is the one submitted.
            Argo field: `spec.activeDeadlineSeconds`. Default: no limit.
        mutexes_if_root: Locks that the whole run holds. Acts only when this template's own workflow is the one
            submitted.
            Argo field: `spec.synchronization.mutexes`. Default: none.
        semaphores_if_root: Counted locks that the whole run holds. Acts only when this template's own workflow is the
            one submitted.
            Argo field: `spec.synchronization.semaphores`. Default: none.
        tolerations_if_root: Taints of nodes that the run's pods accept, where neither they nor their boundary say. Acts
            only when this template's own workflow is the one submitted.
            Argo field: `spec.tolerations`. Default: none.
        affinity_if_root: Kubernetes' `Affinity` of the run's pods, where neither they nor their boundary say, as it
            stands in YAML. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.affinity`. Default: none.
        pod_spec_patch_if_root: A merge patch of every pod of the run, before the pod's own, as it stands in YAML; texts
            with placeholders. Acts only when this template's own workflow is the one submitted.
            Argo field: `spec.podSpecPatch`. Default: none.
        image_pull_secrets_if_root: Names of the Secrets that images are pulled with. Acts only when this template's own
            workflow is the one submitted.
            Argo field: `spec.imagePullSecrets`. Default: the service account's.
        priority_if_root: The run's rank among those that wait for the controller or a lock; higher goes first. Acts
            only when this template's own workflow is the one submitted.
            Argo field: `spec.priority`. Default: 0.
    """
    arguments = {key: value for key, value in locals().items() if key != "function" and value is not None}
    return _decorate("container", function, arguments)


def fragment(function: F, /) -> F:
    """A function that containers call and that carries its resource calls to them; it comes back as it is."""
    return function


def _decorate(
    kind: Literal["workflow", "container"], function: Callable[..., Any] | None, arguments: dict[str, Any]
) -> object:
    if function is None:
        return lambda function: Template(kind, function, arguments)
    return Template(kind, function, arguments)
