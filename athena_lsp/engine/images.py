"""Pods in their images: the commands of docker and podman, which have the same ones."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from athena_lsp.engine.podspec import CODE, KEPT, Machine, Mount, Process
from athena_runtime.contract import ROOT, TERMINATION_LOG

NOT_BEGUN = 125
"""The exit code of docker and podman when they cannot begin a container, and of athena's bootstrap."""
SLOW = 60
"""Seconds that a command about a container may take."""


def name_of(folder: Path, process: Process) -> str:
    """The name of a container: one for each of a pod's, the same again when the pod begins anew."""
    pod = re.sub(r"[^a-zA-Z0-9_.-]", "_", folder.name)
    return f"athena-{folder.parents[1].name}-{pod}-{process.name}"


def container_argv(process: Process, machine: Machine, folder: Path, mounts: Sequence[Mount]) -> tuple[str, ...]:
    """The command that runs a container in its image; it stays afterwards, until its outputs are fetched.

    Containers share the network of this machine, as those of a pod share theirs.
    """
    volumes = [Mount(ROOT, folder / "athena"), *layers(machine), *mounts]
    if process.name == "main":
        volumes.append(Mount(TERMINATION_LOG, folder / "athena" / Path(TERMINATION_LOG).name))
    flags = [f"--volume={mount.source}:{mount.path}{':ro' if mount.read_only else ''}" for mount in volumes]
    kept = {key: value for key, value in process.environment.items() if key in KEPT}
    variables = [f"--env={key}={kept[key]}" if key in kept else f"--env={key}" for key in process.environment]
    place = (f"--workdir={process.folder}",) if process.folder else ()
    entry = (f"--entrypoint={process.argv[0]}",) if process.has_command else ()
    arguments = process.argv[len(entry) :]
    command = (machine.image_mode, "run", f"--name={name_of(folder, process)}", "--network=host", *flags, *variables)
    return (*command, *place, *entry, process.image, *arguments)


def environment(process: Process, machine: Machine) -> dict[str, str]:
    """The variables of docker or podman itself: its own settings, and what it hands on by name, so that no list of
    processes shows a secret."""
    return {**machine.settings, **{key: value for key, value in process.environment.items() if key not in KEPT}}


def layers(machine: Machine) -> list[Mount]:
    """The code of a bundle at its paths."""
    if machine.bundle is None:
        return []
    return [Mount(path, machine.bundle / path.rpartition("/")[2], read_only=True) for path in sorted(CODE)]


def fetch(mode: str, name: str, paths: Iterable[tuple[str, Path]]) -> None:
    """Copies files and folders out of a container that has ended; what is not there is left out."""
    for path, to in paths:
        to.parent.mkdir(parents=True, exist_ok=True)
        _quietly(mode, "cp", f"{name}:{path}", str(to))


def remove(mode: str, name: str) -> None:
    """Ends a container, if it still runs, and forgets it."""
    _quietly(mode, "rm", "--force", name)


def _quietly(*command: str) -> None:
    try:
        subprocess.run(command, capture_output=True, check=False, timeout=SLOW, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return
