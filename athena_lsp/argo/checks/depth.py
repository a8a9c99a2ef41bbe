"""Checks of how deep calls nest (X16): templates that always call themselves again, and rows of calls too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from athena_lsp.argo.checks.catalogue import Catalogue, loops, tasks_of
from athena_lsp.argo.checks.places import At, Refused

DEPTH = 100
MESSAGE = "Maximum recursion depth exceeded"

Node: TypeAlias = tuple[int, str]
"""A template: the number of its object, and its name."""


def check_depth(catalogue: Catalogue) -> Iterator[tuple[int, Refused]]:
    """Each with the number of the object. A call under a condition, or for each of some items, need not happen."""
    sure = _calls(catalogue, only_sure=True)
    ends = _heights(sure)
    told: set[int] = set()
    for number, name in sure:
        if (number, name) not in ends and number not in told and _calls_itself((number, name), sure):
            told.add(number)
            template = catalogue.documents[number].template(name)
            assert template is not None
            yield number, template.get("name").trap("X16", f"{MESSAGE}: `{name}` always calls itself again")
    graph = _calls(catalogue, only_sure=False)
    reached = {target for targets in graph.values() for target in targets}
    for node, height in _heights(graph).items():
        if height > DEPTH and node not in reached:
            spec = catalogue.documents[node[0]].at.get("spec")
            yield node[0], spec.exceeds("X16", f"{MESSAGE}: calls nest more than {DEPTH} deep")


def _calls(catalogue: Catalogue, *, only_sure: bool) -> dict[Node, tuple[Node, ...]]:
    """For each template, those that a run of it may come to, or surely does."""
    numbers = {id(document): number for number, document in enumerate(catalogue.documents)}
    graph: dict[Node, tuple[Node, ...]] = {}
    for number, document in enumerate(catalogue.documents):
        for template in document.templates:
            found: list[Node] = []
            for task in tasks_of(template):
                reference = task.get("templateRef")
                target = catalogue.object(document, reference) if reference else document
                name = reference.get("template").text if reference else task.get("template").text
                if target is not None and name in target.by_name and (not only_sure or _always_runs(task)):
                    found.append((numbers[id(target)], name))
            graph[number, template.get("name").text] = tuple(dict.fromkeys(found))
    return graph


def _always_runs(task: At) -> bool:
    """Without a condition of its own, a loop, or a condition on how others ended."""
    return "." not in task.get("depends").text and not task.get("when") and not loops(task)


def _heights(graph: Mapping[Node, tuple[Node, ...]]) -> dict[Node, int]:
    """How deep calls nest below each template; those that come to a circle have no height."""
    waiting = {node: len(targets) for node, targets in graph.items()}
    callers: dict[Node, list[Node]] = {node: [] for node in graph}
    for node, targets in graph.items():
        for target in targets:
            callers[target].append(node)
    ready = [node for node, count in waiting.items() if not count]
    heights = dict.fromkeys(ready, 0)
    for node in ready:
        for caller in callers[node]:
            waiting[caller] -= 1
            if not waiting[caller]:
                heights[caller] = 1 + max(heights[target] for target in graph[caller])
                ready.append(caller)
    return heights


def _calls_itself(node: Node, graph: Mapping[Node, tuple[Node, ...]]) -> bool:
    seen, waiting = set(graph[node]), list(graph[node])
    while waiting:
        here = waiting.pop()
        if here == node:
            return True
        new = set(graph[here]) - seen
        seen |= new
        waiting += new
    return node in seen
