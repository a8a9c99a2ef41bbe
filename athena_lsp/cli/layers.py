"""The three layers of a project as archives on this machine, or known to be in the bucket."""

from __future__ import annotations

from pathlib import Path

from athena_lsp.cli import code
from athena_lsp.cli.process import tell
from athena_lsp.files import write_text
from athena_lsp.records import dataclass
from athena_lsp.workspace import Workspace
from athena_runtime.bundle import cache
from athena_runtime.bundle.building import build_lock, fetch_layer
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.lock import LOCK_NAME, Lock, Wanted, differences, lock_text
from athena_runtime.bundle.push import Layer, layer_key
from athena_runtime.bundle.store import Store


@dataclass(frozen=True, slots=True)
class Ready:
    """The layers, and the version of Python in them."""

    layers: tuple[Layer, ...]
    python: str


def ready_layers(workspace: Workspace, store: Store | None, *, locked: bool = False, local: bool = False) -> Ready:
    """The layers of the project as it is now; athena.lock is written when it does not fit, or with `locked` refused.

    A layer that the bucket has need not be here, unless `local`.
    """
    if not workspace.ask(lambda project: project.code()).templates:
        raise BundleError("no container is in this project, so that no pod would run anything", kind="code")
    digest, archive = cache.keep("app", code.app_entries(workspace))
    lock = _fitting(workspace, store, locked=locked, local=local)
    py, deps = (Layer(name, value, cache.cached(name, value)) for name, value in (("py", lock.py), ("deps", lock.deps)))
    return Ready((py, deps, Layer("app", digest, archive)), lock.version)


def locked_now(
    workspace: Workspace,
    store: Store | None = None,
    *,
    upgrade: bool = False,
    locked: bool = False,
    anew: bool = False,
    py: str = "",
) -> Lock:
    """The lock that fits what is wanted; written when it is another one than before, or refused with `locked`.

    `anew`: build the layers although the lock fits. `py`: take this interpreter, which is here.
    """
    before = code.locked(workspace)
    wanted, source = code.what_is_wanted(workspace)
    found = ("there is none",) if before is None else differences(before, wanted)
    if before is not None and not (found or upgrade or anew or py):
        return before
    if locked and found:
        raise BundleError(f"`{LOCK_NAME}` does not fit: {'; '.join(found)}", "run `athena lock`", kind="lock")
    kept = py or (before.py if before is not None and _same_interpreter(before, wanted) else "")
    if kept and store is not None:
        _fetch(workspace, store, "py", kept)
    lock = build_lock(wanted, source, tell, upgrade=upgrade, py=kept)
    if lock != before and locked:
        raise BundleError(
            f"the layers of `{LOCK_NAME}` are neither here nor in the bucket, and built anew they are others",
            "run `athena lock`, and publish again",
            kind="lock",
        )
    if lock != before:
        write_text(code.lock_path(workspace), lock_text(lock))
        tell(f"`{LOCK_NAME}` is written")
    return lock


def _fitting(workspace: Workspace, store: Store | None, *, locked: bool, local: bool) -> Lock:
    """A lock whose layers are here, or in the bucket."""
    lock = locked_now(workspace, store, locked=locked)
    for name, digest in (("py", lock.py), ("deps", lock.deps)):
        if cache.cached(name, digest) is not None:
            continue
        prefix = workspace.config.settings.prefix
        if store is not None and store.has(layer_key(prefix, name, digest)):
            if local:
                _fetch(workspace, store, name, digest)
            continue
        return locked_now(workspace, store, locked=locked, anew=True)
    return lock


def _fetch(workspace: Workspace, store: Store, name: str, digest: str) -> Path | None:
    """The archive of a layer, from the bucket when it is not here."""
    key = layer_key(workspace.config.settings.prefix, name, digest)
    if cache.cached(name, digest) is None and store.has(key):
        tell(f"fetching {key}")
        fetch_layer(store, key, name, digest)
    return cache.cached(name, digest)


def _same_interpreter(lock: Lock, wanted: Wanted) -> bool:
    then = lock.wanted
    return (then.python, then.source, then.architectures) == (wanted.python, wanted.source, wanted.architectures)
