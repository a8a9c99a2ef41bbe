"""Print the Argo manifests of a workflow and of all that it reaches, as YAML: the same bytes for the same program."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from athena_lsp.argo.emit import reachable
from athena_lsp.cli.findings import Asked, existing, find
from athena_lsp.cli.process import CLEAN, FINDINGS, MisuseError, has_colours, meant, tell
from athena_lsp.diagnostics import Severity
from athena_lsp.files import write_text
from athena_lsp.ir.model import Kind, PodBody, Signature, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.render.text import render_text
from athena_lsp.workspace import Workspace


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


def run(options: Namespace) -> int:
    file, name = _split(options.target)
    tag = options.tag or os.environ.get("ATHENA_VERSION_TAG", "")
    workspace = Workspace.open([existing(file) if file else "."], git=True, tag=tag)
    if file is None:
        root = _by_dotted_name(workspace.project, name)
    else:
        root = _choose(workspace.project, workspace.paths(file), options.root or name, options.target)
    if _has_errors(workspace, root):
        tell(f"nothing is emitted: `{root.name}` reaches files with errors")
        return FINDINGS
    emission = workspace.project.emit(root, with_workflow=options.with_workflow)
    for note in emission.notes:
        tell(f"note: {note}")
    _write(emission.text, options.output)
    return CLEAN


# --- which root ---------------------------------------------------------------------------------------------------


def _split(target: str) -> tuple[Path | None, str]:
    """The file or folder that a target names, None when it is a dotted name; and the function's name, or the target."""
    file, colon, function = target.rpartition(":")
    if colon and not Path(target).exists():
        return Path(file), function
    path = Path(target)
    if path.exists() or os.sep in target or "/" in target or target.endswith(".py"):
        return path, ""
    return None, target


def _choose(project: Project, paths: Sequence[str], name: str, target: str) -> Declaration:
    """The named function of these files, or the only workflow that no other of them calls."""
    faces = [face for face in project.signatures() if face.declaration.path in paths]
    if name:
        named = [face for face in faces if name in (face.declaration.name, face.template)]
        return _only(named, f"`{name}` in `{target}`", faces)
    workflows = [face for face in faces if face.kind is Kind.WORKFLOW]
    called = _called(project, workflows)
    tops = [face for face in workflows if face.declaration not in called] or workflows
    return _only(tops, f"workflow in `{target}`", faces)


def _by_dotted_name(project: Project, name: str) -> Declaration:
    """`package.module.function`, `module.function`, or a function's name alone."""
    faces = project.signatures()
    dotted = {face: f"{project.layout.module_name(face.declaration.path)}.{face.declaration.name}" for face in faces}
    found = [face for face in faces if f".{dotted[face]}".endswith(f".{name}") or face.template == name]
    exact = [face for face in found if dotted[face] == name]
    return _only(exact or found, f"file, folder, workflow or container `{name}`", faces)


def _only(found: Sequence[Signature], what: str, known: Iterable[Signature]) -> Declaration:
    if len(found) == 1:
        return found[0].declaration
    if found:
        listed = "\n".join(f"  {_label(face)}" for face in found)
        raise MisuseError(
            f"error: there is more than one {what}:\n{listed}\nhelp: choose one with `--root`, or as `file.py:name`"
        )
    names = [face.declaration.name for face in known]
    wanted = what.split("`")[1].rpartition(".")[2] if "`" in what else ""
    listed = "\n".join(f"  {_label(face)}" for face in known)
    also = f"\nknown are:\n{listed}" if names else "; no workflow or container is there"
    raise MisuseError(f"error: there is no {what}{meant(wanted, names)}{also}")


def _label(face: Signature) -> str:
    return f"{face.declaration.path}:{face.declaration.name} ({face.kind.value})"


def _called(project: Project, workflows: Iterable[Signature]) -> set[Declaration]:
    called: set[Declaration] = set()
    for face in workflows:
        definition = project.facts.definition(face.declaration)
        if definition is not None and isinstance(definition.body, WorkflowBody):
            called.update(step.callee.declaration for step in definition.body.steps)
    return called


# --- errors on the way --------------------------------------------------------------------------------------------


def _has_errors(workspace: Workspace, root: Declaration) -> bool:
    """Whether a file that the root reaches, or the configuration, has errors; they are printed."""
    paths = _reached_files(workspace.project, root)
    asked = Asked(workspace, tuple(workspace.root / path for path in sorted(paths)))
    found = find((asked,))
    errors = [one for one in found.diagnostics if one.severity is Severity.ERROR]
    tell(render_text(errors, found.sources, colour=has_colours(sys.stderr)).rstrip("\n")) if errors else None
    for path, why in found.problems.items():
        tell(f"error: `{path}` could not be read: {why}")
    return bool(errors or found.problems)


def _reached_files(project: Project, root: Declaration) -> set[str]:
    """The files of all definitions that a run of the root comes to, fragments included."""
    waiting = list(reachable(project.facts, root))
    seen = {*waiting, root}
    for declaration in waiting:
        definition = project.facts.definition(declaration)
        if definition is not None and isinstance(definition.body, PodBody):
            new = {call.target for call in definition.body.calls} - seen
            seen |= new
            waiting += new
    return {declaration.path for declaration in seen}


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        write_text(output, text)
    except OSError as error:
        raise MisuseError(f"error: `{output}` cannot be written: {error.strerror or error}") from error
