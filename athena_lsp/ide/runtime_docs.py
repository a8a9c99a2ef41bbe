"""The documentation of athena_runtime, read once from its installed source. Nothing of it is imported or run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.machinery import PathFinder, SourceFileLoader
from types import MappingProxyType

from athena_lsp.analysis.runtime_docs import Documented, read_docs

MODULES = ("decorators", "template", "options", "artifacts", "resources", "control", "outcomes")


@cache
def runtime_docs() -> Mapping[str, Documented]:
    """Every documented decorator, option type and function of the runtime, by name; empty when it is not installed."""
    found: dict[str, Documented] = {}
    package = PathFinder.find_spec("athena_runtime")
    folders = package.submodule_search_locations if package else None
    for module in MODULES:
        spec = PathFinder.find_spec(f"athena_runtime.{module}", folders) if folders else None
        if spec and isinstance(spec.loader, SourceFileLoader):
            found |= read_docs(spec.loader.get_source(spec.name) or "")
    return MappingProxyType(found)
