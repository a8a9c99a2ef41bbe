"""The three code layers of a pod, by the digests that name them in the bucket, and where artifacts are kept."""

from __future__ import annotations

from athena_lsp.argo.manifest import Archive, Artifact, S3Artifact
from athena_lsp.argo.pod import KeySelector
from athena_lsp.argo.tree import Empty
from athena_lsp.records import dataclass
from athena_lsp.settings import SecretKey, Settings
from athena_runtime.contract import ROOT

UNPUBLISHED = "unpublished"
"""Stands for a digest that is not known yet."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Digests of the interpreter, of the locked packages and of the project's own code."""

    py: str = UNPUBLISHED
    deps: str = UNPUBLISHED
    app: str = UNPUBLISHED


def layer_artifacts(settings: Settings, layers: Layers, *, own_interpreter: bool) -> tuple[Artifact, ...]:
    """What every container loads before it starts (Argo `inputs.artifacts`): gzipped tar files.

    `own_interpreter`: the image brings its Python.
    """
    named = (("py", layers.py), ("deps", layers.deps), ("app", layers.app))
    return tuple(
        Artifact(
            name=f"athena-{name}",
            path=f"{ROOT}/{name}",
            archive=Archive(tar=Empty()),
            s3=s3(settings, f"{settings.prefix}/layers/{name}/{digest}.tgz"),
        )
        for name, digest in named
        if not (own_interpreter and name == "py")
    )


def s3(settings: Settings, key: str) -> S3Artifact:
    """An object in the project's bucket, or in the cluster's own repository when the project names none."""
    repository = settings.repository
    if repository is None:
        return S3Artifact(key=key)
    return S3Artifact(
        endpoint=repository.endpoint or None,
        bucket=repository.bucket,
        region=repository.region or None,
        insecure=repository.insecure or None,
        key=key,
        access_key_secret=_selector(repository.access_key_secret),
        secret_key_secret=_selector(repository.secret_key_secret),
    )


def _selector(secret: SecretKey | None) -> KeySelector | None:
    return KeySelector(name=secret.name, key=secret.key) if secret else None
