"""The option `--tenant`: which one is meant, and whether its defaults are of the workflow that is emitted."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from athena_lsp.analysis.schema import inputs_schema
from athena_lsp.cli.findings import shown_path
from athena_lsp.cli.process import MisuseError, has_colours, meant, tell
from athena_lsp.config.tenant import wrong_defaults
from athena_lsp.ir.names import Declaration
from athena_lsp.records import replace
from athena_lsp.render.text import render_text
from athena_lsp.workspace import Workspace


def argument(parser: ArgumentParser) -> None:
    """Adds the option, whose value is empty when it is not given."""
    parser.add_argument("--tenant", metavar="NAME", default="", help="with the settings of this tenant")


def require(workspace: Workspace, tenant: str) -> None:
    """Raises MisuseError when a tenant is named that the settings do not know."""
    known = sorted(workspace.config.settings.tenants)
    if not tenant or tenant in known:
        return
    place = shown_path(workspace.root / (workspace.config.path or "athena.toml"))
    also = f"\nknown are: {', '.join(known)}" if known else "; none is there"
    raise MisuseError(f"error: there is no tenant `{tenant}` in `{place}`{meant(tenant, known)}{also}")


def has_wrong_defaults(workspace: Workspace, root: Declaration, tenant: str) -> bool:
    """Whether the tenant has defaults that are not of the template to begin with; they are printed."""
    path, settings = workspace.config.path, workspace.config.settings
    definition, source = workspace.project.facts.definition(root), workspace.source(path)
    if tenant not in settings.tenants or definition is None or source is None:
        return False
    inputs = workspace.ask(lambda project: inputs_schema(project.facts, definition).document)
    defaults = settings.tenants[tenant].defaults
    found = wrong_defaults(path, source.text, tenant, defaults, definition.name, inputs)
    shown = shown_path(workspace.root / path)
    if found:
        fixed = [replace(one, path=shown, fixes=()) for one in found]
        tell(render_text(fixed, {shown: source}, colour=has_colours(sys.stderr)).rstrip("\n"))
    return bool(found)
