"""Checks of the order of tasks: what they call, what they wait for, and that they never wait in a circle (rules D)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from athena_lsp.argo.checks.catalogue import Catalogue, Document, tasks_of
from athena_lsp.argo.checks.places import At, Refused

CONDITION = re.compile(r"([A-Za-z0-9_][-A-Za-z0-9_]*)(?:\.([A-Za-z]+))?")
RESULTS = frozenset({"Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed"})
LOOP_RESULTS = frozenset({"AnySucceeded", "AllFailed"})
LOOPS = ("withItems", "withParam", "withSequence")
ARGUMENT = re.compile(r"\{\{\s*(?:tasks|steps)\.([-\w]+)\.")


def check_graph(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    for template in document.templates:
        where = f"templates.{template.get('name').text}"
        for task in tasks_of(template):
            yield from _call(catalogue, document, task, f"{where}.tasks.{task.get('name').text}")
        if template.get("dag"):
            yield from _dag(template, where)
        elif template.get("steps") and not tasks_of(template):
            yield template.get("steps").refuse(f"{where}.steps must have at least one step")


def waits_for(task: At) -> tuple[str, ...]:
    """The tasks that must have ended before this one starts."""
    plain = (item.text for item in task.get("dependencies").items())
    conditions = (match[1] for match in CONDITION.finditer(task.get("depends").text))
    return tuple(dict.fromkeys((*plain, *conditions)))


@dataclass(frozen=True, slots=True)
class Order:
    """Which tasks have surely ended before another starts."""

    bits: Mapping[str, int]
    """The bit of each task."""
    masks: Mapping[str, int]
    """For each task, the bits of those that end before it."""
    circular: frozenset[str]
    """Tasks that wait for themselves, or for such tasks."""

    def is_before(self, earlier: str, later: str) -> bool:
        return bool(self.masks.get(later, 0) & self.bits.get(earlier, 0))


def order_of(template: At) -> Order:
    """The order of a dag's tasks, or of steps, whose groups follow each other."""
    if not template.get("dag"):
        groups = [[step.get("name").text for step in group.items()] for group in template.get("steps").items()]
        earlier = [name for group in groups for name in group]
        bits = {name: 1 << number for number, name in enumerate(earlier)}
        masks: dict[str, int] = {}
        before = 0
        for group in groups:
            masks |= dict.fromkeys(group, before)
            before |= sum(bits[name] for name in set(group))
        return Order(bits, masks, frozenset())
    return _dag_order({task.get("name").text: waits_for(task) for task in tasks_of(template)})


def _dag_order(graph: Mapping[str, tuple[str, ...]]) -> Order:
    """Tasks become ready when all that they wait for are; those that never do are circular."""
    bits = {name: 1 << number for number, name in enumerate(graph)}
    waiting = {name: {other for other in others if other in graph} for name, others in graph.items()}
    followers: dict[str, list[str]] = {name: [] for name in graph}
    for name, others in waiting.items():
        for other in others:
            followers[other].append(name)
    masks = dict.fromkeys(graph, 0)
    ready = [name for name, others in waiting.items() if not others]
    for name in ready:
        for follower in followers[name]:
            masks[follower] |= masks[name] | bits[name]
            waiting[follower].discard(name)
            if not waiting[follower]:
                ready.append(follower)
    return Order(bits, masks, frozenset(graph) - frozenset(ready))


def _call(catalogue: Catalogue, document: Document, task: At, where: str) -> Iterator[Refused]:
    template, reference = task.get("template"), task.get("templateRef")
    if template.text and reference:
        yield task.refuse(f"{where} template and templateRef are mutually exclusive")
    elif not template.text and not reference and not task.get("inline"):
        yield task.refuse(f"{where} one of template, templateRef or inline is required")
    elif template.text and "{{" not in template.text and document.template(template.text) is None:
        yield template.refuse(f"{where} template name '{template.text}' undefined")
    elif reference:
        name, inner = reference.get("name").text, reference.get("template").text
        if not name or not inner:
            yield reference.refuse(f"{where} templateRef.{'template' if name else 'name'} is required")
        elif "{{" not in name + inner and catalogue.complete and catalogue.called(document, task) is None:
            yield reference.refuse(f"{where} template reference {name}.{inner} not found")
    loops = [loop for loop in LOOPS if task.get(loop)]
    if len(loops) > 1:
        yield task.refuse(f"{where} only one of withItems, withParam, withSequence can be specified")
    if task.get("withSequence", "count") and task.get("withSequence", "end"):
        yield task.get("withSequence").refuse(f"{where} only one of count or end can be defined")
    for name, hook in task.get("hooks").entries():
        if name != "exit" and not hook.get("expression").text:
            yield hook.refuse(f"{where}.hooks.{name} Expression required")


def _dag(template: At, where: str) -> Iterator[Refused]:
    tasks = {task.get("name").text: task for task in tasks_of(template)}
    if not tasks:
        yield template.get("dag").refuse(f"{where} must have at least one task")
    if any(task.get("depends") for task in tasks.values()):
        yield from _exclusive(tasks, where)
    for name, task in tasks.items():
        yield from _conditions(name, task, tasks, where)
    order = order_of(template)
    yield from _circle(tasks, order, where)
    for target in template.get("dag", "target").text.split():
        if "{{" not in target and target not in tasks:
            yield template.get("dag", "target").refuse(f"{where}.targets target '{target}' is not defined")
    for name, task in tasks.items():
        yield from _missing_dependencies(name, task, order, where)


def _exclusive(tasks: Mapping[str, At], where: str) -> Iterator[Refused]:
    for task in tasks.values():
        if task.get("dependencies"):
            yield task.refuse(f"{where} cannot use both 'depends' and 'dependencies' in the same DAG template")
        if task.get("continueOn"):
            message = "cannot use 'continueOn' when using 'depends'. Instead use 'dep-task.Failed'/'dep-task.Errored'"
            yield task.get("continueOn").refuse(f"{where} {message}")


def _conditions(name: str, task: At, tasks: Mapping[str, At], where: str) -> Iterator[Refused]:
    for item in task.get("dependencies").items():
        if item.text not in tasks:
            yield item.refuse(f"{where}.tasks.{name} dependency '{item.text}' not defined")
    depends = task.get("depends")
    for match in CONDITION.finditer(depends.text):
        other, result = match[1], match[2]
        if other not in tasks:
            yield depends.refuse(f"{where}.tasks.{name} dependency '{other}' not defined")
        elif result and result not in RESULTS:
            yield depends.refuse(f"{where}.tasks.{name}: task result '{result}' for task '{other}' is invalid")
        elif result in LOOP_RESULTS and not any(tasks[other].get(loop) for loop in LOOPS):
            message = "can only be used on tasks with withItems, withParam or withSequence"
            yield depends.refuse(f"{where}.tasks.{name}: '{result}' of '{other}' {message}")


def _circle(tasks: Mapping[str, At], order: Order, where: str) -> Iterator[Refused]:
    """One circle, from its first task in the order of the manifest."""
    start = next((name for name in tasks if name in order.circular), None)
    if start is None:
        return
    way = [start]
    while (following := next(n for n in waits_for(tasks[way[-1]]) if n in order.circular)) not in way:
        way.append(following)
    circle = [*way[way.index(following) :], following]
    yield tasks[following].refuse(f"{where} dependency cycle detected: {'->'.join(circle)}")


def _missing_dependencies(name: str, task: At, order: Order, where: str) -> Iterator[Refused]:
    for kind, field in (("parameters", "value"), ("artifacts", "from")):
        for argument in task.get("arguments", kind).items():
            match = ARGUMENT.match(argument.get(field).text)
            if match and match[1] in order.bits and not order.is_before(match[1], name):
                parameter = argument.get("name").text
                message = f"missing dependency '{match[1]}' for {kind[:-1]} '{parameter}'"
                yield argument.get(field).refuse(f"{where}.tasks.{name} {message}")
