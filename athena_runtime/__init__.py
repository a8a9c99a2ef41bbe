"""Workflows as decorated Python: everything that a program imports."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from athena_runtime.artifacts import Artifact
    from athena_runtime.control import (
        All,
        AnyOf,
        AtLeast,
        Join,
        Percentage,
        Question,
        Quorum,
        Within,
        answering,
        approval,
        ask,
        bounded,
        external,
        gather,
        parallel,
        sleep,
        wait_until,
    )
    from athena_runtime.decorators import container, fragment, workflow
    from athena_runtime.options import (
        Cache,
        Cron,
        Duration,
        EphemeralPvc,
        Event,
        ExternalPvc,
        HostMount,
        Inject,
        Mutex,
        PodGc,
        Quantity,
        Resources,
        Retry,
        Scheduled,
        Semaphore,
        Sidecar,
        Toleration,
        Ttl,
    )
    from athena_runtime.outcomes import (
        Failed,
        JoinNotMet,
        Ok,
        PermanentError,
        StepFailed,
        Terminated,
        TransientError,
    )
    from athena_runtime.racing import race
    from athena_runtime.resources import (
        Checkpoint,
        RunInfo,
        Secret,
        checkpoint,
        config_map,
        host,
        load_artifact,
        load_artifact_str,
        progress,
        pvc,
        run_info,
        save_artifact,
        save_artifact_str,
        secret,
        secret_opt,
    )
    from athena_runtime.template import Hook, HookTarget, Template

__all__ = [
    "All",
    "AnyOf",
    "Artifact",
    "AtLeast",
    "Cache",
    "Checkpoint",
    "Cron",
    "Duration",
    "EphemeralPvc",
    "Event",
    "ExternalPvc",
    "Failed",
    "Hook",
    "HookTarget",
    "HostMount",
    "Inject",
    "Join",
    "JoinNotMet",
    "Mutex",
    "Ok",
    "Percentage",
    "PermanentError",
    "PodGc",
    "Quantity",
    "Question",
    "Quorum",
    "Resources",
    "Retry",
    "RunInfo",
    "Scheduled",
    "Secret",
    "Semaphore",
    "Sidecar",
    "StepFailed",
    "Template",
    "Terminated",
    "Toleration",
    "TransientError",
    "Ttl",
    "Within",
    "answering",
    "approval",
    "ask",
    "bounded",
    "checkpoint",
    "config_map",
    "container",
    "external",
    "fragment",
    "gather",
    "host",
    "load_artifact",
    "load_artifact_str",
    "parallel",
    "progress",
    "pvc",
    "race",
    "run_info",
    "save_artifact",
    "save_artifact_str",
    "secret",
    "secret_opt",
    "sleep",
    "wait_until",
    "workflow",
]

# A pod pays for what its functions use: importing everything at once takes three times as long.
_MODULES = {
    "artifacts": ("Artifact",),
    "control": (
        "All",
        "AnyOf",
        "AtLeast",
        "Join",
        "Percentage",
        "Question",
        "Quorum",
        "Within",
        "answering",
        "approval",
        "ask",
        "bounded",
        "external",
        "gather",
        "parallel",
        "sleep",
        "wait_until",
    ),
    "decorators": ("container", "fragment", "workflow"),
    "options": (
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
    ),
    "outcomes": ("Failed", "JoinNotMet", "Ok", "PermanentError", "StepFailed", "Terminated", "TransientError"),
    "racing": ("race",),
    "resources": (
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
    ),
    "template": ("Hook", "HookTarget", "Template"),
}
_HOMES = {name: f"athena_runtime.{module}" for module, names in _MODULES.items() for name in names}


# Type checkers would take the function to mean that every name is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        __import__(home)
        value = getattr(sys.modules[home], name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
