"""Publishing: the bucket gets the layers that it lacks, then the file that names them together.

That file comes last, and every object is written as a whole: whatever interrupts this, nothing is half published, and
the next run sends only what is missing.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from athena_runtime.bundle.archive import digest_of_archive
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import sha256_of
from athena_runtime.bundle.store import Store

Report = Callable[[str, int, int], None]
"""Told of an object how many bytes of how many have been sent."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer to publish. `archive` is not there when only the bucket has it."""

    name: str
    digest: str
    archive: Path | None = None

    def key(self, prefix: str) -> str:
        return layer_key(prefix, self.name, self.digest)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one object: `sent` bytes, none when it was there."""

    key: str
    size: int
    sent: int


def layer_key(prefix: str, name: str, digest: str) -> str:
    """Where a layer lies in a bucket: what the manifests name too."""
    return f"{prefix}/layers/{name}/{digest}.tgz"


def bundle_file(layers: Iterable[Layer], about: Mapping[str, Any]) -> tuple[str, bytes]:
    """The name and the text of the file that says which layers belong together."""
    named = {layer.name: layer.digest for layer in layers}
    text = f"{json.dumps({'layers': named, **about}, sort_keys=True, indent=1, ensure_ascii=False)}\n".encode()
    return f"{hashlib.sha256(text).hexdigest()}.json", text


def bundle_key(prefix: str, name: str) -> str:
    return f"{prefix}/bundles/{name}"


def missing(store: Store, layers: Iterable[Layer], prefix: str) -> tuple[Layer, ...]:
    """The layers that the bucket does not have."""
    return tuple(layer for layer in layers if not store.has(layer.key(prefix)))


def push(
    store: Store,
    layers: Iterable[Layer],
    prefix: str,
    bundle: tuple[str, bytes],
    report: Report,
    *,
    replace: bool = False,
) -> tuple[Outcome, ...]:
    """Writes what is missing, the bundle's file last. `replace` writes what is there too."""
    outcomes = [_push(store, layer.key(prefix), layer.archive, report, replace=replace) for layer in layers]
    name, text = bundle
    return (*outcomes, _push(store, bundle_key(prefix, name), text, report, replace=replace))


def verify(store: Store, layer: Layer, prefix: str) -> None:
    """Reads a layer from the bucket. Raises BundleError when it is not what its name says."""
    key = layer.key(prefix)
    with tempfile.TemporaryFile() as file:
        store.fetch(key, file)
        file.seek(0)
        try:
            found = digest_of_archive(file)
        except BundleError as error:
            raise _damaged(key, error.message) from error
    if found != layer.digest:
        raise _damaged(key, "its files are not those that its name stands for")


def _push(store: Store, key: str, source: Path | bytes | None, report: Report, *, replace: bool) -> Outcome:
    size = 0 if source is None else len(source) if isinstance(source, bytes) else source.stat().st_size
    if not replace and store.has(key):
        return Outcome(key, size, 0)
    if source is None:
        raise BundleError(f"`{key}` is neither in the bucket nor here", "publish again", kind="missing")
    # The last bytes are told when the object is there.
    written = store.put(
        key, source, _sha256(source), lambda done: report(key, min(done, size - 1), size), replace=replace
    )
    report(key, size, size)
    return Outcome(key, size, size if written else 0)


def _damaged(key: str, why: str) -> BundleError:
    return BundleError(f"`{key}` is damaged: {why}", "run `athena publish --force`", kind="damaged-object")


def _sha256(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as file:
        return sha256_of(file)
