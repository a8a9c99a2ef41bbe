"""What containers and fragments ask of their pod: files, secrets, volumes, progress, state that survives retries."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from athena_runtime import contract
from athena_runtime.options import ExternalPvc
from athena_runtime.template import standing_in

if TYPE_CHECKING:
    from athena_runtime.options import EphemeralPvc

__all__ = [
    "Checkpoint",
    "RunInfo",
    "Secret",
    "checkpoint",
    "config_map",
    "host",
    "load_artifact",
    "load_artifact_str",
    "progress",
    "pvc",
    "run_info",
    "save_artifact",
    "save_artifact_str",
    "secret",
    "secret_opt",
]

T = TypeVar("T")


class Secret(str):
    """A text that never prints itself: `str()`, `repr()`, f-strings, `%s` and logs show `***`.

    It is a `str` for whoever takes one, and what it is joined to (`"Bearer " + token`) is a plain `str`.
    """

    __slots__ = ()

    def reveal(self) -> str:
        """The plain text, for the one place that needs it."""
        return str.__str__(self)

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "Secret(***)"

    def __format__(self, spec: str) -> str:
        return format("***", spec)


def host(path: str, /) -> Path:
    """A file or folder of the node, where the pod sees it. Argo field: `template.volumes.hostPath`.

    Outside a pod: the path below `ATHENA_ROOT` if it is there, else the same path on this machine.

    Args:
        path: The absolute path on the node; static.

    Raises:
        FileNotFoundError: Neither path is there.
    """
    mounted = _root() / contract.host_mount(path)
    if _in_pod() or mounted.exists():
        return mounted
    if Path(path).exists():
        return Path(path)
    raise FileNotFoundError(f"host({path!r}): there is no {path} on this machine; {_put_it_at(mounted)}")


def secret(name: str, key: str, /) -> Secret:
    """A value of a Kubernetes Secret. Argo field: `template.container.env.valueFrom.secretKeyRef`.

    Outside a pod: the environment variable that the error names.

    Args:
        name: The Secret's name; static.
        key: The key in it; static.

    Raises:
        LookupError: The value is not there.
    """
    value = secret_opt(name, key)
    if value is None:
        raise LookupError(f"secret({name!r}, {key!r}): {contract.secret_variable(name, key)} is not set")
    return value


def secret_opt(name: str, key: str, /) -> Secret | None:
    """A value of a Kubernetes Secret that may be missing: None then.

    Argo field: `template.container.env.valueFrom.secretKeyRef`, with `optional`.

    Args:
        name: The Secret's name; static.
        key: The key in it; static.
    """
    value = os.environ.get(contract.secret_variable(name, key))
    return None if value is None else Secret(value)


def config_map(name: str, key: str, /) -> str:
    """A value of a ConfigMap. Argo field: `template.container.env.valueFrom.configMapKeyRef`.

    Outside a pod: the environment variable that the error names.

    Args:
        name: The ConfigMap's name; static.
        key: The key in it; static.

    Raises:
        LookupError: The value is not there.
    """
    variable = contract.config_map_variable(name, key)
    if variable not in os.environ:
        raise LookupError(f"config_map({name!r}, {key!r}): {variable} is not set")
    return os.environ[variable]


def load_artifact(key: str, /) -> bytes:
    """The content of an object of the artifact store. Argo field: `template.inputs.artifacts`.

    Outside a pod: what `save_artifact` wrote last, else what was put below `ATHENA_ROOT`.

    Args:
        key: The object's exact key; static.

    Raises:
        FileNotFoundError: The object is not there.
    """
    loaded = _root() / contract.loaded_artifact(key)
    saved = _root() / contract.saved_artifact(key)
    path = saved if not _in_pod() and saved.exists() else loaded
    if not path.exists():
        raise FileNotFoundError(f"load_artifact({key!r}): {path} is not there; {_put_it_at(loaded)}")
    return path.read_bytes()


def load_artifact_str(key: str, /) -> str:
    """The content of an object of the artifact store, as UTF-8 text. Argo field: `template.inputs.artifacts`.

    Outside a pod: as `load_artifact`.

    Args:
        key: The object's exact key; static.

    Raises:
        FileNotFoundError: The object is not there.
    """
    return load_artifact(key).decode("utf-8")


def save_artifact(key: str, data: bytes, /) -> None:
    """The content for an object of the artifact store, stored when the step ends.

    Argo field: `template.outputs.artifacts`. Outside a pod it is written below `ATHENA_ROOT`.

    Args:
        key: The object's exact key; static.
        data: The whole content; a second call replaces the first.
    """
    root = _root() if _in_pod() else _local_root(f"save_artifact({key!r})")
    _write(root / contract.saved_artifact(key), data)


def save_artifact_str(key: str, data: str, /) -> None:
    """The content for an object of the artifact store, as UTF-8 text, stored when the step ends.

    Argo field: `template.outputs.artifacts`. Outside a pod: as `save_artifact`.

    Args:
        key: The object's exact key; static.
        data: The whole content; a second call replaces the first.
    """
    save_artifact(key, data.encode("utf-8"))


def pvc(volume: EphemeralPvc | ExternalPvc, /) -> Path:
    """The folder where a volume is mounted. Argo field: `template.volumes.persistentVolumeClaim`.

    Outside a pod: a folder below `ATHENA_ROOT`, made when it is not there, named by the claim or the variable.

    Args:
        volume: The module-level name of an `EphemeralPvc(...)` or `ExternalPvc(...)`; static.

    Raises:
        LookupError: The pod has no such volume, or `ATHENA_ROOT` is not set outside a pod.
    """
    for place, path in json.loads(os.environ.get(contract.VOLUMES_VARIABLE, "{}")).items():
        module, _, name = place.partition(":")
        if getattr(sys.modules.get(module), name, None) is volume:
            mounted = Path(path)
            return _root() / mounted.relative_to(contract.ROOT) if mounted.is_relative_to(contract.ROOT) else mounted
    if _in_pod():
        raise LookupError(f"pvc({volume}): this pod has no such volume; was the template emitted from this code?")
    path = _local_root(f"pvc({volume})") / contract.pvc_mount(_volume_name(volume))
    path.mkdir(parents=True, exist_ok=True)
    return path


@dataclass(frozen=True, slots=True)
class Checkpoint(Generic[T]):
    """The state of one step that its retries go on with; made by `checkpoint`."""

    type: type[T]
    """The type of the state."""
    key: str
    """The name of the state within the step."""

    def load(self) -> T | None:
        """What was saved last, in this attempt or an earlier one of the same step; None if nothing was."""
        for name in (contract.checkpoint_out(self.key), contract.checkpoint_in(self.key)):
            path = _root() / name
            if path.exists():
                return cast("T", _codec().decode(path.read_text("utf-8"), self.type))
        return None

    def save(self, state: T) -> None:
        """The state that the next attempt loads; it is stored when this attempt ends, however it ends."""
        text: str = _codec().encode(state, self.type)
        if _in_pod() or contract.ROOT_VARIABLE in os.environ:
            _write(_root() / contract.checkpoint_out(self.key), text.encode("utf-8"))


def checkpoint(state: type[T], /, key: str = "state") -> Checkpoint[T]:
    """The state of this step that survives its retries: `ck = checkpoint(Cursor)`, `ck.load()`, `ck.save(cursor)`.

    Outside a pod it is kept below `ATHENA_ROOT`, and not at all without one.
    Argo field: `template.inputs.artifacts`, `template.outputs.artifacts`.

    Args:
        state: The type of the state, which has a JSON form.
        key: The name of the state, for a step that keeps more than one; static. Default: `"state"`.
    """
    return Checkpoint(state, key)


def progress(done: int, total: int, /) -> None:
    """How far the step is, shown by Argo as `done/total`. Argo field: `status.nodes.progress`. Outside a pod nothing.

    Args:
        done: Units done, 0 to `total`.
        total: Units in all, 1 or more.
    """
    if not 0 <= done <= total or total < 1:
        raise ValueError(f"progress({done!r}, {total!r}): done is 0 to total, total is 1 or more")
    path = os.environ.get(contract.PROGRESS_VARIABLE)
    if path:
        Path(path).write_text(f"{done}/{total}\n", "ascii")


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Where a function runs; outside a pod, names are `"local"`."""

    pod: str
    """The pod's name; another one for each attempt."""
    workflow: str
    """The name of the workflow that was submitted."""
    template: str
    """The base name of the template that the pod runs."""
    attempt: int
    """Which attempt this is: 0, and one more for each retry."""
    scheduled_time: datetime | None
    """The time that the schedule meant; None for a workflow that no schedule started."""


def run_info() -> RunInfo:
    """The pod, workflow, template, attempt and scheduled time of the function that runs.

    Argo field: `template.container.env`, filled by Argo's own variables.
    """
    stand = standing_in.get()
    scheduled = _run_value(contract.SCHEDULED_TIME_VARIABLE)
    return RunInfo(
        pod=_run_value(contract.POD_VARIABLE) or "local",
        workflow=_run_value(contract.WORKFLOW_VARIABLE) or "local",
        template=os.environ.get(contract.TEMPLATE_VARIABLE) or "local",
        attempt=stand.attempt if stand is not None else int(_run_value(contract.ATTEMPT_VARIABLE) or 0),
        scheduled_time=stand.scheduled if stand is not None else _time(scheduled),
    )


def _time(text: str) -> datetime | None:
    # Python 3.10 does not read the `Z`.
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None  # noqa: FURB162


def _codec() -> Any:
    # Typed values cost start-up time that a function without a checkpoint does not need.
    return import_module("athena_runtime.codec.text")


def _run_value(variable: str) -> str:
    """The variable's value; empty when it is not set, or when Argo left its tag because the run has no such value."""
    value = os.environ.get(variable, "")
    return "" if value.startswith("{{") else value


def _in_pod() -> bool:
    return contract.TEMPLATE_VARIABLE in os.environ


def _root() -> Path:
    return Path(os.environ.get(contract.ROOT_VARIABLE, contract.ROOT))


def _local_root(call: str) -> Path:
    if contract.ROOT_VARIABLE not in os.environ:
        variable, root = contract.ROOT_VARIABLE, contract.ROOT
        raise LookupError(f"{call} outside a pod: set {variable} to a folder that stands for {root}")
    return _root()


def _put_it_at(path: Path) -> str:
    if contract.ROOT_VARIABLE in os.environ or _in_pod():
        return f"put it at {path}"
    return f"set {contract.ROOT_VARIABLE} to a folder and put it at {path.relative_to(contract.ROOT)} there"


def _volume_name(volume: EphemeralPvc | ExternalPvc) -> str:
    """The claim of a volume, else the variable that it is bound to in the first module that has it."""
    if isinstance(volume, ExternalPvc):
        return volume.claim
    if volume.name:
        return volume.name
    for module in tuple(sys.modules.values()):
        for name, value in tuple(getattr(module, "__dict__", {}).items()):
            if value is volume:
                return contract.kebab(name)
    raise LookupError(f"pvc({volume}): bind the volume to a module-level name")


def _write(path: Path, data: bytes) -> None:
    """The whole file or, if this process dies, what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)
