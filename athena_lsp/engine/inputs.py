"""Calling a template: its arguments, its defaults, and everything in it filled in (Argo's `ProcessArgs`)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from athena_lsp.engine.draft import Draft
from athena_lsp.engine.model import Frame, NodeKind
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import Program, as_list, as_map, as_text, named
from athena_lsp.engine.substitution import Scope, SubstitutionError, Tree, substitute
from athena_lsp.engine.values import json_text
from athena_lsp.records import dataclass, field
from athena_runtime.contract import RETURN_NAME

KINDS: tuple[tuple[str, NodeKind], ...] = (
    ("dag", "DAG"),
    ("steps", "Steps"),
    ("suspend", "Suspend"),
    ("container", "Pod"),
    ("script", "Pod"),
    ("http", "Pod"),
)
TYPES = ("dag", "steps", "suspend", "container", "script", "containerSet", "data", "http", "plugin", "resource")


@dataclass(frozen=True, slots=True)
class Call:
    """A template to run as a node, with its arguments filled in."""

    id: str
    holder: Mapping[str, Tree]
    """The task, step or hook that names the template."""
    document: str
    parent: str = ""
    boundary: str = ""
    task: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    artifacts: Mapping[str, Tree] = field(default_factory=dict)
    is_hook: bool = False

    @property
    def is_exit(self) -> bool:
        """Whether it belongs to an exit handler, which also runs when everything else is stopped."""
        return ".onExit" in self.id


def kind_of(template: Mapping[str, Tree]) -> NodeKind:
    return next((kind for key, kind in KINDS if template.get(key) is not None), "Pod")


def frame_for(draft: Draft, call: Call) -> Frame:
    """The template with its inputs filled in (Argo's `ProcessArgs`)."""
    document, template = draft.program.template(call.document, call.holder)
    template = with_defaults(draft.program, template)
    parameters: list[Tree] = [
        _input(draft, each, call) for each in as_list(as_map(template.get("inputs")).get("parameters"))
    ]
    artifacts = _input_artifacts(template, call)
    inputs: dict[str, Tree] = {"parameters": parameters, "artifacts": artifacts}
    template = {**template, "inputs": inputs}
    locals_: dict[str, str] = {"node.name": call.id}
    if kind_of(template) == "Pod":
        name = as_text(template.get("name"))
        if template.get("retryStrategy") is None:
            locals_["pod.name"] = pod_name_of(draft, call.id, name)
    if call.task:
        locals_ |= {"tasks.name": call.task, "steps.name": call.task}
    first = {**draft.globals, **locals_}
    passed = as_map(substitute(dict(template), Scope.of(first)))
    second = {**first, **_own_texts(passed)}
    return Frame(as_map(substitute(passed, Scope.of(second))), document)


def pod_name_of(draft: Draft, id: str, template: str) -> str:  # noqa: A002
    value = 0x811C9DC5
    for byte in id.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return "-".join(part for part in (draft.program.name, template, str(value)) if part)[-253:].lstrip("-")


def with_defaults(program: Program, template: Mapping[str, Tree]) -> dict[str, Tree]:
    """A template with what `templateDefaults` and the `retryStrategy` of the spec say of every one."""
    given = {key: value for key, value in program.defaults.items() if key not in ("name", *TYPES)}
    for key in ("container", "script"):
        if template.get(key) is not None and program.defaults.get(key):
            given[key] = _merged(as_map(program.defaults[key]), as_map(template[key]))
            template = {**template, key: given[key]}
    if program.spec.get("retryStrategy"):
        given.setdefault("retryStrategy", program.spec["retryStrategy"])
    return {**given, **template}


def _merged(base: Mapping[str, Tree], over: Mapping[str, Tree]) -> dict[str, Tree]:
    """A container with the fields of another below its own; lists of things with names are one list."""
    found = {**base, **over}
    for key, name in (("env", "name"), ("volumeMounts", "mountPath"), ("ports", "containerPort")):
        if key in base and key in over:
            own = {as_text(as_map(each).get(name)): each for each in as_list(over[key])}
            below = (each for each in as_list(base[key]) if as_text(as_map(each).get(name)) not in own)
            found[key] = [*below, *own.values()]
    return found


def _input(draft: Draft, parameter: Tree, call: Call) -> Tree:
    fields = as_map(parameter)
    name = as_text(fields.get("name"))
    value: Tree = fields.get("value") if fields.get("value") is not None else fields.get("default")
    if name in call.parameters:
        value = call.parameters[name]
    if value is None:
        value = config_value(draft, as_map(fields.get("valueFrom")))
    if value is None:
        raise SubstitutionError(f"inputs.parameters.{name} was not supplied")
    shown: dict[str, Tree] = {key: fields[key] for key in ("description", "enum") if key in fields}
    return {"name": name, "value": as_text(value), **shown}


def config_value(draft: Draft, source: Mapping[str, Tree]) -> str | None:
    """What `valueFrom.configMapKeyRef` names; None when it is nowhere and has no default."""
    reference = as_map(source.get("configMapKeyRef"))
    if reference:
        name, key = as_text(reference.get("name")), as_text(reference.get("key"))
        found = draft.program.config_map(name, key)
        if found is not None:
            return found
    return as_text(source["default"]) if source.get("default") is not None else None


LOCATIONS = frozenset({"s3", "gcs", "azure", "oss", "git", "http", "hdfs", "artifactory", "raw", "plugin", "local"})


def has_location(artifact: Mapping[str, Tree]) -> bool:
    return any(artifact.get(location) is not None for location in LOCATIONS)


def _input_artifacts(template: Mapping[str, Tree], call: Call) -> list[Tree]:
    found: list[Tree] = []
    for artifact in map(as_map, as_list(as_map(template.get("inputs")).get("artifacts"))):
        name = as_text(artifact.get("name"))
        if has_location(artifact):
            found.append(artifact)
        elif isinstance(given := call.artifacts.get(name), dict):
            found.append({**artifact, **{key: value for key, value in given.items() if key not in ("name", "path")}})
        elif not artifact.get("optional"):
            raise SubstitutionError(f"inputs.artifacts.{name} was not supplied")
    return found


def fitted(template: Mapping[str, Tree], given: Outputs) -> Outputs:
    """The outputs of a template in whose place a value was given: its `return`, its only parameter, an object with
    several of them, or what it would have printed."""
    declared = named(as_map(template.get("outputs")).get("parameters"))
    text = given.parameters.get(RETURN_NAME)
    if text is None or RETURN_NAME in declared:
        return given
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if isinstance(values, dict) and values and set(values) <= set(declared):
        parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
    else:
        parameters = dict.fromkeys(declared, text) if len(declared) == 1 else {}
    return Outputs(parameters, given.artifacts, text)


def inputs_of(template: Mapping[str, Tree]) -> dict[str, str]:
    parameters = named(as_map(template.get("inputs")).get("parameters"))
    return {name: as_text(each.get("value")) for name, each in parameters.items()}


def _own_texts(template: Mapping[str, Tree]) -> dict[str, str]:
    """`inputs.*`, and the paths of outputs."""
    inputs, outputs = as_map(template.get("inputs")), as_map(template.get("outputs"))
    values = inputs_of(template)
    texts = {f"inputs.parameters.{name}": value for name, value in values.items()}
    texts["inputs.parameters"] = json_text([{"name": name, "value": value} for name, value in values.items()])
    for where, fields in (("inputs", inputs), ("outputs", outputs)):
        for name, each in named(fields.get("artifacts")).items():
            if each.get("path"):
                texts[f"{where}.artifacts.{name}.path"] = as_text(each["path"])
    for name, each in named(outputs.get("parameters")).items():
        if path := as_map(each.get("valueFrom")).get("path"):
            texts[f"outputs.parameters.{name}.path"] = as_text(path)
    return texts
