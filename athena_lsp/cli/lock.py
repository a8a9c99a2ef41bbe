"""Choose the interpreter and the packages of the pods, build them here, and write athena.lock."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from athena_lsp.cli import code, configured
from athena_lsp.cli.buckets import opened
from athena_lsp.cli.findings import existing
from athena_lsp.cli.layers import locked_now
from athena_lsp.cli.process import CLEAN, FINDINGS, tell
from athena_lsp.workspace import Workspace
from athena_runtime.bundle.building import find_interpreter, import_layer
from athena_runtime.bundle.lock import LOCK_NAME, differences

BUCKET = "bucket"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=".", type=Path, help="the project (default: here)")
    parser.add_argument("-U", "--upgrade", action="store_true", help="build the newest interpreter that there is")
    parser.add_argument(
        "--py",
        metavar="FILE",
        help="take a ready interpreter: the archive of a layer, or `bucket` for one in the bucket",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when the lock does not fit")
    configured.argument(parser)


def run(options: Namespace) -> int:
    workspace = Workspace.open([existing(options.folder)], config=configured.chosen(options))
    return code.guarded(lambda: _check(workspace) if options.check else _lock(workspace, options))


def _check(workspace: Workspace) -> int:
    lock = code.locked(workspace)
    found = ("there is none",) if lock is None else differences(lock, code.what_is_wanted(workspace)[0])
    for each in found:
        tell(f"`{LOCK_NAME}` does not fit: {each}")
    return FINDINGS if found else CLEAN


def _lock(workspace: Workspace, options: Namespace) -> int:
    before = code.locked(workspace)
    py = _given(workspace, options.py) if options.py else ""
    if locked_now(workspace, upgrade=options.upgrade, py=py) == before:
        tell(f"`{LOCK_NAME}` is current")
    return CLEAN


def _given(workspace: Workspace, given: str) -> str:
    """The digest of a ready interpreter, which is here afterwards."""
    if given != BUCKET:
        return import_layer(Path(given), "py").digest
    settings = workspace.config.settings
    wanted, _ = code.what_is_wanted(workspace)
    return find_interpreter(opened(workspace), settings.prefix, wanted, tell).digest
