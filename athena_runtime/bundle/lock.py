"""`athena.lock`: which interpreter and which packages the pods of a project have, by the digests of their layers.

It belongs into the project's repository: with it, `emit` knows what to name without asking anybody.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from athena_runtime.bundle.errors import BundleError

LOCK_NAME = "athena.lock"
FORMAT = 1
HEADER = "# Written by `athena lock`: the interpreter and the packages of the pods. Keep it in the repository.\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the project asks for: a lock fits as long as this is the same."""

    python: str
    """Such as `3.13`."""
    source: str
    architectures: tuple[str, ...]
    requirements: str
    """The SHA-256 of the file that locks the packages; empty when there are none."""
    runtime: str
    """The digest of `athena_runtime`."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What was locked, for what was wanted then."""

    py: str
    deps: str
    version: str
    """Of the interpreter, such as `3.13.5`."""
    wanted: Wanted


def lock_text(lock: Lock) -> str:
    """The lock as a TOML file."""
    wanted = lock.wanted
    architectures = ", ".join(f'"{name}"' for name in wanted.architectures)
    return (
        f"{HEADER}\nformat = {FORMAT}\narchitectures = [{architectures}]\n\n"
        f'[py]\ndigest = "{lock.py}"\npython = "{lock.version}"\nsource = "{wanted.source}"\n\n'
        f'[deps]\ndigest = "{lock.deps}"\nrequirements = "{wanted.requirements}"\nruntime = "{wanted.runtime}"\n'
    )


def read_lock(text: str) -> Lock:
    """The lock that a text holds. Raises BundleError when it is none."""
    try:
        values = tomllib.loads(text)
        if values["format"] != FORMAT:
            raise BundleError(
                f"`{LOCK_NAME}` is of a format that this athena does not know", "run `athena lock`", kind="lock"
            )
        py, deps = values["py"], values["deps"]
        version = _text(py, "python")
        return Lock(
            py=_digest(py),
            deps=_digest(deps),
            version=version,
            wanted=Wanted(
                python=".".join(version.split(".")[:2]),
                source=_text(py, "source"),
                architectures=tuple(str(name) for name in values["architectures"]),
                requirements=_text(deps, "requirements"),
                runtime=_text(deps, "runtime"),
            ),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise BundleError(
            f"`{LOCK_NAME}` is damaged: {error}", "delete it and run `athena lock`", kind="lock"
        ) from error


def differences(lock: Lock, wanted: Wanted) -> tuple[str, ...]:
    """Why a lock does not fit what is wanted now, in phrases."""
    then = lock.wanted
    found: list[str] = []
    if (then.python, then.source) != (wanted.python, wanted.source):
        found.append(f"it has Python {then.python} from {then.source}, and {wanted.python} from {wanted.source} is set")
    if then.architectures != wanted.architectures:
        found.append(f"it is for {' and '.join(then.architectures)}, and {' and '.join(wanted.architectures)} are set")
    if then.requirements != wanted.requirements:
        found.append("the project's own lock has changed" if then.requirements else "the project has packages now")
    if then.runtime != wanted.runtime:
        found.append("athena itself is another version")
    return tuple(found)


def requirements_digest(text: str) -> str:
    """What tells one text of locked packages from another, whatever ends its lines."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str):
        raise TypeError(f"`{key}` is no text")
    return value


def _digest(table: Mapping[str, Any]) -> str:
    value = _text(table, "digest")
    if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise ValueError(f"{value!r} is no digest")
    return value
