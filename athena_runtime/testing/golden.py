"""Golden manifests: what `athena emit` gives beside what it gave when somebody last looked at it."""

from __future__ import annotations

import os
import re
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

from athena_runtime.testing.emitted import target_of
from athena_runtime.testing.processes import athena

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Golden", "emitted_text"]

TAG = "golden"
_LAYER = re.compile(r"/layers/(?:py|deps|app)/([\w.-]+)\.tgz")
_VERSION = re.compile(r"^(    athena/version: ).*$", re.MULTILINE)
_MOST_LINES = 200


class Golden:
    """Compares manifests with files of one test. Nothing of the user's code is imported."""

    def __init__(self, folder: Path, test: str, base: Path, *, update: bool = False) -> None:
        self.folder = folder
        """Where the files of the test's module lie."""
        self.test = test
        self.base = base
        """The folder from which a text as target is looked up."""
        self.update = update
        self.used: dict[Path, str] = {}
        """The files that this test has asked for, with the targets."""

    def __call__(self, target: Callable[..., Any] | str, /, *, name: str = "", options: Sequence[str] = ()) -> None:
        """Fails when the manifests of a target are not those in the file.

        Args:
            target: The workflow or container, or what to emit as `athena emit` takes it.
            name: What the file is called, for a test that looks at several. Default: as the test.
            options: Further options of `athena emit`, such as `--tenant`.

        Raises:
            AssertionError: The manifests differ, which shows how; or there is no file yet.
            ValueError: There are no manifests; the message is athena's.
        """
        __tracebackhide__ = True
        path = self.folder / f"{_file_name(name or self.test)}.yaml"
        place = target if isinstance(target, str) else target_of(target)
        if path in self.used:
            raise ValueError(f"the test compares with {path.name} already: give this one a `name=`")
        self.used[path] = place
        text = emitted_text(place, self.base, options)
        shown = os.path.relpath(path, self.base)
        if self.update:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                _write(path, text)
            return
        if not path.exists():
            raise AssertionError(f"there is no {shown} yet: `pytest --athena-update` writes it, and you look at it")
        before = path.read_text(encoding="utf-8")
        if before != text:
            raise AssertionError(_difference(before, text, shown, str(getattr(target, "__name__", target))))


def emitted_text(target: str, folder: str | os.PathLike[str], options: Sequence[str] = ()) -> str:
    """The manifests of a target without what changes by itself: digests of code, the tag and the version.

    Raises ValueError when there are none.
    """
    told = athena(("emit", target, "--tag", TAG, *options), folder)
    if told.code != 0:
        raise ValueError(told.err.strip() or f"athena ended with exit code {told.code}")
    text = _VERSION.sub(r"\1VERSION", told.out)
    for digest in sorted(set(_LAYER.findall(text))):
        text = re.sub(rf"\b{re.escape(digest)}\b", "DIGEST", text)
    return text


def _difference(before: str, after: str, path: str, target: str) -> str:
    lines = list(
        unified_diff(before.splitlines(), after.splitlines(), f"{path} (golden)", f"athena emit {target}", lineterm="")
    )
    shown = lines[:_MOST_LINES]
    if len(lines) > len(shown):
        shown.append(f"... and {len(lines) - len(shown)} more lines")
    head = f"the manifests are not those of {path}; when they are right, `pytest --athena-update` writes them there"
    return "\n".join((head, "", *shown))


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "manifests"


def _write(path: Path, text: str) -> None:
    """All of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
