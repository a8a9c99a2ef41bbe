"""Building the layers that are not here yet: the interpreter, then the packages, which it compiles."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from athena_runtime.bundle import cache
from athena_runtime.bundle.archive import read_archive, unpack
from athena_runtime.bundle.compiling import start_command, with_compiled, write_entries
from athena_runtime.bundle.debian import debian_trees
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.interpreter import Tree, check_layer, interpreter_layer
from athena_runtime.bundle.layer import LAYER_FILE, Entry
from athena_runtime.bundle.lock import Lock, Wanted
from athena_runtime.bundle.packages import packages_layer
from athena_runtime.bundle.requirements import Source
from athena_runtime.bundle.standalone import standalone_trees
from athena_runtime.bundle.store import Store
from athena_runtime.bundle.uv import requirements_of
from athena_runtime.contract import ROOT

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

Say = Callable[[str], None]
RECIPE = 1
"""Counts the ways in which layers were built: what was built in an older way is built anew."""


@dataclass(frozen=True, slots=True)
class Built:
    """A layer that is here."""

    digest: str
    archive: Path


def build_lock(wanted: Wanted, source: Source | None, say: Say, *, upgrade: bool, py: str = "") -> Lock:
    """Builds both layers, as far as they are not here. `py` is the digest of an interpreter to take, when it is here.

    `upgrade`: the newest interpreter there is.
    """
    interpreter = _known_interpreter(wanted, py) if not upgrade else None
    if interpreter is None:
        interpreter = build_interpreter(wanted, say)
    version = interpreter_version(interpreter.archive)
    packages = build_packages(wanted, source, interpreter, version, say)
    return Lock(interpreter.digest, packages.digest, version, wanted)


def build_interpreter(wanted: Wanted, say: Say) -> Built:
    """The newest interpreter as it is asked for."""
    say(f"building Python {wanted.python} from {wanted.source} for {' and '.join(wanted.architectures)}")
    with _state() as state:
        bare = interpreter_layer(_trees(wanted, state), wanted.source)
    check_layer(bare)
    with tempfile.TemporaryDirectory(prefix="athena-") as name:
        folder = Path(name)
        write_entries(bare, folder)
        command = start_command(folder, _version_of(bare))
        if not command:
            say(f"note: no Python {wanted.python} runs here, so that modules are not compiled: steps start slower")
        entries = with_compiled(bare, f"{ROOT}/py", command) if command else bare
        built = Built(*cache.keep("py", entries))
    cache.remember(_interpreter_question(wanted), built.digest)
    return built


def build_packages(wanted: Wanted, source: Source | None, py: Built, version: str, say: Say) -> Built:
    """The layer with the locked packages, and the runtime, compiled by the interpreter of `py`."""
    requirements = requirements_of(source) if source is not None else None
    text = requirements.text if requirements is not None else ""
    question = f"deps {RECIPE} {py.digest} {wanted.runtime} {' '.join(wanted.architectures)} {text}"
    known = cache.recall(question)
    if known and (archive := cache.cached("deps", known)) is not None:
        return Built(known, archive)
    what = f"the packages of `{requirements.origin}`" if requirements is not None else "the runtime"
    say(f"assembling {what} for {' and '.join(wanted.architectures)}")
    with tempfile.TemporaryDirectory(prefix="athena-") as name:
        folder = Path(name) / "py"
        with py.archive.open("rb") as file:
            unpack(file, folder)
        command = start_command(folder, version)
        entries = packages_layer(requirements, wanted.python, wanted.architectures, command)
    built = Built(*cache.keep("deps", entries))
    cache.remember(question, built.digest)
    return built


def import_layer(path: Path, kind: str) -> Built:
    """A ready layer from a file, into the cache. Raises BundleError when it is none of that kind."""
    try:
        with path.open("rb") as file:
            entries = [Entry(each.path, each.file.read(), each.executable) for each in read_archive(file)]
    except OSError as error:
        raise BundleError(f"`{path}` cannot be read: {error.strerror or error}") from error
    about = next((entry.read() for entry in entries if entry.path == LAYER_FILE), b"")
    if f'"kind": "{kind}"'.encode() not in about:
        raise BundleError(f"`{path}` is no layer `{kind}`", "take one that `athena bundle build` wrote")
    if kind == "py":
        check_layer(entries)
    return Built(*cache.keep(kind, entries))


def fetch_layer(store: Store, key: str, kind: str, digest: str) -> Built:
    """A layer from a bucket into the cache. Raises BundleError when it is not what its name says."""
    with tempfile.TemporaryDirectory(prefix="athena-") as name:
        path = Path(name) / "layer.tgz"
        with path.open("wb") as file:
            store.fetch(key, file)
        built = import_layer(path, kind)
    if built.digest != digest:
        raise BundleError(
            f"`{key}` is damaged: its files are not those that its name stands for", kind="damaged-object"
        )
    return built


def find_interpreter(store: Store, prefix: str, wanted: Wanted, say: Say) -> Built:
    """The newest interpreter in a bucket that is what is wanted."""
    found = sorted(store.objects(f"{prefix}/layers/py/"), key=lambda stored: stored.modified, reverse=True)
    for stored in found:
        say(f"looking at {stored.key}")
        built = fetch_layer(store, stored.key, "py", stored.key.rpartition("/")[2].removesuffix(".tgz"))
        about = layer_about(built.archive)
        same = str(about["python"]).startswith(f"{wanted.python}.") and about["source"] == wanted.source
        if same and set(wanted.architectures) == set(about["architectures"]):
            return built
    raise BundleError(
        f"no Python {wanted.python} for {' and '.join(wanted.architectures)} from {wanted.source} is in the bucket",
        "build it on a Debian with `athena lock` and `athena publish`",
        kind="no-interpreter",
    )


def interpreter_version(archive: Path) -> str:
    """The version of Python in a layer: `3.13.5`."""
    return str(layer_about(archive)["python"])


def layer_about(archive: Path) -> dict[str, Any]:
    """What a layer says of itself."""
    with archive.open("rb") as file:
        for member in read_archive(file):
            if member.path == LAYER_FILE:
                about: dict[str, Any] = json.loads(member.file.read())
                return about
    raise BundleError(f"`{archive}` does not say what it is")


def _known_interpreter(wanted: Wanted, py: str) -> Built | None:
    name = py or cache.recall(_interpreter_question(wanted))
    archive = cache.cached("py", name) if name else None
    return Built(name, archive) if archive is not None else None


def _interpreter_question(wanted: Wanted) -> str:
    return f"py {RECIPE} {wanted.source} {wanted.python} {' '.join(wanted.architectures)}"


def _trees(wanted: Wanted, state: Path) -> tuple[Tree, ...]:
    if wanted.source == "uv":
        return standalone_trees(wanted.python, wanted.architectures, state)
    return debian_trees(wanted.python, wanted.architectures, state)


def _version_of(entries: tuple[Entry, ...]) -> str:
    text = next(entry.read() for entry in entries if entry.path == LAYER_FILE)
    return str(json.loads(text)["python"])


@contextmanager
def _state() -> Iterator[Path]:
    """A folder for what is downloaded, for one process at a time; it is kept, so that the next time less is."""
    folder = cache.cache_folder() / "downloads"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise BundleError(
            f"`{folder}` cannot be made: {error.strerror}", "set XDG_CACHE_HOME to a folder that you may write"
        ) from error
    with lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
