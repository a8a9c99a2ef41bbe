"""The layers of code that pods load: build them into a folder, look into them, delete old ones, make an image."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from athena_lsp.cli import code, configured
from athena_lsp.cli.buckets import opened
from athena_lsp.cli.findings import existing
from athena_lsp.cli.layers import Ready, ready_layers
from athena_lsp.cli.process import CLEAN, MisuseError, tell
from athena_lsp.workspace import Workspace
from athena_runtime.bundle import cache
from athena_runtime.bundle.archive import digest_of_archive, read_archive
from athena_runtime.bundle.building import layer_about
from athena_runtime.bundle.layer import NAMES
from athena_runtime.bundle.lock import LOCK_NAME
from athena_runtime.bundle.oci import write_layout
from athena_runtime.bundle.push import bundle_file
from athena_runtime.bundle.tidy import layers_in, named_layers, unneeded

OLD = 7
"""Days after which a layer that nobody names is not waiting to be named."""

MOST_DAYS = 36_500


def arguments(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True, metavar="build|inspect|gc|oci")
    build = commands.add_parser("build", help="write the archives of the layers into a folder")
    _project(build)
    build.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the folder to write into")
    inspect = commands.add_parser("inspect", help="say what is in a layer")
    inspect.add_argument("layer", help="an archive, the digest of a layer, or `py`, `deps` or `app` of the project")
    _project(inspect)
    inspect.add_argument("--files", action="store_true", help="list the files too")
    inspect.add_argument("--json", action="store_true", help="print JSON")
    gc = commands.add_parser("gc", help="delete what no manifest names from the bucket")
    gc.add_argument("manifests", nargs="+", metavar="FILE", help="files with manifests that are in use; `-` reads them")
    gc.add_argument("--project", type=Path, default=Path(), dest="folder", help="the project (default: here)")
    configured.argument(gc)
    gc.add_argument("--days", type=int, default=OLD, help=f"keep what is younger (default: {OLD})")
    gc.add_argument("--delete", action="store_true", help="delete them; without it they are listed")
    oci = commands.add_parser("oci", help="write the layers as an OCI image layout")
    _project(oci)
    oci.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="a new folder")
    oci.add_argument("--base", type=Path, metavar="DIR", help="the layout of an image to build upon")


def _project(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=Path(), type=Path, help="the project (default: here)")
    configured.argument(parser)


def run(options: Namespace) -> int:
    commands = {"build": _build, "inspect": _inspect, "gc": _gc, "oci": _oci}
    workspace = Workspace.open([existing(options.folder)], git=True, config=configured.chosen(options))
    return code.guarded(lambda: commands[options.command](workspace, options))


def _build(workspace: Workspace, options: Namespace) -> int:
    ready = _here(workspace)
    target: Path = options.output
    target.mkdir(parents=True, exist_ok=True)
    for layer in ready.layers:
        assert layer.archive is not None  # `_here` says so
        shutil.copyfile(layer.archive, target / f"{layer.name}.tgz")
    _, text = bundle_file(ready.layers, {"project": workspace.config.settings.project, "python": ready.python})
    (target / "bundle.json").write_bytes(text)
    print(target)
    return CLEAN


def _oci(workspace: Workspace, options: Namespace) -> int:
    ready = _here(workspace)
    settings = workspace.config.settings
    architectures = settings.bundle.architectures
    digest = write_layout(
        ready.layers, architectures, options.output, base=options.base, tag=f"{settings.project}-{settings.version_tag}"
    )
    print(digest)
    return CLEAN


def _here(workspace: Workspace) -> Ready:
    """The layers of the project, all of them on this machine."""
    store = opened(workspace) if workspace.config.settings.repository and code.locked(workspace) else None
    return ready_layers(workspace, store, local=True)


# --- inspect ----------------------------------------------------------------------------------------------------------


def _inspect(workspace: Workspace, options: Namespace) -> int:
    digest, path = _archive(workspace, options.layer)
    files: dict[str, int] = {}
    with path.open("rb") as file:
        for member in read_archive(file):
            files[member.path] = member.size
    about = {
        **layer_about(path),
        "digest": digest,
        "archive": path.stat().st_size,
        "unpacked": sum(files.values()),
        "files": files if options.files else len(files),
    }
    if options.json:
        print(json.dumps(about, indent=2, sort_keys=True))
        return CLEAN
    for name, value in about.items():
        for line in _lines(name, value):
            print(line)
    return CLEAN


def _lines(name: str, value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{name}:", *(f"  {line}" for key, each in value.items() for line in _lines(str(key), each))]
    if isinstance(value, list):
        return [f"{name}:", *(f"  {each}" for each in value)] if len(value) > 4 else [f"{name}: {', '.join(value)}"]
    return [f"{name}: {value:,}" if isinstance(value, int) else f"{name}: {value}"]


def _archive(workspace: Workspace, layer: str) -> tuple[str, Path]:
    """Digest and archive of a layer that the user names."""
    if layer in NAMES:
        found = next(each for each in _known(workspace).layers if each.name == layer)
        if found.archive is None:
            raise MisuseError(
                f"error: the layer `{layer}` is not on this machine\nhelp: `athena bundle build` builds or fetches it"
            )
        return found.digest, found.archive
    if Path(layer).is_file():
        path = Path(layer)
        return _digest(path), path
    for kind in NAMES:
        if len(layer) == 64 and (path_here := cache.cached(kind, layer)) is not None:
            return layer, path_here
    raise MisuseError(f"error: `{layer}` is no archive, no digest of a layer on this machine, and none of {NAMES}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return digest_of_archive(file)


def _known(workspace: Workspace) -> Ready:
    if code.locked(workspace) is None:
        raise MisuseError(f"error: there is no `{LOCK_NAME}` yet\nhelp: run `athena lock`")
    return ready_layers(workspace, None, locked=True)


# --- gc ---------------------------------------------------------------------------------------------------------------


def _gc(workspace: Workspace, options: Namespace) -> int:
    texts = [_text(name) for name in options.manifests]
    named = named_layers(texts)
    if not named:
        raise MisuseError(
            "error: these manifests name no layer, so that everything would be deleted\n"
            "help: give what is in use: `kubectl get workflowtemplates,cronworkflows,workflows -A -o yaml`"
        )
    store = opened(workspace)
    prefix = workspace.config.settings.prefix
    if not 0 <= options.days <= MOST_DAYS:
        raise MisuseError(f"error: `--days` must be from 0 to {MOST_DAYS}")
    before = datetime.now(UTC) - timedelta(days=options.days)
    found = unneeded(store.objects(f"{prefix}/"), prefix, named, before, lambda key: layers_in(store.read(key)))
    for stored in found:
        if options.delete:
            store.delete(stored.key)
        print(stored.key)
    what = "deleted" if options.delete else "would be deleted, with `--delete`"
    tell(f"{len(found)} objects, {sum(stored.size for stored in found):,} bytes, {what}")
    return CLEAN


def _text(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise MisuseError(f"error: `{name}` cannot be read: {error}") from error
