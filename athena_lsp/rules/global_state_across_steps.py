"""global-state-across-steps: a variable of a module that one container changes and another one reads."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.module_state import reads_of, writes_in
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Definition, Kind, PodBody, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.rules._nearest import listed
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span

MOST_NAMED = 3
"""So many readers are named in a message."""


@rule("a module's variable that one container changes and another one reads", severity=Severity.WARNING)
def global_state_across_steps(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is Kind.CONTAINER and not definition.nested_in:
            for variable, (span, helper) in _written(facts, unit, definition).items():
                readers = _readers(facts, variable, definition.declaration)
                if readers:
                    yield _finding(variable, span, helper, readers)


def _finding(
    variable: Declaration, span: Span, helper: Declaration | None, readers: tuple[Declaration, ...]
) -> Finding:
    names = [f"`{reader.name}`" for reader in readers[:MOST_NAMED]]
    more = [f"{len(readers) - MOST_NAMED} more"] if len(readers) > MOST_NAMED else []
    who = listed((reader.name for reader in readers), "and") if not more else f"{', '.join(names)} and {more[0]}"
    where = f"in `{helper.name}`, which runs here," if helper is not None else "here"
    read = "reads" if len(readers) == 1 else "read"
    return Finding(
        span=span,
        message=f"`{variable.name}` is changed {where} and {who} {read} it in another pod, as the module has it",
        related=(
            Related(f"`{variable.name}` is declared here", variable),
            *(Related(f"`{reader.name}` reads it", reader) for reader in readers[:MOST_NAMED]),
        ),
        hints=(f"return the value, and pass it to `{readers[0].name}` as an argument",),
    )


def _written(facts: Facts, unit: Unit, definition: Definition) -> dict[Declaration, tuple[Span, Declaration | None]]:
    """The variables that a container changes, each with the place where; one of a function that it calls, and that
    function, when it is changed there."""
    declaration, found = definition.declaration, dict[Declaration, tuple[Span, Declaration | None]]()
    for variable, span in writes_in(facts, declaration.path, unit.text, declaration.name):
        found[variable] = (span, None)
    calls = definition.body.calls if isinstance(definition.body, PodBody) else ()
    for call in calls:
        for helper in _reached(facts, call.target):
            for variable in facts.effects_of(helper).writes:
                found.setdefault(variable, (call.span, helper))
    return found


def _readers(facts: Facts, variable: Declaration, writer: Declaration) -> tuple[Declaration, ...]:
    """The other containers that read a variable and never change it: who does both fills it for himself."""
    found: list[Declaration] = []
    for container in facts.of_kind(Kind.CONTAINER):
        if container != writer:
            reached = _reached(facts, container)
            reads = any(variable in reads_of(facts, each) for each in reached)
            if reads and not any(variable in facts.effects_of(each).writes for each in reached):
                found.append(container)
    return tuple(found)


def _reached(facts: Facts, start: Declaration) -> tuple[Declaration, ...]:
    """A function and all that it calls, directly or not, without other templates."""
    found: dict[Declaration, None] = {start: None}
    waiting = [start]
    for current in waiting:
        for called in facts.effects_of(current).calls:
            if called not in found and not _is_template(facts, called):
                found[called] = None
                waiting.append(called)
    return tuple(found)


def _is_template(facts: Facts, declaration: Declaration) -> bool:
    face = facts.signature(declaration)
    return face is not None and face.kind is not Kind.FRAGMENT
