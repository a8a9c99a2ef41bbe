"""Inlay hints: types on edges, tasks' names, what a call waits for, defaults that are sent, schedules in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from athena_lsp.analysis.candidates import kebab
from athena_lsp.analysis.cron_words import schedule_in_words
from athena_lsp.analysis.types import is_none, show
from athena_lsp.ide.blockwise import Question, of_blocks
from athena_lsp.ide.describe import waits_for
from athena_lsp.ide.type_definition import result_type
from athena_lsp.ir.model import Definition, Step, Unit, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import Unresolved
from athena_lsp.ir.values import Construct, Text
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

HintKind = Literal["type", "task", "waits", "default", "schedule"]
HINT_KINDS: tuple[HintKind, ...] = ("type", "task", "waits", "default", "schedule")
LONGEST = 40
"""Characters of a type or a default that are shown; more of it is in the tooltip."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A text between the characters of the file."""

    offset: int
    label: str
    kind: HintKind
    tooltip: str
    target: Declaration | None = None
    """What a click leads to."""


def hints(project: Project, path: str, within: Span, kinds: frozenset[str]) -> tuple[Hint, ...]:
    """The hints in a part of a file."""
    found = [
        Hint(hint.offset + start, hint.label, hint.kind, hint.tooltip, hint.target)
        for start, hint in of_blocks(project, path, HINTS, within)
    ]
    wanted = (hint for hint in found if hint.kind in kinds and within.touches(hint.offset))
    return tuple(sorted(wanted, key=lambda hint: hint.offset))


def _of_unit(project: Project, meaning: Unit, _block: str) -> Iterator[Hint]:
    for definition in meaning.definitions:
        yield from _of_definition(project, definition)


HINTS = Question("hints", _of_unit)


def _of_definition(project: Project, definition: Definition) -> Iterator[Hint]:
    for construct in walk(definition.options, Construct):
        schedule = construct.argument("schedule") if construct.name == "Cron" else None
        if isinstance(schedule, Text) and (words := schedule_in_words(schedule.value)):
            yield Hint(schedule.span.end, f" {words}", "schedule", "When the schedule fires.")
    if isinstance(definition.body, WorkflowBody):
        steps = tuple(walk(definition.body, Step))
        hooks = {id(hook) for step in steps for hook in step.hook_calls}
        for step in steps:
            if id(step) not in hooks:
                yield from _of_step(project, definition, step)


def _of_step(project: Project, definition: Definition, step: Step) -> Iterator[Hint]:
    type_ = result_type(step)
    if step.name and step.name_span and not isinstance(type_, Unresolved) and not is_none(type_):
        shown = show(type_)
        about = f"`{shown}` goes on from here."
        yield Hint(step.name_span.end, f": {_short(shown)}", "type", about, step.callee.declaration)
    if step.options is None and step.task != kebab(step.name or step.callee.declaration.name):
        about = f"The task of this call is `{step.task}`."
        yield Hint(step.callee_span.end, f"[{step.task}]", "task", about)
    waits = waits_for(definition, step) if definition.signature.steps else ()
    if waits:
        names = ", ".join(waits)
        yield Hint(step.span.end, f" after {names}", "waits", "`steps=True`: one call after the other.")
    yield from _defaults(project, step)


def _defaults(project: Project, step: Step) -> Iterator[Hint]:
    """What is sent for parameters that the call leaves out."""
    given = {bound.parameter.name for bound in step.bound}
    left_out = [each.name for each in step.callee.callable_parameters if each.has_default and each.name not in given]
    callee = project.facts.definition(step.callee.declaration) if left_out else None
    if callee is None or step.missing:
        return
    texts: list[str] = []
    for parameter in callee.parameters:
        if parameter.name in left_out and parameter.default is not None:
            block = project.facts.block(callee.declaration.path, callee.declaration.name)
            source = parameter.default.span.of(block) if block else "..."
            texts.append(f"{parameter.name}={_short(' '.join(source.split()))}")
    if texts:
        label = ("" if not step.given else ", ") + ", ".join(texts)
        yield Hint(step.span.end - 1, label, "default", "Defaults that are sent with the call.", callee.declaration)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
