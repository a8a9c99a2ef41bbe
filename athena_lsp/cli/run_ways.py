"""Which ways through its workflows a run has taken: seen in its nodes (`--coverage`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import assert_never

from athena_lsp.argo.fanout import ITEMS
from athena_lsp.argo.naming import object_name
from athena_lsp.argo.ways import EndedAs, Gave, HasItems, Holds, Hooked, Retried, Sign, Turned
from athena_lsp.cli.process import MisuseError
from athena_lsp.cli.run_targets import Wanted
from athena_lsp.cli.ways import Key, Workflow, workflow_of
from athena_lsp.engine.model import COMPLETED, FAILED, Node, State
from athena_lsp.engine.substitution import Scope, SubstitutionError, value_of
from athena_lsp.ir.model import Kind
from athena_lsp.records import dataclass


def workflows_of(wanted: Wanted) -> dict[str, Workflow]:
    """The workflows of a run, by the objects that they became. Raises MisuseError for manifests that somebody wrote."""
    if wanted.emitted is None:
        raise MisuseError("error: --coverage needs a program in Python: manifests that somebody wrote have no branches")
    project, root = wanted.emitted.workspace.project, wanted.emitted.workspace.root
    found: dict[str, Workflow] = {}
    for face in project.signatures():
        document = f"WorkflowTemplate/{object_name(project.facts.settings, face.template)}"
        definition = project.facts.definition(face.declaration)
        if face.kind is Kind.WORKFLOW and document in wanted.program.objects and definition is not None:
            found[document] = workflow_of(project, root, definition)
    return found


def taken_by(state: State, workflows: Mapping[str, Workflow]) -> tuple[tuple[Workflow, ...], dict[Key, int]]:
    """The workflows, and how often a run took their ways."""
    found: dict[Key, int] = {}
    for document, workflow in workflows.items():
        seen = Seen.of(state, document)
        if seen.templates:
            found[workflow.key] = 1
        for way, shown in workflow.ways:
            count = seen.count(way.sign)
            if count:
                key = shown.key(workflow.path)
                found[key] = found.get(key, 0) + count
    return tuple(workflows.values()), found


@dataclass(frozen=True)
class Seen:
    """The nodes of a run that belong to one workflow."""

    state: State
    document: str
    templates: dict[str, list[Node]]
    """Those that ran, by template."""

    @classmethod
    def of(cls, state: State, document: str) -> Seen:
        templates: dict[str, list[Node]] = {}
        for node in state.nodes.values():
            frame = state.frames.get(node.id)
            is_part = frame is not None and frame.document == document and not node.is_attempt
            if is_part and node.phase not in ("Skipped", "Omitted") and node.kind in ("DAG", "Steps", "Retry"):
                templates.setdefault(node.template, []).append(node)
        return cls(state, document, templates)

    def count(self, sign: Sign) -> int:
        """How many nodes show it."""
        match sign:
            case Holds(template, expression):
                return sum(self._holds(expression, node) for node in self.templates.get(template, ()))
            case HasItems(template, some):
                return sum(_has_items(node) == some for node in self.templates.get(template, ()))
            case Gave(template, task, outputs, some):
                calls = [node for node in self.templates.get(template, ()) if node.task == task]
                return sum(node.phase == "Succeeded" and _gave(node, outputs) == some for node in calls)
            case EndedAs(template, task, then, well):
                nodes = self.templates.get(template, ())
                return sum(
                    self._ran(node, then) and self._phase(node, task) in (("Succeeded",) if well else FAILED)
                    for node in nodes
                )
            case Turned(template, task, bound):
                nodes = self.templates.get(template, ())
                if bound:
                    return sum(self._ran(node, f"{task}-over") for node in nodes)
                return sum(
                    self._phase(node, f"{task}-over") == self._phase(node, f"{task}-next") == "Skipped"
                    for node in nodes
                )
            case Hooked(task, key):
                hooks = [node for node in self.state.nodes.values() if node.is_hook and node.phase in COMPLETED]
                return sum(not node.is_attempt and self._is_hook_of(node, task, key) for node in hooks)
            case Retried(task):
                retries = [node for node in self.state.nodes.values() if node.kind == "Retry"]
                return sum(len(node.children) > 1 and self._is_within(node, task) for node in retries)
            case _:
                assert_never(sign)

    def _holds(self, expression: str, node: Node) -> bool:
        """Whether an expression is true of what a template was given and what its tasks have come to."""
        texts = {f"inputs.parameters.{name}": value for name, value in node.inputs.items()}
        for child in self._children(node):
            for name, value in child.outputs.parameters.items() if child.phase == "Succeeded" else ():
                texts |= {f"{kind}.{child.task}.outputs.parameters.{name}": value for kind in ("tasks", "steps")}
        try:
            return value_of(expression, Scope.of(texts)) is True
        except SubstitutionError:  # what it reads is not there: nothing came so far
            return False

    def _child(self, node: Node, task: str) -> Node | None:
        return next((child for child in self._children(node) if child.task == task), None)

    def _children(self, node: Node) -> tuple[Node, ...]:
        """What stands directly below a template, without groups of steps and attempts in between."""
        found: list[Node] = []
        for child in (self.state.nodes[name] for name in node.children):
            is_between = child.kind == "StepGroup" or child.is_attempt
            found += self._children(child) if is_between else (child,)
        return tuple(found)

    def _phase(self, node: Node, task: str) -> str:
        child = self._child(node, task)
        return child.phase if child is not None else ""

    def _ran(self, node: Node, task: str) -> bool:
        return self._phase(node, task) in COMPLETED

    def _is_hook_of(self, node: Node, task: str, key: str) -> bool:
        ending = ".onExit" if key == "exit" else f".hooks.{key}"
        owner = self.state.nodes.get(node.id.removesuffix(ending)) if node.id.endswith(ending) else None
        if owner is None or task:
            return owner is not None and self._is_within(owner, task)
        return not owner.parent and self.state.frames[owner.id].document == self.document

    def _is_within(self, node: Node, task: str) -> bool:
        """Whether a node is the task, or the call itself inside of the templates that the task needs."""
        while True:
            boundary = self.state.nodes.get(node.boundary)
            if boundary is None or self.state.frames[boundary.id].document != self.document:
                return False
            if node.task == task:
                return True
            node = boundary


def _gave(node: Node, outputs: tuple[str, ...]) -> bool:
    return any(node.outputs.parameters.get(name) == "true" for name in outputs)


def _has_items(node: Node) -> bool:
    try:
        return bool(json.loads(node.inputs[ITEMS]))
    except (KeyError, ValueError):
        return False
