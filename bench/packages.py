"""What the types of installed packages cost a process: from a program's own answers to those with all that it uses."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from athena_lsp.environment import find_environment

USED = {
    "hera.workflows.models": "HTTPArtifact Container Workflow CronWorkflow Sequence Outputs Metrics Memoize",
    "lsprotocol.types": "InitializeParams ServerCapabilities CompletionItem CodeAction WorkspaceEdit Hover SymbolTag",
    "pydantic": "BaseModel Json",
    "boto3.session": "Session",
    "httpx": "Response Client",
    "flask": "Flask Request Response",
    "pandas": "DataFrame Series Timestamp",
    "numpy": "ndarray float64",
    "kubernetes.client": "V1Pod V1Job V1Secret",
    "mypy_boto3_s3.type_defs": "ListObjectsV2OutputTypeDef GetObjectOutputTypeDef HeadObjectOutputTypeDef",
    "openai.types.chat": "ChatCompletion ChatCompletionMessage",
    "langchain_core.messages": "AIMessage HumanMessage SystemMessage",
}
"""Modules and classes of them; those that are not installed are left out."""
FLOW = """from athena_runtime import container, workflow
from {module} import {names}
{pairs}

@workflow
def flow() -> None:
{calls}
"""
PAIR = """

@container
def make_{name}() -> {name}: ...


@container
def take_{name}(value: {name}) -> None: ...
"""


def package_rows(
    folder: Path, python: str, runs: int, variables: Mapping[str, str]
) -> Iterator[tuple[str, list[float], str]]:
    """What, the milliseconds of processor time of each run, and where they went. `python`: the environment."""
    installed = find_environment(folder, python)
    for module, names in USED.items():
        if installed.find(module) is None:
            continue
        place = folder / module
        write(place, python, module, names.split())
        command = [sys.executable, "-m", "bench.packages", str(place)]
        found: list[dict[str, Any]] = []
        for _ in range(runs + 1):
            done = subprocess.run(command, env={**variables}, stdout=subprocess.PIPE, check=True)
            found.append(json.loads(done.stdout))
        middle = {key: statistics.median(each[key] for each in found[1:]) for key in found[0]}
        shown = ", ".join(f"{key} {middle[key]:.0f}" for key in ("find and read", "cut", "parse"))
        note = f"{middle['modules']:.0f} modules; {shown} ms of it; the program alone {middle['own']:.0f}"
        yield f"types of {module}", [each["packages"] for each in found[1:]], note


def write(folder: Path, python: str, module: str, names: list[str]) -> None:
    """A program whose edges have these types."""
    folder.mkdir(parents=True)
    (folder / "athena.toml").write_text(f'python = "{python}"\n', encoding="utf-8")
    pairs = "".join(PAIR.format(name=name) for name in names)
    calls = "\n".join(f"    take_{name}(make_{name}())" for name in names)
    text = FLOW.format(module=module, names=", ".join(names), pairs=pairs, calls=calls)
    (folder / "flow.py").write_text(text, encoding="utf-8")


def measure(folder: Path) -> dict[str, float]:
    """Milliseconds of each part, in this process."""
    from athena_lsp import packages  # noqa: PLC0415 - the parent only needs this file
    from athena_lsp.analysis import library  # noqa: PLC0415
    from athena_lsp.environment import Environment  # noqa: PLC0415
    from athena_lsp.workspace import Workspace  # noqa: PLC0415

    spent: dict[str, float] = {}
    for holder, name, part in (
        (Environment, "find", "find and read"),
        (packages, "read_text", "find and read"),
        (library, "skim", "cut"),
        (library, "parse", "parse"),
        (library, "summarise", "parse"),
    ):
        setattr(holder, name, _timed(getattr(holder, name), part, spent))
    workspace = Workspace.open([folder])
    workspace.in_background = True
    begun = time.process_time()
    workspace.project.diagnostics("flow.py")
    own = time.process_time()
    while workspace.load_wanted(float("inf")):
        workspace.project.diagnostics("flow.py")
    parts = {"own": own - begun, "packages": time.process_time() - own, **spent}
    return {
        **{key: seconds * 1000 for key, seconds in parts.items()},
        "modules": len(workspace.project.library.modules),
    }


def _timed(work: Callable[..., Any], part: str, spent: dict[str, float]) -> Callable[..., Any]:
    spent[part] = 0.0

    def call(*given: Any) -> Any:
        before = time.process_time()
        try:
            return work(*given)
        finally:
            spent[part] += time.process_time() - before

    return call


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
