"""A folder of this machine laid out as a pod's `/athena`, and the process that runs one step in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from athena_lsp.records import dataclass
from athena_runtime import contract

FLAGS = ("-I", "-X", "utf8", "-u", "-B")
INHERITED = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ", "SYSTEMROOT")
"""Variables of this process that a step on this machine has too; a pod has those of its image."""
IMAGE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
STOPPING = 30
"""Seconds that a step has to end in when it is told to stop, as in a pod."""

ENTER = """\
set -e
root=$1 pod=$2 mount=$3 chroot=$4
shift 4
"$mount" --bind "$pod" "$root/athena"
[ -d "$root/proc" ] && "$mount" --rbind /proc "$root/proc"
[ -d "$root/dev" ] && "$mount" --rbind /dev "$root/dev"
exec "$chroot" "$root" "$@"
"""
"""Enters an image's file system, in a namespace of its own: the mounts are gone with the process."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step, ready to run."""

    root: Path
    """The folder that stands for `/athena`."""
    template: str
    arguments: Sequence[str]
    """The texts behind `--`."""
    env: Mapping[str, str]
    """What the manifest sets, and what its secrets and ConfigMaps hold."""


class CannotRunError(Exception):
    """The step cannot be started on this machine; the text says why, and what would help."""

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice


def lay_out(root: Path, index: str) -> None:
    """The folder for steps of a project's own code: the index of functions, and the runtime that belongs to athena."""
    (root / contract.APP).mkdir(parents=True, exist_ok=True)
    (root / contract.INDEX).write_text(index, encoding="utf-8")
    runtime = root / contract.RUNTIME
    runtime.parent.mkdir(parents=True, exist_ok=True)
    here = Path(contract.__file__).parent
    if not runtime.exists():
        try:
            runtime.symlink_to(here, target_is_directory=True)
        except OSError:  # Windows without the right to make links
            shutil.copytree(here, runtime)


def run_here(step: Step, python: Path, output: int | None = None) -> int:
    """The exit code of a step in the project's own environment. `output`: where its standard output goes."""
    command = [str(python), *FLAGS, str(step.root / contract.RUNTIME / "__main__.py"), "--", *step.arguments]
    own = {name: os.environ[name] for name in INHERITED if name in os.environ}
    work = step.root / "work"
    work.mkdir(exist_ok=True)  # files of the project that a pod would not have are not beside the step
    return _run(command, {**own, **_variables(step), contract.ROOT_VARIABLE: str(step.root)}, work, output)


def run_in_image(step: Step, image: Path, command: Sequence[str], output: int | None = None) -> int:
    """The exit code of a step in an image's file system, as Argo would start it. Raises CannotRunError."""
    tools = {name: shutil.which(name, path=f"{os.environ.get('PATH', '')}:{IMAGE_PATH}") for name in TOOLS}
    missing = [name for name, path in tools.items() if path is None]
    if missing or sys.platform != "linux":
        raise CannotRunError(
            f"running in an image's root needs Linux with {', '.join(missing or TOOLS)}",
            "leave out `--image-root`: the step then runs with the project's own Python",
        )
    place = image / "athena"
    made = not place.exists()
    place.mkdir(exist_ok=True)
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    enter = ["sh", "-c", ENTER, "athena", str(image), str(step.root), str(tools["mount"]), str(tools["chroot"])]
    whole = [str(tools["unshare"]), *user, "--mount", *enter, *command, "--", *step.arguments]
    try:
        # Named, although it is the usual one: the step then leaves its message there and not in /dev.
        env = {"PATH": IMAGE_PATH, "HOME": "/root", **_variables(step), contract.ROOT_VARIABLE: contract.ROOT}
        return _run(whole, env, Path("/"), output)
    finally:
        if made:
            place.rmdir()


TOOLS = ("unshare", "mount", "chroot", "sh")


def _variables(step: Step) -> dict[str, str]:
    return {**step.env, contract.TEMPLATE_VARIABLE: step.template}


def _run(command: Sequence[str], env: Mapping[str, str], folder: Path, output: int | None) -> int:
    try:
        process = subprocess.Popen(command, env=env, cwd=folder, stdout=output, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise CannotRunError(f"`{command[0]}` does not start: {error.strerror or error}") from error
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        try:
            code = process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
    return code if code >= 0 else 128 - code
