"""From a workflow's meaning to its graph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import assert_never

from athena_lsp.analysis.types import show
from athena_lsp.argo.bodies import waits_in_order
from athena_lsp.argo.captures import captured
from athena_lsp.argo.root import exit_handler
from athena_lsp.ide.graphs.model import Graph, GraphEdge, GraphNode, NodeKind
from athena_lsp.ir.model import (
    Branch,
    CallOptions,
    Definition,
    Each,
    Fail,
    Fold,
    Gather,
    Inner,
    Kind,
    Loop,
    Region,
    Statement,
    Step,
    StepRef,
    Tried,
    Wait,
    WorkflowBody,
    calls,
)
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import NONE, Unresolved
from athena_lsp.ir.values import Text
from athena_lsp.project import Project
from athena_lsp.records import dataclass, field, replace
from athena_lsp.text import Span

SHOWN_OPTIONS = ("image", "retry", "timeout", "cache", "resources", "parallelism")
MOST_LETTERS = 70
"""So much of an expression of the program is shown at most."""

Call = Step | Region


def build(project: Project, root: Declaration) -> Graph:
    """The graph of a workflow with all that it calls; of a container, one node. Empty when `root` is no template."""
    definition = project.facts.definition(root)
    building = _Building(project)
    if definition is not None:
        building.definition(definition, "", ())
    return Graph(root.name, tuple(building.nodes), tuple(building.edges))


@dataclass(slots=True)
class _Building:
    project: Project
    nodes: list[GraphNode] = field(default_factory=list)
    edges: list[GraphEdge] = field(default_factory=list)

    def definition(self, definition: Definition, box: str, above: tuple[Declaration, ...]) -> None:
        """What a definition runs, in a box; a workflow that calls itself is not followed."""
        if definition.declaration in above:
            return
        if isinstance(definition.body, WorkflowBody):
            inside = (*above, definition.declaration)
            self.statements(definition, definition.body.statements, box, inside)
            if definition.signature.steps:
                self.in_order(calls(definition.body.statements), box)
            if not above:
                self.exit_handler(definition)
        elif not above:
            place = self.project.place(definition.declaration, definition.name_span)
            self.nodes.append(GraphNode(definition.name, box, "container", definition.name, (), place))

    def statements(
        self, definition: Definition, statements: tuple[Statement, ...], box: str, above: tuple[Declaration, ...]
    ) -> None:
        here = calls(statements)
        for call in here:
            self.call(definition, call, box, above)
        tasks = {call.task for call in here}
        waited = waits_in_order(here)
        before: dict[str, set[str]] = {}
        for call in here:
            taken, only_after = _reads(call)
            types = {each.task: show(each.type) for each in taken if each.task in tasks}
            order = [each.task for each in only_after if each.task in tasks and each.task not in types]
            order += _not_known_otherwise(waited.get(call.task, ()), {*types, *order}, before)
            before[call.task] = {*types, *order}
            target = _inside(box, call.task)
            self.edges += [GraphEdge(_inside(box, task), target, "data", label) for task, label in types.items()]
            self.edges += [GraphEdge(_inside(box, task), target, "order") for task in order]

    def in_order(self, here: tuple[Call, ...], box: str) -> None:
        """`steps=True`: one after the other, whatever they take."""
        known = {(edge.source, edge.target) for edge in self.edges}
        for before, after in pairwise(here):
            source, target = _inside(box, before.task), _inside(box, after.task)
            if (source, target) not in known:
                self.edges.append(GraphEdge(source, target, "order"))

    def hooks(self, definition: Definition, step: Step, box: str) -> None:
        """What runs besides a step once something holds of it, each with a line from the step."""
        for number, hook in enumerate(step.options.hooks if step.options is not None else (), 1):
            name = _inside(box, f"{step.task}.hook-{number}")
            when = f"when {hook.expression}" if hook.kind == "expression" else f"on {hook.kind}"
            label = f"{when}: {hook.call.callee.declaration.name}"
            detail = (self.written(definition, hook.call.span),)
            place = self.project.place(definition.declaration, hook.span)
            self.nodes.append(GraphNode(name, box, "hook", label, detail, place))
            self.edges.append(GraphEdge(_inside(box, step.task), name, "hook"))

    def exit_handler(self, definition: Definition) -> None:
        """What runs when the whole run has ended, however it ended."""
        value, handler = definition.option("on_exit_if_root"), exit_handler(definition)
        if value is not None and handler is not None:
            place = self.project.place(definition.declaration, value.span)
            detail = ("when the run has ended, however it ended",)
            self.nodes.append(GraphNode("exit.hook", "", "hook", f"on exit: {handler.name}", detail, place))

    # long: a case for each kind of call
    def call(self, definition: Definition, call: Call, box: str, above: tuple[Declaration, ...]) -> None:
        name = _inside(box, call.task)
        place = self.project.place(definition.declaration, call.span)
        match call:
            case Step():
                callee = self.project.facts.definition(call.callee.declaration)
                detail = tuple(self.about(definition, call, callee))
                self.nodes.append(GraphNode(name, box, _kind(call), _label(call), detail, place))
                if callee is not None and call.callee.kind is Kind.WORKFLOW:
                    self.definition(callee, name, above)
                self.hooks(definition, call, box)
            case Branch():
                label = self.condition(definition, call)
                self.nodes.append(GraphNode(name, box, "branch", label, (), place))
                for number, arm in enumerate(call.arms):
                    text = self.written(definition, arm.condition.span) if arm.condition else "else"
                    self.inner(definition, arm.body, name, text if number or arm.condition else "always", above)
            case Loop(bound=bound, counter=counter, carried=carried):
                detail = tuple(f"hands on {each.item.name}" for each in carried)
                label = f"for {counter.name} in bounded({bound})"
                self.nodes.append(GraphNode(name, box, "loop", label, detail, place))
                self.statements(definition, call.body.statements, name, above)
            case Fold(item=item, carried=carried):
                detail = tuple(f"hands on {each.item.name}" for each in carried if "-" not in each.item.name)
                label = f"for {item.name} in {self.written(definition, call.source.span)}"
                self.nodes.append(GraphNode(name, box, "loop", label, detail, place))
                self.statements(definition, call.body.statements, name, above)
            case Each(item=item, limit=limit):
                detail = () if limit is None else (f"{limit} at a time",)
                label = f"for {item.name} in {self.written(definition, call.source.span)}"
                self.nodes.append(GraphNode(name, box, "fan-out", label, detail, place))
                self.statements(definition, call.body.statements, name, above)
            case Tried(body=body, final=final):
                self.nodes.append(GraphNode(name, box, "attempt", "try", (), place))
                self.statements(definition, body.statements, name, above)
                if final is not None:
                    self.inner(definition, final, name, "finally", above)
            case Gather(join=join, number=number):
                label = f"gather: {join}" + (f"({number:g})" if number else "")
                self.nodes.append(GraphNode(name, box, "join", label, (), place))
            case Wait(kind=kind, text=text, amount=amount):
                told = text if amount is None else self.written(definition, amount.span)
                self.nodes.append(GraphNode(name, box, "wait", kind, (told,) if told else (), place))
            case Fail():
                self.nodes.append(GraphNode(name, box, "failure", self.written(definition, call.span), (), place))
            case _:
                assert_never(call)

    def inner(self, definition: Definition, body: Inner, box: str, label: str, above: tuple[Declaration, ...]) -> None:
        """An arm: a box of its own, also when nothing runs in it."""
        name = _inside(box, body.name)
        place = self.project.place(definition.declaration, body.span)
        self.nodes.append(GraphNode(name, box, "arm", label, (), place))
        self.statements(definition, body.statements, name, above)

    def condition(self, definition: Definition, branch: Branch) -> str:
        if branch.subject is not None:
            return f"match {self.written(definition, branch.subject.span)}"
        first = branch.arms[0].condition
        return f"if {self.written(definition, first.span)}" if first else branch.task

    def about(self, definition: Definition, step: Step, callee: Definition | None) -> Iterator[str]:
        """The call as written, and what one asks of a step."""
        yield self.written(definition, step.span)
        if step.item is not None and step.source is not None:
            yield f"for each `{step.item.name}` of {self.written(definition, step.source.span)}"
        if step.attempted:
            yield "a failure is a value, and does not end the run"
        if step.options is not None:
            yield from self.call_options(definition, step.options)
        if step.callee.returns != NONE and not isinstance(step.callee.returns, Unresolved):
            yield f"gives `{show(step.callee.returns)}`"
        if callee is not None:
            yield from self.options(callee)

    def call_options(self, definition: Definition, options: CallOptions) -> Iterator[str]:
        """What this one call is given."""
        if options.when is not None:
            yield f"only when {options.when.value}"
        if options.retry is not None:
            yield f"retry of this call {self.written(definition, options.retry.span)}"

    def options(self, callee: Definition) -> Iterator[str]:
        """What stands in the decorator and decides how a step runs."""
        for name in SHOWN_OPTIONS:
            value = callee.option(name)
            if value is not None:
                text = value.value if isinstance(value, Text) else self.written(callee, value.span)
                yield f"{name.replace('_', ' ')} {text}"
        summary = callee.doc.partition("\n")[0]
        if summary:
            yield summary

    def written(self, definition: Definition, span: Span) -> str:
        """A part of the program on one line."""
        place = self.project.place(definition.declaration, span)
        text = " ".join(place.span.of(self.project.source(place.path).text).split()) if place else ""
        return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _reads(call: Call) -> tuple[tuple[StepRef, ...], tuple[StepRef, ...]]:
    """The results that a call takes, and those that only must be there before it."""
    everything = tuple(each for each in captured((call,)).values() if isinstance(each, StepRef))
    if not isinstance(call, Step) or call.options is None:
        return everything, ()
    plain = replace(call, options=replace(call.options, after=()))
    taken = tuple(each for each in captured((plain,)).values() if isinstance(each, StepRef))
    return taken, tuple(each for each in everything if each not in taken)


def _not_known_otherwise(waited: tuple[str, ...], known: set[str], before: dict[str, set[str]]) -> list[str]:
    """Of what a call waits for, that which none of the others has waited for already."""
    ended = set[str]()
    left = [*known, *waited]
    while left:
        ended |= (found := before[left.pop()] - ended)
        left += found
    return [task for task in waited if task not in known | ended]


def _label(step: Step) -> str:
    """The task, and what it calls where that is not the same."""
    callee = step.callee.declaration.name
    return step.task if step.task.replace("-", "_") == callee else f"{step.task}: {callee}"


def _kind(step: Step) -> NodeKind:
    if step.item is not None:
        return "fan-out"
    if step.attempted and step.callee.kind is not Kind.WORKFLOW:
        return "attempt"
    if step.callee.external:
        return "external"
    return "workflow" if step.callee.kind is Kind.WORKFLOW else "container"


def _inside(box: str, name: str) -> str:
    return f"{box}/{name}" if box else name
