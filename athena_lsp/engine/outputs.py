"""What a node of a run gives."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from athena_lsp.engine.substitution import Tree
from athena_lsp.records import dataclass

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_TREES: Mapping[str, Tree] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a node has produced. An artifact is where it stands, as Argo's `Artifact` without name and path."""

    parameters: Mapping[str, str] = NOTHING
    artifacts: Mapping[str, Tree] = NO_TREES
    result: str | None = None
    exit_code: str | None = None


NO_OUTPUTS = Outputs()
