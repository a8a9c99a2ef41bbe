"""The golden manifests of a session of tests: which were asked for, and which nobody asks for any more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["FOLDER", "Goldens", "folder_of"]

FOLDER = "golden"
"""The folder beside the tests."""


def folder_of(test_file: Path) -> Path:
    """Where the files of a test module lie."""
    return test_file.parent / FOLDER / test_file.stem


class Goldens:
    """Files of tests; those of a module count as unused when all of its tests ran well without them."""

    def __init__(self, *, update: bool) -> None:
        self.update = update
        self.modules: set[Path] = set()
        self.broken: set[Path] = set()
        """Modules of which some test did not pass, and may have asked for more."""
        self.used: set[Path] = set()
        self.unused: list[Path] = []
        self.removed: list[Path] = []

    def collected(self, modules: Iterable[Path]) -> None:
        """These files of tests run."""
        self.modules |= set(modules)

    def failed(self, module: Path) -> None:
        """A test of that file failed or was passed over."""
        self.broken.add(module)

    def use(self, files: Iterable[Path]) -> None:
        """A test asked for these."""
        self.used |= set(files)

    def told(self) -> dict[str, Any]:
        """What a process of several knows, as JSON."""
        return {name: [str(path) for path in sorted(getattr(self, name))] for name in ("modules", "broken", "used")}

    def hear(self, told: Mapping[str, Any]) -> None:
        """What another process knows."""
        self.modules |= {Path(path) for path in told["modules"]}
        self.broken |= {Path(path) for path in told["broken"]}
        self.used |= {Path(path) for path in told["used"]}

    def finish(self) -> None:
        """Finds the files that nobody asked for; with `update` they are removed."""
        folders = (folder_of(module) for module in sorted(self.modules - self.broken))
        files = [path for folder in folders for path in sorted(folder.glob("*.yaml")) if path not in self.used]
        for path in files:
            if self.update:
                path.unlink(missing_ok=True)
        self.unused, self.removed = ([], files) if self.update else (files, [])

    def lines(self, root: Path) -> list[str]:
        """What there is to say of them."""
        said = [f"no test asks for {os.path.relpath(path, root)}" for path in self.unused]
        if said:
            said.append("`pytest --athena-update` removes them")
        return said + [f"removed {os.path.relpath(path, root)}, for which no test asks" for path in self.removed]
