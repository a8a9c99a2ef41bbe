"""Emitting programs that are given as text, for tests."""

from __future__ import annotations

from typing import Any

import yaml

from athena_lsp.argo.emit import Emission
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.settings import Settings
from tests.argo.manifest_checks import check_manifest

HEAD = """\
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, NewType, TypedDict

from athena_runtime import *
"""
SETTINGS = Settings(project="shop", version="0.1.0")


def project(source: str, settings: Settings = SETTINGS) -> Project:
    """A project of one file, `main.py`, that has no error."""
    made = Project.of({"main.py": f"{HEAD}\n{source}"}, settings=settings)
    errors = [found for found in made.diagnostics("main.py") if found.severity is Severity.ERROR]
    assert not errors, [(found.rule, found.message) for found in errors]
    return made


def emission(
    source: str, root: str = "pipeline", settings: Settings = SETTINGS, *, with_workflow: bool = False
) -> Emission:
    return project(source, settings).emit(Declaration("main.py", root), with_workflow=with_workflow)


def emitted(source: str, root: str = "pipeline", settings: Settings = SETTINGS) -> dict[str, Any]:
    """The objects by kind and name (`WorkflowTemplate/shop-pipeline-0-1-0`), after every independent check of them."""
    documents = check_manifest(emission(source, root, settings).text, newer_than_hera=("pendingTimeout",))
    return {f"{document['kind']}/{document['metadata']['name']}": document for document in documents}


def object_of(source: str, root: str = "pipeline", settings: Settings = SETTINGS) -> dict[str, Any]:
    """The root's own WorkflowTemplate, after every independent check of all objects."""
    name = f"shop-{root.replace('_', '-')}-{settings.version_tag}"
    found: dict[str, Any] = emitted(source, root, settings)[f"WorkflowTemplate/{name}"]
    return found


def template_of(source: str, root: str = "pipeline", settings: Settings = SETTINGS) -> dict[str, Any]:
    """The root's own template."""
    found: dict[str, Any] = object_of(source, root, settings)["spec"]["templates"][0]
    return found


def yaml_of(value: object) -> str:
    """A part of a manifest as YAML, for comparison with what a test spells out."""
    text: str = yaml.safe_dump(value, sort_keys=False, width=1000)
    return text
