"""State machines of a block: which states there are, which handle what, and where each leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.narrowing import members
from athena_lsp.ir.model import Arm, Branch, Loop, Unit
from athena_lsp.ir.types import EnumOf, Type
from athena_lsp.records import dataclass
from athena_lsp.rules._bodies import flows


@dataclass(frozen=True, slots=True)
class StateMachine:
    """A `match` over a state that a loop carries. States are the names of an enum's cases."""

    enum: str
    states: tuple[str, ...]
    first: frozenset[str]
    """Those in which it may begin."""
    arms: Mapping[str, tuple[Arm, ...]]
    """The arms that a state may take."""
    handles_all: bool
    """There is a `case _:`."""

    def next(self, state: str) -> frozenset[str]:
        return frozenset(target for arm in self.arms.get(state, ()) for target in _cases(self, arm.leads_to))

    def reached_from(self, states: frozenset[str]) -> frozenset[str]:
        """The states that may follow, themselves included."""
        found, waiting = set(states), list(states)
        while waiting:
            for target in self.next(waiting.pop()):
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)

    def leaves(self, state: str) -> bool:
        return any(arm.may_leave for arm in self.arms.get(state, ()))


def machines(unit: Unit, facts: Facts) -> Iterator[StateMachine]:
    """The state machines of a block's workflows."""
    for flow in flows(unit):
        branches = {each.task: each for each in flow.body.every_statement if isinstance(each, Branch)}
        for loop in flow.body.every_statement:
            if isinstance(loop, Loop) and loop.machine is not None and loop.machine.match in branches:
                found = _machine(facts, loop, branches[loop.machine.match])
                if found is not None:
                    yield found


def _machine(facts: Facts, loop: Loop, branch: Branch) -> StateMachine | None:
    assert loop.machine is not None
    type_, name = loop.machine.state.type, loop.machine.state.name
    states = tuple(member.case for member in members(facts, type_) if isinstance(member, EnumOf))
    first = next((each.first for each in loop.carried if each.item.name == name), None)
    if not isinstance(type_, EnumOf) or not all(states) or first is None:
        return None
    named = [arm for arm in branch.arms if arm.covers]
    others = [arm for arm in branch.arms if not arm.covers and arm.body.statements]
    arms: dict[str, tuple[Arm, ...]] = {}
    for state in states:
        own = tuple(arm for arm in named if state in {each.case for each in arm.covers if isinstance(each, EnumOf)})
        arms[state] = own or tuple(others)
    machine = StateMachine(type_.name, states, frozenset(), arms, bool(others))
    return StateMachine(type_.name, states, frozenset(_cases(machine, first.type)), arms, bool(others))


def _cases(machine: StateMachine, type_: Type | None) -> Iterator[str]:
    """The states that a value may be."""
    parts = getattr(type_, "members", (type_,))
    for part in parts:
        if isinstance(part, EnumOf):
            yield from (part.case,) if part.case else machine.states
        elif part is not None:
            yield from machine.states
