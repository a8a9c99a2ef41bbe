"""Which workflow or container the user means: `file.py:function`, `package.module.function`, a name, or a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from athena_lsp.cli.process import MisuseError, meant
from athena_lsp.ir.model import Kind, Signature, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.workspace import Workspace

MOST_LISTED = 20
"""So many templates are listed in a message at most."""


def split(target: str) -> tuple[Path | None, str]:
    """The file or folder that a target names, None when it is a dotted name; and the function's name, or the target."""
    file, colon, function = target.rpartition(":")
    if colon and not Path(target).exists():
        return Path(file), function
    path = Path(target)
    if path.exists() or os.sep in target or "/" in target or target.endswith(".py"):
        return path, ""
    return None, target


def chosen_root(workspace: Workspace, file: Path | None, name: str, target: str, choose: str) -> Declaration:
    """The template to begin with: the one named, else the only workflow that no other one calls. Raises MisuseError."""
    return _chosen(workspace, file, name, target, choose, top_workflow)


def chosen_template(workspace: Workspace, file: Path | None, name: str, target: str, choose: str) -> Declaration:
    """The template that is meant: the one named, else the only workflow or container. Raises MisuseError."""
    return _chosen(workspace, file, name, target, choose, only_template)


def _chosen(
    workspace: Workspace,
    file: Path | None,
    name: str,
    target: str,
    choose: str,
    unnamed: Callable[[Project, Collection[str], str, str], Declaration],
) -> Declaration:
    if file is None:
        return dotted_template(workspace.project, name, choose)
    paths = workspace.paths(file)
    if name:
        return named_in(workspace.project, paths, name, target, choose)
    return unnamed(workspace.project, paths, target, choose)


def named_in(project: Project, paths: Collection[str], name: str, target: str, choose: str) -> Declaration:
    """The template of these files with that name of function or template.

    `choose` ends the advice when there are several. Raises MisuseError.
    """
    faces = _faces_in(project, paths)
    return _only([face for face in faces if name in _names(face)], f"`{name}` in `{target}`", name, faces, choose)


def top_workflow(project: Project, paths: Collection[str], target: str, choose: str) -> Declaration:
    """The only workflow of these files that no other of them calls. Raises MisuseError."""
    faces = _faces_in(project, paths)
    workflows = [face for face in faces if face.kind is Kind.WORKFLOW]
    called = _called(project, workflows)
    tops = [face for face in workflows if face.declaration not in called] or workflows
    return _only(tops, f"workflow in `{target}`", "", faces, choose)


def only_template(project: Project, paths: Collection[str], target: str, choose: str) -> Declaration:
    """The only workflow or container of these files. Raises MisuseError."""
    faces = _faces_in(project, paths)
    return _only(faces, f"workflow or container in `{target}`", "", faces, choose)


def dotted_template(project: Project, name: str, choose: str) -> Declaration:
    """`package.module.function`, `module.function`, a function's or a template's name alone. Raises MisuseError."""
    faces = project.signatures()
    dotted = {face: f"{project.layout.module_name(face.declaration.path)}.{face.declaration.name}" for face in faces}
    found = [face for face in faces if f".{dotted[face]}".endswith(f".{name}") or face.template == name]
    exact = [face for face in found if dotted[face] == name]
    return _only(exact or found, f"file, folder, workflow or container `{name}`", name, faces, choose)


def _faces_in(project: Project, paths: Collection[str]) -> list[Signature]:
    return [face for face in project.signatures() if face.declaration.path in paths]


def _names(face: Signature) -> tuple[str, str]:
    return face.declaration.name, face.template


def _only(found: Sequence[Signature], what: str, name: str, known: Sequence[Signature], choose: str) -> Declaration:
    if len(found) == 1:
        return found[0].declaration
    if found:
        raise MisuseError(f"error: there is more than one {what}:\n{_listed(found)}\nhelp: {choose}")
    also = f"\nknown are:\n{_listed(known)}" if known else "; no workflow or container is there"
    raise MisuseError(f"error: there is no {what}{_near(name.rpartition('.')[2], known)}{also}")


def _near(name: str, known: Sequence[Signature]) -> str:
    """The functions, else the templates, that a name was meant to be."""
    functions, templates = zip(*map(_names, known), strict=True) if known else ((), ())
    return meant(name, sorted(set(functions))) or meant(name, sorted(set(templates)))


def _listed(faces: Sequence[Signature]) -> str:
    lines = [f"  {face.declaration.path}:{face.declaration.name} ({face.kind.value})" for face in faces[:MOST_LISTED]]
    more = len(faces) - len(lines)
    return "\n".join((*lines, f"  and {more} more") if more else lines)


def _called(project: Project, workflows: Iterable[Signature]) -> set[Declaration]:
    called: set[Declaration] = set()
    for face in workflows:
        definition = project.facts.definition(face.declaration)
        if definition is not None and isinstance(definition.body, WorkflowBody):
            called.update(step.callee.declaration for step in definition.body.every_step)
    return called
