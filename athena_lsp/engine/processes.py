"""Pods as processes: one folder each, one thread that waits for it, and a file that remembers how it ended."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from athena_lsp.engine import images
from athena_lsp.engine.images import container_argv, fetch, name_of, remove
from athena_lsp.engine.lifetimes import GRACE, boot, end_group, is_alive, is_locked
from athena_lsp.engine.model import Outcome, StartPod
from athena_lsp.engine.places import PlaceError, Places, bring, copy, inside, set_mode
from athena_lsp.engine.podspec import CODE, Machine, Mount, Process, further_process, main_process, outside
from athena_lsp.engine.program import as_list, as_map, as_text, named
from athena_lsp.engine.readiness import is_ready, probe_of
from athena_lsp.engine.requests import STANDARD_OUTPUT, ask
from athena_lsp.engine.substitution import Tree
from athena_lsp.engine.views import view_argv
from athena_lsp.records import dataclass, field
from athena_runtime.contract import ROOT_VARIABLE, TERMINATION_LOG

EXIT, PROCESS, MOUNTS, KILLED = "exit", "process", "mounts", "killed"
"""Files of a pod's folder: how its main process ended, which one it is, what lies at which path; that it was ended."""
BOOT, ALIVE = "boot", "alive"
"""And since which start of the machine; a file that its processes keep locked for as long as they live."""
WRAPPER = """
echo $$ > "$1.new"; mv "$1.new" "$1"; out=$2; shift 2
"$@"; code=$?; echo $code > "$out.new"; mv "$out.new" "$out"; exit $code
"""
"""Runs a command and remembers its exit code, whoever may have died meanwhile."""
LARGEST_RESULT = 256 * 1024
STDOUT, STDERR = STANDARD_OUTPUT, "stderr.log"


@dataclass
class Running:
    """A pod whose processes run."""

    groups: list[int] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)
    """Those of docker or podman: their processes are no children of ours."""
    is_killed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, group: int) -> bool:
        """Remembers a process group; False when the pod is to end already."""
        with self.lock:
            self.groups.append(group)
            return not self.is_killed

    def is_gone(self) -> bool:
        """Whether nothing of it runs any more."""
        return not any(map(is_alive, self.groups))

    def kill(self) -> None:
        """Asks all of it to end; what does not is ended a little later."""
        with self.lock:
            self.is_killed = True
            groups = list(self.groups)
        for group in groups:
            end_group(group)


def prepare(start: StartPod, machine: Machine, places: Places) -> tuple[Process, tuple[Mount, ...]]:
    """Makes the folder of a pod; its main container, and what lies at which path. Raises PlaceError and OSError."""
    folder = places.pod(start.node)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "athena").mkdir(parents=True)
    process = main_process(start, machine, places)
    mounts = (*process.mounts, *_inputs(start, folder, places))
    if not machine.image_mode:
        mounts = (*mounts, *_outputs(start, folder, process.mounts))
    _lay_out(folder, machine, mounts)
    return process, mounts


def run_pod(start: StartPod, machine: Machine, places: Places, running: Running) -> Outcome:
    """Runs a pod from its folder to its outcome. Whatever is missing on this machine is an outcome too."""
    if start.template.get("http") is not None:
        return ask(start, machine.settings, places)
    folder = places.pod(start.node)
    try:
        process, mounts = prepare(start, machine, places)
        for container in map(as_map, as_list(start.template.get("initContainers"))):
            code = _wait(_begin(further_process(start, container, machine, places), folder, machine, mounts, running))
            if code != 0:
                return Outcome("Error", code, f"init container `{as_text(container.get('name'))}`: exit code {code}")
        beside = [
            _begin(further_process(start, container, machine, places), folder, machine, mounts, running)
            for container in map(as_map, as_list(start.template.get("sidecars")))
        ]
        code = _wait(_begin(process, folder, machine, mounts, running, is_main=True))
        for sidecar in beside:
            end_group(sidecar.pid)
            sidecar.wait()
        return _ended(start, machine, places, code)
    except PlaceError as error:
        return Outcome("Error", None, str(error))
    except OSError as error:
        return Outcome("Error", None, f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
    finally:
        for name in running.containers:
            remove(machine.image_mode, name)


def _ended(start: StartPod, machine: Machine, places: Places, code: int) -> Outcome:
    """The outcome; what lies in a container of docker or podman is fetched before."""
    folder = places.pod(start.node)
    if machine.image_mode:
        mounted = [line.partition("\t")[0] for line in _read(folder / MOUNTS).splitlines()]
        inner = [
            path
            for path in _output_paths(start.template).values()
            if inside(path) is None and not any(path == mount or path.startswith(f"{mount}/") for mount in mounted)
        ]
        main = as_map(start.template.get("container") or start.template.get("script"))
        name = name_of(folder, Process("main", (), {}, "", as_text(main.get("image")), ()))
        fetch(machine.image_mode, name, [(path, _place(folder, path)) for path in inner])
        if code == images.NOT_BEGUN:
            return Outcome("Error", code, (_read(folder / STDERR).strip().splitlines() or ["it did not begin"])[-1])
    return outcome_of(start, places, code)


def adopt_pod(start: StartPod, machine: Machine, places: Places, running: Running) -> Outcome | None:
    """The outcome of a pod that an earlier engine began; None when it must begin anew."""
    folder = places.pod(start.node)
    if (folder / KILLED).exists() or _read(folder / BOOT) != boot():
        return None  # after a power cut, what it wrote may be missing though its exit code is there
    while not (folder / EXIT).exists() and is_locked(folder / ALIVE):
        group = _read(folder / PROCESS).strip()
        if group and not running.groups and not running.add(int(group)):
            end_group(int(group))
        time.sleep(0.05)
    code = _read(folder / EXIT).strip()
    return _ended(start, machine, places, int(code)) if code.isdecimal() else None


def _wait(process: subprocess.Popen[bytes]) -> int:
    code = process.wait()
    return 128 - code if code < 0 else code


def end_all(pods: Collection[Running], machine: Machine) -> None:
    """Ends pods and waits until nothing of them runs any more."""
    left = list(pods)
    for pod in left:
        pod.kill()
    until = time.monotonic() + GRACE + 1
    while left and time.monotonic() < until:
        left = [pod for pod in left if not pod.is_gone()]
        time.sleep(0.02)
    for name in (name for pod in pods for name in pod.containers):
        remove(machine.image_mode, name)


# --- the folder ---------------------------------------------------------------------------------------------------


def _lay_out(folder: Path, machine: Machine, mounts: tuple[Mount, ...]) -> None:
    """The pod's `/athena`, with links to what is mounted inside of it."""
    root = folder / "athena"
    (root / "out").mkdir()
    lines = [f"{mount.path}\t{mount.source}\n" for mount in sorted(mounts, key=lambda mount: len(mount.path))]
    (folder / MOUNTS).write_text("".join(lines), encoding="utf-8")
    if machine.image_mode:  # whose volumes do the rest
        (root / Path(TERMINATION_LOG).name).touch()
        return
    layers = {"app": machine.code}
    if machine.bundle is not None:
        layers = {name: machine.bundle / name for name in ("app", "deps", "py")}
    for name, source in layers.items():
        (root / name).symlink_to(source, target_is_directory=True)
    for mount in mounts:
        relative = inside(mount.path)
        if relative:
            place = root / relative
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists() and not place.is_symlink():
                place.symlink_to(mount.source)


def _inputs(start: StartPod, folder: Path, places: Places) -> tuple[Mount, ...]:
    """Brings the artifacts that the pod reads, each to a place that lies at its path."""
    found: list[Mount] = []
    for name, artifact in named(as_map(start.template.get("inputs")).get("artifacts")).items():
        path = as_text(artifact.get("path")).rstrip("/")
        if path in CODE or not path:
            continue
        place = folder / "inputs" / name
        if bring(artifact, place, places):
            set_mode(artifact, place)
            found.append(Mount(path, place))
        elif not artifact.get("optional"):
            where = places.stored(artifact)
            raise PlaceError(f"input artifact `{name}`: there is nothing at {where}")
    return tuple(found)


def _outputs(start: StartPod, folder: Path, mounts: tuple[Mount, ...]) -> tuple[Mount, ...]:
    """Folders for outputs that stand outside of `/athena` and of every volume."""
    found: dict[str, Mount] = {}
    for path in _output_paths(start.template).values():
        parent = path.rpartition("/")[0]
        is_mounted = any(path == mount.path or path.startswith(f"{mount.path}/") for mount in mounts)
        if inside(path) is None and parent not in ("", "/") and not is_mounted and parent != "/tmp":
            place = folder / "outside" / parent.lstrip("/")
            place.mkdir(parents=True, exist_ok=True)
            found[parent] = Mount(parent, place)
    if any(path.rpartition("/")[0] == "/tmp" for path in _output_paths(start.template).values()):
        place = folder / "outside" / "tmp"
        place.mkdir(parents=True, exist_ok=True)
        found["/tmp"] = Mount("/tmp", place)
    return tuple(found.values())


def _output_paths(template: Mapping[str, Tree]) -> dict[str, str]:
    """The paths of all that a pod gives, by kind and name."""
    outputs = as_map(template.get("outputs"))
    paths = {
        f"parameters/{name}": as_text(as_map(each.get("valueFrom")).get("path"))
        for name, each in named(outputs.get("parameters")).items()
    }
    paths |= {f"artifacts/{n}": as_text(each.get("path")) for n, each in named(outputs.get("artifacts")).items()}
    return {key: path.rstrip("/") for key, path in paths.items() if path}


# --- processes ----------------------------------------------------------------------------------------------------


def _begin(
    process: Process,
    folder: Path,
    machine: Machine,
    mounts: tuple[Mount, ...],
    running: Running,
    *,
    is_main: bool = False,
) -> subprocess.Popen[bytes]:
    environment = {**machine.kept, **process.environment}
    argv = process.argv
    away = outside(mounts)
    if machine.image_mode:
        environment = images.environment(process, machine)
        argv = container_argv(process, machine, folder, mounts if is_main else process.mounts)
        running.containers.append(name_of(folder, process))
        remove(machine.image_mode, running.containers[-1])  # one of an earlier try, which was killed
    elif away:
        argv = (*view_argv(folder, away, machine), *argv)
    else:
        environment[ROOT_VARIABLE] = str(folder / "athena")
        argv = tuple(str(folder / "athena" / inner) if (inner := inside(part)) else part for part in argv)
    if is_main:
        argv = ("sh", "-c", WRAPPER, "sh", str(folder / PROCESS), str(folder / EXIT), *argv)
        (folder / BOOT).write_text(boot(), encoding="utf-8")
    prefix = "" if is_main else f"{process.name}."
    work = folder / "work"
    work.mkdir(exist_ok=True)
    with (
        open(folder / f"{prefix}{STDOUT}", "wb") as out,
        open(folder / f"{prefix}{STDERR}", "wb") as err,
        open(folder / f"{prefix}{ALIVE}", "wb") as alive,
    ):
        fcntl.flock(alive, fcntl.LOCK_EX)  # it is theirs from before they begin, and goes with the last of them
        started = subprocess.Popen(
            argv,
            env=environment,
            cwd=process.folder if process.folder and os.path.isdir(process.folder) else work,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
            pass_fds=(alive.fileno(),),
        )
    if not running.add(started.pid):
        end_group(started.pid)
    return started


# --- the outcome --------------------------------------------------------------------------------------------------


def outcome_of(start: StartPod, places: Places, code: int) -> Outcome:
    """What a pod that has ended has left in its folder."""
    folder = places.pod(start.node)
    files: dict[str, str] = {}
    artifacts: dict[str, Tree] = {}
    declared = named(as_map(start.template.get("outputs")).get("artifacts"))
    for key, path in _output_paths(start.template).items():
        kind, _, name = key.partition("/")
        place = _place(folder, path)
        if not place.exists():
            continue
        if kind == "parameters":
            files[name] = place.read_text(encoding="utf-8", errors="replace")
            continue
        target = places.artifact(start.node, name)
        shutil.rmtree(target, ignore_errors=True)
        copy(place, target)
        artifacts[name] = {"local": str(target.relative_to(places.run))}
        stored = places.stored(declared[name])
        if stored is not None:
            copy(place, stored)
    message = ""
    if code != 0:
        told = _read(folder / "athena" / Path(TERMINATION_LOG).name).strip()
        message = f"Error (exit code {code})" + (f": {told}" if told else "")
    return Outcome("Succeeded" if code == 0 else "Failed", code, message, files, artifacts, _result(folder))


def _place(folder: Path, path: str) -> Path:
    """The file or folder on this machine that a pod has at a path."""
    for line in reversed(_read(folder / MOUNTS).splitlines()):
        mounted, _, source = line.partition("\t")
        if path == mounted or path.startswith(f"{mounted}/"):
            return Path(source + path[len(mounted) :])
    return folder / "athena" / (inside(path) or path.lstrip("/"))


def _result(folder: Path) -> str:
    """What the main container printed, the last of it when it is much."""
    try:
        with open(folder / STDOUT, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(file.tell() - LARGEST_RESULT, 0))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


Post = Callable[[str, Outcome], None]
Ready = Callable[[str], None]
BETWEEN_QUESTIONS = 0.1
"""Seconds between two questions whether a daemon is ready."""


def launch(
    start: StartPod, machine: Machine, places: Places, post: Post, ready: Ready | None = None, *, may_adopt: bool
) -> Running:
    """Runs a pod in a thread of its own, which posts the outcome; `ready` is told when its probe is content."""
    running = Running()
    is_over = threading.Event()

    def work() -> None:
        outcome = adopt_pod(start, machine, places, running) if may_adopt else None
        outcome = outcome or run_pod(start, machine, places, running)
        is_over.set()
        post(start.node, outcome)

    def watch(told: Ready, probe: Mapping[str, Tree]) -> None:
        while not is_over.wait(BETWEEN_QUESTIONS):
            if running.groups and is_ready(start.template, probe, command):
                told(start.node)
                return

    def command(argv: list[str]) -> list[str]:
        return [machine.image_mode, "exec", running.containers[-1], *argv] if running.containers else argv

    threading.Thread(target=work, name=start.node, daemon=True).start()
    probe = probe_of(start.template)
    if ready is not None and probe is not None:
        threading.Thread(target=watch, args=(ready, probe), name=f"{start.node} readiness", daemon=True).start()
    return running
