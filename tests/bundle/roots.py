"""Roots of other machines, as images are: folders with what little is in them, for both architectures.

All programs in them come from Debian's packages, which are unpacked here and not installed.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from athena_runtime.bundle.deb import Files, read_packages
from athena_runtime.bundle.debian import DEBIAN_NAMES, download
from athena_runtime.bundle.errors import BundleError

APPLETS = ("sh", "uname", "cat", "ls", "env", "sleep", "id")
OLDER = "bookworm"
"""The release of the roots: its C library is older than the bundle's."""
PACKAGES: Mapping[str, tuple[str, ...]] = {
    "nothing": (),
    "busybox": ("busybox-static",),
    "musl": ("busybox-static", "musl"),
    "debian": (
        "dash",
        "coreutils",
        "libc6",
        "libselinux1",
        "libpcre2-8-0",
        "libattr1",
        "libacl1",
        "libgmp10",
    ),
}
DEVICES = ("null", "zero", "full", "random", "urandom")
USER = 12345
BINFMT = Path("/proc/sys/fs/binfmt_misc")
STARTER = BINFMT / f"athena-tests-{os.getpid()}"
"""The kernel's entry for this run of the tests; others may run at the same time."""
EMULATOR = Path("/usr/bin/qemu-aarch64-static")
MAGIC = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
MASK = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
ENTER = r"""
set -e
root=$1 scratch=$2 layers=$3 user=$4; shift 4
mount --make-rprivate /
mount --bind "$root" "$root"
mount --bind "$scratch" "$root/athena"
for layer in py deps app; do
    [ -d "$layers/$layer" ] || continue
    mount --bind "$layers/$layer" "$root/athena/$layer"
    mount -o remount,bind,ro "$root/athena/$layer"
done
for device in null zero full random urandom; do
    mount --bind "/dev/$device" "$root/dev/$device"
done
while [ "$1" != -- ]; do
    mount --bind "$1" "$root$2"
    mount -o remount,bind,ro "$root$2"
    shift 2
done
shift
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user:$user" "$root" "$@"
"""
"""A pod's view: the devices that every container has, a read-only root, the layers read-only in /athena, which is
writable, and a user without rights."""


@dataclass(frozen=True)
class Root:
    """The root of a container image."""

    name: str
    architecture: str
    folder: Path

    def run(
        self,
        command: Sequence[str],
        *,
        layers: Path,
        scratch: Path,
        environment: Mapping[str, str],
        mounts: Mapping[str, Path] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in it as Kubernetes would. `mounts` are folders by the paths that they are to have there."""
        scratch.mkdir(exist_ok=True)
        os.chown(scratch, USER, USER)
        for layer in ("py", "deps", "app"):
            (scratch / layer).mkdir(exist_ok=True)
        places: list[str] = []
        for path, source in (mounts or {}).items():
            inside = scratch / path.removeprefix("/athena/")
            inside.parent.mkdir(parents=True, exist_ok=True)
            inside.mkdir(exist_ok=True) if source.is_dir() else inside.touch()
            places += [str(source), path]
        enter = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", ENTER, "sh"]
        return subprocess.run(
            [*enter, str(self.folder), str(scratch), str(layers), str(USER), *places, "--", *command],
            env={"PATH": "/bin:/usr/bin:/sbin:/usr/sbin", **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def why_not(architecture: str) -> str:
    """Why roots of an architecture cannot be entered here; empty when they can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "needs a Linux on x86_64"
    if os.geteuid() != 0:
        return "needs root, for namespaces and chroot"
    try:
        subprocess.run(["unshare", "-m", "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "needs namespaces of mounts (unshare -m)"
    if architecture == "aarch64" and not STARTER.exists():
        if not EMULATOR.is_file():
            return "needs qemu-aarch64-static (Debian: qemu-user-static)"
        return _register()
    return ""


def _register() -> str:
    """Lets the kernel start programs for aarch64 with qemu; why not, when it does not."""
    try:
        if not (BINFMT / "register").exists():
            subprocess.run(["mount", "-t", "binfmt_misc", "none", str(BINFMT)], capture_output=True, check=True)
        (BINFMT / "register").write_text(f":{STARTER.name}:M::{MAGIC}:{MASK}:{EMULATOR}:F")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"the kernel does not take a starter of programs for aarch64 (binfmt_misc): {error}"
    return ""


def unregister() -> None:
    """Takes back what `why_not` has registered."""
    if STARTER.exists():
        STARTER.write_text("-1")


def build(name: str, architecture: str, folder: Path, state: Path) -> Root:
    """The root of that name below `folder`; `state` is where packages are downloaded to."""
    root = folder / f"{name}-{architecture}"
    for place in ("athena", "dev"):
        (root / place).mkdir(parents=True)
    for device in DEVICES:
        (root / "dev" / device).touch()
    packages = PACKAGES[name]
    if packages:
        try:
            _unpack(read_packages(download(packages, OLDER, DEBIAN_NAMES[architecture], state / name)), root)
        except BundleError as error:
            raise RuntimeError(error.message) from error
    if "busybox-static" in packages:
        for applet in APPLETS:
            (root / "bin" / applet).symlink_to("busybox")
    return Root(name, architecture, root)


def _unpack(files: Files, root: Path) -> None:
    """The files of packages; folders at the top are links into `usr`, as in Debian, when anything is there."""
    for path in {*files.contents, *files.links}:
        data = files.read(path)
        if data is None or path.startswith("share/"):
            continue
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(0o755)
    if (root / "bin" / "dash").exists():
        (root / "bin" / "sh").write_bytes((root / "bin" / "dash").read_bytes())
        (root / "bin" / "sh").chmod(0o755)
