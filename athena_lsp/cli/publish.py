"""Upload the code of a project to its bucket, as far as it is not there; prints the bundle's address."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from athena_lsp.cli import code, configured, tenants
from athena_lsp.cli.buckets import opened
from athena_lsp.cli.findings import Asked, existing, find
from athena_lsp.cli.gates import allowed
from athena_lsp.cli.layers import Ready, ready_layers
from athena_lsp.cli.process import CLEAN, FINDINGS, MisuseError, has_colours, tell
from athena_lsp.cli.progress import Progress
from athena_lsp.diagnostics import Severity
from athena_lsp.render.text import render_text
from athena_lsp.workspace import Workspace
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.push import Layer, Outcome, bundle_file, bundle_key, missing, push, verify
from athena_runtime.bundle.store import Store


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=".", type=Path, help="the project (default: here)")
    parser.add_argument("-n", "--dry-run", action="store_true", help="say what would be sent, and send nothing")
    parser.add_argument("--verify", action="store_true", help="read everything back from the bucket and compare")
    parser.add_argument("--force", action="store_true", help="send what is there too")
    parser.add_argument("--locked", action="store_true", help="refuse when athena.lock would have to change")
    parser.add_argument("--json", action="store_true", help="print what was published as JSON")
    parser.add_argument("--allow-dirty", action="store_true", help="although files differ from the commit")
    parser.add_argument("-y", "--yes", action="store_true", help="ask nothing")
    parser.add_argument("--tag", metavar="TAG", help="the version tag, instead of one from the version and from git")
    tenants.argument(parser)
    configured.argument(parser)


def run(options: Namespace) -> int:
    tag = options.tag or os.environ.get("ATHENA_VERSION_TAG", "")
    workspace = Workspace.open(
        [existing(options.folder)], git=True, config=configured.chosen(options), tag=tag, tenant=options.tenant
    )
    tenants.require(workspace, options.tenant)
    if not (tag or options.dry_run) and not allowed(workspace, dirty=options.allow_dirty, yes=options.yes):
        return FINDINGS
    if has_errors(workspace):
        tell("nothing is published: the code of the pods has errors")
        return FINDINGS
    return code.guarded(lambda: _publish(workspace, options))


def has_errors(workspace: Workspace) -> bool:
    """Whether the code of the pods, or the configuration, has errors; they are printed."""
    paths = {module.path for module in workspace.ask(lambda project: project.code()).modules}
    found = find((Asked(workspace, tuple(workspace.root / path for path in sorted(paths))),))
    errors = [one for one in found.diagnostics if one.severity is Severity.ERROR]
    if errors:
        tell(render_text(errors, found.sources, colour=has_colours(sys.stderr)).rstrip("\n"))
    for path, why in found.problems.items():
        tell(f"error: `{path}` could not be read: {why}")
    return bool(errors or found.problems)


def _publish(workspace: Workspace, options: Namespace) -> int:
    store = opened(workspace)
    store.check()
    ready = ready_layers(workspace, store, locked=options.locked or options.dry_run)
    prefix = workspace.config.settings.prefix
    name, text = bundle_file(ready.layers, _about(workspace, ready))
    address = f"s3://{store.bucket.name}/{bundle_key(prefix, name)}"
    if options.dry_run:
        outcomes = _would_send(store, ready.layers, prefix)
        _tell_plan(outcomes)
    else:
        with Progress(sys.stderr) as progress:
            outcomes = push(store, ready.layers, prefix, (name, text), progress.report, replace=options.force)
        _tell_result(outcomes)
    if options.verify:
        _verify(store, ready.layers, prefix)
    print(json.dumps(_result(workspace, ready, address, outcomes, options), indent=2) if options.json else address)
    return CLEAN


def _about(workspace: Workspace, ready: Ready) -> dict[str, object]:
    """What the bundle's file says besides the layers."""
    settings, git = workspace.config.settings, workspace.git
    return {
        "project": settings.project,
        "version": settings.version,
        "tag": settings.version_tag,
        "channel": settings.channel,
        "commit": git.commit if git else "",
        "dirty": git.dirty if git else False,
        "python": ready.python,
        "architectures": list(settings.bundle.architectures),
    }


def _would_send(store: Store, layers: Sequence[Layer], prefix: str) -> tuple[Outcome, ...]:
    lacking = set(missing(store, layers, prefix))
    return tuple(
        Outcome(layer.key(prefix), size, size if layer in lacking else 0)
        for layer in layers
        for size in [layer.archive.stat().st_size if layer.archive else 0]
    )


def _tell_plan(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        what = f"would be sent, {outcome.size:,} bytes" if outcome.sent else "is there"
        tell(f"{outcome.key} {what}")


def _tell_result(outcomes: Sequence[Outcome]) -> None:
    total = sum(outcome.sent for outcome in outcomes)
    tell(f"sent {total:,} bytes" if total else "everything was there")


def _verify(store: Store, layers: Sequence[Layer], prefix: str) -> None:
    """Raises MisuseError with every layer that is not in the bucket as it should be."""
    problems: list[str] = []
    for layer in layers:
        try:
            verify(store, layer, prefix)
        except BundleError as error:
            problems.append(str(code.told(error)))
    if problems:
        raise MisuseError("\n".join(problems))
    tell(f"{len(layers)} layers are in the bucket as they should be")


def _result(
    workspace: Workspace, ready: Ready, address: str, outcomes: Sequence[Outcome], options: Namespace
) -> dict[str, object]:
    by_key = {outcome.key: outcome for outcome in outcomes}
    prefix = workspace.config.settings.prefix
    layers = [
        {
            "name": layer.name,
            "digest": layer.digest,
            "key": layer.key(prefix),
            "size": by_key[layer.key(prefix)].size,
            "sent": by_key[layer.key(prefix)].sent,
        }
        for layer in ready.layers
    ]
    return {"bundle": address, "dry_run": options.dry_run, **_about(workspace, ready), "layers": layers}
