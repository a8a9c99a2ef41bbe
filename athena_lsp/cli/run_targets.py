"""What `athena run` is to run: a workflow of the project, or manifests that somebody wrote."""

from __future__ import annotations

import hashlib
import random
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from athena_lsp.argo.tree import plain
from athena_lsp.argo.values import json_text
from athena_lsp.cli.emit import Emitted, emitted_by
from athena_lsp.cli.findings import existing, shown_path
from athena_lsp.cli.given import Given, given_to
from athena_lsp.cli.inputs import plain_arguments
from athena_lsp.cli.lint import SUFFIXES, lint_texts
from athena_lsp.cli.manifests import read_manifests
from athena_lsp.cli.process import MisuseError, has_colours, tell
from athena_lsp.diagnostics import Severity
from athena_lsp.engine.places import STATE
from athena_lsp.engine.program import CURRENT, Program, ProgramError, as_map, as_text, program_of
from athena_lsp.engine.refusals import refusals
from athena_lsp.engine.substitution import Tree
from athena_lsp.environment import find_python
from athena_lsp.files import Unreadable, read_text
from athena_lsp.ir.model import Definition
from athena_lsp.project import Project
from athena_lsp.records import dataclass, field, replace
from athena_lsp.render.text import render_text


@dataclass(frozen=True)
class Wanted:
    """What is to be run, and how pods find their code."""

    program: Program
    arguments: Mapping[str, str]
    target: str
    folder: Path
    """The project's folder."""
    state: Path
    """The folder of what is known of runs: `.athena` in that one."""
    templates: Mapping[str, str]
    path: tuple[str, ...]
    python: str
    is_typed: bool
    """Values are JSON, as they are in what athena emits."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The files of the modules that pods import, with their digests."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """The name of the function behind each template."""
    emitted: Emitted | None = None
    """What the program was emitted from; None for manifests that somebody wrote."""


def wanted_by(options: Namespace) -> Wanted | None:
    version = _version(options.argo_version)
    target = Path(options.target)
    if target.suffix in SUFFIXES:
        return _hand_written(options, existing(target), version)
    emitted = emitted_by(options, "run")
    if emitted is None:
        return None
    workspace, root = emitted.workspace, emitted.root
    name = next(face.template for face in workspace.project.signatures() if face.declaration == root)
    documents = [plain(document) for document in emitted.emission.documents]
    found = next(d for d in documents if isinstance(d, dict) and _has_template(d, name))
    program = _program(documents, as_text(as_map(found["metadata"])["name"]), version)
    definition = workspace.project.facts.definition(root)
    assert definition is not None
    given = workspace.ask(lambda project: _given(project, definition, options))
    program = _with_files(program, given.files)
    return Wanted(
        program,
        {name: json_text(value) for name, value in given.values.items()},
        f"{root.path}:{root.name}",
        workspace.root,
        options.state or workspace.root / STATE,
        dict(workspace.project.code().templates),
        _import_path(emitted),
        str(find_python(workspace.root, workspace.config.settings.python)),
        is_typed=True,
        sources={module.path: digest_of(workspace.root / module.path) for module in workspace.project.code().modules},
        functions={face.template: face.declaration.name for face in workspace.project.signatures()},
        emitted=emitted,
    )


def digest_of(path: Path) -> str:
    """What a file holds, in short; empty for one that cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def _given(project: Project, definition: Definition, options: Namespace) -> Given:
    """The arguments of the workflow; those of a step alone are looked at later."""
    if options.only:
        return Given({}, {})
    return given_to(project, definition, options.argument, options.input_file)


def _with_files(program: Program, files: Mapping[str, Path]) -> Program:
    """The program with files and folders of this machine as the artifacts that it takes."""
    if not files:
        return program
    artifacts: list[Tree] = [{"name": name, "local": str(path.resolve())} for name, path in files.items()]
    arguments = {**as_map(program.spec.get("arguments")), "artifacts": artifacts}
    return replace(program, spec={**program.spec, "arguments": arguments})


def _has_template(document: Mapping[str, Tree], name: str) -> bool:
    return document.get("kind") == "WorkflowTemplate" and as_map(document.get("spec")).get("entrypoint") == name


def _import_path(emitted: Emitted) -> tuple[str, ...]:
    """The folders from which the project's modules are imported."""
    workspace = emitted.workspace
    roots = dict.fromkeys(
        root for path in workspace.project.files for root in workspace.project.facts.layout.search(path)
    )
    return tuple(str(workspace.root / root) for root in roots)


def _hand_written(options: Namespace, path: Path, version: tuple[int, int, int]) -> Wanted | None:
    read = read_text(path)
    if isinstance(read, Unreadable):
        raise MisuseError(f"error: `{path}` could not be read: {read.why}")
    linted = lint_texts({shown_path(path): read.text}, complete=True)
    errors = [one for one in linted.diagnostics if one.severity is Severity.ERROR]
    if errors:
        tell(render_text(errors, linted.sources, colour=has_colours(sys.stderr)).rstrip("\n"))
        tell("nothing is run: Argo would refuse it, or a run would fail")
        return None
    documents = [manifest.value for manifest in read_manifests(read.text)]
    program = _program(documents, options.root or "", version)
    given = plain_arguments(options.argument, options.input_file, program) if not options.only else {}
    folder = path.resolve().parent
    state = options.state or folder / STATE
    return Wanted(program, given, str(path), folder, state, {}, (), sys.executable, is_typed=False)


def _program(documents: list[object], root: str, version: tuple[int, int, int]) -> Program:
    suffix = "".join(random.choice("bcdfghjklmnpqrstvwxz2456789") for _ in range(5))
    try:
        program = program_of(documents, root=root, version=version)  # type: ignore[arg-type]  # YAML's values
    except ProgramError as error:
        raise MisuseError(f"error: {error}") from error
    return replace(program, name=f"{program.name}-{suffix}")


def refuse_unknown(program: Program) -> None:
    """Raises MisuseError for what the local engine does not know of a program."""
    if refused := refusals(program):
        told = [f"error: {why}" for why in refused]
        raise MisuseError(
            "\n".join((*told, "help: `--set STEP=VALUE` gives the result of a step that cannot run here"))
        )


def _version(text: str) -> tuple[int, int, int]:
    if not text:
        return CURRENT
    parts = text.removeprefix("v").split(".")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3:
        raise MisuseError(f"error: `{text}` is no version of Argo: write it as `4.1.2`")
    major, minor, patch, *_ = (*map(int, parts), 0, 0)
    return major, minor, patch
