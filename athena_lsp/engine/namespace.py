"""Runs a command where chosen paths lie elsewhere: `python namespace.py ROOT SOURCE PATH ... -- COMMAND ...`.

It is a program, started inside of a mount namespace of its own: it needs Linux, and nothing of athena.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable

MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18


def main(argv: list[str]) -> None:
    split = argv.index("--")
    root, *pairs = argv[:split]
    mounts = dict(zip(pairs[1::2], pairs[::2], strict=True))
    folder = os.getcwd()
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", 0)
    _show("/", root, mounts)
    os.chroot(root)
    os.chdir(folder)
    os.execvp(argv[split + 1], argv[split + 1 :])


def _show(path: str, root: str, mounts: dict[str, str]) -> None:
    """Shows a folder of the machine below the new root; where something is mounted inside of it, part by part."""
    names = set(os.listdir(path)) if os.path.isdir(path) else set()
    inner = {mount for mount in mounts if mount.startswith(path.rstrip("/") + "/")}
    below = {mount[len(path.rstrip("/")) + 1 :].split("/")[0] for mount in inner}
    for name in sorted(names | below):
        here = os.path.join(path, name)
        there = root + here
        if here in mounts:
            _bind(mounts[here], there)
            if any(mount.startswith(f"{here}/") for mount in mounts):
                _inside(here, root, mounts)
        elif name in below:
            os.mkdir(there)
            _show(here, root, mounts)
        elif os.path.islink(here):
            os.symlink(os.readlink(here), there)
        elif os.path.lexists(here) and os.path.abspath(here) != root:
            _bind(here, there)


def _inside(path: str, root: str, mounts: dict[str, str]) -> None:
    """Mounts inside of a mount: their places are made there."""
    for mount in sorted(mount for mount in mounts if mount.startswith(f"{path}/")):
        _bind(mounts[mount], root + mount)


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8"):
            pass
    _mount(source, target, None, MS_BIND | MS_REC)


def _mount(source: str, target: str, kind: str | None, flags: int) -> None:
    texts: Iterable[bytes | None] = (text.encode() if text is not None else None for text in (source, target, kind))
    if ctypes.CDLL(None, use_errno=True).mount(*texts, flags, None) != 0:
        raise OSError(ctypes.get_errno(), f"cannot mount {source} at {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
