"""`Artifact[T]`: a value that travels through object storage."""

from __future__ import annotations

from typing import Annotated, TypeAlias, TypeVar

__all__ = ["ARTIFACT", "Artifact", "ArtifactMark"]

T = TypeVar("T")


class ArtifactMark:
    """The mark in the annotation that `Artifact[T]` stands for."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "athena_runtime.ARTIFACT"


ARTIFACT = ArtifactMark()
"""The one mark: the pod looks for it in a function's annotations."""

Artifact: TypeAlias = Annotated[T, ARTIFACT]
"""A `T` that goes from step to step through object storage, not as a parameter: for results of more than some KB.

`T` is `bytes`, `str`, `Path` (a file or a folder) or any type with a JSON form. In the function, and in local calls,
the value is a plain `T`; in a workflow it can be handed on and nothing else.
Argo field: `template.inputs.artifacts`, `template.outputs.artifacts`.
"""
