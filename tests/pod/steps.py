"""A pod in a folder: the program, its index, and real processes that run its steps as a container would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from athena_runtime import contract

ROOT = Path(__file__).parents[2]
COMMAND = ("-I", "-X", "utf8", "-u", "-B", "-m", "athena_runtime")
FUNCTION = re.compile(r"^(?:async )?def (\w+)\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a step ended."""

    code: int
    out: str
    err: str
    result: str | None
    """The text of `out/return`; None when the step left no result."""
    message: str
    """What Kubernetes is told."""
    reason: str | None = None
    """What an attempt is told."""


@dataclass(frozen=True, slots=True)
class Pod:
    """A folder that stands for `/athena`."""

    root: Path
    python: str = sys.executable
    options: tuple[str, ...] = ()
    """Further ones of Python."""

    def write(self, program: str, **more: str) -> None:
        """The module `flow` and others by name; every function of `flow` gets a template of its name."""
        app = self.root / contract.APP
        app.mkdir(parents=True, exist_ok=True)
        for name, text in {"flow": program, **more}.items():
            (app / f"{name}.py").write_text(text, encoding="utf-8")
        templates = {contract.kebab(name): f"flow:{name}" for name in FUNCTION.findall(program)}
        index = {"version": 1, "templates": templates, "path": [str(app), str(ROOT)]}
        (self.root / contract.INDEX).write_text(json.dumps(index), encoding="utf-8")

    def environment(self, template: str) -> dict[str, str]:
        variables = {contract.ROOT_VARIABLE: str(self.root), contract.TEMPLATE_VARIABLE: template}
        return {"PATH": os.environ["PATH"], **variables}

    def command(self) -> list[str]:
        if not self.options:
            return [self.python, *COMMAND]
        # Without site packages the runtime is found by its path, as with an image's own Python.
        return [self.python, *self.options, *COMMAND[:-2], str(ROOT / "athena_runtime/__main__.py")]

    def run(self, template: str, *arguments: str, env: Mapping[str, str] | None = None) -> Ended:
        """One step, from its own arguments alone."""
        ended = subprocess.run(
            [*self.command(), "--", *arguments],
            env={**self.environment(template), **(env or {})},
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr, self.result(), self._message(), self._reason())

    def result(self) -> str | None:
        path = self.root / contract.RETURN
        text = path.read_text(encoding="ascii") if path.is_file() else None
        return None if text is None or text.startswith(contract.RAISED) else text

    def _reason(self) -> str | None:
        path = self.root / contract.RETURN
        text = path.read_text(encoding="ascii") if path.is_file() else ""
        if not text.startswith(contract.RAISED):
            return None
        reason: str = json.loads(text.removeprefix(contract.RAISED))
        return reason

    def _message(self) -> str:
        path = self.root / "termination-log"
        return path.read_text(encoding="utf-8") if path.exists() else ""
