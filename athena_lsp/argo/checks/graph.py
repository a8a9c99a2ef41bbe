"""Checks of the order of tasks: what they call, what they wait for, and that they never wait in a circle (rules D)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from athena_lsp.argo.checks.catalogue import LOOPS, Catalogue, Document, Template, hooks_of, loops, tasks_of
from athena_lsp.argo.checks.places import At, Refused
from athena_lsp.argo.exprs.depends import Result, parse_depends, results
from athena_lsp.argo.exprs.tags import Tag, tags
from athena_lsp.records import dataclass

RESULTS = frozenset({"Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed"})
LOOP_RESULTS = frozenset({"AnySucceeded", "AllFailed"})


def check_graph(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    for template in document.everywhere:
        for task in template.tasks:
            where = template.where_of(task)
            yield from _call(catalogue, document, task, where)
            if loops(task):
                yield from _loop(task, where)
            yield from _hooks(catalogue, document, task, template)
        if template.at.get("dag"):
            yield from _dag(template.at, template.where)
        elif template.at.get("steps") and not template.tasks and _is_empty(template.at.get("steps")):
            yield template.at.get("steps").refuse("X18", f"{template.where}.steps must have at least one step")


def _is_empty(steps: At) -> bool:
    """Groups of nothing, not things that are no groups."""
    return isinstance(steps.value, list) and all(group.value == [] for group in steps.items())


def conditions(task: At) -> tuple[Result, ...]:
    """The tasks that a `depends` names, with their results; none when it is no condition."""
    text = task.get("depends").text
    condition = parse_depends(text).condition if text and "{{" not in text else None
    return tuple(results(condition)) if condition is not None else ()


def waits_for(task: At) -> tuple[str, ...]:
    """The tasks that must have ended before this one starts."""
    plain = (item.text for item in task.get("dependencies").items())
    return tuple(dict.fromkeys((*plain, *(result.task for result in conditions(task)))))


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
    """What a task, a step or a hook runs."""
    template, reference = task.get("template"), task.get("templateRef")
    if template.text and reference:
        yield reference.at_key().refuse("D11", f"{where} template name cannot be specified with templateRef")
    elif not template.text and not reference and not task.get("inline"):
        yield task.refuse("D11", f"{where} one of template, templateRef or inline is required")
    elif template.text and not template.has_tag and document.template(template.text) is None:
        yield template.refuse("D11", f"{where} template name '{template.text}' undefined")
    elif reference:
        name, inner = reference.get("name").text, reference.get("template").text
        if not name or not inner:
            yield reference.refuse("D11", f"{where} {'template' if name else 'resource'} name is required")
        elif "{{" not in name + inner and catalogue.complete and catalogue.called(document, task) is None:
            at = reference.get("name") if catalogue.object(document, reference) is None else reference.get("template")
            yield at.refuse("D11", f"{where} template reference {name}.{inner} not found")


def _loop(task: At, where: str) -> Iterator[Refused]:
    used = [loop for loop in LOOPS if task.get(loop)]
    if len(used) > 1:
        message = "only one of withItems, withParam, withSequence can be specified"
        yield task.get(used[1]).at_key().refuse("D9", f"{where} {message}")
    sequence = task.get("withSequence")
    if sequence.get("count") and sequence.get("end"):
        yield sequence.refuse("D9", f"{where} only one of count or end can be defined in withSequence")
    elif sequence and not sequence.get("count") and not sequence.get("end"):
        yield sequence.trap("D9", f"{where} must have end or count specified in withSequence")
    for item in task.get("withItems").items():
        if item.value is None:
            yield item.refuse("D9", f"{where} unsupported withItems type: null")
    for name in ("count", "start", "end"):
        at = sequence.get(name)
        if at and not at.has_tag and at.number is None:
            yield at.trap("D9", f"{where}.withSequence.{name}: `{at.text}` is no whole number")


def _hooks(catalogue: Catalogue, document: Document, task: At, template: Template) -> Iterator[Refused]:
    where = template.where_of(task)
    for name, hook in hooks_of(task):
        if name != "exit" and not hook.get("expression").text:
            message = f"{where}.hooks.{name} Expression required"
            yield hook.trap("X24", message) if template.mode == "tasks" else hook.refuse("D10", message)
        yield from _call(catalogue, document, hook, f"{where}.hooks.{name}")
    handler = task.get("onExit")
    if handler.text and not handler.has_tag and document.template(handler.text) is None:
        yield handler.trap("O7", f"{where}.onExit: template name '{handler.text}' undefined")


def _dag(template: At, where: str) -> Iterator[Refused]:
    tasks = {task.get("name").text: task for task in tasks_of(template)}
    if not tasks:
        yield template.get("dag").refuse("D1", f"{where} must have at least one task")
    if any(task.get("depends") for task in tasks.values()):
        yield from _exclusive(tasks, where)
    for name, task in tasks.items():
        yield from _conditions(name, task, tasks, where)
    order = order_of(template)
    yield from _circle(tasks, order, where)
    for target in template.get("dag", "target").text.split():
        if "{{" not in target and target not in tasks:
            yield template.get("dag", "target").refuse("D7", f"{where}.targets: target '{target}' is not defined")
    for name, task in tasks.items():
        yield from _missing_dependencies(name, task, order, where)


def _exclusive(tasks: Mapping[str, At], where: str) -> Iterator[Refused]:
    for task in tasks.values():
        if task.get("dependencies"):
            message = "cannot use both 'depends' and 'dependencies' in the same DAG template"
            yield task.get("dependencies").at_key().refuse("D4", f"{where} {message}")
        if task.get("continueOn"):
            message = "cannot use 'continueOn' when using 'depends'. Instead use 'dep-task.Failed'/'dep-task.Errored'"
            yield task.get("continueOn").at_key().refuse("D4", f"{where} {message}")


def _conditions(name: str, task: At, tasks: Mapping[str, At], where: str) -> Iterator[Refused]:
    for item in task.get("dependencies").items():
        if item.text not in tasks:
            yield item.refuse("D3", f"{where}.tasks.{name} dependency '{item.text}' not defined")
    depends = task.get("depends")
    if depends.text and not depends.has_tag and (problem := parse_depends(depends.text).problem):
        code = "X5" if "word of the expression language" in problem.what else "X1"
        yield depends.trap(code, f"{where}.tasks.{name} depends: {problem.what}", problem.span)
    for result in conditions(task):
        other = tasks.get(result.task)
        if other is None:
            message = f"{where}.tasks.{name} dependency '{result.task}' not defined"
            yield depends.refuse("D3", message, result.span)
        elif result.result is not None and result.result not in RESULTS:
            message = f"{where}.tasks.{name} task result '{result.result}' for task '{result.task}' is invalid"
            yield depends.refuse("D5", message, result.span)
        elif result.result in LOOP_RESULTS and not loops(other):
            what = "uses an items-based condition such as .AnySucceeded or .AllFailed but does not contain any items"
            yield depends.refuse("D6", f"{where}.tasks.{name} dependency '{result.task}' {what}", result.span)


def _circle(tasks: Mapping[str, At], order: Order, where: str) -> Iterator[Refused]:
    """One circle, from its first task in the order of the manifest."""
    start = next((name for name in tasks if name in order.circular), None)
    if start is None:
        return
    way = [start]
    while (following := next(n for n in waits_for(tasks[way[-1]]) if n in order.circular)) not in way:
        way.append(following)
    circle = [*way[way.index(following) :], following]
    message = f"{where}.tasks dependency cycle detected: {'->'.join(circle)}"
    at = tasks[following]
    yield (at.get("depends") or at.get("dependencies") or at).refuse("D2", message)


def _missing_dependencies(name: str, task: At, order: Order, where: str) -> Iterator[Refused]:
    for kind, field in (("parameters", "value"), ("artifacts", "from")):
        for argument in task.get("arguments", kind).items():
            at = argument.get(field)
            first = next(iter(tags(at.text)), None)
            if not isinstance(first, Tag) or first.is_expression or first.span.start > 0:
                continue
            head, *names = first.content.split(".")
            if head == "tasks" and len(names) > 1 and names[0] in order.bits and not order.is_before(names[0], name):
                parameter = argument.get("name").text
                message = f"missing dependency '{names[0]}' for {kind[:-1]} '{parameter}'"
                yield at.refuse("D8", f"{where}.tasks.{name} {message}", first.span)
