"""A pod's own view of the file system, where this system allows one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from athena_lsp.engine.places import PlaceError
from athena_lsp.engine.podspec import Machine, Mount


def view_argv(folder: Path, mounts: tuple[Mount, ...], machine: Machine) -> tuple[str, ...]:
    """What shows a process the pod's paths. Raises PlaceError where the system does not allow it."""
    if not can_unshare():
        paths = ", ".join(mount.path for mount in mounts)
        raise PlaceError(f"{paths} can only be shown to a pod in a mount namespace, which this system does not allow")
    root = folder / "root"
    root.mkdir(exist_ok=True)
    pairs = [str(folder / "athena"), "/athena"]
    needed = (folder.parents[4], Path(machine.python).parent.parent, Path(sys.prefix), machine.runtime.parent)
    hidden = (path for path in needed if any(path.is_relative_to(mount.path) for mount in mounts))
    for mount in (*mounts, *(Mount(str(path), path) for path in dict.fromkeys(hidden))):
        pairs += [str(mount.source), mount.path]
    helper = str(Path(__file__).parent / "namespace.py")
    return (
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        sys.executable,
        "-I",
        "-S",
        helper,
        str(root),
        *pairs,
        "--",
    )


def can_unshare() -> bool:
    """Whether a process may have a view of the file system of its own here."""
    if _ALLOWED:
        return _ALLOWED[0]
    command = ["unshare", "--user", "--map-root-user", "--mount", "true"]
    try:
        allowed = subprocess.run(command, capture_output=True, check=False, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        allowed = False
    _ALLOWED.append(allowed)
    return allowed


_ALLOWED: list[bool] = []
"""What was found out, once for the process."""
