"""The bucket of a project, opened."""

from __future__ import annotations

from athena_lsp.cli.process import MisuseError
from athena_lsp.workspace import Workspace
from athena_runtime.bundle.store import Bucket, Store


def opened(workspace: Workspace) -> Store:
    """The bucket that the settings name. Raises MisuseError and BundleError."""
    repository = workspace.config.settings.repository
    if repository is None:
        raise MisuseError(
            "error: no bucket is set, so that nothing can be published\n"
            'help: add `[tool.athena.s3]` with `bucket = "..."` to pyproject.toml'
        )
    return Store(
        Bucket(
            name=repository.bucket,
            endpoint=repository.endpoint,
            region=repository.region,
            insecure=repository.insecure,
            addressing=repository.addressing,
        )
    )
