"""Run one container as its pod would, on this machine: arguments, environment, exit code, result, outputs."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tarfile
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from athena_lsp.argo.container import container_template
from athena_lsp.argo.index import function_places, index_text
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.layers import Layers
from athena_lsp.argo.manifest import Template
from athena_lsp.argo.pod import EnvVar
from athena_lsp.cli import configured, given
from athena_lsp.cli.erring import has_errors
from athena_lsp.cli.findings import existing
from athena_lsp.cli.outputs import outputs_of, show
from athena_lsp.cli.process import FINDINGS, MisuseError, tell
from athena_lsp.cli.targets import chosen_template, split
from athena_lsp.engine.podfolder import CannotRunError, Step, lay_out, run_here, run_in_image
from athena_lsp.engine.substitution import Scope, SubstitutionError, substitute
from athena_lsp.environment import find_python
from athena_lsp.ir.model import Definition, Kind
from athena_lsp.project import Project
from athena_lsp.workspace import Workspace
from athena_runtime import contract

CHOOSE = "choose one as `file.py:name`"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "template",
        metavar="TEMPLATE",
        help="`file.py:function`, `package.module.function`, a function's or a template's name, or a file with one",
    )
    given.options(parser)
    parser.add_argument(
        "--load",
        action="append",
        default=[],
        metavar="KEY=FILE",
        help="the object that `load_artifact(KEY)` finds",
    )
    parser.add_argument("--env-file", type=Path, metavar="FILE", help="NAME=VALUE lines: secrets and the environment")
    parser.add_argument("--image-root", type=Path, metavar="DIR", help="an image's unpacked file system to run in")
    parser.add_argument("--bundle", type=Path, metavar="DIR", help="what `athena bundle build -o DIR` wrote")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="the folder to run in, which is kept")
    configured.argument(parser)
    parser.add_argument("--json", action="store_true", help="one object; the step's output goes to standard error")


def run(options: Namespace) -> int:
    file, name = split(options.template)
    workspace = Workspace.open([existing(file) if file else "."], config=configured.chosen(options))
    workspace.ask(Project.signatures)  # decorators may come through installed packages
    declaration = chosen_template(workspace, file, name, options.template, CHOOSE)
    definition = workspace.project.facts.definition(declaration)
    if definition is None or definition.kind is not Kind.CONTAINER:
        raise MisuseError(f"error: `{declaration.name}` is a workflow: one container is one step")
    if (options.image_root is None) != (options.bundle is None):
        raise MisuseError("error: `--image-root` and `--bundle` go together: an image has no Python of the project's")
    took = given.given_to(workspace.project, definition, options.argument, options.input_file)
    texts = given.slots(definition, took.values)
    template = container_template(workspace.project.facts, definition, Layers())
    env = _environment(template, texts, given.env_file(options.env_file))
    if has_errors(workspace, declaration):
        tell(f"nothing is run: `{declaration.name}` reaches files with errors")
        return FINDINGS
    with _folder(options.keep) as root:
        places = _with_places(env, root, in_image=options.bundle is not None)
        step = Step(root, definition.template, tuple(texts.values()), places)
        _place(root, definition, took, options)
        _link_hosts(root, template)
        code = _run(workspace, definition, template, step, options)
        show(outputs_of(root, template, code), as_json=options.json, is_kept=options.keep is not None)
    return code


def _run(workspace: Workspace, definition: Definition, template: Template, step: Step, options: Namespace) -> int:
    output = sys.stderr.fileno() if options.json else None
    sys.stdout.flush()
    try:
        if options.bundle is not None:
            for layer in ("py", "deps", "app"):
                unpack(options.bundle / f"{layer}.tgz", step.root / layer)
            command = template.container.command if template.container is not None else ()
            return run_in_image(step, options.image_root.resolve(), command, output)
        facts = workspace.project.facts
        path = [str(workspace.root / folder) for folder in facts.layout.search(definition.declaration.path)]
        lay_out(step.root, index_text(function_places(facts, [definition]), path))
        return run_here(step, find_python(workspace.root, workspace.config.settings.python), output)
    except CannotRunError as error:
        raise MisuseError(f"error: {error.problem}" + (f"\nhelp: {error.advice}" if error.advice else "")) from error


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """The folder that stands for `/athena`, without what an earlier step left in it."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="athena-") as folder:
            yield Path(folder)
        return
    if keep.exists() and not keep.is_dir():
        raise MisuseError(f"error: `{keep}` is no folder")
    for old in ("out", "artifacts/out", "termination-log", "progress"):
        path = keep / old
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    keep.mkdir(parents=True, exist_ok=True)
    yield keep.resolve()


def _place(root: Path, definition: Definition, took: given.Given, options: Namespace) -> None:
    """Artifacts and objects where Argo would put them."""
    places = {contract.artifact_parameter(name): path for name, path in took.files.items()}
    for pair in options.load:
        key, equals, path = pair.partition("=")
        if not equals or not Path(path).is_file():
            raise MisuseError(f"error: `--load {pair}`: there is no file `{path}`")
        places[contract.loaded_artifact(key)] = Path(path)
    for place, path in places.items():
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        target.unlink(missing_ok=True)
        if path.is_dir():
            shutil.copytree(path, target)
        else:
            shutil.copyfile(path, target)
    assert all(is_artifact(p.type) for p in definition.parameters if p.name in took.files)


def _link_hosts(root: Path, template: Template) -> None:
    """This machine's folders stand for the node's."""
    for volume in template.volumes:
        if volume.host_path is not None and Path(volume.host_path.path).exists():
            link = root / contract.host_mount(volume.host_path.path)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(volume.host_path.path)


def unpack(archive: Path, folder: Path) -> None:
    """The files of a layer. Raises MisuseError."""
    try:
        with tarfile.open(archive) as file:
            file.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        advice = "`athena bundle build -o DIR` writes the layers"
        raise MisuseError(f"error: `{archive}` cannot be unpacked: {error}\nhelp: {advice}") from error


# --- the environment ----------------------------------------------------------------------------------------------


def _filled(name: str, value: str, texts: Mapping[str, str]) -> str:
    """A variable with the step's inputs in it; what only a cluster knows stays a tag. Raises MisuseError."""
    try:
        return str(substitute(value, Scope.of({f"inputs.parameters.{key}": text for key, text in texts.items()})))
    except SubstitutionError as error:
        raise MisuseError(f"error: the variable {name}: {error}") from error


def _environment(template: Template, texts: Mapping[str, str], extra: Mapping[str, str]) -> dict[str, str]:
    """What the manifest sets, with the values of secrets and ConfigMaps from this process or the file."""
    env: dict[str, str] = dict(extra)
    missing: list[str] = []
    for variable in template.container.env if template.container is not None else ():
        if variable.value_from is None:
            env[variable.name] = _filled(variable.name, variable.value or "", texts)
        elif (value := extra.get(variable.name, os.environ.get(variable.name))) is not None:
            env[variable.name] = value
        elif not _is_optional(variable):
            missing.append(variable.name)
    if missing:
        lines = "\n".join(f"error: {name} is not set, which the pod gets from the cluster" for name in missing)
        raise MisuseError(f"{lines}\nhelp: set it in the environment, or in a file with `--env-file`")
    return {**env, contract.PROGRESS_VARIABLE: f"{contract.ROOT}/progress"}


def _is_optional(variable: EnvVar) -> bool:
    source = variable.value_from
    selector = (source.secret_key_ref or source.config_map_key_ref) if source is not None else None
    return bool(selector is not None and selector.optional)


def _with_places(env: Mapping[str, str], root: Path, *, in_image: bool) -> dict[str, str]:
    """The same with folders for the volumes; outside of an image `/athena` is a folder of this machine."""
    volumes = json.loads(env.get(contract.VOLUMES_VARIABLE, "{}"))
    here = {place: root / Path(path).relative_to(contract.ROOT) for place, path in volumes.items()}
    for path in here.values():
        path.mkdir(parents=True, exist_ok=True)
    if in_image:
        return dict(env)
    places = json.dumps({place: str(path) for place, path in here.items()})
    moved = {contract.VOLUMES_VARIABLE: places} if volumes else {}
    return {**env, **moved, contract.PROGRESS_VARIABLE: str(root / "progress")}
