"""List the runs of this project on this machine, show one of them, or remove old ones."""

from __future__ import annotations

import json
import shutil
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from athena_lsp.cli.process import CLEAN, MisuseError, meant, tell
from athena_lsp.engine.driver import is_driven, places_of
from athena_lsp.engine.model import Node
from athena_lsp.engine.places import STATE
from athena_lsp.engine.processes import STDERR, STDOUT
from athena_lsp.engine.program import parts_of, step_path
from athena_lsp.engine.store import Run, Store, StoreError
from athena_lsp.records import replace

KEPT = 20


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=("list", "show", "prune"), default="list", help="default: list")
    parser.add_argument("run", nargs="?", default="last", metavar="RUN", help="for `show`: an id, or `last` (default)")
    parser.add_argument("--json", action="store_true", help="one object, or a list of them, instead of text")
    parser.add_argument("--logs", action="store_true", help="for `show`: what every step has printed")
    parser.add_argument(
        "--keep", type=int, default=KEPT, metavar="N", help=f"for `prune`: the last N (default: {KEPT})"
    )


def run(options: Namespace) -> int:
    folder = next((f for f in (Path.cwd(), *Path.cwd().parents) if (f / STATE / "runs.db").exists()), None)
    if folder is None:
        raise MisuseError("error: nothing has been run here, or in a folder above")
    try:
        store = Store(folder / STATE / "runs.db")
    except StoreError as error:
        raise MisuseError(f"error: {error}") from error
    try:
        match options.what:
            case "show":
                return _show(store, folder, options)
            case "prune":
                return _prune(store, folder, options.keep)
            case _:
                return _list(store, folder, options)
    except StoreError as error:
        raise MisuseError(f"error: {error}") from error
    finally:
        store.close()


def _standing(run: Run, folder: Path) -> Run:
    """The run as it stands: one whose process is gone was interrupted, too."""
    is_left = run.phase == "Running" and not is_driven(places_of(folder / STATE, run.id))
    return replace(run, phase="Interrupted") if is_left else run


def _list(store: Store, folder: Path, options: Namespace) -> int:
    found = [_standing(run, folder) for run in store.runs()]
    if options.json:
        print(json.dumps([_data(run) for run in found], indent=2))
        return CLEAN
    for run in found:
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started))
        took = f"{run.ended - run.started:8.1f} s" if run.ended is not None else " " * 10
        print(f"{run.id}  {began}  {run.phase.lower():<11} {took}  {run.target}")
    return CLEAN


def _show(store: Store, folder: Path, options: Namespace) -> int:
    run = store.run(options.run)
    if run is None:
        raise MisuseError(f"error: there is no run `{options.run}`{meant(options.run, [r.id for r in store.runs()])}")
    run, nodes = _standing(run, folder), store.nodes(run.id)
    if options.json:
        print(json.dumps({**_data(run), "nodes": [_node(node, run) for node in nodes]}, indent=2))
        return CLEAN
    print(f"{run.id}: {run.target}, {run.phase.lower()}" + (f": {run.message}" if run.message else ""))
    for name, value in run.arguments.items():
        print(f"  {name} = {value}")
    by_parent: dict[str, list[Node]] = {}
    for node in nodes:
        by_parent.setdefault(node.parent, []).append(node)
    for node in by_parent.get("", ()):
        print("\n".join(_tree(node, by_parent, run, 0)))
    for name, value in run.outputs.parameters.items():
        print(f"{name} = {value}")
    if options.logs:
        _logs(nodes, run, folder)
    return CLEAN


def _tree(node: Node, by_parent: dict[str, list[Node]], run: Run, depth: int) -> Iterator[str]:
    below = by_parent.get(node.id, [])
    if node.kind != "StepGroup":
        name = (parts_of(step_path(node.id, run.name)) or [node.id])[-1]
        took = f" in {node.ended - node.started:.2f} s" if node.ended is not None else ""
        message = f": {node.message}" if node.message else ""
        yield f"{'  ' * depth}{name} {node.phase.lower()}{took}{message}"
        depth += 1
    for child in below:
        yield from _tree(child, by_parent, run, depth)


def _logs(nodes: tuple[Node, ...], run: Run, folder: Path) -> None:
    places = places_of(folder / STATE, run.id)
    for node in nodes:
        for name in (STDOUT, STDERR) if node.kind == "Pod" else ():
            path = places.pod(node.id) / name
            text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
            for line in text.splitlines():
                print(f"{step_path(node.id, run.name)} | {line}")


def _prune(store: Store, folder: Path, keep: int) -> int:
    if keep < 0:
        raise MisuseError("error: --keep needs a number of runs")
    last = [_standing(run, folder) for run in store.runs()[keep:]]
    old = [run for run in last if run.ended is not None or run.phase == "Interrupted"]
    store.delete(run.id for run in old)
    for run in old:
        shutil.rmtree(places_of(folder / STATE, run.id).run, ignore_errors=True)
    tell(f"removed {len(old)} run{'' if len(old) == 1 else 's'}")
    return CLEAN


def _data(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "target": run.target,
        "started": run.started,
        "ended": run.ended,
        "phase": run.phase,
        "message": run.message,
        "arguments": dict(run.arguments),
        "outputs": dict(run.outputs.parameters),
    }


def _node(node: Node, run: Run) -> dict[str, object]:
    return {
        "id": node.id,
        "name": step_path(node.id, run.name),
        "kind": node.kind,
        "template": node.template,
        "phase": node.phase,
        "message": node.message,
        "started": node.started,
        "ended": node.ended,
        "inputs": dict(node.inputs),
        "outputs": dict(node.outputs.parameters),
    }
