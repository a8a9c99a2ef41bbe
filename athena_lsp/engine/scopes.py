"""What tags and expressions may read at a place of a run: results of tasks and steps, and values of the run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from athena_lsp.engine.draft import Draft
from athena_lsp.engine.loops import aggregated
from athena_lsp.engine.model import Frame, Node
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import ProgramError, as_list, as_map, as_text, named
from athena_lsp.engine.substitution import Scope, SubstitutionError, Tree, value_of
from athena_lsp.engine.values import Value, go_text, json_text
from athena_lsp.records import dataclass, field

TIME = "%Y-%m-%dT%H:%M:%SZ"
PASSED_OVER = frozenset({"Skipped", "Omitted"})


@dataclass
class Reading:
    """A scope while it is gathered."""

    texts: dict[str, str] = field(default_factory=dict)
    structures: dict[str, Value] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)

    def scope(self, more: Mapping[str, str], *, strict: bool = False) -> Scope:
        return Scope({**more, **self.texts}, self.structures, frozenset(self.absent), strict)


def results(draft: Draft, frame: Frame, mode: str, found: Iterable[tuple[Mapping[str, Tree], Node]]) -> Reading:
    """The results of tasks or steps, and the inputs of the template around them. `mode` is `tasks` or `steps`."""
    reading = _own_inputs(frame.template)
    for task, node in found:
        prefix = f"{mode}.{as_text(task.get('name'))}"
        if node.kind != "TaskGroup" or mode == "tasks":
            _add_node(reading, prefix, node)
        if node.kind == "TaskGroup":
            reading.texts |= aggregated(prefix, (draft.nodes[child] for child in node.children))
        elif node.phase in PASSED_OVER:
            _add_passed_over(draft, frame, reading, prefix, task)
    return reading


def _own_inputs(template: Mapping[str, Tree]) -> Reading:
    inputs = as_map(template.get("inputs"))
    return Reading(
        texts={
            f"inputs.parameters.{name}": as_text(each["value"])
            for name, each in named(inputs.get("parameters")).items()
            if each.get("value") is not None
        },
        structures={f"inputs.artifacts.{name}": dict(each) for name, each in named(inputs.get("artifacts")).items()},
    )


def _add_node(reading: Reading, prefix: str, node: Node) -> None:
    texts = reading.texts
    texts[f"{prefix}.id"] = node.id
    texts[f"{prefix}.status"] = node.phase
    texts[f"{prefix}.startedAt"] = timestamp(node.started)
    if node.ended is not None:
        texts[f"{prefix}.finishedAt"] = timestamp(node.ended)
    if node.is_daemoned:
        texts[f"{prefix}.ip"] = "127.0.0.1"
    if node.outputs.result is not None:
        texts[f"{prefix}.outputs.result"] = node.outputs.result
    if node.outputs.exit_code is not None:
        texts[f"{prefix}.exitCode"] = node.outputs.exit_code
    for name, value in node.outputs.parameters.items():
        texts[f"{prefix}.outputs.parameters.{name}"] = value
    for name, artifact in node.outputs.artifacts.items():
        reading.structures[f"{prefix}.outputs.artifacts.{name}"] = artifact


def _add_passed_over(draft: Draft, frame: Frame, reading: Reading, prefix: str, task: Mapping[str, Tree]) -> None:
    """A producer that did not run: its outputs are their defaults, or absent; before Argo 4.0.7, empty texts."""
    try:
        _, template = draft.program.template(frame.document, task)
    except ProgramError:
        return
    is_loop = any(task.get(loop) for loop in ("withItems", "withParam", "withSequence"))
    for name, parameter in named(as_map(template.get("outputs")).get("parameters")).items():
        key = f"{prefix}.outputs.parameters.{name}"
        default = as_map(parameter.get("valueFrom")).get("default")
        if default is not None and not is_loop:
            reading.texts[key] = as_text(default)
        elif draft.program.knows_absent:
            reading.absent.add(key)
        else:
            reading.texts[key] = ""


def add_inputs(reading: Reading, frame: Frame) -> None:
    """The artifacts that a dag or steps were given."""
    for name, artifact in named(as_map(frame.template.get("inputs")).get("artifacts")).items():
        reading.structures[f"inputs.artifacts.{name}"] = {
            key: value for key, value in artifact.items() if key not in ("name", "path")
        }


def add_globals(draft: Draft, reading: Reading) -> None:
    """Outputs that nodes have given a global name."""
    for name, artifact in draft.artifacts.items():
        reading.structures[f"workflow.outputs.artifacts.{name}"] = artifact


def timestamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime(TIME)


# --- outputs of dags and steps --------------------------------------------------------------------------------------


def template_outputs(template: Mapping[str, Tree], scope: Scope) -> Outputs:
    """What a dag or steps give of what their tasks gave. Raises SubstitutionError."""
    declared = as_map(template.get("outputs"))
    parameters = {name: _output(name, each, scope) for name, each in named(declared.get("parameters")).items()}
    artifacts: dict[str, Tree] = {}
    for name, each in named(declared.get("artifacts")).items():
        found = resolved_artifact(each, scope)
        if found is not None:
            artifacts[name] = found
        elif not each.get("optional"):
            raise SubstitutionError(f"Unable to resolve: {as_text(each.get('from') or each.get('fromExpression'))}")
    return Outputs(parameters, artifacts)


def _output(name: str, parameter: Mapping[str, Tree], scope: Scope) -> str:
    source = as_map(parameter.get("valueFrom"))
    if parameter.get("value") is not None:
        return as_text(parameter["value"])
    try:
        return _sourced(source, scope)
    except SubstitutionError as error:
        if source.get("default") is not None:
            return as_text(source["default"])
        raise SubstitutionError(f"output parameter `{name}`: {error}") from None


def _sourced(source: Mapping[str, Tree], scope: Scope) -> str:
    if source.get("expression"):
        return go_text(value_of(as_text(source["expression"]), scope))
    path = as_text(source.get("parameter")).strip()
    key = path.removeprefix("{{").removesuffix("}}").strip()
    if key not in scope.texts:
        raise SubstitutionError(f"Unable to resolve: {{{{{key}}}}}")
    return scope.texts[key]


def resolved_artifact(artifact: Mapping[str, Tree], scope: Scope) -> Tree:
    """Where the artifact that `from` or `fromExpression` names stands; None when it is not there."""
    if artifact.get("fromExpression"):
        found = value_of(as_text(artifact["fromExpression"]), scope)
        if not isinstance(found, dict):
            return None
    else:
        key = as_text(artifact.get("from")).strip().removeprefix("{{").removesuffix("}}").strip()
        found = scope.structures.get(key)
        if found is None:
            return None
    location: dict[str, Tree] = dict(found)
    if artifact.get("subPath"):
        location["subPath"] = artifact["subPath"]
    return location


# --- the run's own values -------------------------------------------------------------------------------------------


def run_globals(draft: Draft, arguments: Mapping[str, str], uid: str, started: float) -> dict[str, str]:
    """`workflow.*` at the start of a run."""
    program = draft.program
    more = as_map(program.spec.get("workflowMetadata"))
    labels, annotations = (
        {**as_map(program.metadata.get(key)), **as_map(more.get(key))} for key in ("labels", "annotations")
    )
    moment = datetime.fromtimestamp(started, UTC)
    texts = {
        "workflow.name": program.name,
        "workflow.namespace": as_text(program.metadata.get("namespace")) or "default",
        "workflow.mainEntrypoint": program.entrypoint,
        "workflow.serviceAccountName": as_text(program.spec.get("serviceAccountName")) or "default",
        "workflow.uid": uid,
        "workflow.priority": as_text(program.spec.get("priority")) or "0",
        "workflow.creationTimestamp": timestamp(started),
        "workflow.creationTimestamp.s": str(int(started)),
        "workflow.creationTimestamp.RFC3339": timestamp(started),
        "workflow.duration": "0.000000",
        "workflow.parameters": json_text([{"name": name, "value": value} for name, value in arguments.items()]),
        "workflow.labels": json.dumps({key: as_text(value) for key, value in labels.items()}, separators=(",", ":")),
        "workflow.annotations": json.dumps({k: as_text(v) for k, v in annotations.items()}, separators=(",", ":")),
        **{f"workflow.creationTimestamp.{c}": moment.strftime(f"%{c}") for c in "aAbBcdeFgGHIjklmMnprRsSTuUvVwWxXyYZ"},
        **{f"workflow.parameters.{name}": value for name, value in arguments.items()},
        **{f"workflow.labels.{key}": as_text(value) for key, value in labels.items()},
        **{f"workflow.annotations.{key}": as_text(value) for key, value in annotations.items()},
    }
    texts["workflow.parameters.json"] = texts["workflow.parameters"]
    texts["workflow.labels.json"], texts["workflow.annotations.json"] = (
        texts["workflow.labels"],
        texts["workflow.annotations"],
    )
    return texts


def failures(draft: Draft) -> str:
    """`workflow.failures`: the pods that failed, as JSON in the quotes that Argo puts around it."""
    found = [
        {
            "displayName": node.name,
            "message": node.message,
            "templateName": node.template,
            "phase": node.phase,
            "podName": node.id,
            "finishedAt": timestamp(node.ended or draft.now),
        }
        for node in draft.nodes.values()
        if node.kind == "Pod" and node.phase in ("Failed", "Error")
    ]
    return json_text(json_text(found))


def publish(draft: Draft, template: Mapping[str, Tree], outputs: Outputs) -> None:
    """Outputs with a `globalName` become values of the run."""
    declared = as_map(template.get("outputs"))
    for kind, values in (("parameters", outputs.parameters), ("artifacts", outputs.artifacts)):
        for each in as_list(declared.get(kind)):
            name, key = as_text(as_map(each).get("globalName")), as_text(as_map(each).get("name"))
            if not name or key not in values:
                continue
            if kind == "parameters":
                draft.globals[f"workflow.outputs.parameters.{name}"] = outputs.parameters[key]
                parameters = {**draft.outputs.parameters, name: outputs.parameters[key]}
                draft.outputs = Outputs(parameters, draft.outputs.artifacts)
            else:
                draft.artifacts[name] = outputs.artifacts[key]
                draft.outputs = Outputs(
                    draft.outputs.parameters, {**draft.outputs.artifacts, name: outputs.artifacts[key]}
                )
