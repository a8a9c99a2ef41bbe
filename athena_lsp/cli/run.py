"""Run a workflow on this machine: its manifests as Argo would run them, each pod as a process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress
from functools import partial as partial_function
from pathlib import Path

import athena_runtime.contract as runtime
from athena_lsp.cli import configured, given, run_clock, run_ways, tenants
from athena_lsp.cli.emulate import unpack
from athena_lsp.cli.inputs import pair
from athena_lsp.cli.lint import SUFFIXES
from athena_lsp.cli.process import CLEAN, FINDINGS, INTERRUPTED, MisuseError, has_colours, meant, tell
from athena_lsp.cli.run_parts import failer, partial
from athena_lsp.cli.run_questions import Questions
from athena_lsp.cli.run_steps import Tasks, functions_called
from athena_lsp.cli.run_targets import Wanted, digest_of, refuse_unknown, wanted_by
from athena_lsp.cli.run_view import RunView, first_failure
from athena_lsp.cli.ways import add_taken
from athena_lsp.engine.driver import Driver, UnansweredError, Watch, new_run, places_of
from athena_lsp.engine.model import Answered, Ask, Event, State
from athena_lsp.engine.places import STATE
from athena_lsp.engine.podspec import Machine, absent_here
from athena_lsp.engine.program import (
    Program,
    as_map,
    as_text,
    step_path,
)
from athena_lsp.engine.store import Run, Store, StoreError
from athena_runtime.contract import INDEX, RETURN_NAME

POLL = 0.3


def arguments(parser: ArgumentParser) -> None:  # long: one line for each option
    parser.add_argument(
        "target",
        nargs="?",
        default=".",
        metavar="TARGET",
        help="as of `athena emit`, or a file of manifests (`.yaml`, `.json`); default: here",
    )
    given.options(parser)
    parser.add_argument("--root", metavar="NAME", help="the workflow or container to run, by its function's name")
    parser.add_argument("--tag", metavar="TAG", help="the version tag, instead of one from the version and from git")
    tenants.argument(parser)
    configured.argument(parser)
    parser.add_argument("-j", dest="jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="pods at once")
    parser.add_argument("--json", action="store_true", help="events on standard output, one object in a line")
    parser.add_argument("-q", "--quiet", action="store_true", help="show the result alone")
    parser.add_argument("--logs", action="store_true", help="show what the steps print, line by line")
    parser.add_argument(
        "--fail", action="append", default=[], metavar="STEP[:N]", help="let the first N pods of it fail"
    )
    parser.add_argument("--set", action="append", default=[], metavar="STEP=VALUE", help="do not run it: it gives this")
    parser.add_argument("--answer", action="append", default=[], metavar="NAME=VALUE", help="answer a question")
    parser.add_argument("--from", dest="begin", default="", metavar="STEP", help="keep what the last run did before it")
    parser.add_argument("--only", default="", metavar="STEP", help="run it alone, with what the last run gave it")
    parser.add_argument("--resume", default="", metavar="RUN", help="go on with a run, by its id, or `last`")
    parser.add_argument("--watch", action="store_true", help="run again whenever a file changes")
    parser.add_argument("--argo-version", default="", metavar="X.Y.Z", help="behave as this version of Argo")
    parser.add_argument("--host", action="append", default=[], metavar="PATH=FOLDER", help="a path of the node is here")
    parser.add_argument("--env-file", type=Path, metavar="FILE", help="secrets and settings (default: `.env`)")
    parser.add_argument(
        "--bundle", default="", metavar="FOLDER", help="run the code of a bundle: `py`, `deps` and `app`"
    )
    parser.add_argument("--state", type=_resolved, metavar="FOLDER", help="keep the run there, not in `.athena`")
    run_clock.arguments(parser)
    parser.add_argument("--coverage", type=_resolved, metavar="FILE", help="add which branches it took to FILE (JSON)")
    parser.add_argument("--with-parent", action="store_true", help="end the run with the process that began it")
    parser.add_argument("--image-mode", choices=("docker", "podman"), default="", help="run each step in its image")


def _resolved(text: str) -> Path:
    return Path(text).resolve()


def run(options: Namespace) -> int:
    if options.jobs < 1:
        raise MisuseError("error: -j needs a number above 0")
    if options.image_mode and shutil.which(options.image_mode) is None:
        raise MisuseError(f"error: there is no program `{options.image_mode}` on this machine")
    try:
        if options.resume and options.coverage:
            raise MisuseError("error: --coverage needs the whole run, and not what is left of one")
        if options.resume:
            return _resume(options)
        return _watch(options) if options.watch else _once(options)
    except StoreError as error:
        raise MisuseError(f"error: {error}") from error
    except OSError as error:
        where = f"`{error.filename}`" if error.filename else "the state of the run"
        raise MisuseError(f"error: {where} cannot be written: {error.strerror or error}") from error


def _once(options: Namespace) -> int:
    wanted = wanted_by(options)
    if wanted is None:
        return FINDINGS
    wanted.state.mkdir(parents=True, exist_ok=True)
    store = Store(wanted.state / "runs.db")
    _ignore(wanted.state)
    try:
        wanted = partial(wanted, options, store)
        refuse_unknown(wanted.program)
        return _begin(wanted, options, store)
    finally:
        store.close()


def _watch(options: Namespace) -> int:
    """Runs again whenever a file of the project changes, until Ctrl-C."""
    code = CLEAN
    while True:
        try:
            code = _once(options)
        except MisuseError as misuse:
            tell(str(misuse))
        target = Path(options.target.rpartition(":")[0] or options.target)
        folder = target if target.is_dir() else target.parent
        before = _stamps(folder)
        tell(f"watching {os.path.relpath(folder)}: Ctrl-C ends it (last exit code {code})")
        while _stamps(folder) == before:
            time.sleep(POLL)


def _stamps(folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        for name in files:
            if Path(name).suffix in (*SUFFIXES, ".py", ".toml", ".env"):
                path = Path(place, name)
                found[str(path)] = path.stat().st_mtime_ns if path.exists() else 0
    return found


# --- driving --------------------------------------------------------------------------------------------------------


def _begin(wanted: Wanted, options: Namespace, store: Store) -> int:
    id_ = wanted.program.name.rpartition("-")[2]
    places = places_of(wanted.state, id_)
    clock = run_clock.clock_of(options, wanted)
    fail = failer(options, wanted.program, wanted.functions)
    code = _lay_out_code(places.run / "code", wanted)
    kept = {
        "python": wanted.python,
        "code": str(code),
        "is_typed": wanted.is_typed,
        "jobs": options.jobs,
        "image_mode": options.image_mode,
        "bundle": str(_unpacked(Path(options.bundle), places.run / "bundle")) if options.bundle else "",
        "hosts": dict(pair(text, "--host") for text in options.host),
        "memory": store.memory(),
        "folder": str(wanted.folder),
        "functions": dict(wanted.functions),
        "sources": {} if options.bundle else dict(wanted.sources),
    }
    begun = new_run(wanted.program, wanted.target, wanted.arguments, id_, kept, clock.now())
    machine = _machine(wanted.program, begun, options, wanted.folder)
    if missing := absent_here(wanted.program, machine):
        shutil.rmtree(places.run)
        with suppress(OSError):  # other runs have theirs
            places.run.parent.rmdir()
        raise MisuseError("\n".join(f"error: {why}" for why in missing))
    store.create(wanted.program, begun)
    driver = Driver(wanted.program, begun, store, machine, places, options.jobs, fail=fail, clock=clock)
    if not options.coverage:
        return _drive(driver, options)
    workflows = run_ways.workflows_of(wanted)
    return _drive(driver, options, lambda state: add_taken(options.coverage, *run_ways.taken_by(state, workflows)))


def _unpacked(bundle: Path, to: Path) -> Path:
    """The layers of a bundle as folders: archives are unpacked. Raises MisuseError."""
    if (bundle / "app").is_dir():
        return bundle.resolve()
    for layer in ("py", "deps", "app"):
        unpack(bundle / f"{layer}.tgz", to / layer)
    return to.resolve()


def _lay_out_code(folder: Path, wanted: Wanted) -> Path:
    """What stands for `/athena/app`: the index of the functions, and where they are imported from."""
    index = {"version": 1, "templates": dict(wanted.templates), "path": list(wanted.path)}
    path = folder / Path(INDEX).name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(index), encoding="utf-8")
    return folder


def _resume(options: Namespace) -> int:
    state = options.state or _state_near(options)
    store = Store(state / "runs.db")
    try:
        found = store.run(options.resume)
        if found is None:
            ids = [run.id for run in store.runs()]
            raise MisuseError(f"error: there is no run `{options.resume}`{meant(options.resume, ids)}")
        if found.ended is not None:
            raise MisuseError(f"error: the run `{found.id}` is over ({found.phase.lower()}): nothing is left to do")
        program = store.program(found.id)
        fail = failer(options, program, found.options.get("functions", {}))
        folder = Path(found.options.get("folder", state.parent))
        machine = _machine(program, found, options, folder)
        _tell_changes(found, folder)
        store.reopen(found.id)
        return _drive(
            Driver(program, found, store, machine, places_of(state, found.id), options.jobs, fail=fail), options
        )
    finally:
        store.close()


def _tell_changes(begun: Run, folder: Path) -> None:
    """The manifests are those of the run's beginning, and the code is what there is now."""
    before = begun.options.get("sources", {})
    changed = [path for path, digest in before.items() if digest_of(folder / path) != digest]
    if changed:
        what = ", ".join(f"`{path}`" for path in changed)
        tell(f"note: {what} changed since this run began: the steps that are left run the code of now, as planned then")


def _state_near(options: Namespace) -> Path:
    target = Path(options.target.rpartition(":")[0] or options.target).resolve()
    near = (Path.cwd(), *Path.cwd().parents, target, *target.parents)
    found = next((folder / STATE for folder in near if (folder / STATE / "runs.db").exists()), None)
    if found is None:
        raise MisuseError("error: there is no run to go on with, here or in a folder above")
    return found


def _drive(driver: Driver, options: Namespace, after: Callable[[State], None] = lambda _: None) -> int:
    program, begun = driver.program, driver.run
    mode = "json" if options.json else "quiet" if options.quiet else "tree" if _is_terminal(options) else "lines"
    functions = functions_called(program, begun.options.get("functions", {}))
    view = RunView(program.name, driver.places, mode, has_colours(sys.stderr), options.logs, functions)
    driver.watch = _with_parent(view) if options.with_parent else view
    questions = Questions(dict(pair(text, "--answer") for text in options.answer), program.name)
    driver.ask = partial_function(_answered, questions, driver, view)
    driver.may_wait = sys.stdin.isatty()
    if mode in ("lines", "tree"):
        tell(f"run {begun.id} of {begun.target}")
    if mode == "json":
        view.begin(begun, Tasks.of(program).names)
    for number in (signal.SIGINT, signal.SIGTERM):  # a background shell may have left the first one ignored
        signal.signal(number, signal.default_int_handler)
    try:
        state = driver.drive()
    except KeyboardInterrupt:
        driver.interrupted()
        tell(f"\nstopped; `athena run --resume {begun.id}` goes on where it was")
        return INTERRUPTED
    except MisuseError:
        driver.interrupted()
        raise
    except (StoreError, OSError):
        tell(f"the run was left; `athena run --resume {begun.id}` goes on where it was")
        raise
    except UnansweredError as unanswered:
        driver.interrupted()
        steps = [step_path(node, program.name) for node in unanswered.nodes]
        tell(f"{', '.join(f'`{step}`' for step in steps)} waits for an answer, and nobody is at a terminal to give it")
        tell(f"help: athena run --resume {begun.id} --answer {steps[0]}=VALUE")
        return FINDINGS
    view.finish(state)
    after(state)
    return _told(state, options, mode)


def _with_parent(view: RunView) -> Watch:
    """Shows the run as long as the process that began it is there; without it the run is interrupted."""
    parent = os.getppid()

    def watch(state: State, events: tuple[Event, ...]) -> None:
        if os.getppid() != parent:
            raise KeyboardInterrupt
        view(state, events)

    return watch


def _answered(questions: Questions, driver: Driver, view: RunView, question: Ask) -> Answered | None:
    """What was given beforehand, else what somebody types later."""
    given = questions.given(question)
    if given is None and questions.is_open(question) and driver.may_wait:
        view.is_paused = True
        questions.ask(question, driver.answer, view.go_on)
    return given


def _is_terminal(options: Namespace) -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not options.logs


def _told(state: State, options: Namespace, mode: str) -> int:
    root = next((node for node in state.nodes.values() if not node.parent), None)
    parameters = dict(root.outputs.parameters) if root is not None else {}
    is_good = state.phase == "Succeeded"
    if options.json:
        data = {
            "event": "run",
            "phase": state.phase,
            "message": state.message,
            "outputs": parameters,
            "started": state.started,
            "ended": state.now,
        }
        print(json.dumps(data), flush=True)
    elif is_good and parameters:
        only = parameters.get(RETURN_NAME) if set(parameters) == {RETURN_NAME} else None
        print(only if only is not None else json.dumps(parameters, ensure_ascii=False))
    if mode in ("lines", "tree") or (mode == "quiet" and not is_good):
        why = state.message or ("" if is_good else first_failure(state))
        message = f": {why}" if why else ""
        tell(f"{state.phase.lower()} after {state.now - state.started:.1f} s{message}")
    return CLEAN if is_good else FINDINGS


def _machine(program: Program, begun: Run, options: Namespace, folder: Path) -> Machine:
    path = options.env_file or (folder / ".env" if (folder / ".env").exists() else None)
    kept = begun.options
    maps = {
        key.partition("/")[2]: {name: as_text(value) for name, value in as_map(each.get("data")).items()}
        for key, each in program.objects.items()
        if key.startswith("ConfigMap/")
    }
    hosts = {**kept["hosts"], **dict(pair(text, "--host") for text in options.host)}
    return Machine(
        python=kept["python"],
        runtime=Path(runtime.__file__).parent,
        code=Path(kept["code"]),
        settings={**given.env_file(path), **os.environ},
        config_maps=maps,
        hosts={place: Path(here).resolve() for place, here in hosts.items()},
        bundle=Path(kept["bundle"]).resolve() if kept["bundle"] else None,
        image_mode=kept["image_mode"],
    )


def _ignore(folder: Path) -> None:
    """Keeps the state of runs, which holds values, from git and from other people."""
    path = folder / ".gitignore"
    folder.chmod(0o700)
    if not path.exists():
        path.write_text("*\n", encoding="utf-8")
