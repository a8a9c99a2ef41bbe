"""The code layers of a project, for commands that name or make them: what is locked, wanted, in the sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from athena_lsp.argo.layers import Layers
from athena_lsp.cli.process import MisuseError
from athena_lsp.files import matching
from athena_lsp.workspace import Workspace
from athena_runtime.bundle.app import app_layer, is_secret
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import Entries, digest
from athena_runtime.bundle.lock import LOCK_NAME, Lock, Wanted, differences, read_lock
from athena_runtime.bundle.requirements import Source, find_source
from athena_runtime.bundle.runtime import runtime_digest

T = TypeVar("T")


def guarded(work: Callable[[], T]) -> T:
    """What the work gives; a failure of bundling or publishing is told as every command tells its own."""
    try:
        return work()
    except BundleError as error:
        raise told(error) from error
    except OSError as error:
        raise MisuseError(f"error: {error.filename or 'a file'}: {error.strerror or error}") from error


def told(error: BundleError) -> MisuseError:
    """The failure as a command tells it."""
    advice = f"\nhelp: {error.advice}" if error.advice else ""
    return MisuseError(f"error: {error.message}{advice}")


def locked_layers(workspace: Workspace) -> Layers | None:
    """The digests that manifests name; None before anything was locked. Raises BundleError."""
    lock = locked(workspace)
    if lock is None:
        return None
    wanted, _ = what_is_wanted(workspace)
    if found := differences(lock, wanted):
        raise BundleError(
            f"`{LOCK_NAME}` does not fit the project any more: {'; '.join(found)}", "run `athena lock`", kind="lock"
        )
    return Layers(py=lock.py, deps=lock.deps, app=digest(app_entries(workspace)))


def locked(workspace: Workspace) -> Lock | None:
    """The project's `athena.lock`; None when there is none."""
    path = lock_path(workspace)
    try:
        return read_lock(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, UnicodeError) as error:
        raise BundleError(f"`{LOCK_NAME}` cannot be read", kind="lock") from error


def lock_path(workspace: Workspace) -> Path:
    return workspace.root / LOCK_NAME


def what_is_wanted(workspace: Workspace) -> tuple[Wanted, Source | None]:
    """What a lock must fit, and the project's own lock of its packages."""
    bundle = workspace.config.settings.bundle
    source = find_source(workspace.root, bundle.lock, bundle.extras, bundle.groups)
    requirements = source.digest if source is not None else ""
    wanted = Wanted(bundle.python, bundle.interpreter, bundle.architectures, requirements, runtime_digest())
    return wanted, source


def app_entries(workspace: Workspace) -> Entries:
    """The files of the layer `app`, as they are on the disk. Raises BundleError when a pod could not have them."""
    code = workspace.ask(lambda project: project.code())
    if code.problems:
        raise BundleError(f"the code cannot be bundled: {code.problems[0]}", "rename or move one of them", kind="code")
    files = {module.place: (workspace.root / module.path).read_bytes() for module in code.modules}
    for path in matching(workspace.root, workspace.config.settings.bundle.include):
        place = _place(workspace, path)
        if not is_secret(place) and not is_secret(path):
            files.setdefault(place, (workspace.root / path).read_bytes())
    return app_layer(files, code.templates)


def _place(workspace: Workspace, path: str) -> str:
    """Where a data file lies in a pod: beside the modules that it lies beside here."""
    inside = [root for root in workspace.project.layout.roots if not root or path.startswith(f"{root}/")]
    return path[len(max(inside, key=len, default="")) :].lstrip("/")
