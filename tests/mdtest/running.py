"""The `run` fence: a program of a page, emitted and run by the local engine; its pods are calls in this process.

`run NAME=VALUE ...` gives arguments; `--root NAME` names the workflow, `--fail STEP` or `--fail STEP:N` lets pods fail,
`--set STEP=VALUE` gives a step's result, `--answer NAME=VALUE` answers a question. The output is the command that does
the same, how the run ended or its result, and the steps in the order in which they came to an end, without what was
put around them.
"""

from __future__ import annotations

import io
import json
import os
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from checked import Checked
from pages import PageError

import athena_runtime.contract as runtime
from athena_lsp.argo.tree import plain
from athena_lsp.argo.values import json_text
from athena_lsp.cli.given import given_to
from athena_lsp.cli.inputs import pair, typed_text
from athena_lsp.cli.process import MisuseError
from athena_lsp.cli.run_parts import failer
from athena_lsp.cli.run_questions import Questions
from athena_lsp.engine.driver import places_of
from athena_lsp.engine.model import ENDED, Node, Outcome, StartPod
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.places import PlaceError, Places
from athena_lsp.engine.podspec import Machine
from athena_lsp.engine.processes import STDOUT, outcome_of, prepare
from athena_lsp.engine.program import Program, as_map, as_text, program_of, step_path
from athena_lsp.engine.refusals import refusals
from athena_lsp.engine.simulation import Simulated, simulate
from athena_lsp.ir.names import Declaration
from athena_lsp.records import replace
from athena_runtime.contract import INDEX, RETURN_NAME, ROOT_VARIABLE
from athena_runtime.pod.entry import run as run_step

MARKS = {"Succeeded": "+", "Failed": "x", "Error": "x", "Skipped": "-", "Omitted": "-"}
OPTIONS = ("set", "fail", "answer")
HIDDEN = frozenset({"StepGroup", "TaskGroup", "DAG", "Steps"})


def run(checked: Checked) -> str:
    """What a `run` fence holds."""
    options = options_of(checked.argument)
    root = root_of(checked, options.root)
    with TemporaryDirectory() as folder:
        try:
            program = program_to_run(checked, root, options)
            arguments = arguments_of(checked, root, options)
            found = simulated(checked, program, arguments, options, Path(folder), fails=failer(options, program, {}))
        except MisuseError as misuse:
            return f"{_command(options)}\n{misuse}\n"
    return "\n".join((_command(options), *_shown(found, program.name))) + "\n"


def _command(options: Namespace) -> str:
    """What somebody types for the same run."""
    arguments = [part for text in options.given for part in ("-a", text)]
    further = [part for name in OPTIONS for text in getattr(options, name) for part in (f"--{name}", text)]
    root = ["--root", options.root] if options.root else []
    return f"$ {shlex.join(['athena', 'run', 'main.py', *root, *arguments, *further])}"


def options_of(text: str) -> Namespace:
    parser = ArgumentParser(exit_on_error=False)
    parser.add_argument("given", nargs="*", default=[])
    parser.add_argument("--root", default="")
    for name in OPTIONS:
        parser.add_argument(f"--{name}", action="append", default=[])
    return parser.parse_args(shlex.split(text))


def root_of(checked: Checked, name: str) -> Declaration:
    faces = [face for face in checked.project.signatures() if name and face.declaration.name == name]
    roots = tuple(face.declaration for face in faces) or checked.project.roots()
    if len(roots) != 1:
        raise PageError(f"a `run` fence needs one workflow: name it with `--root`; found: {[r.name for r in roots]}")
    return roots[0]


def program_to_run(checked: Checked, root: Declaration, options: Namespace) -> Program:
    template = next(face.template for face in checked.project.signatures() if face.declaration == root)
    documents = [as_map(plain(document)) for document in checked.project.emit(root).documents]  # type: ignore[arg-type]
    own = next(
        d for d in documents if as_map(d.get("spec")).get("entrypoint") == template and d.get("kind") != "Workflow"
    )
    name = as_text(as_map(own["metadata"])["name"])
    fixed = dict(pair(text, "--set") for text in options.set)
    given = {step: Outputs({RETURN_NAME: typed_text(value)}) for step, value in fixed.items()}
    program = replace(program_of(documents, root=name, name=template), fixed=given)
    if refused := refusals(program):
        raise MisuseError("\n".join(f"not run: {why}" for why in refused))
    return program


def arguments_of(checked: Checked, root: Declaration, options: Namespace) -> dict[str, str]:
    definition = checked.project.facts.definition(root)
    assert definition is not None
    given = given_to(checked.project, definition, options.given, None)
    return {name: json_text(value) for name, value in given.values.items()}


def simulated(
    checked: Checked,
    program: Program,
    arguments: Mapping[str, str],
    options: Namespace,
    folder: Path,
    *,
    fails: Callable[[StartPod], Outcome | None],
    seconds: Callable[[StartPod], float] = lambda _: 0.0,
) -> Simulated:
    """The run: pods end as `fails` says, or are calls in this process."""
    code = folder / "code"
    code.mkdir()
    for path, text in checked.project.files.items():
        (code / path).parent.mkdir(parents=True, exist_ok=True)
        (code / path).write_text(text.text, encoding="utf-8")
    index = {"version": 1, "templates": dict(checked.project.code().templates), "path": [str(code)]}
    (code / Path(INDEX).name).write_text(json.dumps(index), encoding="utf-8")
    machine = Machine(sys.executable, Path(runtime.__file__).parent, code, {"PATH": os.environ["PATH"]})
    places = places_of(folder / "state", "run")
    questions = Questions(dict(pair(text, "--answer") for text in options.answer), program.name)

    def pods(start: StartPod) -> Outcome:
        return fails(start) or _pod(start, machine, places)

    with _fresh_modules():
        return simulate(program, arguments, pods=pods, answers=questions.given, seconds=seconds)


def _pod(start: StartPod, machine: Machine, places: Places) -> Outcome:
    """A pod as a call: its folder, its arguments and its environment are those of a process."""
    try:
        process, _ = prepare(start, machine, places)
    except PlaceError as error:
        return Outcome("Error", None, str(error))
    folder = places.pod(start.node)
    environment = {**machine.kept, **process.environment, ROOT_VARIABLE: str(folder / "athena")}
    argv = list(process.argv[process.argv.index("--") :]) if "--" in process.argv else []
    out = io.StringIO()
    with patch.dict(os.environ, environment, clear=True), redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = run_step(argv, str(folder / "athena"))
    (folder / STDOUT).write_text(out.getvalue(), encoding="utf-8")
    return outcome_of(start, places, code)


@contextmanager
def _fresh_modules() -> Iterator[None]:
    """The modules and the import path are afterwards as they were: each page has a `main` of its own."""
    modules, path = dict(sys.modules), list(sys.path)
    try:
        yield
    finally:
        for name in set(sys.modules) - set(modules):
            del sys.modules[name]
        sys.path[:] = path


def _shown(found: Simulated, name: str) -> Iterator[str]:
    state = found.state
    message = f": {state.message}" if state.message else ""
    result = found.outputs.parameters.get(RETURN_NAME)
    if found.is_stuck:
        yield "waits for an answer"
    elif state.phase == "Succeeded":
        yield f"{result}" if result is not None else "succeeded"
    else:
        yield f"{state.phase.lower()}{message}"
    ended = [node for node in state.nodes.values() if node.phase in ENDED and node.kind not in HIDDEN]
    for node in sorted(ended, key=lambda node: node.ended or 0):
        if not node.is_attempt:
            yield _line(node, name)


def _line(node: Node, name: str) -> str:
    tries = f" at attempt {len(node.children)}" if node.kind == "Retry" and len(node.children) > 1 else ""
    why = f": {node.message}" if node.message and node.phase != "Omitted" else ""
    return f"{MARKS[node.phase]} {step_path(node.id, name) or node.template}{tries}{why}"
