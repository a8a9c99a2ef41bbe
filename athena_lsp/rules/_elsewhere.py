"""Arguments that exist in another place or under another name: where each belongs, and why not here."""

from __future__ import annotations

from athena_lsp.analysis.options import OPTIONS, options_of
from athena_lsp.ir.model import Kind
from athena_lsp.records import dataclass
from athena_lsp.rules import _argo_words as words
from athena_lsp.rules._nearest import listed

ROOT_ONLY = "Argo reads it only from the workflow that is submitted"
NO_POD = "a workflow has no pod of its own"
ONE_POD = "a container is one pod and has no steps"
IN_BODY = "the function's body is what runs"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Why the argument is not here, what to do, and the arguments here that could stand instead, likeliest first."""

    why: str
    hint: str
    names: tuple[str, ...] = ()


def belongs(owner: str, name: str) -> Elsewhere | None:
    """Where an argument that `owner` (`workflow`, `container` or an option type) does not have belongs, when known."""
    if found := SPECIAL.get((owner, name)) or SPECIAL.get(("", name) if owner in KINDS else ("", "")):
        return found
    if owner not in KINDS:
        return _synonym(owner, name)
    here = options_of(KINDS[owner])
    if f"{name}_if_root" in here:
        return Elsewhere(ROOT_ONLY, f"write `{name}_if_root`, which says so in its name", (f"{name}_if_root",))
    other = Kind.CONTAINER if owner == "workflow" else Kind.WORKFLOW
    if name not in options_of(other):
        return _synonym(owner, name) or _of_argo(owner, name)
    if owner == "workflow":
        return Elsewhere(NO_POD, f"give `{name}` to the containers that it calls")
    return Elsewhere(ONE_POD, f"give `{name}` to a workflow that calls it")


def _synonym(owner: str, name: str) -> Elsewhere | None:
    meant = SYNONYMS.get(owner, {}).get(name)
    return Elsewhere(f"here it is called `{meant}`", f"write `{meant}`", (meant,)) if meant else None


def _of_argo(owner: str, name: str) -> Elsewhere | None:
    """What says the same as a field of Argo's."""
    is_container, here = owner == Kind.CONTAINER.value, options_of(KINDS[owner])
    if name in words.RENAMED:
        meant = tuple(each for each in words.RENAMED[name] if each in here)
        if not meant:
            return Elsewhere(NO_POD, f"give {listed(words.RENAMED[name])} to the containers that it calls")
        return Elsewhere(f"here it is called {listed(meant)}", f"write {listed(meant)}", meant)
    if name in words.OF_POD | words.OF_MAIN:
        field = _camel(name)
        patch = (
            f'{{"{field}": ...}}' if name in words.OF_POD else f'{{"containers": [{{"name": "main", "{field}": ...}}]}}'
        )
        option = "pod_spec_patch" if is_container else "pod_spec_patch_if_root"
        return Elsewhere(f"it is Kubernetes' `{field}`", f"write `{option}={patch}`")
    if name in words.OF_TIMETABLE:
        argument = words.OF_TIMETABLE[name]
        at = "of a workflow that calls it" if is_container else "of this workflow"
        return Elsewhere("it belongs to a timetable", f"write it in `schedule=Cron({argument}=...)` {at}")
    if name in words.IN_BODY:
        return Elsewhere("the decorator and the body say what runs", "write the work as Python in a `@container`")
    if name in words.MOUNTED:
        return Elsewhere("volumes are asked for in the body of a container", "call `pvc(VOLUME)` there")
    if name in words.WITHOUT:
        return Elsewhere(f"athena writes no `{_camel(name)}`", "add it to the manifest that `athena emit` prints")
    return None


def _camel(name: str) -> str:
    """The name as Argo and Kubernetes write it."""
    first, *rest = name.split("_")
    return first + "".join(word.upper() if word == "gc" else word.capitalize() for word in rest)


def _boundary(name: str, what: str) -> Elsewhere:
    return Elsewhere(
        NO_POD,
        f"write `boundary_{name}` for {what} of the containers that it calls directly, or `{name}_if_root` for "
        "the whole run when this workflow is the one submitted",
        (f"boundary_{name}", f"{name}_if_root"),
    )


def _resources(name: str) -> Elsewhere:
    return Elsewhere(f"`Resources` holds it as `{name}`", f"write `resources=Resources({name}=...)`")


KINDS = {Kind.WORKFLOW.value: Kind.WORKFLOW, Kind.CONTAINER.value: Kind.CONTAINER}
DEADLINE = Elsewhere(
    "Argo bounds the time of pods and of whole runs, not of a dag",
    "write `active_deadline_if_root` for the whole run when this workflow is the one submitted, or give `timeout` to "
    "the containers that it calls",
    ("active_deadline_if_root",),
)

SPECIAL: dict[tuple[str, str], Elsewhere] = {
    ("workflow", "node_selector"): _boundary("node_selector", "the nodes"),
    ("workflow", "tolerations"): _boundary("tolerations", "the nodes"),
    ("workflow", "affinity"): _boundary("affinity", "the nodes"),
    ("workflow", "timeout"): DEADLINE,
    ("workflow", "pod_running_timeout"): DEADLINE,
    ("workflow", "deadline"): DEADLINE,
    ("workflow", "pod_spec_patch"): Elsewhere(
        NO_POD,
        "write `pod_spec_patch_if_root` for every pod of the run when this workflow is the one submitted, or give "
        "`pod_spec_patch` to the containers that it calls",
        ("pod_spec_patch_if_root",),
    ),
    **{
        ("container", option.name): Elsewhere(
            "a container is one pod, and encloses none",
            f"write `{option.name.removeprefix('boundary_')}` for its own pod",
            (option.name.removeprefix("boundary_"),),
        )
        for option in OPTIONS
        if option.name.startswith("boundary_")
    },
    ("container", "node_selector_if_root"): Elsewhere(
        "a container that is submitted is one pod", "write `node_selector` for it", ("node_selector",)
    ),
    ("container", "parallelism_if_root"): Elsewhere(ONE_POD, "give it to a workflow that calls it"),
    ("container", "schedule"): Elsewhere(
        "the cluster submits workflows by itself, not containers", "give `schedule` to a workflow that calls it"
    ),
    ("container", "deadline"): Elsewhere(
        "there are several deadlines",
        "write `timeout` for the time with waiting, `pod_running_timeout` for the time that the pod runs",
        ("timeout", "pod_running_timeout"),
    ),
    ("container", "cpu"): _resources("cpu"),
    ("container", "memory"): _resources("memory"),
    ("container", "gpu"): _resources("gpu"),
    ("container", "ephemeral_storage"): _resources("ephemeral_storage"),
    ("", "on_exit"): Elsewhere(
        "an exit handler belongs to a run or to one call",
        "write `on_exit_if_root` for the end of the run, or `.options(on_exit=...)` at a call",
        ("on_exit_if_root",),
    ),
    **{
        ("", name): Elsewhere(f"`{name}` belongs to one call", f"write `.options({name}=...)` at the call")
        for name in ("when", "after", "hooks", "on_success", "on_failure", "on_error")
    },
    **{
        ("", name): Elsewhere(
            "Argo's order comes from the values that steps hand on", "write `.options(after=[...])` at the call"
        )
        for name in ("depends", "dependencies", "depends_on")
    },
    ("workflow", "gpu"): Elsewhere(NO_POD, "give `resources=Resources(gpu=1)` to the containers that it calls"),
    ("", "entrypoint"): Elsewhere(
        "each workflow and container is one", "say which one when you emit: `athena emit NAME`"
    ),
    ("", "namespace"): Elsewhere("the namespace is the project's", "set `namespace` in the configuration"),
    **{
        ("workflow", name): Elsewhere(NO_POD, f"give `resources=Resources({name}=...)` to the containers that it calls")
        for name in ("cpu", "memory", "ephemeral_storage")
    },
    **{
        ("workflow", name): Elsewhere("a workflow is what its body calls", "write the work as Python in a `@container`")
        for name in ("command", "args", "source")
    },
    **{
        ("container", name): Elsewhere(IN_BODY, "write the work as Python in the body")
        for name in ("command", "args", "script", "source")
    },
    **{
        ("", name): Elsewhere("the function's signature says it", f"declare {what} in the signature, with a type")
        for name, what in (
            *(("inputs", "parameters"), ("parameters", "parameters"), ("arguments", "parameters")),
            ("outputs", "the return type"),
        )
    },
    **{
        ("container", name): Elsewhere(f"{what} are asked for in the body", f"call `{call}` there")
        for name, what, call in (
            ("secrets", "secrets", 'secret("name", "key")'),
            ("volumes", "volumes", "pvc(VOLUME)"),
            ("config_maps", "config maps", 'config_map("name", "key")'),
        )
    },
}

SYNONYMS: dict[str, dict[str, str]] = {
    "workflow": {"cron": "schedule", "crons": "schedule", "schedules": "schedule", "retries": "retry"},
    "container": {
        "retries": "retry",
        "environment": "env",
        "env_vars": "env",
        "workdir": "working_dir",
        "cwd": "working_dir",
        "user": "run_as_user",
        "memoize": "cache",
        "active_deadline_seconds": "pod_running_timeout",
    },
    "Retry": {
        "attempts": "limit",
        "times": "limit",
        "count": "limit",
        "retries": "limit",
        "max_retries": "limit",
        "max_attempts": "limit",
        "delay": "backoff",
        "wait": "backoff",
        "duration": "backoff",
        "interval": "backoff",
        "multiplier": "factor",
        "max_delay": "cap",
        "max_backoff": "cap",
        "exceptions": "on",
        "retry_on": "on",
        "retry_policy": "policy",
    },
    "Resources": {
        "mem": "memory",
        "ram": "memory",
        "cpus": "cpu",
        "cores": "cpu",
        "gpus": "gpu",
        "disk": "ephemeral_storage",
        "storage": "ephemeral_storage",
    },
    "Toleration": {"seconds": "toleration_seconds"},
    "HostMount": {"path": "host_path", "source": "host_path", "target": "mount_path"},
    "Cron": {
        "cron": "schedule",
        "expression": "schedule",
        "tz": "timezone",
        "time_zone": "timezone",
        "concurrency": "overlap",
        "concurrency_policy": "overlap",
        "deadline": "starting_deadline",
    },
    "Ttl": {
        "seconds_after_completion": "after_completion",
        "seconds_after_success": "after_success",
        "seconds_after_failure": "after_failure",
        "completion": "after_completion",
        "success": "after_success",
        "failure": "after_failure",
    },
    "Cache": {"key": "name", "ttl": "max_age", "expires": "max_age"},
    "Mutex": {"key": "name"},
    "Semaphore": {"name": "config_map", "configmap": "config_map"},
    "EphemeralPvc": {"storage": "size", "mode": "access_modes", "modes": "access_modes"},
    "ExternalPvc": {"name": "claim", "claim_name": "claim"},
    "PodGc": {"delay": "delete_delay"},
}
"""What people call an argument of another tool, of Argo itself or of Python's libraries."""
