"""The digests that manifests name, for commands that must start fast: before the first lock there are none."""

from __future__ import annotations

from athena_lsp.argo.layers import Layers
from athena_lsp.workspace import Workspace

LOCK_NAME = "athena.lock"


def locked_layers(workspace: Workspace) -> Layers | None:
    """The digests of the project's layers; None before anything was locked. Raises MisuseError."""
    if not (workspace.root / LOCK_NAME).is_file():
        return None
    # Imported here because it takes 20 ms of every start, and most projects that are tried have no lock yet.
    from athena_lsp.cli import code  # noqa: PLC0415

    return code.guarded(lambda: code.locked_layers(workspace))
