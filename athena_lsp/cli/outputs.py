"""What a step left in its folder, as people and programs read it."""

from __future__ import annotations

import json
from pathlib import Path

from athena_lsp.argo.manifest import Template
from athena_lsp.records import dataclass
from athena_runtime import contract

MEANINGS = {
    contract.EXIT_OK: "",
    contract.EXIT_RAISED: "the function raised, or its result does not fit",
    contract.EXIT_BAD_INPUT: "an input does not decode, or `PermanentError`: never retried",
    contract.EXIT_JOIN: "the function raised `JoinNotMet`",
    contract.EXIT_TRANSIENT: "`TransientError`, or an exception that `Retry(on=...)` names",
    contract.EXIT_NO_INTERPRETER: "no Python for this machine",
    contract.EXIT_TERMINATED: "told to stop",
}


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file or folder that Argo would store."""

    name: str
    path: Path
    size: int
    """Bytes; of a folder, of all its files."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """How a step ended, and what it left."""

    code: int
    result: str | None
    """The JSON text of the result."""
    message: str
    artifacts: tuple[Artifact, ...]
    progress: str


def outputs_of(root: Path, template: Template, code: int) -> Outputs:
    """What the manifest's outputs find in the folder."""
    declared = template.outputs.artifacts if template.outputs is not None else ()
    places = {each.name: root / Path(each.path or "").relative_to(contract.ROOT) for each in declared}
    return Outputs(
        code,
        _text(root / contract.RETURN) if code == contract.EXIT_OK else None,
        (_text(root / "termination-log") or "").strip(),
        tuple(Artifact(name, path, _size(path)) for name, path in places.items() if path.exists()),
        (_text(root / "progress") or "").strip(),
    )


def show(outputs: Outputs, *, as_json: bool, is_kept: bool) -> None:
    """Prints them: the exit code, the result, artifacts, progress. `is_kept`: the artifacts stay where they are."""
    if as_json:
        print(json.dumps(_object(outputs), indent=2))
        return
    meaning = MEANINGS.get(outputs.code, "")
    print(f"exit code: {outputs.code}" + (f" ({meaning})" if meaning else ""))
    if outputs.message:
        print(f"message: {outputs.message}")
    if outputs.result is not None:
        print(f"return: {outputs.result}")
    for artifact in outputs.artifacts:
        kind = "folder" if artifact.path.is_dir() else "file"
        print(f"artifact {artifact.name}: {kind} of {artifact.size:,} bytes" + f", {artifact.path}" * is_kept)
    if outputs.progress:
        print(f"progress: {outputs.progress}")


def _object(outputs: Outputs) -> dict[str, object]:
    return {
        "exit_code": outputs.code,
        "return": json.loads(outputs.result) if outputs.result is not None else None,
        "message": outputs.message,
        "artifacts": [{"name": each.name, "path": str(each.path), "bytes": each.size} for each in outputs.artifacts],
        "progress": outputs.progress,
    }


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _size(path: Path) -> int:
    files = (each for each in path.rglob("*") if each.is_file()) if path.is_dir() else (path,)
    return sum(each.stat().st_size for each in files)
