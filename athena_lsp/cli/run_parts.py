"""Parts of runs and changes to them: `--set`, `--from`, `--only`, `--fail` and `--answer`."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping

from athena_lsp.analysis.misfits import misfit
from athena_lsp.analysis.schema import output_schema
from athena_lsp.argo.values import json_text
from athena_lsp.cli.inputs import pair, typed_text
from athena_lsp.cli.process import MisuseError, meant
from athena_lsp.cli.run_steps import Tasks, checked, means
from athena_lsp.cli.run_targets import Wanted
from athena_lsp.engine.driver import places_of
from athena_lsp.engine.model import Node, Outcome, StartPod
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.places import Places
from athena_lsp.engine.program import Program, as_list, as_map, as_text, is_step, parts_of, step_path
from athena_lsp.engine.store import Run, Store
from athena_lsp.engine.substitution import Tree
from athena_lsp.ide.inputs import value_of
from athena_lsp.records import replace
from athena_runtime.contract import RETURN_NAME


def partial(wanted: Wanted, options: Namespace, store: Store) -> Wanted:
    """`--set`, `--from` and `--only`. Raises MisuseError."""
    given = dict(pair(text, "--set") for text in options.set)
    named_so = replace(wanted.program, fixed=dict.fromkeys(given, Outputs()))  # what they call need not be there
    fixed = {
        step: Outputs({RETURN_NAME: _result(wanted, name, given[name])})
        for name, steps in checked(named_so, wanted.functions, "--set", given).items()
        for step in steps
    }
    if options.begin or options.only:
        last = next((run for run in store.runs() if run.target == wanted.target), None)
        if last is None:
            raise MisuseError(f"error: `{wanted.target}` has not run yet: there is no result to begin with")
        nodes = store.nodes(last.id)
        step = options.begin or options.only
        found = [node for node in nodes if is_step(node.id, last.name, step) and not node.is_hook]
        if not found:
            known = sorted({step_path(node.id, last.name) for node in nodes if node.parent} - {""})
            raise MisuseError(f"error: the run `{last.id}` has no step `{step}`{meant(step, known)}")
        if options.only:
            return _alone(wanted, options, found[0], store.program(last.id), places_of(wanted.state, last.id))
        fixed |= _before(found, nodes, last, wanted)
    return replace(wanted, program=replace(wanted.program, fixed=fixed))


def _result(wanted: Wanted, name: str, text: str) -> str:
    """What a step is to give, as the text of its result. Raises MisuseError for what its function cannot return."""
    if wanted.emitted is None:
        return text
    project = wanted.emitted.workspace.project
    called = Tasks.of(replace(wanted.program, fixed={name: Outputs()})).called(name)
    faces = [face for face in project.signatures() if face.template in called]
    definition = project.facts.definition(faces[0].declaration) if len(faces) == len(called) == 1 else None
    if definition is None:
        return typed_text(text)
    schema = output_schema(project.facts, definition).document
    value = value_of(text, schema, schema)
    if wrong := misfit(schema, value):
        raise MisuseError(f"error: --set {name}{wrong.path} must be {wrong.expected}, and is `{text:.100}`")
    return json_text(value)


def _before(found: list[Node], nodes: tuple[Node, ...], last: Run, wanted: Wanted) -> dict[str, Outputs]:
    """What had ended before a step began, and cannot hang on it."""
    began = min(node.started for node in found)
    kept = [node for node in nodes if node.ended is not None and node.ended <= began and node.phase == "Succeeded"]
    places = places_of(wanted.state, last.id)
    kept = [node for node in kept if node.parent and node.kind not in ("StepGroup", "TaskGroup") and not node.is_hook]
    return {f"/{step_path(node.id, last.name)}": _with_places(node.outputs, places) for node in kept}


def _with_places(outputs: Outputs, places: Places) -> Outputs:
    """Outputs whose artifacts name the folder of the run that made them."""
    moved: dict[str, Tree] = {}
    for name, artifact in outputs.artifacts.items():
        local = as_map(artifact).get("local")
        moved[name] = {"local": str(places.run / as_text(local))} if local else artifact
    return replace(outputs, artifacts=moved)


def _alone(wanted: Wanted, options: Namespace, node: Node, before: Program, places: Places) -> Wanted:
    """A program of one step, with the arguments that it had in the last run."""
    document, template = next(
        (place, template) for place, template in before.reachable() if as_text(template.get("name")) == node.template
    )
    given = {**node.inputs}
    for text in options.argument:
        name, value = pair(text, "-a")
        if name not in node.inputs:
            known = list(node.inputs)
            raise MisuseError(f"error: `{options.only}` has no parameter `{name}`{meant(name, known)}")
        given[name] = typed_text(value) if wanted.is_typed else value
    parameters: list[Tree] = [{"name": name, "value": value} for name, value in given.items()]
    artifacts: list[Tree] = []
    for each in map(as_map, as_list(as_map(template.get("inputs")).get("artifacts"))):
        place = places.pod(node.id) / "inputs" / as_text(each.get("name"))
        if place.exists():
            artifacts.append({"name": each["name"], "local": str(place)})
    arguments_: dict[str, Tree] = {"parameters": parameters, "artifacts": artifacts}
    spec = {**as_map(before.objects[document].get("spec")), "entrypoint": node.template, "arguments": arguments_}
    program = replace(
        wanted.program, root=document, spec={**spec, "hooks": {}, "onExit": None}, entrypoint=node.template
    )
    return replace(wanted, program=program, arguments=given, target=f"{wanted.target}#{options.only}")


def _places(node: str, run: str) -> Iterator[str]:
    """A node and those that it is a part of: a pod belongs to each of these steps."""
    path = step_path(node, run)
    for parts in (parts_of(path), parts_of(re.sub(r"\(\d+\)", "", path))):
        yield from (".".join(parts[: number + 1]) for number in range(len(parts)))


def failer(options: Namespace, program: Program, functions: Mapping[str, str]) -> Callable[[StartPod], Outcome | None]:
    """Lets pods fail as `--fail` says. Raises MisuseError."""
    left: dict[str, float] = {}
    for text in options.fail:
        step, colon, number = text.rpartition(":")
        if colon and not number.isdecimal():
            raise MisuseError(f"error: `--fail {text}`: how often is a number, as in `{step}:1`")
        left[step if colon else text] = int(number) if colon else float("inf")
    meant_steps = checked(program, functions, "--fail", left)

    def fail(start: StartPod) -> Outcome | None:
        places = list(_places(start.node, program.name))
        for name, count in left.items():
            if count > 0 and any(means(place, program.name, meant_steps[name]) for place in places):
                left[name] = count - 1
                return Outcome("Failed", 1, "Error (exit code 1): it fails on purpose (--fail)")
        return None

    return fail
