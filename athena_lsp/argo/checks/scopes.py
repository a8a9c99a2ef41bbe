"""What can be read in one place of a manifest: variables of the run, inputs, earlier tasks, the item of a loop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from athena_lsp.argo.checks.catalogue import (
    POD_KINDS,
    TEMPLATE_OBJECTS,
    Catalogue,
    Document,
    Template,
    is_leaf,
    kinds_of,
    loops,
)
from athena_lsp.argo.checks.graph import Order, order_of
from athena_lsp.argo.checks.places import At, did_you_mean
from athena_lsp.argo.exprs.tags import only_tag
from athena_lsp.records import dataclass, replace

WORDS = frozenset({"name", "namespace", "mainEntrypoint", "serviceAccountName", "uid", "status"})
LATE_WORDS = ("creationTimestamp", "scheduledTime", "duration")
"""Argo lets everything that begins so pass."""
TASK_WORDS = frozenset({"id", "startedAt", "finishedAt", "hostNodeName"})
WITH_RESULT = ("container", "script", "data", "http", "plugin")

Verdict = Literal["", "absent", "unseen", "early", "result", "ip", "label"]
"""Why something cannot be read: nothing of the name; not of what is called; not ended by then; it has no result; it is
no daemon; no label of that name is declared."""


@dataclass(frozen=True, slots=True)
class World:
    """What is the same in all of an object. None stands for names that cannot be known here."""

    parameters: frozenset[str] | None
    declared: frozenset[str]
    """Parameters that are declared here, whoever may give others."""
    labels: frozenset[str]
    annotations: frozenset[str]
    outputs: frozenset[tuple[str, str]] | None
    """Kind and global name of what templates give to the whole run."""
    has_priority: bool
    has_exit_handler: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """One place: a template as a whole, or one of its tasks."""

    world: World
    inputs: tuple[At, ...]
    """The inputs of the template, and for one inside a task those of the templates around it."""
    mode: str
    """`tasks` or `steps`; empty in a leaf, which can read neither."""
    tasks: Mapping[str, At]
    called: Mapping[str, At | None]
    """What each task calls, where that can be seen."""
    order: Order
    task: str = ""
    """The task that reads; empty for the template as a whole, which ends when all tasks have."""
    items: frozenset[str] | None = frozenset()
    """`item`, `item.key`: what a loop gives; None when anything may be there."""
    is_leaf: bool = False
    is_pod: bool = False

    def has_ended(self, task: str) -> bool:
        return not self.task or self.order.is_before(task, self.task)


def world_of(catalogue: Catalogue, document: Document) -> World:
    spec, base = document.spec, catalogue.base(document)
    specs = (spec, base.spec) if base is not None else (spec,)
    named = [at.get("name").text for each in specs for at in each.get("arguments", "parameters").items()]
    is_template = document.kind in TEMPLATE_OBJECTS
    sources = [document.at.get("metadata"), *(each.get("workflowMetadata") for each in specs)]
    sources.append(document.at.get("spec", "workflowMetadata"))
    labels = frozenset(key for at in sources for key in at.get("labels").keys | at.get("labelsFrom").keys)
    return World(
        parameters=None if is_template or base is None else frozenset(named),
        declared=frozenset(named),
        labels=labels,
        annotations=frozenset(key for at in sources for key in at.get("annotations").keys),
        outputs=_global_outputs(catalogue),
        has_priority=any(bool(each.get("priority")) for each in specs),
        has_exit_handler=any(bool(each.get("onExit") or each.get("hooks", "exit")) for each in specs),
    )


def template_scope(catalogue: Catalogue, document: Document, world: World, template: Template) -> Scope:
    """The scope of a template that stands by itself."""
    at = template.at
    tasks = {task.get("name").text: task for task in template.tasks}
    called = {name: catalogue.called(document, task) for name, task in tasks.items()}
    kinds = kinds_of(at)
    return Scope(
        world=world,
        inputs=(at.get("inputs"), document.spec.get("templateDefaults", "inputs")),
        mode=template.mode if tasks else "",
        tasks=tasks,
        called=called,
        order=order_of(at),
        is_leaf=is_leaf(at),
        is_pod=bool(set(POD_KINDS).intersection(kinds)),
    )


def task_scope(scope: Scope, task: At) -> Scope:
    """The scope of a task of the template."""
    return replace(scope, task=task.get("name").text, items=_items(task, scope), is_leaf=False, is_pod=False)


def inline_scope(inner: Scope, outer: Scope) -> Scope:
    """The scope of a template inside a task, where that has been filled in first."""
    return replace(inner, inputs=(*inner.inputs, *outer.inputs), items=outer.items)


def workflow_verdict(names: tuple[str, ...], world: World) -> Verdict:
    """What is to be said of `workflow.<names>`."""
    match names:
        case (word,) if word in WORDS or word.startswith(LATE_WORDS):
            return ""
        case (word, *_) if word.startswith(LATE_WORDS):
            return ""
        case ("priority",):
            return "" if world.has_priority else "absent"
        case ("failures",):
            return "" if world.has_exit_handler else "absent"
        case ("parameters",) | ("parameters", "json"):
            return "" if world.parameters is None or world.parameters else "absent"
        case ("parameters", *name):
            return "" if world.parameters is None or ".".join(name) in world.parameters else "absent"
        case ("labels" | "annotations",) | ("labels" | "annotations", "json"):
            return ""
        case ("labels", *name):
            return "" if ".".join(name) in world.labels else "label"
        case ("annotations", *name):
            return "" if ".".join(name) in world.annotations else "label"
        case ("outputs", "parameters" | "artifacts" as kind, *name):
            return "" if world.outputs is None or (kind, ".".join(name)) in world.outputs else "absent"
        case _:
            return "absent"


def near_parameter(name: str, world: World) -> str:
    """The parameter that was meant, as the end of a message: where a name is not declared, and others may be given."""
    if world.parameters is not None or not name or name in world.declared or name == "json":
        return ""
    return did_you_mean(name, sorted(world.declared))


def input_verdict(names: tuple[str, ...], scope: Scope) -> Verdict:
    """What is to be said of `inputs.<names>`."""
    named = [
        (kind, at.get("name"))
        for inputs in scope.inputs
        for kind in ("parameters", "artifacts")
        for at in inputs.get(kind).items()
    ]
    if any(name.is_other for _, name in named):
        return ""  # one of them may have been meant, and was read as something else
    declared = {(kind, name.text) for kind, name in named}
    match names:
        case ("parameters",):
            return "" if any(kind == "parameters" for kind, _ in declared) else "absent"
        case ("parameters", name) | ("artifacts", name):
            return "" if (names[0], name) in declared else "absent"
        case ("artifacts", name, "path"):
            return "" if scope.is_leaf and ("artifacts", name) in declared else "absent"
        case _:
            return "absent"


def result_verdict(names: tuple[str, ...], scope: Scope, *, is_tag: bool) -> Verdict:
    """What is to be said of `tasks.<names>` or `steps.<names>`, the first name being a task.

    `is_tag`: as Argo checks a plain tag, which may read the outputs of any task but the status of ended ones only.
    """
    task, *rest = names
    if task not in scope.tasks:
        return "absent"
    called, reader = scope.called[task], scope.tasks.get(scope.task)
    early = not scope.has_ended(task)
    match rest:
        case ["status"]:
            own = task == scope.task and (scope.mode == "steps" or bool(reader and reader.get("hooks")))
            return "early" if early and not own else ""
        case ["ip"]:
            return "ip" if called is not None and called.get("daemon").value is not True else ""
        case ["exitCode"] | ["outputs", "result"]:
            return "result" if called is not None and not has_result(called) else ""
        case [word]:
            return "" if word in TASK_WORDS else "absent"
        case ["outputs", "exitCode"]:
            return "absent" if is_tag else ""
        case ["outputs", "parameters"]:
            return "" if loops(scope.tasks[task]) or not is_tag else "absent"
        case ["outputs", "parameters" | "artifacts" as kind, name]:
            declared = called is None or name in {at.get("name").text for at in called.get("outputs", kind).items()}
            return "" if declared else "unseen"
        case _:
            return "absent"


def has_result(template: At) -> bool:
    """Whether its output stream is a result: of a containerSet, when one of its containers is called `main`."""
    names = {at.get("name").text for at in template.get("containerSet", "containers").items()}
    return any(bool(template.get(kind)) for kind in WITH_RESULT) or "main" in names


def item_verdict(name: str, scope: Scope) -> Verdict:
    """What is to be said of `item` or `item.<key>`."""
    return "" if scope.items is None or name in scope.items else "absent"


def _items(task: At, scope: Scope) -> frozenset[str] | None:
    """What is known of the item of a loop; None when it is made in the run."""
    source = task.get("withParam").text
    if source or task.get("withItems").text:
        return _written_items(source) if "{{" not in source else _aggregated_items(source, scope)
    counted = frozenset({"item"}) if task.get("withSequence") else frozenset()
    return _readable(task.get("withItems")) | counted


def _written_items(source: str) -> frozenset[str] | None:
    try:
        value = json.loads(source)
    except ValueError:
        return None
    return _readable(At(value)) if isinstance(value, list) and value else None


def _aggregated_items(source: str, scope: Scope) -> frozenset[str] | None:
    """Of `{{steps.each.outputs.parameters}}`, where `each` is a loop: an object with all outputs of each."""
    only = only_tag(source)
    match only.content.split(".") if only is not None and not only.is_expression else ():
        case [scope.mode, task, "outputs", "parameters"] if (called := scope.called.get(task)) is not None:
            names = (at.get("name").text for at in called.get("outputs", "parameters").items())
            return frozenset(("item", *(f"item.{name}" for name in names)))
        case _:
            return None


def _readable(items: At) -> frozenset[str]:
    """What can be read of one item or another of a list."""
    found: set[str] = set()
    for item in items.items():
        found.add("item")
        found |= {f"item.{key}" for key in item.keys}
        found |= {f"item.[{number}]" for number, _ in enumerate(item.items())}
    return frozenset(found)


def _global_outputs(catalogue: Catalogue) -> frozenset[tuple[str, str]] | None:
    """What any template at hand gives to the whole run; None when a name is only known at run time."""
    found: set[tuple[str, str]] = set()
    for document in catalogue.documents:
        for template in document.everywhere:
            for kind in ("parameters", "artifacts"):
                for output in template.at.get("outputs", kind).items():
                    name = output.get("globalName")
                    if name.has_tag:
                        return None
                    if name.text:
                        found.add((kind, name.text))
    return frozenset(found) if catalogue.complete else None
