"""Print the Argo manifests of a workflow and of all that it reaches, as YAML: the same bytes for the same program."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from athena_lsp.argo.emit import Emission
from athena_lsp.cli import configured, tenants
from athena_lsp.cli.digests import locked_layers
from athena_lsp.cli.erring import has_errors
from athena_lsp.cli.findings import existing
from athena_lsp.cli.preflighting import refused, sources_of
from athena_lsp.cli.process import CLEAN, FINDINGS, MisuseError, has_colours, tell
from athena_lsp.cli.targets import chosen_root, split
from athena_lsp.files import write_text
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.render.text import render_text
from athena_lsp.workspace import Workspace

CHOOSE = "choose one with `--root`, or as `file.py:name`"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "target",
        nargs="?",
        default=".",
        metavar="TARGET",
        help="a file, a folder, `file.py:function` or `package.module.function` (default: here)",
    )
    parser.add_argument(
        "--root", metavar="NAME", help="the workflow or container to begin with, by its function's name"
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write there instead, all or nothing")
    parser.add_argument("--with-workflow", action="store_true", help="add a Workflow that runs it")
    parser.add_argument("--tag", metavar="TAG", help="the version tag, instead of one from the version and from git")
    tenants.argument(parser)
    configured.argument(parser)


def run(options: Namespace) -> int:
    emitted = emitted_by(options, "emitted", with_workflow=options.with_workflow)
    if emitted is None:
        return FINDINGS
    for note in emitted.emission.notes:
        tell(f"note: {note}")
    write(emitted.emission.text, options.output)
    return CLEAN


@dataclass(frozen=True)
class Emitted:
    """The manifests that were asked for, and where they came from."""

    workspace: Workspace
    root: Declaration
    emission: Emission


def emitted_by(options: Namespace, verb: str, *, with_workflow: bool = False) -> Emitted | None:
    """What the options `target`, `root`, `tag` and `tenant` mean; None when there are errors, which are printed then.

    `verb` says what does not happen in that case. Raises MisuseError.
    """
    file, name = split(options.target)
    tag = options.tag or os.environ.get("ATHENA_VERSION_TAG", "")
    workspace = Workspace.open(
        [existing(file) if file else "."], git=True, config=configured.chosen(options), tag=tag, tenant=options.tenant
    )
    tenants.require(workspace, options.tenant)
    workspace.ask(Project.signatures)  # decorators may come through installed packages
    root = chosen_root(workspace, file, options.root or name, options.target, CHOOSE)
    if has_errors(workspace, root):
        tell(f"nothing is {verb}: `{root.name}` reaches files with errors")
        return None
    if tenants.has_wrong_defaults(workspace, root, options.tenant):
        tell(f"nothing is {verb}: defaults of the tenant `{options.tenant}` do not fit `{root.name}`")
        return None
    emission = workspace.project.emit(root, with_workflow=with_workflow, layers=locked_layers(workspace))
    if diagnostics := refused(workspace, root, emission):
        sources = sources_of(workspace, diagnostics)
        tell(render_text(diagnostics, sources, colour=has_colours(sys.stderr)).rstrip("\n"))
        tell(f"nothing is {verb}: Argo would refuse it, or a run would fail")
        return None
    return Emitted(workspace, root, emission)


def write(text: str, output: Path | None) -> None:
    """Prints a text, or writes it to a file all or nothing. Raises MisuseError."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        write_text(output, text)
    except OSError as error:
        raise MisuseError(f"error: `{output}` cannot be written: {error.strerror or error}") from error
