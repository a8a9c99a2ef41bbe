"""A container's template: the pod that runs the function, with everything that its options and its code ask for."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.expressions import input_expression, input_tag, quoted, tag
from athena_lsp.argo.inputs import input_artifacts, input_parameters, is_artifact
from athena_lsp.argo.layers import Layers, layer_artifacts, s3
from athena_lsp.argo.manifest import Artifact, CacheSource, Inputs, Memoize, Outputs, Parameter, Template, ValueFrom
from athena_lsp.argo.pod import (
    Container,
    EnvVar,
    Metadata,
    Named,
    Resources,
    SecurityContext,
    Volume,
    VolumeMount,
)
from athena_lsp.argo.read import (
    entries_of,
    flag_of,
    go_seconds_of,
    int_of,
    items_of,
    quantity_of,
    seconds_of,
    text_of,
    texts_of,
)
from athena_lsp.argo.resources import PodNeeds, asked_by, host_volume, pod_needs
from athena_lsp.argo.scheduling import (
    affinity,
    pod_spec_patch,
    retry_strategy,
    synchronization,
    text_map,
    tolerations,
)
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import Empty, Map, Origin
from athena_lsp.ir.model import Definition
from athena_lsp.ir.values import Construct, Value
from athena_lsp.records import replace
from athena_lsp.settings import Settings
from athena_runtime.contract import (
    BOOTSTRAP,
    RETURN,
    RETURN_ARTIFACT,
    RETURN_NAME,
    ROOT,
    RUNTIME,
    TEMPLATE_VARIABLE,
)
from athena_runtime.contract import host_volume as host_volume_name

COMMAND = ("sh", f"{ROOT}/{BOOTSTRAP}")
IMAGE_COMMAND = ("python3", "-I", "-X", "utf8", "-u", "-B", f"{ROOT}/{RUNTIME}/__main__.py")
"""For images that bring their Python: no shell, and nothing of the image's own settings for Python."""
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
"""What Kubernetes calls processors (the node label `kubernetes.io/arch`)."""
ARCHITECTURE_LABEL = "kubernetes.io/arch"
DEFAULT_GPU = "nvidia.com/gpu"


def container_template(facts: Facts, definition: Definition, layers: Layers) -> Template:
    """The one template of a container's WorkflowTemplate."""
    scope = Scope(facts, definition)
    option = definition.option
    needs = pod_needs(facts, asked_by(facts, definition))
    return Template(
        name=definition.template,
        metadata=_metadata(scope),
        inputs=_inputs(facts.settings, definition, layers, needs),
        outputs=_outputs(facts.settings, definition, needs),
        retry_strategy=retry_strategy(scope, option("retry")),
        timeout=go_seconds_of(option("timeout")),
        pending_timeout=go_seconds_of(option("pending_timeout")),
        active_deadline_seconds=seconds_of(option("pod_running_timeout")),
        daemon=flag_of(option("daemon")) or None,
        memoize=_memoize(scope, layers),
        synchronization=synchronization(scope, option("mutexes"), option("semaphores")),
        init_containers=_further_containers(scope, option("init_containers")),
        container=_container(facts.settings, scope, needs),
        sidecars=_further_containers(scope, option("sidecars")),
        volumes=_volumes(scope, needs),
        service_account_name=_service_account(facts.settings, scope),
        node_selector=_node_selector(facts.settings, scope),
        tolerations=tolerations(scope, option("tolerations")),
        affinity=affinity(scope, option("affinity")),
        pod_spec_patch=pod_spec_patch(scope, option("pod_spec_patch")),
        origin=Origin(definition.declaration, definition.name_span),
        marks=template_marks(scope),
    )


FIELD_OF_OPTION = {
    "timeout": "timeout",
    "pending_timeout": "pending_timeout",
    "pod_running_timeout": "active_deadline_seconds",
    "daemon": "daemon",
    "service_account": "service_account_name",
    "tolerations": "tolerations",
    "affinity": "affinity",
    "pod_spec_patch": "pod_spec_patch",
    "parallelism": "parallelism",
    "fail_fast": "fail_fast",
}
"""Options that are one field of the template, which then comes from the option's value."""


def template_marks(scope: Scope) -> tuple[tuple[str, Origin], ...]:
    """Where single fields of a template came from."""
    given = ((FIELD_OF_OPTION.get(option.name), option.value) for option in scope.definition.options)
    return tuple((field, scope.origin(value)) for field, value in given if field is not None)


def _metadata(scope: Scope) -> Metadata | None:
    labels = text_map(scope, scope.definition.option("labels"))
    annotations = text_map(scope, scope.definition.option("annotations"))
    return Metadata(labels=labels, annotations=annotations) if labels or annotations else None


def _inputs(settings: Settings, definition: Definition, layers: Layers, needs: PodNeeds) -> Inputs:
    return Inputs(
        parameters=input_parameters(definition),
        artifacts=(
            *layer_artifacts(settings, layers, own_interpreter=_own_interpreter(definition)),
            *input_artifacts(definition, with_path=True),
            *needs.inputs,
        ),
    )


def _command(settings: Settings, definition: Definition) -> tuple[str, ...]:
    """What starts the step: for a single architecture the program itself, for images that have no shell."""
    if _own_interpreter(definition):
        return IMAGE_COMMAND
    match settings.bundle.architectures:
        case (one,):
            return (f"{ROOT}/py/{one}/bin/python3", *IMAGE_COMMAND[1:-1], "-m", "athena_runtime")
        case _:
            return COMMAND


def _node_selector(settings: Settings, scope: Scope) -> Map:
    """The option `node_selector`, and the processor when the code is for one alone."""
    given = text_map(scope, scope.definition.option("node_selector"))
    architectures = settings.bundle.architectures
    is_told = any(key == ARCHITECTURE_LABEL for key, _ in given.entries)
    if len(architectures) > 1 or is_told or _own_interpreter(scope.definition):
        return given
    return replace(given, entries=(*given.entries, (ARCHITECTURE_LABEL, MACHINES[architectures[0]])))


def _own_interpreter(definition: Definition) -> bool:
    return text_of(definition.option("interpreter")) == "image"


def _outputs(settings: Settings, definition: Definition, needs: PodNeeds) -> Outputs:
    """Every container writes a result, also one that returns nothing: then it is `null`.

    There is no default: one that ends well and has written none is an error of its own step, not of a later one.
    """
    if not is_artifact(definition.returns):
        made = Parameter(name=RETURN_NAME, value_from=ValueFrom(path=f"{ROOT}/{RETURN}"))
        return Outputs(parameters=(made,), artifacts=needs.outputs)
    # Without a repository of its own, the cluster's says where objects go (Argo `keyFormat`).
    location = s3(settings, f"{settings.prefix}/runs/{{{{workflow.uid}}}}/{{{{pod.name}}}}/{RETURN_NAME}")
    result = Artifact(
        name=RETURN_NAME, path=f"{ROOT}/{RETURN_ARTIFACT}", s3=location if settings.repository is not None else None
    )
    return Outputs(artifacts=(result, *needs.outputs))


def _container(settings: Settings, scope: Scope, needs: PodNeeds) -> Container:
    option = scope.definition.option
    marks = tuple((name, option(name)) for name in ("image", "image_pull_policy", "working_dir"))
    return Container(
        image=scope.splice(text) if (text := text_of(option("image"))) else settings.image,
        image_pull_policy=text_of(option("image_pull_policy")),
        command=_command(settings, scope.definition),
        args=("--", *_arguments(scope.definition)),
        working_dir=text_of(option("working_dir")),
        env=(EnvVar(name=TEMPLATE_VARIABLE, value=scope.definition.template), *_env(scope, option("env")), *needs.env),
        resources=_resources(scope, option("resources")),
        security_context=_security_context(option("privileged"), option("run_as_user")),
        volume_mounts=(VolumeMount(name="athena", mount_path=ROOT), *_mounts(scope), *needs.mounts),
        marks=tuple((name, scope.origin(value)) for name, value in marks if value is not None),
    )


def _arguments(definition: Definition) -> tuple[str, ...]:
    """One slot for each parameter that is no artifact, in the order of declaration."""
    return tuple(
        (parameter.inject.expression or "") if parameter.inject is not None else input_tag(parameter.name)
        for parameter in definition.parameters
        if not is_artifact(parameter.type)
    )


def _env(scope: Scope, value: Value | None) -> tuple[EnvVar, ...]:
    return tuple(
        EnvVar(name=name, value=scope.splice(text_of(item) or ""), origin=scope.origin(item))
        for name, item in entries_of(value)
    )


def _resources(scope: Scope, value: Value | None) -> Resources | None:
    """`Resources(...)`: what is given once is asked for and is the limit; `requests` and `limits` differ from it."""
    if not isinstance(value, Construct):
        return None
    names = (("cpu", "cpu"), ("memory", "memory"), ("ephemeral_storage", "ephemeral-storage"))
    both = {key: quantity for name, key in names if (quantity := quantity_of(value.argument(name))) is not None}
    if (gpu := quantity_of(value.argument("gpu"))) is not None:
        both[text_of(value.argument("gpu_resource")) or DEFAULT_GPU] = gpu
    requests, limits = ({**both, **_quantities(value.argument(name))} for name in ("requests", "limits"))
    origin = scope.origin(value)
    return Resources(
        requests=Map(entries=tuple(requests.items()), origin=origin),
        limits=Map(entries=tuple(limits.items()), origin=origin),
        origin=origin,
    )


def _quantities(value: Value | None) -> dict[str, str]:
    return {key: quantity for key, item in entries_of(value) if (quantity := quantity_of(item)) is not None}


def _security_context(privileged: Value | None, run_as_user: Value | None) -> SecurityContext | None:
    root, user = flag_of(privileged) or None, int_of(run_as_user)
    return None if root is None and user is None else SecurityContext(privileged=root, run_as_user=user)


def _mounts(scope: Scope) -> tuple[VolumeMount, ...]:
    return tuple(
        VolumeMount(
            name=host_volume_name(text_of(mount.argument("host_path")) or ""),
            mount_path=text_of(mount.argument("mount_path")) or "",
            read_only=flag_of(mount.argument("read_only")) or None,
            origin=scope.origin(mount),
        )
        for mount in items_of(scope.definition.option("host_mounts"))
        if isinstance(mount, Construct)
    )


def _volumes(scope: Scope, needs: PodNeeds) -> tuple[Volume, ...]:
    """The pod's volumes; a path of the node that is asked for twice is one volume."""
    mounts = (item for item in items_of(scope.definition.option("host_mounts")) if isinstance(item, Construct))
    hosts = [host_volume(text_of(mount.argument("host_path")) or "", scope.origin(mount)) for mount in mounts]
    every = (Volume(name="athena", empty_dir=Empty()), *hosts, *needs.volumes)
    return tuple(
        {volume.name: volume for volume in reversed(every)}[name] for name in dict.fromkeys(v.name for v in every)
    )


def _further_containers(scope: Scope, value: Value | None) -> tuple[Container, ...]:
    """`[Sidecar(...)]` (Argo `sidecars`, `initContainers`)."""
    return tuple(
        Container(
            name=text_of(item.argument("name")),
            image=scope.splice(text_of(item.argument("image")) or ""),
            command=tuple(scope.splice(text) for text in texts_of(item.argument("command"))),
            args=tuple(scope.splice(text) for text in texts_of(item.argument("args"))),
            env=_env(scope, item.argument("env")),
            origin=scope.origin(item),
        )
        for item in items_of(value)
        if isinstance(item, Construct)
    )


def _service_account(settings: Settings, scope: Scope) -> str | None:
    text = text_of(scope.definition.option("service_account"))
    return scope.splice(text) if text else settings.service_account or None


def _memoize(scope: Scope, layers: Layers) -> Memoize | None:
    """`Cache(...)`: the key is a hash of the function, its code and its inputs, for Argo takes few characters."""
    value = scope.definition.option("cache")
    if not isinstance(value, Construct):
        return None
    inputs = [
        input_expression(p.name) for p in scope.definition.parameters if p.inject is None and not is_artifact(p.type)
    ]
    identity = quoted(f"{scope.definition.template} {layers.py} {layers.deps} {layers.app}")
    return Memoize(
        key=tag(f"sprig.sha256sum(toJson([{', '.join((identity, *inputs))}]))"),
        max_age=go_seconds_of(value.argument("max_age")) or "",
        cache=CacheSource(config_map=Named(name=text_of(value.argument("name")) or "")),
        origin=scope.origin(value),
    )
