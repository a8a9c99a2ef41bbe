"""Names, paths and formats that the pod and the compiler agree on."""

from __future__ import annotations

__all__ = [
    "ABSENT",
    "APP",
    "ARGS_FILE_PREFIX",
    "ARGS_FILE_VARIABLE",
    "ATTEMPT_VARIABLE",
    "BOOTSTRAP",
    "EXIT_BAD_INPUT",
    "EXIT_JOIN",
    "EXIT_NO_INTERPRETER",
    "EXIT_OK",
    "EXIT_RAISED",
    "EXIT_TERMINATED",
    "EXIT_TRANSIENT",
    "INDEX",
    "LARGEST_RESULT",
    "LARGEST_RESULT_VARIABLE",
    "MAX_BOUND",
    "POD_VARIABLE",
    "PROGRESS_VARIABLE",
    "RAISED",
    "RAISED_LIMIT",
    "RESERVED_VARIABLES",
    "RETURN",
    "RETURN_ARTIFACT",
    "RETURN_NAME",
    "ROOT",
    "ROOT_VARIABLE",
    "RUNTIME",
    "RUN_INFO_VARIABLES",
    "SCHEDULED_TIME_VARIABLE",
    "TEMPLATE_VARIABLE",
    "TIMED_OUT",
    "VOLUMES_VARIABLE",
    "WORKFLOW_VARIABLE",
    "artifact_name",
    "artifact_parameter",
    "checkpoint_in",
    "checkpoint_out",
    "config_map_variable",
    "fnv64",
    "host_mount",
    "host_volume",
    "kebab",
    "loaded_artifact",
    "pvc_mount",
    "pvc_volume",
    "saved_artifact",
    "secret_variable",
    "template_base",
]

ROOT = "/athena"
"""The folder of the pod that holds everything of athena; the paths below are relative to it."""

APP = "app"
"""The folder of the project's modules and of the bootstrap: the layer `app`."""

BOOTSTRAP = "app/boot.sh"
"""What starts the interpreter of a bundle."""

RUNTIME = "deps/any/athena_runtime"
"""The folder of the package `athena_runtime`; an image's own Python runs `__main__.py` in it."""

INDEX = "app/athena.json"
"""Which function stands behind each template: `{"version": 1, "templates": {"shop-fetch": "shop.flow:fetch"}}`.

A bundle brings it; beside it lie the modules of the project, by their dotted names. A local run in the project's own
environment writes it into the folder that `ATHENA_ROOT` names, with `"path"` beside `"templates"`: a list of absolute
folders that come first on the import path.
"""

RETURN = "out/return"
"""Where a container writes the JSON text of its result."""

RETURN_ARTIFACT = "out/artifact"
"""Where a container whose result is an `Artifact[T]` writes it: a file or a folder."""

RETURN_NAME = "return"
"""The one output parameter, or output artifact, of a template."""

ABSENT = "athena:absent"
"""The `default` of a container's `return`: not JSON, so that a consumer refuses it by name.

A colon and the template's base name may follow: then the consumer can say who produced nothing.
"""

RAISED = "athena:raised "
"""What a container whose function raised writes in place of its result: this, then the message as a JSON text.

The message is one line, `ValueError: bad url`, of at most `RAISED_LIMIT` characters, in ASCII JSON with `{{` and `$`
escaped as in every result. The step fails besides; `attempt` reads the message from here.
"""

RAISED_LIMIT = 1000
"""The most characters of such a message; the rest is cut off."""

TIMED_OUT = "athena:timeout"
"""The `default` of an answer that did not come in time: not JSON, so that nothing goes on with it."""

# An attempt's result is the JSON form of one of two data classes of `athena_runtime.outcomes`, told apart by their
# keys: `Ok` is {"value": ...}, `Failed` is {"status": ..., "exit_code": ..., "message": ..., "step": ...}. Argo makes
# them, and it checks joins as well: no pod has to.

LARGEST_RESULT = 256 * 1024
"""Bytes of JSON text that a result may have; what is larger belongs in an `Artifact[T]`."""

LARGEST_RESULT_VARIABLE = "ATHENA_LARGEST_RESULT"
"""The environment variable that sets another number of bytes: `env={"ATHENA_LARGEST_RESULT": "1000000"}`."""

TERMINATION_LOG = "/dev/termination-log"
"""Kubernetes' file for why a container ended; where `ATHENA_ROOT` is set, `termination-log` in that folder."""

TEMPLATE_VARIABLE = "ATHENA_TEMPLATE"
"""The environment variable that says which template a pod runs: its base name. Set in pods alone."""

ROOT_VARIABLE = "ATHENA_ROOT"
"""The environment variable that replaces `ROOT`, outside a pod."""

VOLUMES_VARIABLE = "ATHENA_VOLUMES"
"""A JSON object from `module:VARIABLE`, the place of a volume's declaration, to the path it is mounted at."""

POD_VARIABLE = "ATHENA_POD"
WORKFLOW_VARIABLE = "ATHENA_WORKFLOW"
ATTEMPT_VARIABLE = "ATHENA_ATTEMPT"
SCHEDULED_TIME_VARIABLE = "ATHENA_SCHEDULED_TIME"

RUN_INFO_VARIABLES = {
    POD_VARIABLE: "{{pod.name}}",
    WORKFLOW_VARIABLE: "{{workflow.name}}",
    ATTEMPT_VARIABLE: "{{retries}}",
    SCHEDULED_TIME_VARIABLE: "{{workflow.scheduledTime}}",
}
"""What a container that calls `run_info()` gets in `env`; Argo leaves the tags of values that a run does not have."""

PROGRESS_VARIABLE = "ARGO_PROGRESS_FILE"
"""Argo's own variable: the file that `progress` writes."""

ARGS_FILE_VARIABLE = "ARGO_CONTAINER_ARGS_FILE"
ARGS_FILE_PREFIX = "@/tmp/argo_arg_"
"""An argument that begins so stands in the named file, when `ARGS_FILE_VARIABLE` is set."""

RESERVED_VARIABLES = (TEMPLATE_VARIABLE, ROOT_VARIABLE, VOLUMES_VARIABLE, *RUN_INFO_VARIABLES)
"""Environment variables that `env=` may not set."""

MAX_BOUND = 80
"""The most turns of a bounded loop: Argo's limit on nested calls leaves room for so many."""

EXIT_OK = 0
EXIT_RAISED = 1
"""The function raised."""
EXIT_BAD_INPUT = 64
"""An input that does not decode, a template and a bundle that differ, or `PermanentError`: never retried."""
EXIT_JOIN = 66
"""A `gather` in the pod's own code whose join was not met; joins of workflows are checked by Argo."""
EXIT_TRANSIENT = 75
"""`TransientError`, or an exception of a type named in `Retry(on=...)`."""
EXIT_NO_INTERPRETER = 125
"""The bootstrap found no interpreter for this machine."""
EXIT_TERMINATED = 143
"""The function was told to stop (SIGTERM), and did."""


def fnv64(text: str) -> str:
    """The FNV-1a hash of the UTF-8 form of `text`: 16 lower-case hexadecimal digits."""
    value = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "surrogatepass"):
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def kebab(name: str) -> str:
    """A Python name as Argo names are written: `load_Rows` is `load-rows`, `_a__b` is `a--b`."""
    return name.replace("_", "-").strip("-").lower()


def template_base(project: str, function: str) -> str:
    """The base name of a template without `name=`: `<project>-<function>` in kebab case."""
    return f"{kebab(project)}-{kebab(function)}"


def host_mount(path: str) -> str:
    """Where the host's `path` is mounted for `host(path)`, relative to the root; spellings are not unified."""
    return f"mounts/{fnv64(path)}"


def host_volume(path: str) -> str:
    """The name of the volume for the host's `path`."""
    return f"host-{fnv64(path)}"


def pvc_mount(claim: str) -> str:
    """Where the volume with Argo name or claim name `claim` is mounted, relative to the root."""
    return f"pvcs/{fnv64(claim)}"


def pvc_volume(claim: str) -> str:
    """The name of the volume with Argo name or claim name `claim`."""
    return f"pvc-{fnv64(claim)}"


def artifact_name(key: str) -> str:
    """The name of the artifact with object key `key`: letters, digits and dashes, different for different keys.

    A key that is such a name already is kept; any other gets the first half of its hash appended.
    """
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in key).strip("-").lower()
    return slug if slug == key else f"{slug or 'a'}-{fnv64(key)[:8]}"


def loaded_artifact(key: str) -> str:
    """Where Argo puts the object for `load_artifact(key)`, relative to the root."""
    return f"artifacts/in/{artifact_name(key)}"


def saved_artifact(key: str) -> str:
    """Where `save_artifact(key, ...)` writes, relative to the root."""
    return f"artifacts/out/{artifact_name(key)}"


def artifact_parameter(parameter: str) -> str:
    """Where Argo puts the parameter of type `Artifact[T]`, relative to the root."""
    return f"in/{parameter}"


def checkpoint_in(key: str) -> str:
    """Where Argo puts the state that an earlier attempt saved under `key`, relative to the root."""
    return f"checkpoint/in/{artifact_name(key)}"


def checkpoint_out(key: str) -> str:
    """Where this attempt saves its state under `key`, relative to the root."""
    return f"checkpoint/out/{artifact_name(key)}"


def secret_variable(name: str, key: str) -> str:
    """The environment variable that holds key `key` of the Kubernetes Secret `name`.

    Two secrets may share a variable (`db-a` and `db.a`): whoever puts both into one pod must refuse.
    """
    return f"ATHENA_SECRET_{_variable_part(name)}__{_variable_part(key)}"


def config_map_variable(name: str, key: str) -> str:
    """The environment variable that holds key `key` of the ConfigMap `name`; shared as `secret_variable` may be."""
    return f"ATHENA_CONFIG_{_variable_part(name)}__{_variable_part(key)}"


def _variable_part(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in text).upper()
