"""Every argument of the decorators, of the option types and of the resource calls: what each takes, and where.

The names and docstrings come from athena_runtime's own source; this table adds what a type cannot say. A test holds
the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias

from athena_lsp.ir.model import Kind
from athena_lsp.records import dataclass

Scope: TypeAlias = Literal["template", "root", "boundary"]
"""Where Argo reads the field: wherever the template runs, only on the submitted workflow, or as the fallback for the
pods directly inside."""


Measure: TypeAlias = Literal["cores", "bytes", "units"]
"""What a quantity counts; `units`: the resource's own."""

TextCheck: TypeAlias = Literal[
    "",
    "non-empty",
    "template-name",
    "object-name",
    "image",
    "container-name",
    "host-path",
    "mount-path",
    "folder",
    "cron",
    "timezone",
]


@dataclass(frozen=True, slots=True)
class TextShape:
    """A text. `placeholders`: `{arg}` may stand in it. `check` names a further rule that its value must meet."""

    placeholders: bool = False
    check: TextCheck = ""


@dataclass(frozen=True, slots=True)
class QuantityShape:
    """A Kubernetes quantity: a text such as `500m` or `1Gi`, or a number. `measure` says of what."""

    measure: Measure
    numbers: bool = True
    """A number may stand in place of the text."""


@dataclass(frozen=True, slots=True)
class ChoiceShape:
    """A word of a closed set."""

    words: tuple[str, ...]
    placeholders: bool = False


@dataclass(frozen=True, slots=True)
class IntShape:
    """A whole number, `minimum` at least; or one of `words`."""

    minimum: int | None = None
    maximum: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoolShape:
    pass


@dataclass(frozen=True, slots=True)
class DurationShape:
    """Whole seconds above 0: an int, a text such as `1h30m`, or `timedelta(...)`."""


@dataclass(frozen=True, slots=True)
class MapShape:
    """`dict[str, str]`; `key` names the rule for its keys. Under `resource` the values are quantities."""

    key: Literal["env", "label", "annotation", "resource"]
    placeholders: bool


@dataclass(frozen=True, slots=True)
class ListShape:
    item: Shape
    single: bool = False
    """One item may stand without its list."""


@dataclass(frozen=True, slots=True)
class ConstructShape:
    """A call of one of athena_runtime's option types; `shorthand` may stand instead."""

    name: str
    shorthand: Shape | None = None


@dataclass(frozen=True, slots=True)
class TemplateShape:
    """A workflow or container of the project, by name."""


@dataclass(frozen=True, slots=True)
class ExceptionsShape:
    """Exception classes: `(TimeoutError, OSError)` or one of them."""


@dataclass(frozen=True, slots=True)
class JsonShape:
    """Passed through to Kubernetes: a dict of JSON values; `placeholders` may stand in its texts."""

    placeholders: bool


@dataclass(frozen=True, slots=True)
class VolumeShape:
    """The module-level name of an EphemeralPvc or ExternalPvc."""


@dataclass(frozen=True, slots=True)
class AnythingShape:
    """Any expression of the running program: not looked at."""


Shape: TypeAlias = (
    TextShape
    | QuantityShape
    | ChoiceShape
    | IntShape
    | BoolShape
    | DurationShape
    | MapShape
    | ListShape
    | ConstructShape
    | TemplateShape
    | ExceptionsShape
    | JsonShape
    | VolumeShape
    | AnythingShape
)


@dataclass(frozen=True, slots=True)
class Option:
    """A keyword of a decorator."""

    name: str
    kinds: frozenset[Kind]
    shape: Shape
    scope: Scope = "template"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of an option type or of a resource call, in the order of positional arguments."""

    name: str
    shape: Shape
    required: bool = False
    keyword_only: bool = False


CONTAINER = frozenset({Kind.CONTAINER})
WORKFLOW = frozenset({Kind.WORKFLOW})
BOTH = frozenset({Kind.CONTAINER, Kind.WORKFLOW})

TEXT = TextShape()
WITH_PLACEHOLDERS = TextShape(placeholders=True)
IMAGE = TextShape(placeholders=True, check="image")
BYTES = QuantityShape("bytes")
DURATION = DurationShape()
POSITIVE = IntShape(minimum=1)
POD_GC_STRATEGIES = ("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")
ACCESS_MODES = ("ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod")

OPTIONS: tuple[Option, ...] = (
    Option("name", BOTH, TextShape(check="template-name")),
    Option("image", CONTAINER, IMAGE),
    Option("service_account", CONTAINER, WITH_PLACEHOLDERS),
    Option("node_selector", CONTAINER, MapShape("label", placeholders=True)),
    Option("env", CONTAINER, MapShape("env", placeholders=True)),
    Option("annotations", CONTAINER, MapShape("annotation", placeholders=True)),
    Option("labels", CONTAINER, MapShape("label", placeholders=True)),
    Option("resources", CONTAINER, ConstructShape("Resources")),
    Option("image_pull_policy", CONTAINER, ChoiceShape(("Always", "IfNotPresent", "Never"))),
    Option("working_dir", CONTAINER, TextShape(check="folder")),
    Option("privileged", CONTAINER, BoolShape()),
    Option("run_as_user", CONTAINER, IntShape(minimum=0)),
    Option("daemon", CONTAINER, BoolShape()),
    Option("interpreter", CONTAINER, ChoiceShape(("bundle", "image"))),
    Option("retry", BOTH, ConstructShape("Retry", IntShape(minimum=0))),
    Option("timeout", CONTAINER, DURATION),
    Option("pod_running_timeout", CONTAINER, DURATION),
    Option("pending_timeout", CONTAINER, DURATION),
    Option("mutexes", BOTH, ListShape(ConstructShape("Mutex"))),
    Option("semaphores", BOTH, ListShape(ConstructShape("Semaphore"))),
    Option("tolerations", CONTAINER, ListShape(ConstructShape("Toleration"))),
    Option("affinity", CONTAINER, JsonShape(placeholders=True)),
    Option("pod_spec_patch", CONTAINER, JsonShape(placeholders=True)),
    Option("host_mounts", CONTAINER, ListShape(ConstructShape("HostMount"))),
    Option("sidecars", CONTAINER, ListShape(ConstructShape("Sidecar"))),
    Option("init_containers", CONTAINER, ListShape(ConstructShape("Sidecar"))),
    Option("cache", CONTAINER, ConstructShape("Cache")),
    Option("steps", WORKFLOW, BoolShape()),
    Option("parallelism", WORKFLOW, POSITIVE),
    Option("fail_fast", WORKFLOW, BoolShape()),
    Option("boundary_node_selector", WORKFLOW, MapShape("label", placeholders=False), "boundary"),
    Option("boundary_tolerations", WORKFLOW, ListShape(ConstructShape("Toleration")), "boundary"),
    Option("boundary_affinity", WORKFLOW, JsonShape(placeholders=False), "boundary"),
    Option("schedule", WORKFLOW, ListShape(ConstructShape("Cron"), single=True), "root"),
    Option("on", WORKFLOW, ListShape(ConstructShape("Event"), single=True), "root"),
    Option("on_exit_if_root", BOTH, TemplateShape(), "root"),
    Option("ttl_if_root", BOTH, ConstructShape("Ttl"), "root"),
    Option("pod_gc_if_root", BOTH, ConstructShape("PodGc", ChoiceShape(POD_GC_STRATEGIES)), "root"),
    Option("active_deadline_if_root", BOTH, DURATION, "root"),
    Option("mutexes_if_root", BOTH, ListShape(ConstructShape("Mutex")), "root"),
    Option("semaphores_if_root", BOTH, ListShape(ConstructShape("Semaphore")), "root"),
    Option("tolerations_if_root", BOTH, ListShape(ConstructShape("Toleration")), "root"),
    Option("affinity_if_root", BOTH, JsonShape(placeholders=True), "root"),
    Option("pod_spec_patch_if_root", BOTH, JsonShape(placeholders=True), "root"),
    Option("image_pull_secrets_if_root", BOTH, ListShape(TextShape(check="object-name")), "root"),
    Option("priority_if_root", BOTH, IntShape(), "root"),
    Option("node_selector_if_root", WORKFLOW, MapShape("label", placeholders=True), "root"),
    Option("parallelism_if_root", WORKFLOW, POSITIVE, "root"),
)

CONSTRUCTS: dict[str, tuple[Field, ...]] = {
    "Resources": (
        Field("cpu", QuantityShape("cores")),
        Field("memory", BYTES),
        Field("ephemeral_storage", BYTES),
        Field("gpu", IntShape(minimum=1)),
        Field("gpu_resource", TextShape(check="non-empty")),
        Field("requests", MapShape("resource", placeholders=False)),
        Field("limits", MapShape("resource", placeholders=False)),
    ),
    "Retry": (
        Field("limit", IntShape(minimum=0, words=("unlimited",)), required=True),
        Field("policy", ChoiceShape(("Always", "OnFailure", "OnError", "OnTransientError"))),
        Field("backoff", DURATION),
        Field("factor", POSITIVE),
        Field("cap", DURATION),
        Field("max_duration", DURATION),
        Field("on", ExceptionsShape()),
    ),
    "Mutex": (
        Field("name", TextShape(placeholders=True, check="non-empty"), required=True),
        Field("namespace", WITH_PLACEHOLDERS),
    ),
    "Semaphore": (
        Field("config_map", TextShape(placeholders=True, check="non-empty"), required=True),
        Field("key", TextShape(placeholders=True, check="non-empty"), required=True),
        Field("namespace", WITH_PLACEHOLDERS),
    ),
    "Toleration": (
        Field("key", WITH_PLACEHOLDERS),
        Field("operator", ChoiceShape(("Equal", "Exists"))),
        Field("value", WITH_PLACEHOLDERS),
        Field("effect", ChoiceShape(("", "NoSchedule", "PreferNoSchedule", "NoExecute"), placeholders=True)),
        Field("toleration_seconds", IntShape(minimum=0)),
    ),
    "HostMount": (
        Field("host_path", TextShape(check="host-path"), required=True),
        Field("mount_path", TextShape(check="mount-path"), required=True),
        Field("read_only", BoolShape()),
    ),
    "Sidecar": (
        Field("name", TextShape(check="container-name"), required=True),
        Field("image", IMAGE, required=True),
        Field("command", ListShape(WITH_PLACEHOLDERS)),
        Field("args", ListShape(WITH_PLACEHOLDERS)),
        Field("env", MapShape("env", placeholders=True)),
    ),
    "Cache": (
        Field("name", TextShape(check="object-name"), required=True),
        Field("max_age", DURATION),
    ),
    "Cron": (
        Field("schedule", TextShape(check="cron"), required=True),
        Field("timezone", TextShape(check="timezone")),
        Field("overlap", ChoiceShape(("allow", "forbid", "replace"))),
        Field("starting_deadline", DURATION),
        Field("suspend", BoolShape()),
        Field("arguments", JsonShape(placeholders=False)),
    ),
    "Scheduled": (),
    "Event": (
        Field("selector", TextShape(check="non-empty"), required=True),
        Field("arguments", JsonShape(placeholders=False)),
    ),
    "Ttl": (
        Field("after_completion", DURATION),
        Field("after_success", DURATION),
        Field("after_failure", DURATION),
    ),
    "PodGc": (
        Field("strategy", ChoiceShape(POD_GC_STRATEGIES), required=True),
        Field("delete_delay", DURATION),
    ),
    "EphemeralPvc": (
        Field("size", QuantityShape("bytes", numbers=False), required=True),
        Field("access_modes", ListShape(ChoiceShape(ACCESS_MODES)), required=True),
        Field("storage_class", TEXT),
        Field("name", TextShape(check="object-name")),
    ),
    "ExternalPvc": (
        Field("claim", TextShape(check="object-name"), required=True),
        Field("read_only", BoolShape()),
    ),
    "Inject": (Field("expression", TEXT, required=True),),
}

VOLUME_TYPES = frozenset({"EphemeralPvc", "ExternalPvc"})

RESOURCES: dict[str, tuple[Field, ...]] = {
    "host": (Field("path", TextShape(check="host-path"), required=True),),
    "secret": (
        Field("name", TextShape(check="non-empty"), required=True),
        Field("key", TextShape(check="non-empty"), required=True),
    ),
    "secret_opt": (
        Field("name", TextShape(check="non-empty"), required=True),
        Field("key", TextShape(check="non-empty"), required=True),
    ),
    "config_map": (
        Field("name", TextShape(check="non-empty"), required=True),
        Field("key", TextShape(check="non-empty"), required=True),
    ),
    "load_artifact": (Field("key", TextShape(check="non-empty"), required=True),),
    "load_artifact_str": (Field("key", TextShape(check="non-empty"), required=True),),
    "save_artifact": (
        Field("key", TextShape(check="non-empty"), required=True),
        Field("data", AnythingShape(), required=True),
    ),
    "save_artifact_str": (
        Field("key", TextShape(check="non-empty"), required=True),
        Field("data", AnythingShape(), required=True),
    ),
    "pvc": (Field("volume", VolumeShape(), required=True),),
    "checkpoint": (
        Field("state", AnythingShape(), required=True),
        Field("key", TextShape(check="non-empty")),
    ),
    "run_info": (),
}


@cache
def options_of(kind: Kind) -> Mapping[str, Option]:
    """The keywords that the decorator of this kind takes."""
    return {option.name: option for option in OPTIONS if kind in option.kinds}
